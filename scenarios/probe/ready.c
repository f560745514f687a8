// How long after reset the slave answers for the first time.
#include "scenarios/probe/probe_private.h"

/// Times closer than this are one.
#define RESOLUTION_PS I2C_PS_PER_US

/// What a slave gets to set itself up; the player waits as long (scenarios/play/world.c).
#define USUAL_PS (20 * I2C_PS_PER_US)

static bool answers_at(bench *b, uint64_t at_ps)
{
    const probe_report *report = b->report;
    const unsigned read = probe_has(&report->writes, report->addr7) ? 0u : 1u;
    return bench_reset_at(b, at_ps) &&
           bench_address_acked(b, (uint8_t)((unsigned)report->addr7 << 1 | read));
}

/// From late to early: the first time at which it does not answer bounds the search.
void probe_ask_ready(bench *b)
{
    uint64_t late_ps = b->ready_ps;
    uint64_t early_ps = 0;
    bench_step(b, "time to the first answer after reset");
    if (!b->report->answers)
        return;
    while (late_ps > RESOLUTION_PS && answers_at(b, late_ps / 2))
        late_ps /= 2;
    early_ps = late_ps / 2;
    if (late_ps <= RESOLUTION_PS && answers_at(b, 0)) {
        late_ps = 0;
        early_ps = 0;
    }
    while (late_ps - early_ps > RESOLUTION_PS) {
        const uint64_t middle_ps = early_ps + (late_ps - early_ps) / 2;
        if (answers_at(b, middle_ps))
            late_ps = middle_ps;
        else
            early_ps = middle_ps;
    }
    b->report->ready_ps = late_ps;
    b->report->not_ready_ps = early_ps;
    b->ready_ps = late_ps > USUAL_PS ? late_ps : USUAL_PS;
    b->worn = true;
}
