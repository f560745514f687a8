/// The inside of the probe, shared by the source files of scenarios/probe/ alone.
#ifndef PROBE_PRIVATE_H
#define PROBE_PRIVATE_H

#include "scenarios/probe/probe.h"
#include "sim/sim.h"

enum {
    BENCH_MESSAGES = 3,
    BENCH_BYTES = 320,          ///< in a message
    BENCH_TRACE_RECORDS = 65536 ///< of one transfer, many times over
};

/// UM10204 3.1.12: addresses that no slave has for itself.
enum { FIRST_FREE_ADDR7 = 0x08, LAST_FREE_ADDR7 = 0x77, ARP_ADDR7 = 0x61, DEVICE_ID_ADDR7 = 0x7C };

/// What the slave did with one message of a transfer.
typedef struct {
    bool address_acked;
    uint32_t acked; ///< data bytes that it acknowledged, up to the first that it did not
} bench_answer;

/// The bus on which questions are asked.
typedef struct {
    const probe_options *options;
    probe_report *report;
    i2c_sim *sim;
    i2c_trace *trace;
    uint64_t trace_read; ///< records that have been looked at
    master *master;
    slave_instance *slave;
    i2c_node slave_node;
    bool may_hold;     ///< a hold of SCL without end is an answer here, no hang
    bool worn;         ///< it must be set up anew before the next question
    uint64_t ready_ps; ///< how long after reset questions begin
    int32_t message;   ///< that is on the bus, -1: none
    bench_answer answer[BENCH_MESSAGES];

    // the walk through the trace
    uint32_t scl_pullers;
    uint64_t alone_since_ps; ///< the slave alone pulls SCL since then; I2C_NEVER_PS: it does not
    uint32_t rises;          ///< of SCL since START
    bool open;               ///< between START and STOP
} bench;

bool bench_init(bench *b, const probe_options *options, probe_report *report);
void bench_free(bench *b);
/// What is asked from now on.
void bench_step(bench *b, const char *text);

/// A fresh slave, master and bus; time is `at_ps` after reset. False when the tables are full.
bool bench_reset_at(bench *b, uint64_t at_ps);
/// The same at the time at which the slave is ready.
bool bench_reset(bench *b);

/// Plays a transfer; a worn bus is made anew before. The answers are in b->answer. False when the
/// master cannot make it, or nothing came back.
bool bench_play(bench *b, const master_message *messages, uint32_t count);

/// Whether the slave acknowledges this first byte, behind which comes STOP; a read takes one byte.
bool bench_address_acked(bench *b, uint8_t first_byte);
/// Writes; returns how many data bytes were acknowledged, -1: not even the address.
int32_t bench_write(bench *b, uint8_t addr7, const uint8_t *data, uint32_t count);
/// Reads; returns how many bytes came, -1: the address was not acknowledged.
int32_t bench_read(bench *b, uint8_t *into, uint32_t count);
/// Writes to the own address; as bench_write().
int32_t bench_put(bench *b, const uint8_t *data, uint32_t count);
/// Writes a pointer and reads behind it; as bench_read().
int32_t bench_fetch(bench *b, const uint8_t *pointer, uint32_t pointer_bytes, uint8_t *into,
                    uint32_t count);
/// Asks the own address until it is acknowledged. Returns how long that took from now;
/// I2C_NEVER_PS: not within the bench's patience.
uint64_t bench_settle(bench *b);
void bench_wait(bench *b, uint64_t time_ps);
/// Most bytes up to BENCH_BYTES that the master writes in a message.
uint32_t bench_most_bytes(bench *b);

/// Distinct bytes for places 0 to 255.
static inline uint8_t bench_mark(uint32_t place)
{
    return (uint8_t)(place * 73u + 41u);
}
/// Whether the file forbids that `count` bytes are written behind this pointer.
bool bench_forbidden(const bench *b, uint32_t pointer, uint32_t count);

// The questions.
void probe_ask_data(bench *b);
/// With a pointer of one or two bytes before the data. False when there is none.
bool probe_ask_registers(bench *b);
bool probe_ask_memory(bench *b);
/// Whether the registers that the file declares come again behind them; little else is asked.
void probe_ask_repeats(bench *b);
/// The shortest period of what 256 addresses read; 0: there is none. `known` says which were read.
unsigned probe_period(const uint8_t *read, const bool *known);
void probe_ask_addresses(bench *b);
void probe_ask_ready(bench *b);
/// The same of its declared address alone; 0 when it is no later than usual.
void probe_ask_late(bench *b);
void probe_ask_features(bench *b);

#endif
