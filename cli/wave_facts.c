#include "cli/wave_facts.h"

#include "cli/wave_decode.h"

#include <stdio.h>
#include <string.h>

void wave_facts_init(wave_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    facts->scale_ps = 1000;
    facts->whole = true;
}

static inline void narrow_scale(wave_facts *facts, uint64_t at_ps)
{
    while (at_ps % facts->scale_ps != 0)
        facts->scale_ps /= 10;
}

uint64_t wave_facts_look(wave_facts *facts, const i2c_trace *trace, uint64_t from)
{
    const uint64_t oldest = trace->written - i2c_trace_kept(trace);
    for (uint64_t i = from < oldest ? oldest : from; i < trace->written; i++) {
        const i2c_record *r = wave_record(trace, i);
        if (facts->scale_ps != 1)
            narrow_scale(facts, r->at_ps);
        if (r->kind == I2C_RECORD_HIGHS)
            facts->highs[r->a & 1u] |= r->value;
    }
    return trace->written;
}

void wave_facts_mark(wave_facts *facts, uint64_t at_ps, const char *rule)
{
    if (facts->marks == WAVE_MARK_MAX)
        return;
    narrow_scale(facts, at_ps);
    unsigned place = facts->marks++;
    for (; place > 0 && facts->mark[place - 1].at_ps > at_ps; place--)
        facts->mark[place] = facts->mark[place - 1];
    wave_mark *mark = &facts->mark[place];
    mark->at_ps = at_ps;
    snprintf(mark->rule, sizeof mark->rule, "%s", rule);
}
