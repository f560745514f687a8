#include "cli/sweep_bench.h"

#include "cli/console.h"
#include "cli/runner.h"
#include "cli/waivers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 4, MESSAGE_BYTES = 512 };

// ---- the cases ----------------------------------------------------------------------------------

static const char *need_of(slave_lateness gate)
{
    static const char *const needs[] = {"tolerates.latency", "tolerates.main_stall",
                                        "tolerates.irq_off"};
    return needs[gate];
}

/// The first points of a gate's scenario are parts of the promise, the others its phases.
static int8_t phase_of(const play_set *set, const play_case *one)
{
    int64_t point = 0;
    if (!play_case_value(set, one, "point", &point))
        return 0;
    return (int8_t)(point < PARTS ? -1 : (point - PARTS) % SWEEP_PHASES);
}

static bool choose_cases(sweep_bench *bench, const char *need)
{
    const uint32_t count = play_set_count(bench->set);
    bench->cases = calloc((size_t)count + 1, sizeof *bench->cases);
    if (bench->cases == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        play_case one;
        char reason[sizeof bench->reason];
        play_set_case(bench->set, i, &one);
        if (play_case_needs(bench->set, &one, need) &&
            play_case_applies(bench->set, &one, reason, sizeof reason))
            bench->cases[bench->case_count++] =
                (gate_case){i, one.master, phase_of(bench->set, &one)};
    }
    return true;
}

/// Whoever sweeps on a master asks whether the two fit together there, at any clock.
static void declare(sweep_bench *bench, const sweep_setting *setting)
{
    slave_description *d = &bench->declared;
    slave_place *place = &d->declared[SLAVE_KEY_TOLERATES];
    *d = *setting->slave->description;
    for (unsigned i = 0; i < setting->master_count; i++)
        bench->tolerance[i] = (slave_tolerance){
            .what = setting->gate, .time_ps = 1, .master = setting->masters[i].text, .line = 1};
    d->tolerances = bench->tolerance;
    d->tolerance_count = setting->master_count;
    d->scl_max_hz = UINT32_MAX;
    if (place->line == 0)
        *place = (slave_place){.path = setting->slave->path, .line = 1, .column = 1};
}

bool sweep_bench_open(sweep_bench *bench, const sweep_setting *setting)
{
    char why[MESSAGE_BYTES] = "";
    *bench = (sweep_bench){.options = setting->options, .slave = setting->slave};
    declare(bench, setting);
    const play_set_options options = {.programs = setting->lineup->program,
                                      .program_count = setting->lineup->program_count,
                                      .masters = setting->masters,
                                      .master_count = setting->master_count,
                                      .seed = setting->options->seed};
    bench->set = play_set_new(&bench->declared, &options, why, sizeof why);
    if (bench->set == NULL)
        console_error("%s: %s", setting->slave->path, why);
    else if (choose_cases(bench, need_of(setting->gate)))
        return true;
    else
        console_error("out of memory");
    return false;
}

void sweep_bench_close(sweep_bench *bench)
{
    play_set_free(bench->set);
    free(bench->cases);
    bench->set = NULL;
    bench->cases = NULL;
}

// ---- playing ------------------------------------------------------------------------------------

typedef struct {
    uint32_t attempt; ///< index of a sweep_try
    uint32_t at;      ///< index into the bench's cases
} job;

typedef struct {
    sweep_bench *bench;
    sweep_try *tries;
    job *jobs;
    uint32_t count;
    uint32_t next; ///< whose result comes next
    waivers waived;
    bool gave_up; ///< the slave hung too often: what is left of this round says nothing
} round_state;

static bool get_case(void *ctx, uint32_t number, play_case *one)
{
    const round_state *r = ctx;
    play_set_case(r->bench->set, r->bench->cases[r->jobs[number].at].number, one);
    one->trial = &r->tries[r->jobs[number].attempt].trial;
    return true;
}

/// The gravest finding, of like ones the first.
static const play_finding *gravest(const play_result *result)
{
    const play_finding *found = NULL;
    for (unsigned i = 0; i < result->findings; i++)
        if (found == NULL || result->finding[i].verdict > found->verdict)
            found = &result->finding[i];
    return found;
}

static void take_fail(sweep_outcome *outcome, unsigned phase, const play_case *one,
                      const play_result *result)
{
    const play_finding *why = gravest(result);
    if (outcome->failed == 0) {
        snprintf(outcome->id, sizeof outcome->id, "%s", one->id);
        if (why != NULL)
            outcome->why = *why;
        if (why == NULL || result->verdict == PLAY_ERROR) {
            snprintf(outcome->why.title, sizeof outcome->why.title, "%s", result->reason);
            snprintf(outcome->why.rule, sizeof outcome->why.rule, "%s",
                     play_verdict_text(result->verdict));
        }
    }
    outcome->failed |= 1u << phase;
}

