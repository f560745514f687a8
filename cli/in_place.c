// Cases of a slave that lives in this process alone, with a time that never goes back. What it
// prints goes where the program's own output does, and nothing guards against it.
#include "cli/runner_private.h"

#include <stdio.h>
#include <stdlib.h>

/// What the simulation could not do is no verdict on the slave.
static void take_back(const run *r, play_result *result)
{
    const slave_adapter *adapter = r->options->adapter;
    const char *why = adapter->unable != NULL ? adapter->unable(r->options->image) : NULL;
    if (why == NULL || result->verdict == PLAY_NOT_APPLICABLE)
        return;
    result->verdict = PLAY_ERROR;
    result->findings = 0;
    (void)snprintf(result->reason, sizeof result->reason, "%s", why);
}

/// `result` is the run's own: another run may go on in the same simulation meanwhile.
static void play_one(run *r, play_stage *stage, play_result *result)
{
    static const worker_log nothing;
    play_case one;
    run_get_case(r, r->committed, &one);
    if (r->options->recorder != NULL)
        recorder_begin(r->options->recorder, stage);
    worker_play(stage, r->options->set, &one, result);
    take_back(r, result);
    run_hand_out(r, &one, result, &nothing);
    r->committed++;
}

runner_status play_in_place(run *r)
{
    play_stage_options options = {.adapter = r->options->adapter, .image = r->options->image};
    if (r->options->recorder != NULL)
        recorder_attach(r->options->recorder, &options);
    play_stage *stage = play_stage_new(r->options->set, &options);
    play_result *result = calloc(1, sizeof *result);
    const bool fine = stage != NULL && result != NULL;
    if (!fine)
        snprintf(r->message, r->message_bytes, "cannot set up a case: out of memory");
    while (fine && !run_all_done(r) && !r->stopped)
        play_one(r, stage, result);
    free(result);
    play_stage_free(stage);
    return run_status(r, fine);
}
