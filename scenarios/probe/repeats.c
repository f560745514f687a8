// Whether the registers come again behind the last: a slave that takes its pointer modulo their
// number answers at all addresses.
#include "scenarios/probe/probe_private.h"

static bool repeats(const uint8_t *read, const bool *known, unsigned every)
{
    for (unsigned at = every; at < PROBE_REGISTERS; at++)
        if (known[at] && known[at % every] && read[at] != read[at % every])
            return false;
    return true;
}

unsigned probe_period(const uint8_t *read, const bool *known)
{
    for (unsigned every = 1; every <= PROBE_REGISTERS / 2; every++)
        if (repeats(read, known, every))
            return every;
    return 0;
}

static bool get(bench *b, unsigned at, uint8_t *value)
{
    const uint8_t pointer = (uint8_t)at;
    return bench_fetch(b, &pointer, 1, value, 1) == 1;
}

/// Generic tests may write there, so may we.
static bool mark_scratch(bench *b)
{
    const slave_data *data = &b->options->slave->data;
    for (uint32_t i = 0; i < data->register_count; i++)
        for (uint32_t at = data->registers[i].at.first;
             data->registers[i].scratch && at <= data->registers[i].at.last; at++) {
            const uint8_t put[2] = {(uint8_t)at, bench_mark(at)};
            if (bench_put(b, put, 2) != 2 || bench_settle(b) == I2C_NEVER_PS)
                return false;
        }
    return true;
}

/// Reads all addresses twice; a value that moves by itself is not known.
static bool read_all(bench *b, uint8_t *read, bool *known)
{
    for (unsigned at = 0; at < PROBE_REGISTERS; at++) {
        uint8_t again = 0;
        if (!get(b, at, &read[at]) || !get(b, at, &again))
            return false;
        known[at] = again == read[at];
    }
    return true;
}

void probe_ask_repeats(bench *b)
{
    const slave_description *slave = b->options->slave;
    const slave_data *data = &slave->data;
    uint8_t read[PROBE_REGISTERS] = {0};
    bool known[PROBE_REGISTERS] = {false};
    bench_step(b, "registers behind the declared ones");
    if (data->form != SLAVE_DATA_REGISTERS || data->pointer_bytes != 1 ||
        slave->direction != SLAVE_BOTH || data->size_bytes > PROBE_REGISTERS / 2)
        return;
    if (!bench_reset(b) || !mark_scratch(b) || !read_all(b, read, known))
        return;
    const unsigned every = probe_period(read, known);
    if (every >= data->size_bytes && every > 1)
        b->report->data.repeats_every = every;
}
