/// Walks the messages of a transfer over a bit_engine: address, bytes, ACKs, how messages join, and
/// what the master does after a NACK. What masters differ in is a table.
#ifndef I2C_MASTERS_SEQUENCER_H
#define I2C_MASTERS_SEQUENCER_H

#include "models/masters/bit_engine.h"
#include "models/masters/model.h"

typedef enum {
    SEQUENCE_STOP, ///< STOP and end
    SEQUENCE_LEAVE ///< end, SCL and SDA released, no STOP
} sequence_after_nack;

/// What a master is, above its bits. All zero is a textbook master.
typedef struct {
    sequence_after_nack address_nack, data_nack;
    bool no_arbitration;      ///< it does not look whether SDA follows it
    unsigned address_retries; ///< further attempts after an address NACK
} sequence_policy;

/// Pauses that a master makes, beyond its timing.
typedef struct {
    uint64_t bytes_ps;    ///< SCL low between bytes, before SDA changes
    uint64_t early_ps;    ///< SCL low of every bit, before SDA changes
    uint64_t low_ps;      ///< SCL low of every bit, after SDA changed
    uint64_t high_ps;     ///< SCL high of every bit
    uint64_t ack_ps;      ///< SCL low before clock 9
    uint64_t ack_high_ps; ///< SCL high in clock 9
    uint64_t stop_ps;     ///< SCL high before SDA makes the STOP
    uint64_t start_ps;    ///< before each START on a free bus
} sequence_pauses;

typedef struct {
    master *owner;
    const sequence_policy *policy;
    sequence_pauses pauses;
    bit_engine bits;

    const master_transfer *transfer;
    master_outcome *outcome;
    const master_message *message; ///< the present one
    uint32_t index;                ///< its number
    uint32_t byte;                 ///< of the message, behind the address
    bool in_address;
    bool reading;  ///< the present byte is read
    uint8_t shift; ///< bits left to send, or read so far
    uint8_t sent;  ///< the byte being sent
    unsigned attempt;
    bool adopted;  ///< the START of the first message has been made
    bool finished; ///< the transfer has ended; what master_run() waits for
} sequencer;

/// The node of `owner` is on the bus; `timing` stays the caller's.
void sequencer_init(sequencer *s, master *owner, const bit_timing *timing,
                    const sequence_policy *policy);
/// Whether the transfer hangs together for a master that can do all the interface offers.
bool sequencer_can(const sequencer *s, const master_transfer *transfer, char *why,
                   size_t why_bytes);
/// Runs the simulation until the transfer has ended, the budget is spent or the master abandoned.
void sequencer_run(sequencer *s, const master_transfer *transfer, master_outcome *outcome);
void sequencer_abandon(sequencer *s);
void sequencer_reset(sequencer *s);
bool sequencer_adopt_start(sequencer *s, i2c_node from);

#endif
