// The reference of a swept case: the transfer left whole. It says nothing of the kind of break, so
// the cases of one scenario, master and values share it: who plays the next kind takes what the
// last one found.
#include "scenarios/play/play_private.h"

#include <string.h>

static bool is_of(const play_reference *kept, const play_case *one)
{
    return kept->known && kept->one.program == one->program &&
           kept->one.scenario == one->scenario && kept->one.master == one->master &&
           kept->one.trial == one->trial &&
           memcmp(kept->one.value, one->value, sizeof one->value) == 0;
}

bool reference_recall(play_stage *stage, bool *good)
{
    const play_reference *kept = &stage->reference;
    const uint32_t index = stage->result->index;
    // Who records wants to see it.
    if (stage->options.trace != NULL || stage->options.on_finding != NULL ||
        !is_of(kept, stage->one))
        return false;
    *stage->result = kept->result;
    stage->result->index = index;
    stage->shape = kept->shape;
    memcpy(stage->leak, kept->leak, sizeof stage->leak);
    stage->leak_count = kept->leak_count;
    stage->own_address_missed = kept->own_address_missed;
    stage->faults_found = kept->faults_found;
    *good = kept->good;
    return true;
}

void reference_keep(play_stage *stage, bool good)
{
    play_reference *kept = &stage->reference;
    kept->known = true;
    kept->good = good;
    kept->one = *stage->one;
    kept->result = *stage->result;
    kept->shape = stage->shape;
    memcpy(kept->leak, stage->leak, sizeof kept->leak);
    kept->leak_count = stage->leak_count;
    kept->own_address_missed = stage->own_address_missed;
    kept->faults_found = stage->faults_found;
}
