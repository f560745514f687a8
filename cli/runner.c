#include "cli/runner_private.h"

#include <assert.h>
#include <errno.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <unistd.h>

static const uint64_t memory_default_bytes = UINT64_C(256) << 20;

// ---- cases --------------------------------------------------------------------------------------

static bool case_of_set(void *ctx, uint32_t number, play_case *one)
{
    play_set_case(ctx, number, one);
    return true;
}

void run_get_case(const run *r, uint32_t number, play_case *one)
{
    const runner_options *options = r->options;
    const bool known = options->get_case != NULL
                           ? options->get_case(options->get_case_ctx, number, one)
                           : case_of_set((void *)options->set, number, one);
    assert(known);
}

static bool get_case_in_worker(void *ctx, uint32_t number, play_case *one)
{
    run_get_case(ctx, number, one);
    return true;
}

/// Ends every text and bounds every count of a result, whatever a slave has written over it.
static void make_sane(const run *r, play_result *result)
{
#define END(text) (text)[sizeof(text) - 1] = '\0'
    (void)r;
    END(result->reason);
    END(result->need);
    if (result->verdict >= PLAY_VERDICT_COUNT)
        result->verdict = PLAY_ERROR;
    if (result->findings > PLAY_FINDING_MAX)
        result->findings = PLAY_FINDING_MAX;
    if (result->failed_kept > PLAY_POINTS_KEPT)
        result->failed_kept = PLAY_POINTS_KEPT;
    for (unsigned i = 0; i < result->findings; i++) {
        play_finding *finding = &result->finding[i];
        END(finding->rule);
        END(finding->rows);
        END(finding->clause);
        END(finding->title);
        END(finding->message);
        END(finding->expected);
        END(finding->blame);
        END(finding->where);
        END(finding->text);
        END(finding->file);
        if (finding->verdict >= PLAY_VERDICT_COUNT)
            finding->verdict = PLAY_ERROR;
    }
    for (unsigned i = 0; i < result->failed_kept; i++)
        END(result->failed[i].name);
#undef END
}

static const char not_run_text[] = "not run: the slave hung";

bool runner_gave_up(const play_result *result)
{
    return result->verdict == PLAY_INCONCLUSIVE &&
           strncmp(result->reason, not_run_text, sizeof not_run_text - 1) == 0;
}

/// The result of a case that hung the runner's patience: too many have hung before.
static void not_run(play_result *result, uint32_t index)
{
    memset(result, 0, sizeof *result);
    result->index = index;
    result->verdict = PLAY_INCONCLUSIVE;
    snprintf(result->reason, sizeof result->reason, "%s in %d cases before", not_run_text,
             RUNNER_HANGS_MAX);
}

static bool is_hang(const play_result *result)
{
    return result->findings > 0 && strcmp(result->finding[0].rule, "hang") == 0;
}

void run_hand_out(run *r, const play_case *one, play_result *result, const worker_log *log)
{
    static const worker_log silence;
    make_sane(r, result);
    // In the order of cases, so that it does not hang on which worker met the hangs.
    if (r->hangs >= RUNNER_HANGS_MAX) {
        not_run(result, one->index);
        log = &silence;
    }
    if (is_hang(result))
        r->hangs++;
    if (!r->options->on_result(r->options->on_result_ctx, one, result, log))
        r->stopped = true;
}

size_t run_counter_bytes(const run *r)
{
    const slave_adapter *adapter = r->options->adapter;
    size_t bytes = 0;
    if (adapter != NULL && adapter->counters != NULL)
        (void)adapter->counters(r->options->image, &bytes);
    return bytes;
}

/// The counters of a case, where it came to its end; what is given up counts nothing.
static void count(run *r, uint32_t number)
{
    if (r->counter_bytes == 0 || r->hangs >= RUNNER_HANGS_MAX)
        return;
    unsigned char *counters = r->counters + number % WORKER_WINDOW * r->counter_bytes;
    r->options->adapter->count(r->options->image, counters);
    memset(counters, 0, r->counter_bytes);
}

