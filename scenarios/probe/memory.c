// Memory behind a pointer of two bytes: its size, its page, what stands behind a full page.
#include "scenarios/probe/probe_private.h"

#include <string.h>

enum { PAGE_MOST = 128, LOW_MARK = 0x3C, HIGH_MARK = 0xC3 };

static bool put_at(bench *b, uint32_t address, const uint8_t *data, uint32_t count)
{
    uint8_t put[2 + 2 * PAGE_MOST];
    put[0] = (uint8_t)(address >> 8);
    put[1] = (uint8_t)address;
    memcpy(put + 2, data, count);
    if (bench_forbidden(b, address, count) || bench_put(b, put, count + 2) != (int32_t)count + 2)
        return false;
    const uint64_t busy_ps = bench_settle(b);
    if (busy_ps != I2C_NEVER_PS && busy_ps > b->report->data.busy_ps)
        b->report->data.busy_ps = busy_ps;
    return busy_ps != I2C_NEVER_PS && !b->worn;
}

static bool put_byte(bench *b, uint32_t address, uint8_t value)
{
    return put_at(b, address, &value, 1);
}

static bool get_at(bench *b, uint32_t address, uint8_t *into, uint32_t count)
{
    const uint8_t pointer[2] = {(uint8_t)(address >> 8), (uint8_t)address};
    return bench_fetch(b, pointer, 2, into, count) == (int32_t)count;
}

static bool reads_as(bench *b, uint32_t address, uint8_t value)
{
    uint8_t got = 0;
    return get_at(b, address, &got, 1) && got == value;
}

/// With one byte of pointer the second write would change what the first one put: 0x00 would be the
/// register, 0x10 and 0x11 its data.
static bool has_two_bytes(bench *b)
{
    return bench_reset(b) && put_byte(b, 0x0010, LOW_MARK) && reads_as(b, 0x0010, LOW_MARK) &&
           put_byte(b, 0x0011, HIGH_MARK) && reads_as(b, 0x0011, HIGH_MARK) &&
           reads_as(b, 0x0010, LOW_MARK);
}

/// The first power of two at which the byte at 0 shows again.
static void ask_size(bench *b)
{
    probe_data *data = &b->report->data;
    data->memory_bytes = UINT32_C(1) << 16;
    for (uint32_t size = 256; size < UINT32_C(1) << 16; size *= 2) {
        if (!bench_reset(b) || !put_byte(b, 0, LOW_MARK) || !put_byte(b, size, HIGH_MARK))
            return;
        if (!reads_as(b, 0, LOW_MARK)) {
            data->memory_bytes = size;
            return;
        }
    }
}

/// Twice the largest page from address 0 on: within a smaller page only the last bytes stay.
static void ask_page(bench *b)
{
    probe_data *data = &b->report->data;
    uint8_t put[2 * PAGE_MOST];
    uint8_t got[2 * PAGE_MOST];
    const uint32_t count = 2 * PAGE_MOST;
    for (uint32_t i = 0; i < count; i++)
        put[i] = bench_mark(i);
    if (bench_most_bytes(b) < count + 2 || !bench_reset(b) || !put_at(b, 0, put, count) ||
        !get_at(b, 0, got, count))
        return;
    for (uint32_t page = 1; page <= PAGE_MOST; page *= 2)
        if (memcmp(got, put + count - page, page) == 0)
            data->page_bytes = page;
}

static void ask_current(bench *b)
{
    probe_data *data = &b->report->data;
    uint8_t put[PAGE_MOST];
    uint8_t got = 0;
    for (uint32_t i = 0; i < data->page_bytes; i++)
        put[i] = LOW_MARK;
    if (!bench_reset(b) || !put_byte(b, data->page_bytes, HIGH_MARK) ||
        !put_at(b, 0, put, data->page_bytes) || bench_read(b, &got, 1) < 0)
        return;
    data->current_known = got == LOW_MARK || got == HIGH_MARK;
    data->current_next = got == HIGH_MARK;
}

/// Two neighbours read in one go; and, after a STOP, the one that the pointer was set to.
static void ask_pointer(bench *b)
{
    probe_data *data = &b->report->data;
    static const uint8_t pair[2] = {LOW_MARK, HIGH_MARK};
    static const uint8_t pointer[2] = {0x00, 0x10};
    uint8_t got[2] = {0};
    if (!bench_reset(b) || !put_at(b, 0x0010, pair, 2) || !get_at(b, 0x0010, got, 2))
        return;
    data->increment_known = got[0] == LOW_MARK || got[0] == HIGH_MARK;
    data->increment = got[0] == LOW_MARK && got[1] == HIGH_MARK;
    if (bench_put(b, pointer, 2) != 2 || bench_read(b, got, 1) < 0)
        return;
    data->keeps_known = true;
    data->keeps_pointer = data->increment ? got[0] == LOW_MARK : got[0] == HIGH_MARK;
}

bool probe_ask_memory(bench *b)
{
    probe_data *data = &b->report->data;
    bench_step(b, "a pointer of two bytes");
    if (!has_two_bytes(b))
        return false;
    data->form = PROBE_DATA_REGISTERS;
    data->pointer_bytes = 2;
    ask_size(b);
    ask_page(b);
    if (data->page_bytes > 0)
        ask_current(b);
    ask_pointer(b);
    return true;
}
