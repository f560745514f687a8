// One job in a process of its own.
#include "cli/runner_private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool wait_for(pid_t pid, unsigned most_ms, int *status)
{
    const uint64_t begin = clock_wall_ms();
    const struct timespec pause = {.tv_nsec = 500000};
    for (;;) {
        const pid_t got = waitpid(pid, status, WNOHANG);
        if (got == pid)
            return true;
        if ((got < 0 && errno != EINTR) || clock_wall_ms() - begin > most_ms ||
            runner_caught() != 0)
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
    const runner_limits limits = runner_limits_filled(*given);
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
