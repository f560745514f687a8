// Registers behind a pointer of one byte: which keep what is written, which only read, where the
// pointer goes.
#include "scenarios/probe/probe_private.h"

#include <string.h>

/// A value that moves by itself has moved after so long.
#define WHILE_PS (2 * I2C_PS_PER_MS)

enum { ALIKE = 8 }; ///< bytes by which two places of a read are told to be the same

static bool get(bench *b, unsigned at, uint8_t *into, uint32_t count)
{
    const uint8_t pointer = (uint8_t)at;
    return bench_fetch(b, &pointer, 1, into, count) == (int32_t)count;
}

static bool put(bench *b, unsigned at, uint8_t value, uint64_t *busy_ps)
{
    const uint8_t data[2] = {(uint8_t)at, value};
    if (bench_forbidden(b, at, 1) || bench_put(b, data, 2) != 2)
        return false;
    *busy_ps = bench_settle(b);
    return *busy_ps != I2C_NEVER_PS && !b->worn;
}

// ---- one register -------------------------------------------------------------------------------

static void ask_reset_value(bench *b, unsigned at)
{
    probe_register *reg = &b->report->data.reg[at];
    uint8_t again = 0;
    if (!bench_reset(b) || !get(b, at, &reg->reset, 1))
        return;
    reg->taken = true;
    bench_wait(b, WHILE_PS);
    reg->steady = bench_reset(b) && get(b, at, &again, 1) && again == reg->reset;
    bench_wait(b, WHILE_PS);
    reg->steady = reg->steady && get(b, at, &again, 1) && again == reg->reset;
}

/// All ones and all zeros: the bits that follow are kept. A value that moves by itself shows in
/// neither way. False: what was read is not there any more when it is read again, as in a queue.
static bool ask_mask(bench *b, unsigned at)
{
    probe_data *data = &b->report->data;
    probe_register *reg = &data->reg[at];
    uint8_t ones = 0;
    uint8_t zeros = 0;
    uint8_t again = 0;
    uint64_t busy_ps = 0;
    if (!bench_reset(b) || !put(b, at, 0xFF, &busy_ps))
        return true;
    reg->busy_ps = busy_ps;
    const bool first = get(b, at, &ones, 1);
    if (busy_ps > data->busy_ps)
        data->busy_ps = busy_ps;
    if (!first || !put(b, at, 0x00, &busy_ps) || !get(b, at, &zeros, 1))
        return true;
    reg->mask = ones & (uint8_t)~zeros;
    if (reg->mask == 0 || !get(b, at, &again, 1) || again == zeros)
        return true;
    reg->mask = 0;
    return false;
}

static uint8_t most_common(const probe_data *data)
{
    unsigned count[256] = {0};
    unsigned best = 0;
    for (unsigned i = 0; i < PROBE_REGISTERS; i++)
        if (data->reg[i].taken)
            count[data->reg[i].reset]++;
    for (unsigned i = 1; i < 256; i++)
        if (count[i] > count[best])
            best = i;
    return (uint8_t)best;
}

/// The pointer matters when what is read hangs on it, or when it finds again what was written.
static bool matters(const probe_data *data)
{
    for (unsigned i = 0; i < PROBE_REGISTERS; i++)
        if (data->reg[i].taken &&
            (data->reg[i].reset != data->background || data->reg[i].mask != 0))
            return true;
    return false;
}

// ---- the pointer --------------------------------------------------------------------------------

/// The first register of two neighbours that keep every bit; -1: there are none.
static int neighbours(const probe_data *data)
{
    for (int i = 0; i + 1 < PROBE_REGISTERS; i++)
        if (data->reg[i].mask == 0xFF && data->reg[i + 1].mask == 0xFF)
            return i;
    return -1;
}

static void ask_increment(bench *b)
{
    probe_data *data = &b->report->data;
    const int at = neighbours(data);
    uint8_t got[2] = {0};
    if (at < 0 || !bench_reset(b))
        return;
    const uint8_t set[3] = {(uint8_t)at, 0x3C, 0xC3};
    if (bench_put(b, set, 3) != 3 || bench_settle(b) == I2C_NEVER_PS ||
        !get(b, (unsigned)at, got, 2))
        return;
    data->increment_known = got[0] == 0x3C || got[0] == 0xC3;
    data->increment = got[0] == 0x3C && got[1] == 0xC3;
}

/// A register that reads otherwise than the one that a read after reset begins with.
static void ask_keeps(bench *b)
{
    probe_data *data = &b->report->data;
    for (unsigned at = 0; at < PROBE_REGISTERS; at++) {
        const uint8_t pointer = (uint8_t)at;
        uint8_t got = 0;
        if (!data->reg[at].steady || data->reg[at].reset == data->initial_value)
            continue;
        if (!bench_reset(b) || bench_put(b, &pointer, 1) != 1 || bench_read(b, &got, 1) < 0)
            return;
        data->keeps_known = got == data->reg[at].reset || got == data->initial_value;
        data->keeps_pointer = got == data->reg[at].reset;
        return;
    }
}

