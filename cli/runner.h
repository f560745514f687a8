/// Plays cases in workers and hands out their results in the order of the cases, whatever the
/// number of workers: the same calls of `on_result` follow from the same cases.
///
/// A worker that dies, hangs or is left in disorder is replaced, and the case that it played is
/// played again alone in a fresh process; what that one says counts. So a result never hangs on
/// which cases a worker had played before.
///
/// Memory does not grow with the number of cases. Threads: one run at a time in a process, since
/// it catches SIGINT, SIGTERM and SIGCHLD while it lasts.
#ifndef CLI_RUNNER_H
#define CLI_RUNNER_H

#include "cli/recorder.h"
#include "cli/worker_log.h"
#include "scenarios/play/play.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RUNNER_HANGS_MAX = 3, ///< of one run; a slave that hangs everywhere is not waited for again
    RUNNER_JOBS_MAX = 256
};

typedef struct {
    unsigned jobs;         ///< workers; 0: everything in this process, without protection
    unsigned hang_cpu_ms;  ///< CPU time in the slave's code while simulated time stands; 0: 1000
    unsigned case_ms;      ///< CPU time of a case, and wall time that it may sleep; 0: 10000
    uint64_t memory_bytes; ///< that a slave may take beyond what there is; 0: 256 MiB
} runner_limits;

/// The case of a number. Called in workers, too: it must not need what the parent has changed
/// since.
typedef bool runner_case_fn(void *ctx, uint32_t number, play_case *one);

/// A case is done. Everything lives during the call. False: stop the run (the caller knows why).
typedef bool runner_result_fn(void *ctx, const play_case *one, const play_result *result,
                              const worker_log *log);

typedef struct {
    const play_set *set;
    const slave_adapter *adapter;
    slave_image *image; ///< prepared; stays the caller's
    runner_limits limits;
    bool numbers_accesses;    ///< see play_stage_options
    uint32_t count;           ///< cases, numbered from 0
    runner_case_fn *get_case; ///< NULL: the set's own
    void *get_case_ctx;
    runner_result_fn *on_result;
    void *on_result_ctx;
    /// Called now and then with the number of cases done, for a progress line; may be NULL.
    void (*on_progress)(void *ctx, uint32_t done);
    void *on_progress_ctx;
    recorder *recorder; ///< of a slave that is `in_place` (kind.h); NULL: nothing is recorded
} runner_options;

typedef enum {
    RUNNER_DONE,
    RUNNER_STOPPED,     ///< by on_result
    RUNNER_INTERRUPTED, ///< by a signal: runner_caught()
    RUNNER_FAILED       ///< the machine gave no process or memory; `message` says so
} runner_status;

/// Whether the result is of a case that was not played, because the slave had hung too often.
bool runner_gave_up(const play_result *result);

runner_status runner_play(const runner_options *options, char *message, size_t message_bytes);

/// From now on SIGINT and SIGTERM end a run in order; later runs do not start any more.
void runner_catch_signals(void);
/// The signal that was caught, or 0.
int runner_caught(void);

/// Runs `job` in a process of its own, enclosed as a worker is; of `limits` a `hang_cpu_ms` that is
/// not 0 bounds the CPU time of each of its steps. True when it came back true in time; however the
/// process ends before that, it counts as false. `end` (may be NULL) tells how the process ended
/// otherwise: "was ended by SIGBUS"; it is "" when the job came back. The caller finishes what a
/// dead process left.
typedef bool runner_job_fn(void *ctx);
bool runner_apart(const runner_limits *limits, runner_job_fn *job, void *ctx, char *end,
                  size_t end_bytes);
/// To be called by such a job: from now on it has `most_ms`, of the CPU or, while it sleeps, of the
/// clock, and `end` begins with `who` ("its constructor called exit(0)").
void runner_apart_step(unsigned most_ms, const char *who);

#endif
