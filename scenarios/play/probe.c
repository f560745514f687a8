// What a fault leaves behind. Behind each point of a sweep, recovery over, the scenarios called
// `probe.` are played: the slave must do what a fresh one does (I2C-STA-18). They say nothing of
// what the cut transfer may rightly have changed, and begin by writing what they then read.
//
// The same probes are played behind the unswept reference, too: one that fails there says nothing
// of a fault (and is a case of its own, which fails by itself), so it is left out behind the
// points.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <string.h>

#define PROBE_PREFIX "probe."

static bool is_probe(const lang_program *program, const lang_scenario *scenario)
{
    return strncmp(lang_text(program, scenario->name), PROBE_PREFIX, strlen(PROBE_PREFIX)) == 0 &&
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

void probe_gather(play_stage *stage)
{
    stage->probe_count = 0;
    for (uint16_t p = 0; p < play_set_options_of(stage->set)->program_count; p++) {
        const lang_program *program = play_set_program(stage->set, p);
        for (uint32_t s = 0; s < program->scenario_count; s++)
            if (stage->probe_count < PROBE_MAX && is_probe(program, &program->scenarios[s]) &&
                applies(stage, p, (uint16_t)s))
                stage->probe[stage->probe_count++] = (probe){.program = p, .scenario = (uint16_t)s};
    }
}

static bool play_one(play_stage *stage, const probe *one)
{
    const lang_program *program = play_set_program(stage->set, one->program);
    const unsigned before = stage->found_count;
    stage->probing = true;
    stage->probe_cut = false;
    const bool good =
        world_neighbour(stage, &program->scenarios[one->scenario]) &&
        recover_apart(stage, program, &program->scenarios[one->scenario], act_statements);
    stage->probing = false;
    return good || (stage->probe_cut && stage->found_count == before);
}

void probe_reference(play_stage *stage)
{
    play_result *result = stage->result;
    const play_verdict verdict = result->verdict;
    const unsigned found = stage->found_count;
    const unsigned dropped = stage->found_dropped;
    const bool missed = stage->own_address_missed;
    bool dead = false; // what no clocks and STOP can free is not waited for again
    for (unsigned i = 0; i < stage->probe_count; i++) {
        stage->probe[i].off = dead || !play_one(stage, &stage->probe[i]);
        dead = dead || (stage->probe[i].off && !recover_lines(stage));
        stage->found_count = found;
        stage->found_dropped = dropped;
    }
    stage->own_address_missed = missed;
    if (result->verdict == verdict)
        return;
    result->verdict = verdict; // a reason why a probe could not be played is none of the case's
    result->reason[0] = result->need[0] = '\0';
}

/// A point costs little beside all of the probes: the first of them, which looks at values, is
/// played behind each point, and of the others some in turn. A long run plays all.
static bool is_due(const play_stage *stage, unsigned i)
{
    enum { OTHERS = 2 };
    const unsigned others = stage->probe_count - 1;
    if (i == 0 || others <= OTHERS || play_set_options_of(stage->set)->long_runs)
        return true;
    const unsigned turn = (unsigned)stage->point * OTHERS % others;
    return (i - 1 + others - turn) % others < OTHERS;
}

bool probe_play(play_stage *stage)
{
    for (unsigned i = 0; i < stage->probe_count; i++)
        if (!stage->probe[i].off && is_due(stage, i) && !play_one(stage, &stage->probe[i]))
            return false;
    return true;
}
