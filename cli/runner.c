#include "cli/runner.h"

#include "cli/worker.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOK_MS = 50,    ///< between two looks of the watchdog
    ANSWER_MS = 1000 ///< a worker that has not answered a probe by then never will
};

static const uint64_t memory_default_bytes = UINT64_C(256) << 20;

/// What the watchdog ended a worker for.
typedef enum { SEAT_FINE, SEAT_HUNG, SEAT_LATE, SEAT_ATE } seat_judged;

/// A place for one worker process after the other.
typedef struct {
    pid_t pid;      ///< 0: empty
    int log;        ///< its output; kept over its death
    bool alone;     ///< it plays one case that ended another worker
    uint32_t given; ///< the case that it plays alone
    bool stopping;  ///< has been told to leave
    // the watchdog's notes about the case that is played
    uint32_t started;
    uint64_t since_ms;
    uint32_t probes; ///< answers seen before the first probe
    bool asked, known;
    uint64_t asked_ms, asked_cpu_ms, first_now_ps, first_cpu_ms;
    seat_judged judged;
} seat;

typedef struct {
    const runner_options *options;
    runner_limits limits;
    worker_shared *shared;
    size_t shared_bytes;
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

// ---- signals ------------------------------------------------------------------------------------

/// Signal handlers reach nothing but globals; a process has one run at a time.
static volatile sig_atomic_t caught_signal;
static _Atomic uint32_t *volatile event_of_run;

static void wake_run(void)
{
    _Atomic uint32_t *event = event_of_run;
    if (event != NULL)
        atomic_fetch_add(event, 1);
}

static void on_end_signal(int signal_number)
{
    caught_signal = signal_number;
    wake_run();
}

static void on_child_signal(int signal_number)
{
    (void)signal_number;
    wake_run();
}

static void handle(int signal_number, void (*handler)(int))
{
    // Without SA_RESTART: the parent's sleep shall end.
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

void runner_catch_signals(void)
{
    handle(SIGINT, on_end_signal);
    handle(SIGTERM, on_end_signal);
}

int runner_caught(void)
{
    return caught_signal;
}

static uint64_t wall_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

// ---- cases --------------------------------------------------------------------------------------

static bool case_of_set(void *ctx, uint32_t number, play_case *one)
{
    play_set_case(ctx, number, one);
    return true;
}

static void get_case(const run *r, uint32_t number, play_case *one)
{
    const runner_options *options = r->options;
    const bool known = options->get_case != NULL
                           ? options->get_case(options->get_case_ctx, number, one)
                           : case_of_set((void *)options->set, number, one);
    assert(known);
}

static bool get_case_in_worker(void *ctx, uint32_t number, play_case *one)
{
    get_case(ctx, number, one);
    return true;
}

static worker_slot *slot_of(const run *r, uint32_t number)
{
    return &r->shared->slot[number % WORKER_WINDOW];
}

static worker_control *control_of(const run *r, const seat *s)
{
    return &r->shared->control[s - r->seats];
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

/// The result of a case that hung the runner's patience: too many have hung before.
static void not_run(play_result *result, uint32_t index)
{
    memset(result, 0, sizeof *result);
    result->index = index;
    result->verdict = PLAY_INCONCLUSIVE;
    snprintf(result->reason, sizeof result->reason, "not run: the slave hung in %d cases before",
             RUNNER_HANGS_MAX);
}

static bool is_hang(const play_result *result)
{
    return result->findings > 0 && strcmp(result->finding[0].rule, "hang") == 0;
}

static void hand_out(run *r, const play_case *one, play_result *result, const worker_log *log)
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

/// Hands out what is ready, in order.
static void commit(run *r)
{
    while (!r->stopped && r->committed < r->next) {
        worker_slot *slot = slot_of(r, r->committed);
        if (atomic_load(&slot->done) != r->committed + 1)
            return;
        play_case one;
        get_case(r, r->committed, &one);
        slot->log.text[WORKER_LOG_BYTES - 1] = '\0';
        hand_out(r, &one, &slot->result, &slot->log);
        r->committed++;
    }
}

// ---- giving cases to workers --------------------------------------------------------------------

static bool start_worker(run *r, seat *s)
{
    worker_control *control = control_of(r, s);
    memset(control, 0, sizeof *control);
    atomic_store(&control->playing, WORKER_IDLE);
    const worker_task task = {.shared = r->shared,
                              .control = control,
                              .set = r->options->set,
                              .adapter = r->options->adapter,
                              .image = r->options->image,
                              .get_case = get_case_in_worker,
                              .get_case_ctx = r,
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
    s->started = 0;
    s->since_ms = wall_ms();
    s->asked = false;
    s->judged = SEAT_FINE;
    return true;
}

static void post(run *r, seat *s, uint32_t number)
{
    worker_control *control = control_of(r, s);
    const uint32_t posted = atomic_load(&control->posted);
    control->queue[posted % WORKER_QUEUE] = number;
    worker_wake(&control->posted);
}

static uint32_t waiting_at(const run *r, const seat *s)
{
    const worker_control *control = control_of(r, s);
    return atomic_load(&control->posted) - atomic_load(&control->taken);
}

/// The next case to give, or WORKER_STOP when there is none now.
static uint32_t take_case(run *r)
{
    if (r->again_count > 0)
        return r->again[--r->again_count];
    if (r->next >= r->options->count || r->next >= r->committed + WORKER_WINDOW)
        return WORKER_STOP;
    atomic_store(&slot_of(r, r->next)->done, 0);
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
        post(r, s, number);
    }
}

static bool work_waits(const run *r)
{
    return r->again_count > 0 ||
           (r->next < r->options->count && r->next < r->committed + WORKER_WINDOW);
}

static bool fill_seat(run *r, seat *s)
{
    if (r->alone_count > 0) {
        s->alone = true;
        s->given = r->alone[--r->alone_count];
        if (!start_worker(r, s))
            return false;
        post(r, s, s->given);
        post(r, s, WORKER_STOP);
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

static bool fill_seats(run *r)
{
    for (unsigned i = 0; i < r->jobs; i++) {
        seat *s = &r->seats[i];
        if (s->pid == 0 && !fill_seat(r, s))
            return false;
        if (s->pid != 0 && !s->alone)
            feed(r, s);
    }
    return true;
}

// ---- what became of a worker --------------------------------------------------------------------

/// What a worker's end says about the case that it played.
static void describe_end(const seat *s, const worker_control *control, int status, char *text,
                         size_t bytes)
{
    const uint32_t closed = atomic_load(&control->closed);
    const uint64_t kept = atomic_load(&control->kept_bytes);
    if (s->judged == SEAT_HUNG)
        snprintf(text, bytes, "the slave's code does not come back: simulated time stands still");
    else if (s->judged == SEAT_ATE)
        snprintf(text, bytes, "the slave takes memory without end");
    else if (kept > 0)
        snprintf(text, bytes, "the slave took %llu MiB of memory in this case and kept them",
                 (unsigned long long)(kept >> 20));
    else if (closed != 0)
        snprintf(text, bytes, "the slave closed file descriptor%s",
                 closed == 6   ? "s 1 and 2"
                 : closed == 2 ? " 1"
                               : " 2");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
        snprintf(text, bytes, "the slave called abort() (SIGABRT)");
    else if (WIFSIGNALED(status))
        snprintf(text, bytes, "the slave was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
    else if (atomic_load(&control->end) == WORKER_EXITED)
        snprintf(text, bytes, "the slave called exit(%d)", atomic_load(&control->end_status));
    else
        snprintf(text, bytes, "the slave ended the process with status %d", WEXITSTATUS(status));
}

static const char *rule_of_end(const seat *s, const worker_control *control)
{
    if (s->judged == SEAT_HUNG)
        return "hang";
    return s->judged == SEAT_ATE || atomic_load(&control->kept_bytes) > 0 ? "memory" : "crash";
}

/// Whether the end may be laid to the slave: its code was running, or it left traces. Memory gives
/// out in the slave's code or in the engine's, but it is the slave that ate it, so a death without
/// a word (SIGKILL) counts as the slave's.
static bool slave_did_it(const seat *s, const worker_control *control)
{
    if (s->judged == SEAT_LATE)
        return false;
    if (s->judged == SEAT_HUNG || s->judged == SEAT_ATE || atomic_load(&control->closed) != 0 ||
        atomic_load(&control->kept_bytes) > 0)
        return true;
    return atomic_load(&control->end) == WORKER_LIVES || atomic_load(&control->in_slave);
}

static void result_of_end(const run *r, const seat *s, int status, uint32_t index,
                          play_result *result)
{
    const worker_control *control = control_of(r, s);
    char text[160];
    memset(result, 0, sizeof *result);
    result->index = index;
    result->simulated_ps = atomic_load(&control->now_ps);
    describe_end(s, control, status, text, sizeof text);
    if (slave_did_it(s, control)) {
        result->verdict = PLAY_FAIL;
        result->findings = 1;
        play_finding_by_runner(&result->finding[0], rule_of_end(s, control), result->simulated_ps,
                               text);
        result->finding[0].verdict = PLAY_FAIL;
        result->finding[0].point = -1;
        snprintf(result->finding[0].blame, sizeof result->finding[0].blame, "slave");
        return;
    }
    result->verdict = PLAY_ERROR;
    if (s->judged == SEAT_LATE)
        snprintf(result->reason, sizeof result->reason, "budget: %u s of wall time are spent",
                 r->limits.wall_ms / 1000);
    else if (WIFSIGNALED(status))
        snprintf(result->reason, sizeof result->reason,
                 "i2cproof itself was ended by SIG%s in this case", sigabbrev_np(WTERMSIG(status)));
    else
        snprintf(result->reason, sizeof result->reason,
                 "i2cproof itself ended with status %d in this case", WEXITSTATUS(status));
}

static void conclude_alone(run *r, seat *s, int status)
{
    worker_slot *slot = slot_of(r, s->given);
    if (atomic_load(&slot->done) == s->given + 1)
        return;
    play_case one;
    get_case(r, s->given, &one);
    result_of_end(r, s, status, one.index, &slot->result);
    worker_log_take(s->log, &slot->log);
    atomic_store(&slot->done, s->given + 1);
}

static bool in_window(const run *r, uint32_t number)
{
    return number >= r->committed && number < r->next;
}

/// The case that was being played is repeated alone; those behind it go to others.
static void take_back(run *r, const seat *s)
{
    const worker_control *control = control_of(r, s);
    const uint32_t playing = atomic_load(&control->playing);
    const uint32_t posted = atomic_load(&control->posted);
    if (in_window(r, playing) && atomic_load(&slot_of(r, playing)->done) != playing + 1) {
        assert(r->alone_count < WORKER_WINDOW);
        r->alone[r->alone_count++] = playing;
    }
    for (uint32_t i = atomic_load(&control->taken); i != posted; i++) {
        const uint32_t number = control->queue[i % WORKER_QUEUE];
        if (number == WORKER_STOP || number == playing || !in_window(r, number))
            continue;
        assert(r->again_count < WORKER_WINDOW);
        r->again[r->again_count++] = number;
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

// ---- the watchdog -------------------------------------------------------------------------------

static void end_worker(seat *s, seat_judged judged)
{
    s->judged = judged;
    kill(-s->pid, SIGKILL);
    kill(s->pid, SIGKILL);
}

/// CPU time of a process, seen from outside.
static uint64_t cpu_ms_of(pid_t pid)
{
    clockid_t id;
    struct timespec spent = {0};
    if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &spent) != 0)
        return 0;
    return (uint64_t)spent.tv_sec * 1000 + (uint64_t)spent.tv_nsec / 1000000;
}

/// Memory that a process really has.
static uint64_t resident_bytes_of(pid_t pid)
{
    char path[48];
    char line[128] = "";
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    const char *resident = fgets(line, sizeof line, file) == NULL ? NULL : strchr(line, ' ');
    fclose(file);
    return resident == NULL ? 0 : strtoull(resident, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void ask(const run *r, seat *s, uint64_t now)
{
    s->asked = true;
    s->asked_ms = now;
    s->asked_cpu_ms = cpu_ms_of(s->pid);
    s->probes = atomic_load(&control_of(r, s)->answers);
    kill(s->pid, SIGUSR1);
}

/// The worker has answered a probe: is it where it was, and has it spent its time there?
static void weigh_answer(const run *r, seat *s, uint64_t now)
{
    const worker_control *control = control_of(r, s);
    const uint64_t now_ps = atomic_load(&control->now_ps);
    const uint64_t cpu_ms = atomic_load(&control->cpu_ms);
    const bool in_slave = atomic_load(&control->in_slave);
    s->asked = false;
    if (!s->known || s->first_now_ps != now_ps || !in_slave) {
        s->known = true;
        s->first_now_ps = now_ps;
        s->first_cpu_ms = cpu_ms;
    } else if (cpu_ms - s->first_cpu_ms >= r->limits.hang_cpu_ms) {
        end_worker(s, SEAT_HUNG);
        return;
    }
    if (now - s->since_ms >= r->limits.wall_ms)
        end_worker(s, in_slave && s->first_now_ps == now_ps ? SEAT_HUNG : SEAT_LATE);
}

/// Only a slave that blocks signals does not answer: it had the CPU for long enough, or all of its
/// time is over.
static bool is_deaf(const run *r, const seat *s, uint64_t now)
{
    const uint64_t cpu_ms = cpu_ms_of(s->pid);
    if (now - s->asked_ms < ANSWER_MS)
        return false;
    return cpu_ms >= s->asked_cpu_ms + r->limits.hang_cpu_ms ||
           now - s->since_ms >= r->limits.wall_ms;
}

static void watch(const run *r, seat *s, uint64_t now)
{
    const worker_control *control = control_of(r, s);
    const uint32_t started = atomic_load(&control->started);
    if (started != s->started || atomic_load(&control->playing) == WORKER_IDLE) {
        s->started = started;
        s->since_ms = now;
        s->asked = false;
        s->known = false;
        return;
    }
    if (s->judged != SEAT_FINE || now - s->since_ms < LOOK_MS)
        return;
    // The bound on address space comes first, where a process can have one.
    if (resident_bytes_of(s->pid) > 2 * r->limits.memory_bytes) {
        end_worker(s, SEAT_ATE);
        return;
    }
    if (now - s->since_ms < r->limits.hang_cpu_ms / 4)
        return;
    if (!s->asked)
        ask(r, s, now);
    else if (atomic_load(&control->answers) != s->probes)
        weigh_answer(r, s, now);
    else if (is_deaf(r, s, now))
        end_worker(s, SEAT_HUNG);
}

static void watch_all(const run *r)
{
    const uint64_t now = wall_ms();
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->seats[i].pid != 0)
            watch(r, &r->seats[i], now);
}

// ---- the run ------------------------------------------------------------------------------------

static bool all_done(const run *r)
{
    return r->committed >= r->options->count;
}

static bool run_loop(run *r)
{
    while (!all_done(r) && !r->stopped && caught_signal == 0) {
        const uint32_t seen = atomic_load(&r->shared->event);
        bury(r);
        commit(r);
        if (all_done(r) || r->stopped)
            break;
        if (!fill_seats(r))
            return false;
        watch_all(r);
        if (r->options->on_progress != NULL)
            r->options->on_progress(r->options->on_progress_ctx, r->committed);
        worker_wait(&r->shared->event, seen, LOOK_MS);
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
    bool fine = r->seats != NULL && r->shared != NULL;
    for (unsigned i = 0; r->seats != NULL && i < r->jobs; i++) {
        r->seats[i].log = fine ? worker_log_new() : -1;
        fine = fine && r->seats[i].log >= 0;
    }
    if (!fine)
        snprintf(r->message, r->message_bytes, "cannot set up %u workers: %s", r->jobs,
                 strerror(errno));
    return fine;
}

static runner_status status_of(const run *r, bool fine)
{
    if (caught_signal != 0)
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
        event_of_run = &r->shared->event;
        handle(SIGCHLD, on_child_signal);
        fine = run_loop(r);
        end_all(r);
        event_of_run = NULL;
        sigaction(SIGCHLD, &before, NULL);
    }
    if (r->shared != NULL)
        munmap(r->shared, r->shared_bytes);
    free(r->seats);
    return status_of(r, fine);
}

/// Our streams while the slave's prints go elsewhere; for play_here() alone.
typedef struct {
    int log;        ///< the slave's
    int out, error; ///< ours, kept aside
} streams;

static bool streams_keep(streams *kept)
{
    kept->log = worker_log_new();
    kept->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    kept->error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    return kept->log >= 0 && kept->out >= 0 && kept->error >= 0;
}

static void streams_to_slave(const streams *kept)
{
    fflush(NULL);
    dup2(kept->log, STDOUT_FILENO);
    dup2(kept->log, STDERR_FILENO);
}

static void streams_to_us(const streams *kept)
{
    fflush(NULL);
    dup2(kept->out, STDOUT_FILENO);
    dup2(kept->error, STDERR_FILENO);
}

static void streams_end(const streams *kept)
{
    close(kept->log);
    close(kept->out);
    close(kept->error);
}

static void play_one_here(run *r, play_stage *stage, const streams *kept)
{
    static play_result result;
    static worker_log log;
    play_case one;
    get_case(r, r->committed, &one);
    streams_to_slave(kept);
    worker_play(stage, r->options->set, &one, &result);
    streams_to_us(kept);
    worker_log_take(kept->log, &log);
    hand_out(r, &one, &result, &log);
    r->committed++;
}

static runner_status play_here(run *r)
{
    streams kept;
    const play_stage_options stage_options = {.adapter = r->options->adapter,
                                              .image = r->options->image};
    play_stage *stage = play_stage_new(r->options->set, &stage_options);
    const bool fine = streams_keep(&kept) && stage != NULL;
    if (!fine)
        snprintf(r->message, r->message_bytes, "cannot set up a case: %s",
                 stage == NULL ? "out of memory" : strerror(errno));
    while (fine && !all_done(r) && !r->stopped && caught_signal == 0) {
        play_one_here(r, stage, &kept);
        if (r->options->on_progress != NULL)
            r->options->on_progress(r->options->on_progress_ctx, r->committed);
    }
    streams_end(&kept);
    play_stage_free(stage);
    return status_of(r, fine);
}

static runner_limits with_defaults(runner_limits limits)
{
    if (limits.hang_cpu_ms == 0)
        limits.hang_cpu_ms = 1000;
    if (limits.wall_ms == 0)
        limits.wall_ms = 10000;
    if (limits.memory_bytes == 0)
        limits.memory_bytes = memory_default_bytes;
    return limits;
}

runner_status runner_play(const runner_options *options, char *message, size_t message_bytes)
{
    run r = {.options = options,
             .limits = with_defaults(options->limits),
             .jobs = options->limits.jobs,
             .message = message,
             .message_bytes = message_bytes};
    message[0] = '\0';
    if (options->count == 0)
        return RUNNER_DONE;
    return r.jobs == 0 ? play_here(&r) : play_in_workers(&r);
}

// ---- a job apart --------------------------------------------------------------------------------

static bool wait_for(pid_t pid, unsigned most_ms, int *status)
{
    const uint64_t begin = wall_ms();
    const struct timespec pause = {.tv_nsec = 500000};
    for (;;) {
        const pid_t got = waitpid(pid, status, WNOHANG);
        if (got == pid)
            return true;
        if ((got < 0 && errno != EINTR) || wall_ms() - begin > most_ms || caught_signal != 0)
            return false;
        nanosleep(&pause, NULL);
    }
}

enum { APART_TRUE = 0, APART_FALSE = 1, APART_LIVES = 2 };

static void describe_apart(bool in_time, unsigned wall_ms_given, int status, char *end,
                           size_t bytes)
{
    end[0] = '\0';
    if (!in_time)
        snprintf(end, bytes, "did not come back within %u s", wall_ms_given / 1000);
    else if (WIFSIGNALED(status))
        snprintf(end, bytes, "was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
    else if (WEXITSTATUS(status) >= APART_LIVES)
        snprintf(end, bytes, "ended with status %d", WEXITSTATUS(status));
}

static bool wait_apart(pid_t pid, unsigned most_ms, char *end, size_t end_bytes)
{
    int status = 0;
    const bool in_time = wait_for(pid, most_ms, &status);
    if (!in_time) {
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (end != NULL)
        describe_apart(in_time, most_ms, status, end, end_bytes);
    return in_time && WIFEXITED(status) && WEXITSTATUS(status) == APART_TRUE;
}

bool runner_apart(const runner_limits *given, runner_job_fn *job, void *ctx, char *end,
                  size_t end_bytes)
{
    const runner_limits limits = with_defaults(*given);
    fflush(NULL);
    const int log = worker_log_new();
    const pid_t pid = log < 0 ? -1 : fork();
    if (pid == 0) {
        worker_enclose(log, limits.memory_bytes);
        _exit(job(ctx) ? APART_TRUE : APART_FALSE);
    }
    if (pid < 0 && end != NULL)
        snprintf(end, end_bytes, "could not be started: %s", strerror(errno));
    const bool fine = pid > 0 && wait_apart(pid, limits.wall_ms, end, end_bytes);
    if (log >= 0)
        close(log);
    return fine;
}
