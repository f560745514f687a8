#include "bench/loop.h"

#include "bench/loop_bus.h"

static bool clock_bit(loop_bus *b, bool one)
{
    loop_set(b, LOOP_SDA, LOOP_MASTER, !one);
    loop_set(b, LOOP_SCL, LOOP_MASTER, false);
    const bool seen = loop_level(b, LOOP_SDA);
    loop_set(b, LOOP_SCL, LOOP_MASTER, true);
    return seen;
}

static void start(loop_bus *b)
{
    loop_set(b, LOOP_SDA, LOOP_MASTER, false);
    loop_set(b, LOOP_SCL, LOOP_MASTER, false);
    loop_set(b, LOOP_SDA, LOOP_MASTER, true);
    loop_set(b, LOOP_SCL, LOOP_MASTER, true);
}

static void stop(loop_bus *b)
{
    loop_set(b, LOOP_SDA, LOOP_MASTER, true);
    loop_set(b, LOOP_SCL, LOOP_MASTER, false);
    loop_set(b, LOOP_SDA, LOOP_MASTER, false);
}

static bool write_byte(loop_bus *b, uint8_t value)
{
    for (unsigned i = 0; i < 8; i++)
        (void)clock_bit(b, (value >> (7 - i) & 1) != 0);
    return !clock_bit(b, true);
}

static uint8_t read_byte(loop_bus *b, bool ack)
{
    unsigned value = 0;
    for (unsigned i = 0; i < 8; i++)
        value = value << 1 | (clock_bit(b, true) ? 1u : 0u);
    (void)clock_bit(b, !ack);
    return (uint8_t)value;
}

static uint64_t transfer(loop_bus *b)
{
    uint64_t sum = 0;
    start(b);
    if (!write_byte(b, LOOP_ADDRESS << 1) || !write_byte(b, LOOP_POINTER))
        return 0;
    start(b);
    if (!write_byte(b, LOOP_ADDRESS << 1 | 1))
        return 0;
    for (unsigned i = 0; i < LOOP_READ_BYTES; i++)
        sum += read_byte(b, i + 1 < LOOP_READ_BYTES);
    stop(b);
    return sum;
}

/// Knuth's MMIX generator; the high bits are the good ones.
uint64_t loop_data(uint64_t *random, uint8_t bytes[LOOP_READ_BYTES])
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < LOOP_READ_BYTES; i++) {
        *random = *random * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (uint8_t)(*random >> 56);
        sum += bytes[i];
    }
    return sum;
}

uint64_t loop_run(uint64_t times, uint64_t seed)
{
    loop_slave s;
    loop_bus b = {.on_edge = loop_slave_edge, .ctx = &s};
    uint64_t sum = 0;
    loop_slave_init(&s);
    for (uint64_t i = 0; i < times; i++) {
        (void)loop_data(&seed, &s.reg[LOOP_POINTER]);
        sum += transfer(&b);
    }
    return sum;
}
