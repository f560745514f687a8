// The cost of a case is taken to be its SCL clocks and, for each time that the slave is made
// afresh, a start: cases of one scenario, master and kind of sweep cost about the same. What a unit
// of that costs is measured here and now, since it hangs on the slave's code and on the machine.
#include "cli/estimate.h"

#include "cli/runner.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PATIENCE_MS = 1000,
    START_CLOCKS = 50 ///< what a fresh simulation costs, in clocks: found on hosted slaves
};

/// Cases that stand next to each other in the set and are alike.
typedef struct {
    play_case first;
    uint32_t cases;
} group;

typedef struct {
    const play_set *set;
    group *group;
    uint32_t groups, cases; ///< that apply
    uint32_t played;        ///< groups whose first case has been
    uint64_t began_ms;
    double sample, whole; ///< cost of what was played, and of the groups it stands for
    uint32_t stood_for;   ///< cases in these groups
} sampling;

static uint64_t wall_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool are_alike(const play_case *a, const play_case *b)
{
    return a->program == b->program && a->scenario == b->scenario && a->master == b->master &&
           a->sweep == b->sweep;
}

static bool gather(sampling *s)
{
    const uint32_t count = play_set_count(s->set);
    s->group = calloc((size_t)count + 1, sizeof *s->group);
    for (uint32_t i = 0; s->group != NULL && i < count; i++) {
        play_case c;
        char reason[256];
        play_set_case(s->set, i, &c);
        if (!play_case_applies(s->set, &c, reason, sizeof reason))
            continue;
        if (s->groups == 0 || !are_alike(&s->group[s->groups - 1].first, &c))
            s->group[s->groups++].first = c;
        s->group[s->groups - 1].cases++;
        s->cases++;
    }
    return s->groups > 0;
}

/// The sample may end early: its members are taken from all over the set, in steps.
static group *nth(const sampling *s, uint32_t number)
{
    enum { STEPS = 8 };
    const uint32_t whole = s->groups / STEPS * STEPS;
    if (number >= whole)
        return &s->group[number];
    return &s->group[number % (s->groups / STEPS) * STEPS + number / (s->groups / STEPS)];
}

static bool get_case(void *ctx, uint32_t number, play_case *one)
{
    *one = nth(ctx, number)->first;
    return true;
}

static bool take_result(void *ctx, const play_case *one, const play_result *result,
                        const worker_log *log)
{
    (void)one;
    (void)log;
    sampling *s = ctx;
    const group *g = nth(s, s->played++);
    const double cost = (double)result->scl_clocks + START_CLOCKS * (double)(1 + result->points);
    s->sample += cost;
    s->whole += cost * g->cases;
    s->stood_for += g->cases;
    return wall_ms() - s->began_ms < PATIENCE_MS;
}

bool estimate_run(const lineup_slave *one, unsigned jobs, estimate *made)
{
    char message[256];
    sampling s = {.set = one->set};
    runner_status status = RUNNER_FAILED;
    s.began_ms = wall_ms();
    if (gather(&s)) {
        const runner_options options = {.set = one->set,
                                        .adapter = one->adapter,
                                        .image = one->image,
                                        .limits = {.jobs = jobs},
                                        .count = s.groups,
                                        .get_case = get_case,
                                        .get_case_ctx = &s,
                                        .on_result = take_result,
                                        .on_result_ctx = &s};
        status = runner_play(&options, message, sizeof message);
    }
    const double took_ms = (double)(wall_ms() - s.began_ms);
    const bool fine = (status == RUNNER_DONE || status == RUNNER_STOPPED) && s.played > 0;
    if (fine) {
        const double known = took_ms * s.whole / s.sample;
        made->run_ms = (uint64_t)(known * s.cases / s.stood_for + 0.5);
        made->played = s.played;
        made->cases = s.cases;
    }
    free(s.group);
    return fine;
}
