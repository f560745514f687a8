// What only some slaves have: a 10-bit address, a device ID.
#include "scenarios/probe/probe_private.h"

enum { TEN_BIT_PREFIX = 0xF0 }; // 1111 0XX + W, UM10204 3.1.11

/// Behind the prefix a slave acknowledges the second byte of its own address alone. One that takes
/// every byte there has a 7-bit address in the reserved block instead.
static void ask_ten_bit(bench *b, unsigned high)
{
    unsigned taken = 0;
    uint16_t first[PROBE_TEN_MAX];
    for (unsigned low = 0; low < 256; low++) {
        const uint8_t byte = (uint8_t)low;
        b->worn = true;
        if (bench_write(b, (uint8_t)(TEN_BIT_PREFIX >> 1 | high), &byte, 1) < 1)
            continue;
        if (taken < PROBE_TEN_MAX)
            first[taken] = (uint16_t)(high << 8 | low);
        taken++;
    }
    for (unsigned i = 0; taken < 256 && i < taken && i < PROBE_TEN_MAX; i++)
        if (b->report->addr10_count < PROBE_TEN_MAX)
            b->report->addr10[b->report->addr10_count++] = first[i];
}

/// S 1111 1000 [A] own+X [A] Sr 1111 1001 [A] three bytes (UM10204 3.1.17).
static void ask_device_id(bench *b)
{
    const uint8_t own = (uint8_t)(b->report->addr7 << 1);
    uint8_t id[3] = {0};
    const master_message messages[] = {{.begin = MASTER_START,
                                        .addressed = true,
                                        .address = DEVICE_ID_ADDR7 << 1,
                                        .count = 1,
                                        .data = &own},
                                       {.begin = MASTER_TRUE_REPEAT,
                                        .addressed = true,
                                        .address = DEVICE_ID_ADDR7 << 1 | 1,
                                        .count = sizeof id,
                                        .into = id,
                                        .stop = true}};
    b->worn = true;
    if (!bench_play(b, messages, 2) || b->answer[0].acked < 1 || !b->answer[1].address_acked)
        return;
    b->report->device_id_known = true;
    b->report->device_id = (uint32_t)id[0] << 16 | (uint32_t)id[1] << 8 | id[2];
}

void probe_ask_features(bench *b)
{
    bench_step(b, "10-bit address");
    for (unsigned high = 0; high < 4; high++)
        if (probe_has(&b->report->writes, TEN_BIT_PREFIX >> 1 | high))
            ask_ten_bit(b, high);
    bench_step(b, "device ID");
    if (b->report->answers && probe_has(&b->report->writes, DEVICE_ID_ADDR7))
        ask_device_id(b);
    b->worn = true;
}
