// How long after reset the slave answers for the first time.
#include "scenarios/probe/probe_private.h"

/// Times closer than this are one.
#define RESOLUTION_PS I2C_PS_PER_US

/// What a slave gets to set itself up; the player waits as long (slave_ready_ps()).
#define USUAL_PS SLAVE_USUAL_READY_PS
/// One that has not answered this long after reset is silent for another reason.
#define LATEST_PS (2 * I2C_PS_PER_S)

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

static bool answers_declared(bench *b)
{
    const unsigned addr7 = b->options->slave->addr7;
    for (unsigned read = 0; read < 2 && !b->report->answers && !b->report->hung; read++) {
        probe_addresses *set = read != 0 ? &b->report->reads : &b->report->writes;
        if (!bench_reset(b) || !bench_address_acked(b, (uint8_t)(addr7 << 1 | read)))
            continue;
        set->bits[addr7 / 64] |= UINT64_C(1) << (addr7 % 64);
        b->report->addr7 = (uint8_t)addr7;
        b->report->answers = true;
    }
    return b->report->answers;
}

/// A slave that answers at the usual time is asked no more.
void probe_ask_late(bench *b)
{
    bench_step(b, "whether it answers soon after reset");
    for (b->ready_ps = USUAL_PS; b->ready_ps <= LATEST_PS && !b->report->hung; b->ready_ps *= 10) {
        if (!answers_declared(b))
            continue;
        if (b->ready_ps > USUAL_PS)
            probe_ask_ready(b);
        b->report->ready_asked = !b->report->hung;
        return;
    }
}
