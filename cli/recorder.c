#include "cli/recorder.h"

#include "cli/wave.h"

#include <stdlib.h>
#include <string.h>

struct recorder {
    i2c_trace *trace, *kept; ///< that of the stage; the one to be shown
    const play_stage *stage;
    wave_facts now, facts; ///< of those two
    bool found;            ///< a finding was made in the simulation that is recorded now,
    bool found_before;     ///< or in the one that was kept
};

recorder *recorder_new(void)
{
    recorder *r = calloc(1, sizeof *r);
    void *memory = calloc(2, i2c_trace_bytes(WAVE_TRACE_RECORDS));
    if (r == NULL || memory == NULL) {
        free(r);
        free(memory);
        return NULL;
    }
    r->trace = i2c_trace_init(memory, WAVE_TRACE_RECORDS);
    r->kept =
        i2c_trace_init((char *)memory + i2c_trace_bytes(WAVE_TRACE_RECORDS), WAVE_TRACE_RECORDS);
    return r;
}

void recorder_free(recorder *r)
{
    if (r == NULL)
        return;
    free(r->trace);
    free(r);
}

static void on_finding(void *ctx, const play_finding *finding)
{
    recorder *r = ctx;
    wave_facts_mark(&r->now, finding->at_ps, finding->rule);
    r->found = r->found || finding->verdict > PLAY_NOTE;
}

static void on_world_end(void *ctx)
{
    recorder *r = ctx;
    if (!r->found_before) {
        memcpy(r->kept, r->trace, i2c_trace_bytes(WAVE_TRACE_RECORDS));
        r->facts = r->now;
        r->facts.end_ps = play_stage_now_ps(r->stage);
    }
    wave_facts_init(&r->now);
    r->found_before = r->found_before || r->found;
    r->found = false;
}

void recorder_attach(recorder *r, play_stage_options *options)
{
    options->trace = r->trace;
    options->on_finding = on_finding;
    options->on_finding_ctx = r;
    options->on_world_end = on_world_end;
    options->on_world_end_ctx = r;
}

void recorder_begin(recorder *r, const play_stage *stage)
{
    r->stage = stage;
    wave_facts_init(&r->now);
    wave_facts_init(&r->facts);
    r->found = r->found_before = false;
    i2c_trace_clear(r->trace);
    i2c_trace_clear(r->kept);
}

i2c_trace *recorder_trace(recorder *r)
{
    return r->kept;
}

const wave_facts *recorder_facts(const recorder *r)
{
    return &r->facts;
}