/// Hands out what is ready, in order.
static void commit(run *r)
{
    while (!r->stopped && r->committed < r->next) {
        worker_slot *slot = run_slot(r, r->committed);
        if (atomic_load(&slot->done) != r->committed + 1)
            return;
        play_case one;
        run_get_case(r, r->committed, &one);
        slot->log.text[WORKER_LOG_BYTES - 1] = '\0';
        count(r, r->committed);
        run_hand_out(r, &one, &slot->result, &slot->log);
        r->committed++;
    }
}

/// Nothing more is waited for: the slave hangs too often.
static void give_up(run *r)
{
    static play_result result;
    static const worker_log silence;
    while (!run_all_done(r) && !r->stopped) {
        play_case one;
        run_get_case(r, r->committed, &one);
        memset(&result, 0, sizeof result);
        run_hand_out(r, &one, &result, &silence);
        r->committed++;
    }
}

// ---- giving cases to workers --------------------------------------------------------------------

static bool start_worker(run *r, seat *s)
{
    worker_control *control = run_control(r, s);
    memset(control, 0, sizeof *control);
    atomic_store(&control->playing, WORKER_IDLE);
    const worker_task task = {.shared = r->shared,
                              .control = control,
                              .set = r->options->set,
                              .adapter = r->options->adapter,
                              .image = r->options->image,
                              .numbers_accesses = r->options->numbers_accesses,
                              .get_case = get_case_in_worker,
                              .get_case_ctx = r,
                              .counters = r->counters,
                              .counter_bytes = r->counter_bytes,
                              .memory_bytes = r->limits.memory_bytes,
                              .log = s->log};
    (void)lseek(s->log, 0, SEEK_SET);
    const pid_t pid = fork();
    if (pid == 0)
        worker_live(&task);
    if (pid < 0) {
        snprintf(r->message, r->message_bytes, "cannot start a worker process: %s",
                 strerror(errno));
        return false;
    }
    setpgid(pid, pid);
    s->pid = pid;
    s->stopping = false;
    s->posted = s->oldest = 0;
    watchdog_begin(s);
    return true;
}

static void tell(const run *r, const seat *s, uint32_t number)
{
    worker_control *control = run_control(r, s);
    control->queue[atomic_load(&control->posted) % WORKER_QUEUE] = number;
    worker_wake(&control->posted);
}

static void give(const run *r, seat *s, uint32_t number)
{
    s->queue[s->posted++ % WORKER_QUEUE] = number;
    tell(r, s, number);
}

static bool is_done(const run *r, uint32_t number)
{
    return number < r->committed || atomic_load(&run_slot(r, number)->done) == number + 1;
}

/// Cases that the worker has and whose results are not there. It plays them in their order.
static uint32_t waiting_at(const run *r, seat *s)
{
    while (s->oldest != s->posted && is_done(r, s->queue[s->oldest % WORKER_QUEUE]))
        s->oldest++;
    return s->posted - s->oldest;
}

static uint32_t least_of(const uint32_t *list, unsigned count)
{
    uint32_t least = UINT32_MAX;
    for (unsigned i = 0; i < count; i++)
        least = list[i] < least ? list[i] : least;
    return least;
}

/// Results are handed out in order, so the first case is what everything waits for.
static uint32_t take_least(uint32_t *list, unsigned *count)
{
    const uint32_t least = least_of(list, *count);
    unsigned i = 0;
    while (list[i] != least)
        i++;
    list[i] = list[--*count];
    return least;
}

/// The next case to give, or WORKER_STOP when there is none now.
static uint32_t take_case(run *r)
{
    if (r->again_count > 0)
        return take_least(r->again, &r->again_count);
    if (r->next >= r->options->count || r->next >= r->committed + WORKER_WINDOW)
        return WORKER_STOP;
    atomic_store(&run_slot(r, r->next)->done, 0);
    return r->next++;
}

