#include "cli/good_run.h"

#include <stdlib.h>

enum { LOOK_MAX = 4096 }; ///< cases looked at on each side

bool passed_cases_init(passed_cases *passed, uint32_t count)
{
    *passed = (passed_cases){.bits = calloc((size_t)count / 8 + 1, 1), .count = count};
    return passed->bits != NULL;
}

void passed_cases_free(passed_cases *passed)
{
    free(passed->bits);
    *passed = (passed_cases){.bits = NULL};
}

void passed_cases_add(passed_cases *passed, uint32_t index)
{
    if (index < passed->count)
        passed->bits[index / 8] = (uint8_t)((unsigned)passed->bits[index / 8] | 1u << index % 8);
}

static bool has_passed(const passed_cases *passed, uint32_t index)
{
    return index < passed->count && ((unsigned)passed->bits[index / 8] >> index % 8 & 1u) != 0;
}

static bool is_alike(const play_case *a, const play_case *b)
{
    return a->program == b->program && a->scenario == b->scenario;
}

/// How unlike two cases of a scenario are.
static unsigned distance(const play_case *a, const play_case *b)
{
    unsigned values = 0;
    for (unsigned i = 0; i < a->fors && i < b->fors; i++)
        values += a->value[i] != b->value[i];
    return (a->master != b->master ? 2u * PLAY_FOR_MAX : 0) + values;
}

static unsigned neighbours(const play_case *bad, play_case good[GOOD_RUNS])
{
    static const int32_t steps[GOOD_RUNS] = {-1, 1, -2, 2};
    unsigned count = 0;
    for (unsigned i = 0; i < GOOD_RUNS; i++) {
        if (bad->point + steps[i] < 0)
            continue;
        good[count] = *bad;
        good[count++].point = bad->point + steps[i];
    }
    return count;
}

/// Looks from the bad case on in one direction; cases of a scenario stand together.
static void look(const play_set *set, const passed_cases *passed, const play_case *bad, int step,
                 play_case *best, unsigned *least)
{
    play_case one;
    uint32_t index = bad->index;
    for (unsigned i = 0; i < LOOK_MAX; i++) {
        index = step < 0 ? index - 1 : index + 1;
        if (index >= play_set_count(set)) // also below 0
            return;
        play_set_case(set, index, &one);
        if (!is_alike(&one, bad))
            return;
        if (!has_passed(passed, index) || one.sweep != bad->sweep || distance(&one, bad) >= *least)
            continue;
        *best = one;
        *least = distance(&one, bad);
    }
}

unsigned good_runs(const play_set *set, const passed_cases *passed, const play_case *bad,
                   play_case good[GOOD_RUNS])
{
    unsigned least = UINT32_MAX;
    if (bad->sweep >= 0)
        return bad->point < 0 ? 0 : neighbours(bad, good);
    look(set, passed, bad, -1, &good[0], &least);
    look(set, passed, bad, 1, &good[0], &least);
    return least == UINT32_MAX ? 0 : 1;
}
