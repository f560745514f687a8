/// The inside of the runner, shared by runner.c and the files that follow it: watchdog.c,
/// worker_end.c, play_here.c, apart.c, signals.c.
#ifndef CLI_RUNNER_PRIVATE_H
#define CLI_RUNNER_PRIVATE_H

#include "cli/runner.h"
#include "cli/worker.h"

#include <sys/types.h>

enum { RUNNER_LOOK_MS = 50 }; ///< between two looks of the watchdog

/// What the watchdog ended a worker for.
typedef enum { SEAT_FINE, SEAT_HUNG, SEAT_LATE, SEAT_ATE } seat_judged;

/// A place for one worker process after the other.
typedef struct {
    pid_t pid;      ///< 0: empty
    int log;        ///< its output; kept over its death
    bool alone;     ///< it plays one case that ended another worker
    uint32_t given; ///< the case that it plays alone
    bool stopping;  ///< has been told to leave
    // our own notes of what it was given, since a slave may have written over the shared ones
    uint32_t queue[WORKER_QUEUE];
    uint32_t posted; ///< cases given
    uint32_t oldest; ///< of them, the first whose result is not there
    // the watchdog's notes about the case that is played
    uint32_t started;
    uint64_t since_ms;
    uint64_t since_cpu_ms; ///< CPU time that it had spent then
    uint32_t probes;       ///< answers seen before the first probe
    bool asked, known;
    uint64_t asked_ms, asked_cpu_ms, first_now_ps, first_cpu_ms, first_ms;
    seat_judged judged;
} seat;

typedef struct {
    const runner_options *options;
    runner_limits limits;
    worker_shared *shared;
    size_t shared_bytes;
    unsigned char *counters; ///< worker_task
    size_t counter_bytes;
    seat *seats;
    unsigned jobs;
    uint32_t next;                 ///< first case that nobody has got yet
    uint32_t committed;            ///< first case whose result has not been handed out
    uint32_t again[WORKER_WINDOW]; ///< cases that a dead worker had not begun, any order
    unsigned again_count;
    uint32_t alone[WORKER_WINDOW]; ///< cases that ended their worker and wait for a seat
    unsigned alone_count;
    unsigned hangs;
    bool stopped;
    char *message;
    size_t message_bytes;
} run;

static inline worker_slot *run_slot(const run *r, uint32_t number)
{
    return &r->shared->slot[number % WORKER_WINDOW];
}

static inline worker_control *run_control(const run *r, const seat *s)
{
    return &r->shared->control[s - r->seats];
}

static inline bool run_all_done(const run *r)
{
    return r->committed >= r->options->count;
}

// ---- runner.c ----
void run_get_case(const run *r, uint32_t number, play_case *one);
/// Gives a result to whoever wants it; the results come here in the order of the cases.
void run_hand_out(run *r, const play_case *one, play_result *result, const worker_log *log);
/// Bytes of the counters of a case; 0: nothing is counted.
size_t run_counter_bytes(const run *r);
runner_status run_status(const run *r, bool fine);
runner_limits runner_limits_filled(runner_limits limits);

// ---- worker_end.c ----
/// The result of a case whose process, which played it alone, ended with `status` of waitpid().
void worker_end_result(const run *r, const seat *s, int status, uint32_t index,
                       play_result *result);

// ---- watchdog.c ----
/// CPU time of a process, seen from outside; 0 when there is none.
uint64_t run_cpu_ms_of(pid_t pid);
/// Whether a process sleeps or is stopped: one that only waits for the CPU does neither.
bool run_sleeps(pid_t pid);
/// Looks at all workers, and ends those that hang, eat memory or are out of time.
void watchdog_look(const run *r);
/// Begins to watch a worker that has just been started.
void watchdog_begin(seat *s);

// ---- play_here.c ----
runner_status play_here(run *r);

// ---- in_place.c ----
/// Of a slave that is `in_place`.
runner_status play_in_place(run *r);

// ---- signals.c ----
/// While a run lasts: signals count `event` up. NULL: no run.
void signals_wake(_Atomic uint32_t *event);
void signals_on_child(int signal_number);
void signals_handle(int signal_number, void (*handler)(int));
uint64_t clock_wall_ms(void);

#endif
