// The cost of a case is taken to be its SCL clocks and, for each time that the slave is made
// afresh, a start: cases of one scenario, master and kind of sweep cost about the same. What a unit
// of that costs is measured here and now, since it hangs on the slave's code and on the machine.
#include "cli/estimate.h"

#include "cli/runner.h"

#include <stdlib.h>
#include <time.h>

enum {
    START_CLOCKS = 50, ///< what a fresh simulation costs, in clocks: found on hosted slaves
    FIRST_ROUND = 32   ///< groups; each round has as many as all before it
};

static const uint64_t patience_ms = 1000;

/// Costs of cases that were played.
typedef struct {
    double cost;
    uint32_t played;
} costs;

/// Groups that differ in their master alone cost about the same.
typedef struct {
    play_case first;
    costs costs;
} kind;

/// Cases that stand next to each other in the set and are alike.
typedef struct {
    play_case first;
    uint32_t cases;
    uint32_t kind;
    double cost; ///< of its first case; 0: it was not played
} group;

typedef struct {
    const play_set *set;
    group *group;
    kind *kind;
    uint32_t groups, kinds, cases; ///< that apply
    uint32_t played;               ///< groups whose first case has been
    uint32_t round_first, stride;
    uint64_t began_ms, first_ms; ///< the sample, the first result of the round
    double took_ms, timed;       ///< from there on, and the cost of what came in that time
    costs all[2];                ///< without a sweep, and with one
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

static uint32_t kind_of(sampling *s, const play_case *one)
{
    for (uint32_t i = s->kinds; i-- > 0;) {
        const play_case *other = &s->kind[i].first;
        if (other->program == one->program && other->scenario == one->scenario &&
            other->sweep == one->sweep)
            return i;
    }
    s->kind[s->kinds].first = *one;
    return s->kinds++;
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

static void add_case(sampling *s, const play_case *one)
{
    if (s->groups == 0 || !are_alike(&s->group[s->groups - 1].first, one)) {
        s->group[s->groups].first = *one;
        s->group[s->groups++].kind = kind_of(s, one);
    }
    s->group[s->groups - 1].cases++;
    s->cases++;
}

static bool gather(sampling *s)
{
    const uint32_t count = play_set_count(s->set);
    s->group = calloc((size_t)count + 1, sizeof *s->group);
    s->kind = calloc((size_t)count + 1, sizeof *s->kind);
    for (uint32_t i = 0; s->group != NULL && s->kind != NULL && i < count; i++) {
        play_case c;
        char reason[256];
        play_set_case(s->set, i, &c);
        if (!play_case_applies(s->set, &c, reason, sizeof reason))
            continue;
        add_case(s, &c);
    }
    // The golden section: wherever the sample ends, its members come evenly from all of the set.
    s->stride = (uint32_t)((uint64_t)s->groups * 618 / 1000) | 1;
    while (s->groups > 0 && common_divisor(s->groups, s->stride) != 1)
        s->stride++;
    return s->groups > 0;
}

static group *nth(const sampling *s, uint32_t number)
{
    return &s->group[(uint64_t)number * s->stride % s->groups];
}

static bool get_case(void *ctx, uint32_t number, play_case *one)
{
    const sampling *s = ctx;
    *one = nth(s, s->round_first + number)->first;
    return true;
}

static void add_cost(costs *to, double cost)
{
    to->cost += cost;
    to->played++;
}

static bool take_result(void *ctx, const play_case *one, const play_result *result,
                        const worker_log *log)
{
    (void)log;
    sampling *s = ctx;
    group *g = nth(s, s->played++);
    const uint64_t now_ms = wall_ms();
    g->cost = (double)result->scl_clocks + START_CLOCKS * (double)(1 + result->points);
    add_cost(&s->kind[g->kind].costs, g->cost);
    add_cost(&s->all[one->sweep >= 0], g->cost);
    // A run starts its workers once, a round does so for a few cases.
    if (s->played == s->round_first + 1)
        s->first_ms = now_ms;
    else
        s->timed += g->cost;
    return now_ms - s->began_ms < 2 * patience_ms;
}

/// The cost of all cases.
static double whole(const sampling *s)
{
    double cost = 0;
    for (uint32_t i = 0; i < s->groups; i++) {
        const group *g = &s->group[i];
        const costs *alike = &s->kind[g->kind].costs;
        if (alike->played == 0)
            alike = &s->all[g->first.sweep >= 0];
        if (alike->played == 0)
            alike = &s->all[g->first.sweep < 0];
        cost += g->cases * (g->cost > 0 ? g->cost : alike->cost / alike->played);
    }
    return cost;
}

/// Results come in the order of the cases: were the sample ended in the middle of a round, the time
/// of some that are done, but not told of, would count. False when nothing more is to be played.
static bool play_round(sampling *s, const lineup_slave *one, unsigned jobs)
{
    char message[256];
    const uint32_t left = s->groups - s->played;
    const uint32_t wanted = s->played == 0 ? FIRST_ROUND : s->played;
    s->round_first = s->played;
    const runner_options options = {.set = one->set,
                                    .adapter = one->adapter,
                                    .image = one->image,
                                    .limits = {.jobs = jobs},
                                    .count = wanted < left ? wanted : left,
                                    .get_case = get_case,
                                    .get_case_ctx = s,
                                    .on_result = take_result,
                                    .on_result_ctx = s};
    const bool done = runner_play(&options, message, sizeof message) == RUNNER_DONE;
    s->took_ms += (double)(wall_ms() - s->first_ms);
    // The next round takes as long as all before it.
    return done && s->played < s->groups && 2 * (wall_ms() - s->began_ms) < patience_ms;
}

bool estimate_run(const lineup_slave *one, unsigned jobs, estimate *made)
{
    sampling s = {.set = one->set};
    s.began_ms = wall_ms();
    if (gather(&s)) {
        s.began_ms = wall_ms();
        while (play_round(&s, one, jobs))
            ;
    }
    if (s.played > 0) {
        const double all_ms = (double)(wall_ms() - s.began_ms);
        const double one_ms = s.timed > 0 ? s.took_ms / s.timed : all_ms / whole(&s);
        made->run_ms = (uint64_t)(one_ms * whole(&s) + 0.5);
        made->played = s.played;
        made->cases = s.cases;
    }
    free(s.group);
    free(s.kind);
    return s.played > 0 && runner_caught() == 0;
}