/// No slave is to blame for that, and yet it is deaf then.
static bool missed_short_start(const play_result *result)
{
    for (unsigned i = 0; i < result->findings; i++)
        if (strcmp(result->finding[i].rule, "short_start") == 0)
            return true;
    return false;
}

static bool take_result(void *ctx, const play_case *one, const play_result *result,
                        const worker_log *log)
{
    round_state *r = ctx;
    const job *j = &r->jobs[r->next++];
    sweep_try *t = &r->tries[j->attempt];
    sweep_bench *bench = r->bench;
    const int8_t asked = bench->cases[j->at].phase;
    const unsigned phase = asked < 0 ? 0 : (unsigned)asked;
    const play_verdict verdict = waivers_verdict(&r->waived, result);
    (void)log;
    if (runner_gave_up(result)) {
        r->gave_up = true;
        t->hung = true;
        return true;
    }
    if (verdict == PLAY_NOT_APPLICABLE) {
        if (bench->reason[0] == '\0')
            snprintf(bench->reason, sizeof bench->reason, "%s", result->reason);
        return true;
    }
    t->outcome->phases |= 1u << phase;
    if (result->longest_hold_ps > t->outcome->longest_hold_ps)
        t->outcome->longest_hold_ps = result->longest_hold_ps;
    if (missed_short_start(result))
        t->outcome->short_start |= 1u << phase;
    // An error is a bus that nobody can end the case on, a master that waits for ever: not served.
    if (verdict >= PLAY_INCOMPATIBLE)
        take_fail(t->outcome, phase, one, result);
    return true;
}

static void show_progress(void *ctx, uint32_t done)
{
    const round_state *r = ctx;
    if (r->bench->on_progress != NULL)
        r->bench->on_progress(r->bench->on_progress_ctx, done, r->count);
}

/// The jobs of all tries that are not decided yet.
static void lay_out(round_state *r, unsigned count, const bool *decided)
{
    const sweep_bench *bench = r->bench;
    r->count = r->next = 0;
    for (unsigned i = 0; i < count; i++) {
        if (decided[i])
            continue;
        *r->tries[i].outcome = (sweep_outcome){0};
        r->tries[i].hung = false;
        for (uint32_t k = 0; k < bench->case_count; k++)
            if (bench->cases[k].master == r->tries[i].master &&
                (bench->cases[k].phase >= 0 || r->tries[i].whole))
                r->jobs[r->count++] = (job){i, k};
    }
}

static bool play_round(round_state *r)
{
    sweep_bench *bench = r->bench;
    char message[MESSAGE_BYTES] = "";
    const runner_options options = {.set = bench->set,
                                    .adapter = bench->slave->adapter,
                                    .image = bench->slave->image,
                                    .limits = {.jobs = bench->options->jobs},
                                    .count = r->count,
                                    .get_case = get_case,
                                    .get_case_ctx = r,
                                    .on_result = take_result,
                                    .on_result_ctx = r,
                                    .on_progress = show_progress,
                                    .on_progress_ctx = r};
    r->gave_up = false;
    const runner_status status = runner_play(&options, message, sizeof message);
    if (status == RUNNER_FAILED)
        snprintf(bench->error, sizeof bench->error, "%s", message);
    return status == RUNNER_DONE;
}

/// What hangs is waited for a few times in a round only. What has failed by then is decided; the
/// others are played anew, without it.
static bool play_rounds(round_state *r, unsigned count, bool *decided)
{
    do {
        lay_out(r, count, decided);
        if (!play_round(r))
            return false;
        for (unsigned i = 0; i < count; i++)
            decided[i] = decided[i] || !r->tries[i].hung || r->tries[i].outcome->failed != 0;
    } while (r->gave_up);
    return true;
}

bool sweep_bench_play(sweep_bench *bench, sweep_try *tries, unsigned count)
{
    round_state r = {.bench = bench,
                     .tries = tries,
                     .jobs = calloc((size_t)bench->case_count * count + 1, sizeof *r.jobs),
                     .waived = {.slave = &bench->declared, .today_ymd = waivers_today()}};
    bool *decided = calloc(count + 1, sizeof *decided);
    bench->error[0] = '\0';
    bool fine = r.jobs != NULL && decided != NULL;
    if (!fine)
        snprintf(bench->error, sizeof bench->error, "out of memory");
    fine = fine && play_rounds(&r, count, decided);
    free(r.jobs);
    free(decided);
    return fine;
}
