// One job in a process of its own.
#include "cli/runner_private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { APART_WHO_BYTES = 64 };

/// What the process tells of its job. Its exit status tells nothing: the job may run code of a
/// slave, which can leave with any.
typedef struct {
    _Atomic bool came_back;
    _Atomic bool answer; ///< of the job
    _Atomic bool exited; ///< exit() was called before that
    _Atomic int exit_status;
    _Atomic unsigned steps; ///< counts runner_apart_step()
    _Atomic unsigned most_ms;
    char who[APART_WHO_BYTES];
} apart_told;

/// In the process of a job only: runner_apart_step() and exit() have no other way to it.
static apart_told *here;

static void on_exit_called(int status, void *unused)
{
    (void)unused;
    atomic_store(&here->exit_status, status);
    atomic_store(&here->exited, true);
    _exit(0);
}

void runner_apart_step(unsigned most_ms, const char *who)
{
    if (here == NULL)
        return;
    snprintf(here->who, sizeof here->who, "%s", who);
    atomic_store(&here->most_ms, most_ms);
    atomic_fetch_add(&here->steps, 1);
}

/// The step has had its time: of the CPU, for others may want that, too; asleep, of the clock.
static bool is_over(pid_t pid, const apart_told *told, uint64_t begin, uint64_t begin_cpu,
                    unsigned most_cpu_ms)
{
    const unsigned most_ms = atomic_load(&told->most_ms);
    const uint64_t spent_ms = run_cpu_ms_of(pid); // 0 when it has just ended
    const uint64_t cpu_ms = spent_ms > begin_cpu ? spent_ms - begin_cpu : 0;
    return (most_cpu_ms > 0 && cpu_ms > most_cpu_ms) || cpu_ms > most_ms ||
           (clock_wall_ms() - begin > most_ms && run_sleeps(pid));
}

/// Each step has its own time. `most_cpu_ms` 0: it is not asked for less of the CPU than that.
static bool wait_for(pid_t pid, const apart_told *told, unsigned most_cpu_ms, int *status)
{
    uint64_t begin = clock_wall_ms();
    uint64_t begin_cpu = run_cpu_ms_of(pid);
    unsigned step = atomic_load(&told->steps);
    const struct timespec pause = {.tv_nsec = 500000};
    for (;;) {
        const pid_t got = waitpid(pid, status, WNOHANG);
        if (got == pid)
            return true;
        if (step != atomic_load(&told->steps)) {
            step = atomic_load(&told->steps);
            begin = clock_wall_ms();
            begin_cpu = run_cpu_ms_of(pid);
        }
        if ((got < 0 && errno != EINTR) || runner_caught() != 0 ||
            is_over(pid, told, begin, begin_cpu, most_cpu_ms))
            return false;
        nanosleep(&pause, NULL);
    }
}

static void describe_apart(bool in_time, apart_told *told, unsigned most_cpu_ms, int status,
                           char *end, size_t bytes)
{
    char who[APART_WHO_BYTES + 1] = "";
    end[0] = '\0';
    told->who[APART_WHO_BYTES - 1] = '\0';
    if (told->who[0] != '\0')
        snprintf(who, sizeof who, "%s ", told->who);
    if (!in_time && most_cpu_ms > 0)
        snprintf(end, bytes, "%sdid not come back", who);
    else if (!in_time)
        snprintf(end, bytes, "%sdid not come back within %u s", who,
                 atomic_load(&told->most_ms) / 1000);
    else if (WIFSIGNALED(status))
        snprintf(end, bytes, "%swas ended by SIG%s", who, sigabbrev_np(WTERMSIG(status)));
    else if (atomic_load(&told->exited))
        snprintf(end, bytes, "%scalled exit(%d)", who, atomic_load(&told->exit_status));
    else if (!atomic_load(&told->came_back))
        snprintf(end, bytes, "%sended with status %d", who, WEXITSTATUS(status));
}

static bool wait_apart(pid_t pid, apart_told *told, unsigned most_cpu_ms, char *end,
                       size_t end_bytes)
{
    int status = 0;
    const bool in_time = wait_for(pid, told, most_cpu_ms, &status);
    if (!in_time) {
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (end != NULL)
        describe_apart(in_time, told, most_cpu_ms, status, end, end_bytes);
    return in_time && WIFEXITED(status) && atomic_load(&told->came_back) &&
           atomic_load(&told->answer);
}

static _Noreturn void do_job(apart_told *told, int log, uint64_t memory_bytes, runner_job_fn *job,
                             void *ctx)
{
    worker_enclose(log, memory_bytes);
    here = told;
    on_exit(on_exit_called, NULL);
    atomic_store(&told->answer, job(ctx));
    atomic_store(&told->came_back, true);
    _exit(0);
}

bool runner_apart(const runner_limits *given, runner_job_fn *job, void *ctx, char *end,
                  size_t end_bytes)
{
    const runner_limits limits = runner_limits_filled(*given);
    fflush(NULL);
    const int log = worker_log_new();
    apart_told *told =
        mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool fine = false;
    if (told != MAP_FAILED)
        atomic_store(&told->most_ms, limits.case_ms);
    const pid_t pid = log < 0 || told == MAP_FAILED ? -1 : fork();
    if (pid == 0)
        do_job(told, log, limits.memory_bytes, job, ctx);
    if (pid < 0 && end != NULL)
        snprintf(end, end_bytes, "could not be started: %s", strerror(errno));
    if (pid > 0)
        fine = wait_apart(pid, told, given->hang_cpu_ms, end, end_bytes);
    if (told != MAP_FAILED)
        munmap(told, sizeof *told);
    if (log >= 0)
        close(log);
    return fine;
}
