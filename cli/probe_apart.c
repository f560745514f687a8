#include "cli/probe_apart.h"

#include "cli/runner.h"
#include "cli/worker.h"

#include <stdio.h>
#include <sys/mman.h>

/// A question on one bus takes a fraction of a second, with sanitizers seconds.
#ifdef __SANITIZE_ADDRESS__
enum { QUESTION_WALL_MS = 40000, QUESTION_CPU_MS = 20000 };
#else
enum { QUESTION_WALL_MS = 10000, QUESTION_CPU_MS = 4000 };
#endif

/// What the process of the questions shares with us.
typedef struct {
    probe_report report;
    worker_crash crash;
    uint64_t ready_ps;
} probe_shared;

typedef struct {
    const probe_options *options;
    probe_shared *shared;
} probe_job;

static void begin_question(void *ctx, const char *question)
{
    (void)ctx;
    (void)question; // the report has it
    runner_apart_step(QUESTION_WALL_MS, "the slave");
}

static bool run_probe(void *ctx)
{
    const probe_job *job = ctx;
    worker_keep_crash(job->options->adapter, job->options->image, &job->shared->crash);
    return probe_run(job->options, &job->shared->report);
}

/// In the words of the slave's kind, as a run has them; else as the process ended.
static void tell_end(const lineup_slave *one, const probe_shared *shared, char *end, size_t bytes)
{
    const slave_crash crash = shared->crash.crash;
    if (atomic_load(&shared->crash.found) && one->adapter->tell_crash != NULL)
        (void)one->adapter->tell_crash(one->image, &crash, end, bytes);
}

bool probe_apart(const lineup_slave *one, const master_spec *asker, probe_depth depth,
                 probe_report *report, char *why, size_t why_bytes)
{
    char end[256] = "";
    probe_shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *report = (probe_report){0};
    if (shared == MAP_FAILED) {
        snprintf(why, why_bytes, "out of memory");
        return false;
    }
    const probe_options options = {.slave = one->description,
                                   .adapter = one->adapter,
                                   .image = one->image,
                                   .master = asker,
                                   .without_data = depth == PROBE_FEATURES,
                                   .on_step = begin_question};
    probe_job job = {.options = &options, .shared = shared};
    const runner_limits limits = {.case_ms = QUESTION_WALL_MS, .hang_cpu_ms = QUESTION_CPU_MS};
    const bool fine = runner_apart(&limits, run_probe, &job, end, sizeof end);
    *report = shared->report;
    if (!fine)
        tell_end(one, shared, end, sizeof end);
    munmap(shared, sizeof *shared);
    report->step[sizeof report->step - 1] = '\0';
    report->master[sizeof report->master - 1] = '\0';
    if (!fine)
        snprintf(why, why_bytes, "%s, asked for: %s", end[0] == '\0' ? "no memory" : end,
                 report->step);
    else if (report->hung)
        snprintf(why, why_bytes, "the slave %s, asked for: %s",
                 report->scl_stuck ? "held SCL and did not let go of it" : "hung in a routine",
                 report->step);
    return fine && report->complete;
}

// ---- when it is ready ---------------------------------------------------------------------------

static bool run_late(void *ctx)
{
    const probe_job *job = ctx;
    job->shared->ready_ps = probe_ready_ps(job->options, &job->shared->report);
    return true;
}

void probe_late_start(lineup_slave *one)
{
    slave_description *slave = one->description;
    char why[MASTER_TEXT_BYTES];
    master_spec asker;
    if (slave->ready_ps > 0 || slave->declared[SLAVE_KEY_ADDRESS].line == 0 ||
        !probe_default_master(&asker, slave, why, sizeof why))
        return;
    probe_shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return;
    const probe_options options = {.slave = slave,
                                   .adapter = one->adapter,
                                   .image = one->image,
                                   .master = &asker,
                                   .on_step = begin_question};
    probe_job job = {.options = &options, .shared = shared};
    const runner_limits limits = {.case_ms = QUESTION_WALL_MS, .hang_cpu_ms = QUESTION_CPU_MS};
    if (runner_apart(&limits, run_late, &job, why, sizeof why))
        slave->ready_found_ps = shared->ready_ps;
    munmap(shared, sizeof *shared);
}