/// Distinct values wherever they are kept, so that places can be told apart. From reset.
static bool mark_all(bench *b)
{
    uint64_t busy_ps = 0;
    if (!bench_reset(b))
        return false;
    for (unsigned at = 0; at < PROBE_REGISTERS; at++)
        if (b->report->data.reg[at].mask == 0xFF && !put(b, at, bench_mark(at), &busy_ps))
            return false;
    return true;
}

/// Whether what was learned of each register comes again, too.
static bool registers_repeat(const probe_data *data, unsigned every)
{
    for (unsigned at = every; at < PROBE_REGISTERS; at++) {
        const probe_register *a = &data->reg[at];
        const probe_register *first = &data->reg[at % every];
        if (a->taken != first->taken || a->mask != first->mask || a->steady != first->steady ||
            (a->steady && a->reset != first->reset) || (a->busy_ps > 0) != (first->busy_ps > 0))
            return false;
    }
    return true;
}

/// All registers that keep a byte hold another one, unless two addresses are one register.
static void ask_repeats(bench *b)
{
    probe_data *data = &b->report->data;
    uint8_t read[PROBE_REGISTERS] = {0};
    bool known[PROBE_REGISTERS] = {false};
    if (!mark_all(b))
        return;
    for (unsigned at = 0; at < PROBE_REGISTERS; at++) {
        if (!data->reg[at].taken || !get(b, at, &read[at], 1))
            return;
        known[at] = data->reg[at].steady || data->reg[at].mask == 0xFF;
    }
    const unsigned every = probe_period(read, known);
    if (every > 0 && registers_repeat(data, every))
        data->repeats_every = every;
}

static void add_wrap(probe_data *data, unsigned from, unsigned to)
{
    if (data->wrap_count == PROBE_WRAP_MAX)
        return;
    data->wrap[data->wrap_count].from = (uint8_t)from;
    data->wrap[data->wrap_count++].to = (uint8_t)to;
}

/// Where the pointer goes from `at`, when not to the next one: to the only place that reads alike.
static void find_wrap(probe_data *data, const uint8_t (*read)[ALIKE + 1], unsigned at)
{
    int found = -1;
    if (memcmp(read[at] + 1, read[(at + 1) % PROBE_REGISTERS], ALIKE) == 0)
        return;
    if (memcmp(read[at] + 1, read[at], ALIKE) == 0) {
        data->reg[at].stays = true;
        return;
    }
    for (unsigned to = 0; to < PROBE_REGISTERS; to++) {
        if (!data->reg[to].taken || memcmp(read[at] + 1, read[to], ALIKE) != 0)
            continue;
        if (found >= 0)
            return;
        found = (int)to;
    }
    if (found >= 0)
        add_wrap(data, at, (unsigned)found);
}

/// Only behind the first of several: what lies beyond a wrap is reached by no read that passes it.
/// Where the map comes again, the pointer that runs on from its end is at its begin.
static void ask_wraps(bench *b)
{
    probe_data *data = &b->report->data;
    const unsigned last = data->repeats_every > 0 ? data->repeats_every - 1 : PROBE_REGISTERS - 1;
    uint8_t read[PROBE_REGISTERS][ALIKE + 1];
    memset(read, 0, sizeof read);
    if (!mark_all(b))
        return;
    for (unsigned at = 0; at < PROBE_REGISTERS; at++)
        if (data->reg[at].taken && !get(b, at, read[at], ALIKE + 1))
            return;
    for (unsigned at = 0; at <= last; at++)
        if (data->reg[at].taken && data->reg[(at + 1) % PROBE_REGISTERS].taken)
            find_wrap(data, (const uint8_t(*)[ALIKE + 1]) read, at);
    if (data->repeats_every > 0 && memcmp(read[last] + 1, read[0], ALIKE) == 0)
        add_wrap(data, last, 0);
}

bool probe_ask_registers(bench *b)
{
    probe_data *data = &b->report->data;
    unsigned taken = 0, fleeting = 0;
    bench_step(b, "a pointer of one byte");
    for (unsigned at = 0; at < PROBE_REGISTERS && !b->report->hung; at++) {
        if (bench_forbidden(b, at, 1))
            continue;
        ask_reset_value(b, at);
        if (!data->reg[at].taken)
            continue;
        taken++;
        if (!ask_mask(b, at))
            fleeting++;
    }
    data->background = most_common(data);
    if (b->report->hung || !matters(data) || 2 * fleeting > taken)
        return false;
    data->form = PROBE_DATA_REGISTERS;
    data->pointer_bytes = 1;
    ask_increment(b);
    ask_keeps(b);
    ask_repeats(b);
    if (data->increment)
        ask_wraps(b);
    return true;
}
