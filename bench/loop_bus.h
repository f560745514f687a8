/// The yardstick's bus: a mask of pulls a line, and a slave called through a pointer on each edge.
#ifndef BENCH_LOOP_BUS_H
#define BENCH_LOOP_BUS_H

#include <stdbool.h>
#include <stdint.h>

enum { LOOP_MASTER = 1, LOOP_SLAVE = 2, LOOP_ADDRESS = 0x50 };
enum { LOOP_SCL, LOOP_SDA };

typedef struct loop_bus loop_bus;
typedef void loop_edge_fn(void *ctx, loop_bus *b, unsigned line, bool high);

struct loop_bus {
    uint32_t pulls[2];
    loop_edge_fn *on_edge;
    void *ctx;
};

// Inlined into master and slave, or, where LOOP_BUS_APART is set, in loop_bus.c.
#ifdef LOOP_BUS_APART
#define LOOP_BUS_FN
bool loop_level(const loop_bus *b, unsigned line);
void loop_set(loop_bus *b, unsigned line, uint32_t node, bool pull);
#else
#define LOOP_BUS_FN static inline
#endif

#if !defined LOOP_BUS_APART || defined LOOP_BUS_HERE
LOOP_BUS_FN bool loop_level(const loop_bus *b, unsigned line)
{
    return b->pulls[line] == 0;
}

LOOP_BUS_FN void loop_set(loop_bus *b, unsigned line, uint32_t node, bool pull)
{
    const bool before = loop_level(b, line);
    b->pulls[line] = pull ? b->pulls[line] | node : b->pulls[line] & ~node;
    if (loop_level(b, line) != before)
        b->on_edge(b->ctx, b, line, !before);
}
#endif

typedef enum { IDLE, TAKE_ADDRESS, TAKE_POINTER, TAKE_DATA, SEND, IGNORE } loop_state;

typedef struct {
    loop_state state;
    uint8_t bits, shift, pointer;
    bool ack_phase, master_acked;
    uint8_t reg[256];
} loop_slave;

void loop_slave_init(loop_slave *s);
void loop_slave_edge(void *ctx, loop_bus *b, unsigned line, bool high);

#endif