static void feed(run *r, seat *s)
{
    if (s->stopping)
        return;
    while (waiting_at(r, s) < WORKER_QUEUE) {
        // The last cases are spread: a worker takes no second one while others have none.
        if (waiting_at(r, s) >= 2 && r->options->count - r->next < r->jobs * WORKER_QUEUE)
            return;
        const uint32_t number = take_case(r);
        if (number == WORKER_STOP)
            return;
        give(r, s, number);
    }
}

static bool work_waits(const run *r)
{
    return r->again_count > 0 ||
           (r->next < r->options->count && r->next < r->committed + WORKER_WINDOW);
}

static bool fill_seat(run *r, seat *s)
{
    if (r->alone_count > 0 &&
        least_of(r->alone, r->alone_count) < least_of(r->again, r->again_count)) {
        s->alone = true;
        s->given = take_least(r->alone, &r->alone_count);
        if (!start_worker(r, s))
            return false;
        tell(r, s, s->given);
        tell(r, s, WORKER_STOP);
        s->stopping = true;
        return true;
    }
    if (!work_waits(r))
        return true;
    s->alone = false;
    if (!start_worker(r, s))
        return false;
    feed(r, s);
    return true;
}

/// A case that waits for a seat of its own gets that of a worker that has nothing left to do: no
/// worker leaves unless it is told to, and the others may be waiting for that very case.
static void clear_a_seat(run *r)
{
    seat *idle = NULL;
    for (unsigned i = 0; i < r->jobs; i++) {
        seat *s = &r->seats[i];
        if (s->pid == 0 || s->stopping)
            return; // one is free, or will be
        if (waiting_at(r, s) == 0)
            idle = s;
    }
    if (idle == NULL)
        return;
    tell(r, idle, WORKER_STOP);
    idle->stopping = true;
}

static bool fill_seats(run *r)
{
    for (unsigned i = 0; i < r->jobs; i++) {
        seat *s = &r->seats[i];
        if (s->pid == 0 && !fill_seat(r, s))
            return false;
        if (s->pid != 0 && !s->alone)
            feed(r, s);
    }
    if (r->alone_count > 0)
        clear_a_seat(r);
    return true;
}

// ---- what became of a worker --------------------------------------------------------------------

static void conclude_alone(run *r, seat *s, int status)
{
    worker_slot *slot = run_slot(r, s->given);
    if (atomic_load(&slot->done) == s->given + 1)
        return;
    play_case one;
    run_get_case(r, s->given, &one);
    worker_end_result(r, s, status, one.index, &slot->result);
    worker_log_take(s->log, &slot->log);
    atomic_store(&slot->done, s->given + 1);
}

/// The case that was being played is repeated alone; those behind it go to others.
static void take_back(run *r, seat *s)
{
    if (waiting_at(r, s) == 0)
        return;
    assert(r->alone_count < WORKER_WINDOW);
    r->alone[r->alone_count++] = s->queue[s->oldest++ % WORKER_QUEUE];
    for (; s->oldest != s->posted; s->oldest++) {
        assert(r->again_count < WORKER_WINDOW);
        r->again[r->again_count++] = s->queue[s->oldest % WORKER_QUEUE];
    }
}

static void bury(run *r)
{
    int status = 0;
    for (unsigned i = 0; i < r->jobs; i++) {
        seat *s = &r->seats[i];
        if (s->pid == 0 || waitpid(s->pid, &status, WNOHANG) != s->pid)
            continue;
        kill(-s->pid, SIGKILL); // whatever the slave has started
        if (s->alone)
            conclude_alone(r, s, status);
        else
            take_back(r, s);
        s->pid = 0;
        s->alone = false;
    }
}

// ---- the run ------------------------------------------------------------------------------------

