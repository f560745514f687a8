/// The process in which cases are played: apart from ours, because a slave may crash, spin, call
/// exit, close descriptors, print, or eat memory. Parent and worker share one block of memory; no
/// pipe is used, so nothing that the slave does to descriptors cuts them off from each other.
///
/// What lies in shared memory is read with suspicion: a wild write of the slave may have been
/// there.
#ifndef CLI_WORKER_H
#define CLI_WORKER_H

#include "cli/runner.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif
enum {
    WORKER_QUEUE = 8,   ///< cases that wait at a worker; a power of two
    WORKER_WINDOW = 128 ///< results that wait for their turn; a power of two
};

/// A result on its way to the parent.
typedef struct {
    _Atomic uint32_t done; ///< case number + 1 when the result is whole
    play_result result;
    worker_log log;
} worker_slot;

/// How a worker met its end, as far as it could tell.
typedef enum { WORKER_LIVES, WORKER_SIGNALLED, WORKER_EXITED } worker_end;

enum { WORKER_STOP = UINT32_MAX, WORKER_IDLE = UINT32_MAX };

/// What parent and one worker say to each other.
typedef struct {
    _Atomic uint32_t posted; ///< cases put into the queue; the worker sleeps on it
    _Atomic uint32_t taken;  ///< cases taken out of it
    uint32_t queue[WORKER_QUEUE];
    _Atomic uint32_t playing; ///< number of the case, or WORKER_IDLE
    _Atomic uint32_t started; ///< counts cases; tells the watchdog of progress
    // written when the worker is asked or dies
    _Atomic uint32_t answers; ///< probes answered
    _Atomic bool in_slave;
    _Atomic uint64_t now_ps;
    _Atomic uint64_t holds_scl_ps; ///< for how long the slave has, at the probe
    _Atomic uint64_t cpu_ms;       ///< of the process, at the probe
    _Atomic int end;               ///< worker_end
    _Atomic int end_status;        ///< of exit()
    slave_crash crash;             ///< written before `end` is WORKER_SIGNALLED
    _Atomic uint32_t closed;     ///< descriptors that the slave closed during `playing`: bits 1, 2
    _Atomic uint64_t kept_bytes; ///< memory that the slave took during `playing` and kept, if much
} worker_control;

/// The whole shared block.
typedef struct {
    _Atomic uint32_t event; ///< the parent sleeps on it; every news counts it up
    worker_slot slot[WORKER_WINDOW];
    worker_control control[]; ///< one a seat
} worker_shared;

typedef struct {
    worker_shared *shared;
    worker_control *control;
    const play_set *set;
    const slave_adapter *adapter;
    slave_image *image;
    bool numbers_accesses;    ///< see play_stage_options
    runner_case_fn *get_case; ///< case of a number
    void *get_case_ctx;
    /// Of each result that waits for its turn the counters of its case (kind.h), shared; 0 bytes:
    /// nothing is counted.
    unsigned char *counters;
    size_t counter_bytes;
    uint64_t memory_bytes; ///< address space beyond what the process has; 0: no bound
    int log;               ///< descriptor of a file of WORKER_LOG_FILE_BYTES for what it prints
} worker_task;

/// The worker's whole life: takes cases from its queue until WORKER_STOP, then leaves. To be called
/// right after fork() in the child; never returns.
_Noreturn void worker_live(const worker_task *task);

/// Plays one case here: the same as in a worker, without its protection. A master beyond the
/// slave's declared speed is not applicable.
void worker_play(play_stage *stage, const play_set *set, const play_case *one, play_result *result);

/// Where a crash is kept that ends this process, for whoever shares that memory with it.
typedef struct {
    _Atomic bool found;
    slave_crash crash;
} worker_crash;
/// From now on a crash of the slave's code in this process is kept in `where`, which must outlive
/// it. Behind worker_enclose().
void worker_keep_crash(const slave_adapter *adapter, const slave_image *image, worker_crash *where);
/// Makes a child process harmless to ours: its own group, gone when we are gone, streams into
/// `log`, memory bounded, no core files.
void worker_enclose(int log, uint64_t memory_bytes);

void worker_wait(_Atomic uint32_t *word, uint32_t seen, unsigned most_ms);
void worker_wake(_Atomic uint32_t *word);

#endif
