// What reads mean: does what was written come back, and how?
#include "scenarios/probe/probe_private.h"

#include <string.h>

/// A slave may pass bytes on, over a serial line for one, before they come back.
#define PASS_ON_PS (30 * I2C_PS_PER_MS)

enum { TRIED = 3, READ = 8 };

static void keep_busy(bench *b)
{
    const uint64_t busy_ps = bench_settle(b);
    if (busy_ps != I2C_NEVER_PS && busy_ps > b->report->data.busy_ps)
        b->report->data.busy_ps = busy_ps;
}

/// From reset: writes, and waits until it can have had an effect. False: not all was taken.
static bool put_fresh(bench *b, const uint8_t *data, uint32_t count)
{
    if (!bench_reset(b) || bench_put(b, data, count) != (int32_t)count)
        return false;
    keep_busy(b);
    if (!b->worn)
        bench_wait(b, PASS_ON_PS);
    return !b->worn;
}

static bool all_are(const uint8_t *data, uint32_t count, uint8_t value)
{
    for (uint32_t i = 0; i < count; i++)
        if (data[i] != value)
            return false;
    return true;
}

// ---- reads alone --------------------------------------------------------------------------------

static uint32_t period_of(const uint8_t *data, uint32_t count)
{
    for (uint32_t period = 1; period <= count / 2; period++) {
        uint32_t i = period;
        while (i < count && data[i] == data[i - period])
            i++;
        if (i == count)
            return period;
    }
    return 0;
}

static void ask_reads(bench *b)
{
    probe_data *data = &b->report->data;
    uint8_t got[PROBE_READ_BYTES];
    bench_step(b, "what reads give after reset");
    if (!bench_reset(b) || bench_read(b, got, 1) < 0)
        return;
    data->initial_known = true;
    data->initial_value = got[0];
    if (!bench_reset(b) || bench_read(b, got, sizeof got) < 0)
        return;
    data->reads_known = true;
    data->read_period = period_of(got, sizeof got);
    data->read_value = got[0];
}

// ---- echo, buffer, queue ------------------------------------------------------------------------

/// Three bytes that are no register of anything forbidden, and reads after them.
static probe_form form_of(bench *b)
{
    static const uint8_t sets[2][TRIED] = {{0x3C, 0xA6, 0x59}, {0x17, 0x42, 0xD8}};
    probe_form form = PROBE_DATA_UNTOLD;
    for (unsigned i = 0; i < 2; i++) {
        uint8_t first[READ];
        uint8_t second[READ];
        probe_form seen = PROBE_DATA_UNTOLD;
        if (bench_forbidden(b, sets[i][0], TRIED) || !put_fresh(b, sets[i], TRIED) ||
            bench_read(b, first, READ) < 0 || bench_read(b, second, READ) < 0)
            return PROBE_DATA_UNTOLD;
        if (all_are(first, READ, sets[i][TRIED - 1]) && all_are(second, READ, sets[i][TRIED - 1]))
            seen = PROBE_DATA_ECHO;
        else if (memcmp(first, sets[i], TRIED) == 0)
            seen = memcmp(second, sets[i], TRIED) == 0 ? PROBE_DATA_BUFFER : PROBE_DATA_QUEUE;
        if (seen == PROBE_DATA_UNTOLD || (i > 0 && seen != form))
            return PROBE_DATA_UNTOLD;
        form = seen;
    }
    return form;
}

static void fill(uint8_t *data, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        data[i] = bench_mark(i);
}

/// Whether `count` bytes come back, and what comes behind them.
static bool comes_back(bench *b, uint32_t count, uint8_t behind[2])
{
    uint8_t put[PROBE_READ_BYTES * 4];
    uint8_t got[PROBE_READ_BYTES * 4 + 2];
    fill(put, count);
    if (!put_fresh(b, put, count) || bench_read(b, got, count + 2) < 0)
        return false;
    memcpy(behind, got + count, 2);
    return memcmp(put, got, count) == 0;
}

static void ask_size(bench *b)
{
    probe_data *data = &b->report->data;
    uint8_t behind[2] = {0};
    uint8_t kept[2] = {0};
    const uint32_t most = bench_most_bytes(b);
    bench_step(b, "how many bytes come back");
    for (uint32_t n = 1; n <= PROBE_READ_BYTES * 4 && n <= most && comes_back(b, n, behind); n++) {
        data->size_bytes = n;
        memcpy(kept, behind, 2);
    }
    if (data->form == PROBE_DATA_QUEUE) {
        data->empty_known = kept[0] == kept[1];
        data->empty_value = kept[0];
    } else if (data->size_bytes > 1) {
        data->wraps = kept[0] == bench_mark(0);
        data->end_known = data->wraps || kept[0] == bench_mark(data->size_bytes - 1);
    }
}

// ---- how much it takes --------------------------------------------------------------------------

static void ask_capacity(bench *b)
{
    probe_data *data = &b->report->data;
    uint8_t put[BENCH_BYTES];
    const bool stuck = b->report->scl_stuck;
    const uint32_t most = bench_most_bytes(b);
    bench_step(b, "how many bytes a write takes");
    fill(put, most);
    put[0] = 0;
    if (bench_forbidden(b, 0, most) || !bench_reset(b))
        return;
    b->report->scl_stuck = false;
    b->may_hold = true;
    const int32_t taken = bench_put(b, put, most);
    b->may_hold = false;
    data->asked_bytes = most;
    data->taken_bytes = taken < 0 ? 0 : (uint32_t)taken;
    data->write_stretched = b->report->scl_stuck;
    b->report->scl_stuck = stuck;
    b->worn = true;
}

void probe_ask_data(bench *b)
{
    probe_report *report = b->report;
    const bool writes = probe_has(&report->writes, report->addr7);
    const bool reads = probe_has(&report->reads, report->addr7);
    // A read without data may wait for some.
    b->may_hold = b->options->slave->underrun == SLAVE_UNDERRUN_STRETCH &&
                  b->options->slave->declared[SLAVE_KEY_UNDERRUN].line != 0;
    const bool may_hold = b->may_hold;
    if (reads)
        ask_reads(b);
    if (writes && !report->hung)
        ask_capacity(b);
    b->may_hold = may_hold;
    if (!writes || !reads || report->hung)
        return;
    bench_step(b, "whether what is written comes back");
    report->data.form = form_of(b);
    if (report->data.form != PROBE_DATA_UNTOLD)
        ask_size(b);
    else if (!probe_ask_memory(b))
        (void)probe_ask_registers(b);
    b->worn = true;
}