static bool run_loop(run *r)
{
    while (!run_all_done(r) && !r->stopped && runner_caught() == 0) {
        const uint32_t seen = atomic_load(&r->shared->event);
        bury(r);
        commit(r);
        if (r->hangs >= RUNNER_HANGS_MAX)
            give_up(r);
        if (run_all_done(r) || r->stopped)
            break;
        if (!fill_seats(r))
            return false;
        watchdog_look(r);
        if (r->options->on_progress != NULL)
            r->options->on_progress(r->options->on_progress_ctx, r->committed);
        worker_wait(&r->shared->event, seen, RUNNER_LOOK_MS);
    }
    return true;
}

static void end_all(const run *r)
{
    for (unsigned i = 0; i < r->jobs; i++) {
        seat *s = &r->seats[i];
        if (s->pid != 0) {
            kill(-s->pid, SIGKILL);
            kill(s->pid, SIGKILL);
            while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR) {
            }
        }
        if (s->log >= 0)
            close(s->log);
    }
}

static bool set_up(run *r)
{
    r->shared_bytes = sizeof *r->shared + r->jobs * sizeof r->shared->control[0];
    r->seats = calloc(r->jobs, sizeof *r->seats);
    r->shared =
        mmap(NULL, r->shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r->shared == MAP_FAILED)
        r->shared = NULL;
    r->counter_bytes = run_counter_bytes(r);
    if (r->counter_bytes > 0)
        r->counters = mmap(NULL, r->counter_bytes * WORKER_WINDOW, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r->counters == MAP_FAILED)
        r->counters = NULL;
    bool fine =
        r->seats != NULL && r->shared != NULL && (r->counter_bytes == 0 || r->counters != NULL);
    for (unsigned i = 0; r->seats != NULL && i < r->jobs; i++) {
        r->seats[i].log = fine ? worker_log_new() : -1;
        fine = fine && r->seats[i].log >= 0;
    }
    if (!fine)
        snprintf(r->message, r->message_bytes, "cannot set up %u workers: %s", r->jobs,
                 strerror(errno));
    return fine;
}

runner_status run_status(const run *r, bool fine)
{
    if (runner_caught() != 0)
        return RUNNER_INTERRUPTED;
    if (!fine)
        return RUNNER_FAILED;
    return r->stopped ? RUNNER_STOPPED : RUNNER_DONE;
}

static runner_status play_in_workers(run *r)
{
    if (r->jobs > r->options->count)
        r->jobs = r->options->count;
    fflush(NULL); // children must not print our buffers again
    bool fine = set_up(r);
    if (fine) {
        struct sigaction before;
        sigaction(SIGCHLD, NULL, &before);
        signals_wake(&r->shared->event);
        signals_handle(SIGCHLD, signals_on_child);
        fine = run_loop(r);
        end_all(r);
        signals_wake(NULL);
        sigaction(SIGCHLD, &before, NULL);
    }
    if (r->shared != NULL)
        munmap(r->shared, r->shared_bytes);
    if (r->counters != NULL)
        munmap(r->counters, r->counter_bytes * WORKER_WINDOW);
    free(r->seats);
    return run_status(r, fine);
}

// AddressSanitizer's allocator takes several times as long for a slave that eats all memory.
#if defined(__SANITIZE_ADDRESS__)
enum { HANG_CPU_MS = 3000 };
#else
enum { HANG_CPU_MS = 1000 };
#endif

runner_limits runner_limits_filled(runner_limits limits)
{
    if (limits.hang_cpu_ms == 0)
        limits.hang_cpu_ms = HANG_CPU_MS;
    if (limits.case_ms == 0)
        limits.case_ms = 10000;
    if (limits.memory_bytes == 0)
        limits.memory_bytes = memory_default_bytes;
    return limits;
}

runner_status runner_play(const runner_options *options, char *message, size_t message_bytes)
{
    run r = {.options = options,
             .limits = runner_limits_filled(options->limits),
             .jobs = options->limits.jobs,
             .message = message,
             .message_bytes = message_bytes};
    message[0] = '\0';
    if (options->count == 0)
        return RUNNER_DONE;
    if (options->adapter != NULL && options->adapter->in_place)
        return play_in_place(&r);
    return r.jobs == 0 ? play_here(&r) : play_in_workers(&r);
}
