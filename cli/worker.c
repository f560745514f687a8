#include "cli/worker.h"

#include "cli/crash.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    KEPT_BYTES_MAX = 32 << 20, ///< a slave that keeps more from a case ends its worker
    SIGNAL_STACK_BYTES = 1 << 16
};

#if WITH_ASAN
size_t __sanitizer_get_current_allocated_bytes(void); // its header is not packaged with gcc
#endif

/// What the signal handlers need. Only in a worker process, which plays one stage in one thread;
/// handlers have no other way to reach it.
static struct {
    worker_control *control;
    const play_stage *stage;
    worker_crash *crash; ///< NULL: it need not be kept
    const slave_adapter *adapter;
    const slave_image *image;
} here;

void worker_wait(_Atomic uint32_t *word, uint32_t seen, unsigned most_ms)
{
    const struct timespec most = {.tv_sec = most_ms / 1000,
                                  .tv_nsec = (long)(most_ms % 1000) * 1000000};
    syscall(SYS_futex, word, FUTEX_WAIT, seen, most_ms == 0 ? NULL : &most, NULL, 0);
}

void worker_wake(_Atomic uint32_t *word)
{
    atomic_fetch_add(word, 1);
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

// ---- the process --------------------------------------------------------------------------------

static void on_fatal_signal(int signal_number, siginfo_t *info, void *context)
{
    if (here.control != NULL && here.stage != NULL) {
        slave_crash crash = crash_of_signal(info, context);
        play_stage_crashes(here.stage, &crash);
        here.control->crash = crash;
        atomic_store(&here.control->in_slave, play_stage_in_slave(here.stage));
        atomic_store(&here.control->now_ps, play_stage_now_ps(here.stage));
        atomic_store(&here.control->end, WORKER_SIGNALLED);
    }
    if (here.crash != NULL && here.adapter->in_slave_code(here.image)) {
        here.crash->crash = crash_of_signal(info, context);
        if (here.adapter->crashes != NULL)
            here.adapter->crashes(here.image, &here.crash->crash);
        atomic_store(&here.crash->found, true);
    }
    // The handler was reset on entry: the second time is the end.
    raise(signal_number);
}

static void on_exit_called(int status, void *unused)
{
    (void)unused;
    if (here.control == NULL)
        return;
    if (here.stage != NULL) {
        atomic_store(&here.control->in_slave, play_stage_in_slave(here.stage));
        atomic_store(&here.control->now_ps, play_stage_now_ps(here.stage));
    }
    atomic_store(&here.control->end_status, status);
    atomic_store(&here.control->end, WORKER_EXITED);
    // Not further: handlers of the parent's libraries have no business here.
    _exit(0);
}

/// The watchdog asks where we are.
static void on_probe(int signal_number)
{
    (void)signal_number;
    struct timespec cpu = {0};
    if (here.control == NULL || here.stage == NULL)
        return;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    atomic_store(&here.control->in_slave, play_stage_in_slave(here.stage));
    atomic_store(&here.control->now_ps, play_stage_now_ps(here.stage));
    atomic_store(&here.control->holds_scl_ps, play_stage_holds_scl_ps(here.stage));
    atomic_store(&here.control->cpu_ms,
                 (uint64_t)cpu.tv_sec * 1000 + (uint64_t)cpu.tv_nsec / 1000000);
    atomic_fetch_add(&here.control->answers, 1);
}

static void handle(int signal_number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static void handle_fatal(int signal_number)
{
    struct sigaction action = {.sa_sigaction = on_fatal_signal,
                               .sa_flags =
                                   (int)SA_RESETHAND | SA_ONSTACK | SA_NODEFER | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static void handle_signals(void)
{
    // A stack of its own: the slave may have used up the other one.
    static char stack[SIGNAL_STACK_BYTES];
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP, SIGXCPU};
    sigset_t none;
    sigaltstack(&other, NULL);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        handle_fatal(fatal[i]);
    handle(SIGUSR1, on_probe, SA_RESTART | SA_ONSTACK);
    handle(SIGINT, SIG_DFL, 0);
    handle(SIGTERM, SIG_DFL, 0);
    handle(SIGCHLD, SIG_DFL, 0);
    handle(SIGPIPE, SIG_IGN, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static uint64_t address_space_bytes(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    char line[128] = "";
    if (fgets(line, sizeof line, file) != NULL)
        pages = strtoull(line, NULL, 10);
    fclose(file);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void bound_memory(uint64_t bytes)
{
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const uint64_t now = address_space_bytes();
    // AddressSanitizer's shadow alone is terabytes of address space.
    if (bytes == 0 || now == 0 || WITH_ASAN)
        return;
    const struct rlimit limit = {now + bytes, now + bytes};
    setrlimit(RLIMIT_AS, &limit);
}

void worker_enclose(int log, uint64_t memory_bytes)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    handle_signals();
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0)
        dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    // What was printed before a crash must have left the buffer.
    setvbuf(stdout, NULL, _IONBF, 0);
    close_range(3, ~0U, 0);
    bound_memory(memory_bytes);
}

// ---- cases --------------------------------------------------------------------------------------

void worker_play(play_stage *stage, const play_set *set, const play_case *one, play_result *result)
{
    (void)set;
    play_run(stage, one, result);
}

static uint64_t memory_in_use(void)
{
#if WITH_ASAN
    return __sanitizer_get_current_allocated_bytes(); // it has an allocator of its own
#endif
    const struct mallinfo2 info = mallinfo2();
    return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}

static uint32_t closed_descriptors(void)
{
    uint32_t closed = 0;
    for (unsigned i = STDOUT_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl((int)i, F_GETFD) < 0)
            closed |= 1U << i;
    return closed;
}

/// Whether the slave left the process in order. If not, the parent repeats the case alone.
static bool in_order(worker_control *control, uint64_t memory_before)
{
    const uint64_t memory = memory_in_use();
    const uint32_t closed = closed_descriptors();
    atomic_store(&control->closed, closed);
    if (memory > memory_before + KEPT_BYTES_MAX)
        atomic_store(&control->kept_bytes, memory - memory_before);
    return closed == 0 && memory <= memory_before + KEPT_BYTES_MAX;
}

static uint32_t next_case(worker_control *control)
{
    const uint32_t taken = atomic_load(&control->taken);
    for (;;) {
        const uint32_t posted = atomic_load(&control->posted);
        if (posted != taken)
            break;
        worker_wait(&control->posted, posted, 0);
    }
    const uint32_t number = control->queue[taken % WORKER_QUEUE];
    if (number != WORKER_STOP) {
        atomic_store(&control->playing, number);
        atomic_store(&control->holds_scl_ps, 0);
        atomic_fetch_add(&control->started, 1);
    }
    atomic_store(&control->taken, taken + 1);
    return number;
}

static void publish_counters(const worker_task *task, uint32_t number)
{
    size_t bytes = 0;
    if (task->counter_bytes == 0)
        return;
    void *of_case = task->adapter->counters(task->image, &bytes);
    memcpy(task->counters + number % WORKER_WINDOW * bytes, of_case, bytes);
    memset(of_case, 0, bytes);
}

static void publish(const worker_task *task, uint32_t number, const play_result *result)
{
    worker_slot *slot = &task->shared->slot[number % WORKER_WINDOW];
    slot->result = *result;
    worker_log_take(STDOUT_FILENO, &slot->log);
    publish_counters(task, number);
    // In this order: a worker that dies in between has played its case.
    atomic_store(&slot->done, number + 1);
    atomic_store(&task->control->playing, WORKER_IDLE);
    worker_wake(&task->shared->event);
}

static bool play_next(const worker_task *task, play_stage *stage)
{
    // Not on the stack: a slave that runs over its own would meet it there.
    static play_result result;
    play_case one;
    const uint32_t number = next_case(task->control);
    if (number == WORKER_STOP)
        return false;
    const bool known = task->get_case(task->get_case_ctx, number, &one);
    assert(known);
    const uint64_t memory = memory_in_use();
    worker_play(stage, task->set, &one, &result);
    if (!in_order(task->control, memory))
        _exit(0); // with `playing` set: the parent sees who it was
    publish(task, number, &result);
    return true;
}

void worker_keep_crash(const slave_adapter *adapter, const slave_image *image, worker_crash *where)
{
    here.adapter = adapter;
    here.image = image;
    here.crash = where;
}

_Noreturn void worker_live(const worker_task *task)
{
    worker_enclose(task->log, task->memory_bytes);
    const play_stage_options options = {.adapter = task->adapter,
                                        .image = task->image,
                                        .on_print = worker_log_print,
                                        .numbers_accesses = task->numbers_accesses};
    play_stage *stage = play_stage_new(task->set, &options);
    if (stage == NULL)
        _exit(1);
    here.control = task->control;
    here.stage = stage;
    on_exit(on_exit_called, NULL);
    while (play_next(task, stage)) {
    }
    _exit(0);
}
