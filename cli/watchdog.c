// The watchdog over the workers. It asks a worker where it is by a signal, whose handler answers in
// shared memory; a slave hangs when CPU time goes by in its code and simulated time stands still.
#include "cli/runner_private.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    ANSWER_MS = 1000, ///< a worker that has not answered a probe by then never will
    SLEEP_MS = 2000   ///< wall time that the slave's code may sleep at one instant
};

static void end_worker(seat *s, seat_judged judged)
{
    s->judged = judged;
    kill(-s->pid, SIGKILL);
    kill(s->pid, SIGKILL);
}

uint64_t run_cpu_ms_of(pid_t pid)
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
    s->asked_cpu_ms = run_cpu_ms_of(s->pid);
    s->probes = atomic_load(&run_control(r, s)->answers);
    kill(s->pid, SIGUSR1);
}

bool run_sleeps(pid_t pid)
{
    char path[48];
    char line[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    const char *name_end = fgets(line, sizeof line, file) == NULL ? NULL : strrchr(line, ')');
    fclose(file);
    return name_end != NULL && name_end[1] == ' ' && strchr("SDT", name_end[2]) != NULL;
}

/// The case has had its time: of the CPU, for others may want that, too; asleep, of the clock.
static bool is_late(const run *r, const seat *s, uint64_t now)
{
    const uint64_t cpu_ms = run_cpu_ms_of(s->pid);
    return cpu_ms >= s->since_cpu_ms + r->limits.case_ms ||
           (now - s->since_ms >= r->limits.case_ms && run_sleeps(s->pid));
}

/// The worker has answered a probe: is it where it was, and has it spent its time there?
static void weigh_answer(const run *r, seat *s, uint64_t now)
{
    const worker_control *control = run_control(r, s);
    const uint64_t now_ps = atomic_load(&control->now_ps);
    const uint64_t cpu_ms = atomic_load(&control->cpu_ms);
    const bool in_slave = atomic_load(&control->in_slave);
    const bool stands_still = s->known && s->first_now_ps == now_ps && in_slave;
    s->asked = false;
    if (!stands_still) {
        s->known = true;
        s->first_now_ps = now_ps;
        s->first_cpu_ms = cpu_ms;
        s->first_ms = now;
    } else if (cpu_ms - s->first_cpu_ms >= r->limits.hang_cpu_ms ||
               (now - s->first_ms >= SLEEP_MS && run_sleeps(s->pid))) {
        end_worker(s, SEAT_HUNG);
        return;
    }
    if (is_late(r, s, now))
        end_worker(s, stands_still ? SEAT_HUNG : SEAT_LATE);
}

/// Only a slave that blocks signals does not answer: it had the CPU for long enough, or all of its
/// time is over.
static bool is_deaf(const run *r, const seat *s, uint64_t now)
{
    const uint64_t cpu_ms = run_cpu_ms_of(s->pid);
    if (now - s->asked_ms < ANSWER_MS)
        return false;
    return cpu_ms >= s->asked_cpu_ms + r->limits.hang_cpu_ms || is_late(r, s, now);
}

static void watch(const run *r, seat *s, uint64_t now)
{
    const worker_control *control = run_control(r, s);
    const uint32_t started = atomic_load(&control->started);
    if (started != s->started || atomic_load(&control->playing) == WORKER_IDLE) {
        s->started = started;
        s->since_ms = now;
        s->since_cpu_ms = run_cpu_ms_of(s->pid);
        s->asked = false;
        s->known = false;
        return;
    }
    if (s->judged != SEAT_FINE || now - s->since_ms < RUNNER_LOOK_MS)
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

void watchdog_look(const run *r)
{
    const uint64_t now = clock_wall_ms();
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->seats[i].pid != 0)
            watch(r, &r->seats[i], now);
}

void watchdog_begin(seat *s)
{
    s->started = 0;
    s->since_ms = clock_wall_ms();
    s->since_cpu_ms = 0;
    s->asked = false;
    s->judged = SEAT_FINE;
}
