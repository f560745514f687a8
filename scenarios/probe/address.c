// At which addresses the slave answers, all 128 in both directions.
#include "scenarios/probe/probe_private.h"

#include <stdio.h>

/// A slave that does not say when it is ready gets this long, and if that was in vain, ten times
/// it.
#define PATIENCE_PS (100 * I2C_PS_PER_MS)

/// An answer may change what the slave does next: the next address is asked from reset.
static void ask(bench *b, unsigned addr7, bool read)
{
    probe_addresses *set = read ? &b->report->reads : &b->report->writes;
    char step[PROBE_STEP_BYTES];
    snprintf(step, sizeof step, "address 0x%02X, %s", addr7, read ? "read" : "write");
    bench_step(b, step);
    if (!bench_address_acked(b, (uint8_t)(addr7 << 1 | (read ? 1u : 0u))))
        return;
    set->bits[addr7 / 64] |= UINT64_C(1) << (addr7 % 64);
    b->worn = true;
}

/// Whether it can be the slave's own: the one for address resolution is everybody's.
static bool can_be_own(const slave_description *slave, unsigned addr7)
{
    return addr7 >= FIRST_FREE_ADDR7 && addr7 <= LAST_FREE_ADDR7 &&
           (addr7 != ARP_ADDR7 || slave->arp == SLAVE_ARP_NO);
}

static bool answers_at(const probe_report *report, unsigned addr7)
{
    return probe_has(&report->writes, addr7) || probe_has(&report->reads, addr7);
}

/// The declared address where it answers, else the lowest; a reserved one only for want of others.
static void choose(bench *b)
{
    probe_report *report = b->report;
    const slave_description *slave = b->options->slave;
    const bool declared = slave->declared[SLAVE_KEY_ADDRESS].line != 0;
    if (declared && answers_at(report, slave->addr7)) {
        report->answers = true;
        report->addr7 = slave->addr7;
        return;
    }
    for (unsigned addr7 = 0; addr7 < 128 && !report->answers; addr7++) {
        if (!can_be_own(slave, addr7) || !answers_at(report, addr7))
            continue;
        report->answers = true;
        report->addr7 = (uint8_t)addr7;
    }
}

static void scan(bench *b)
{
    b->worn = true;
    for (unsigned addr7 = 0; addr7 < 128; addr7++) {
        ask(b, addr7, false);
        ask(b, addr7, true);
    }
    choose(b);
}

void probe_ask_addresses(bench *b)
{
    const uint64_t declared_ps = b->options->slave->ready_ps;
    b->ready_ps = declared_ps > PATIENCE_PS ? declared_ps : PATIENCE_PS;
    scan(b);
    if (b->report->answers)
        return;
    b->ready_ps *= 10;
    scan(b);
}
