// What a fault leaves behind. Behind each point of a sweep, recovery over, the scenarios called
// `leak.` are played: the slave must do what a fresh one does (I2C-STA-18). They say nothing of
// what the cut transfer may rightly have changed, and begin by writing what they then read.
//
// The same leak checks are played behind the unswept reference, too: one that fails there says
// nothing of a fault (and is a case of its own, which fails by itself), so it is left out behind
// the points.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <string.h>

#define LEAK_PREFIX "leak."

static bool is_leak_check(const lang_program *program, const lang_scenario *scenario)
{
    return strncmp(lang_text(program, scenario->name), LEAK_PREFIX, strlen(LEAK_PREFIX)) == 0 &&
           scenario->fors == LANG_NONE && scenario->masters == LANG_NONE &&
           play_sweep_of(program, scenario) == NULL;
}

/// Whether the slave declares what it needs.
static bool applies(const play_stage *stage, uint16_t p, uint16_t s)
{
    const play_case one = {.program = p, .scenario = s, .master = stage->one->master};
    const char *key = "";
    char reason[96];
    return play_case_standing(stage->set, &one, &key, reason, sizeof reason) == PLAY_PASS;
}

void leak_gather(play_stage *stage)
{
    stage->leak_count = 0;
    for (uint16_t p = 0; p < play_set_options_of(stage->set)->program_count; p++) {
        const lang_program *program = play_set_program(stage->set, p);
        for (uint32_t s = 0; s < program->scenario_count; s++)
            if (stage->leak_count < LEAK_MAX && is_leak_check(program, &program->scenarios[s]) &&
                applies(stage, p, (uint16_t)s))
                stage->leak[stage->leak_count++] =
                    (leak_check){.program = p, .scenario = (uint16_t)s};
    }
}

static bool play_one(play_stage *stage, const leak_check *one)
{
    const lang_program *program = play_set_program(stage->set, one->program);
    const unsigned before = stage->found_count;
    stage->probing = true;
    stage->leak_cut = false;
    const bool good =
        world_neighbour(stage, &program->scenarios[one->scenario]) &&
        recover_apart(stage, program, &program->scenarios[one->scenario], act_statements);
    stage->probing = false;
    return good || (stage->leak_cut && stage->found_count == before);
}

void leak_reference(play_stage *stage)
{
    play_result *result = stage->result;
    const play_verdict verdict = result->verdict;
    const unsigned found = stage->found_count;
    const unsigned dropped = stage->found_dropped;
    const bool missed = stage->own_address_missed;
    bool dead = false; // what no clocks and STOP can free is not waited for again
    for (unsigned i = 0; i < stage->leak_count; i++) {
        stage->leak[i].off = dead || !play_one(stage, &stage->leak[i]);
        dead = dead || (stage->leak[i].off && !recover_lines(stage));
        stage->found_count = found;
        stage->found_dropped = dropped;
    }
    stage->own_address_missed = missed;
    if (result->verdict == verdict)
        return;
    result->verdict = verdict; // a reason why one could not be played is none of the case's
    result->reason[0] = result->need[0] = '\0';
}

/// A point costs little beside all of them: the first of them, which looks at values, is
/// played behind each point, and of the others some in turn. A long run plays all.
static bool is_due(const play_stage *stage, unsigned i)
{
    enum { OTHERS = 2 };
    const unsigned others = stage->leak_count - 1;
    if (i == 0 || others <= OTHERS || play_set_options_of(stage->set)->long_runs)
        return true;
    const unsigned turn = (unsigned)stage->point * OTHERS % others;
    return (i - 1 + others - turn) % others < OTHERS;
}

bool leak_play(play_stage *stage)
{
    for (unsigned i = 0; i < stage->leak_count; i++)
        if (!stage->leak[i].off && is_due(stage, i) && !play_one(stage, &stage->leak[i]))
            return false;
    return true;
}
