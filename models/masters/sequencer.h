/// Walks the messages of a transfer: address, bytes, ACKs, how messages join, and what the master
/// does after a NACK. What masters differ in is a table. Below it is either a bit_engine (hardware
/// and textbook masters) or a bitbang (software masters), which make the edges.
#ifndef I2C_MASTERS_SEQUENCER_H
#define I2C_MASTERS_SEQUENCER_H

#include "models/masters/bit_engine.h"
#include "models/masters/bitbang.h"
#include "models/masters/model.h"

typedef enum {
    SEQUENCE_STOP,  ///< STOP (a bitbang: its phase for that NACK) and end
    SEQUENCE_LEAVE, ///< end, SCL and SDA released, no STOP
    SEQUENCE_END,   ///< the message ends here, in the way that was asked for, and the transfer
    SEQUENCE_GO_ON  ///< the NACK is not noticed
} sequence_after_nack;

/// What a master does that has lost arbitration; UM10204 3.1.8 allows all of it.
typedef enum {
    SEQUENCE_LOST_RELEASES, ///< lets go of both lines and gives the transfer up
    SEQUENCE_LOST_CLOCKS,   ///< the same, but clocks on to the end of the byte
    SEQUENCE_LOST_RETRIES   ///< lets go, and begins again when the bus is free
} sequence_after_loss;

/// What a master is, above its bits. All zero is a textbook master.
typedef struct {
    sequence_after_nack address_nack, data_nack;
    bool no_arbitration;       ///< it does not look whether SDA follows it
    unsigned address_retries;  ///< further attempts after an address NACK
    unsigned transfer_retries; ///< further attempts after any NACK, from the last free START on
    bool cuts_first_read;    ///< bitbang: a read that no read behind a write came before is cut off
                             ///< behind its address, by the way to join messages, and begun again
    bool stop_after_timeout; ///< bit_engine: SCL held too long ends in a STOP; else it lets go
    bool timeout_is_nack;    ///< bitbang: SCL held too long in an address counts as its NACK
    bool second_reads;  ///< the first message is written, the second read, whatever bit 0 of their
                        ///< addresses is
    uint32_t cut_bytes; ///< longer messages are cut to it silently; 0: none are
} sequence_policy;

/// How a transfer ended, for masters that return something of their own.
typedef enum {
    SEQUENCE_DONE,
    SEQUENCE_ADDRESS_NACK,
    SEQUENCE_DATA_NACK,
    SEQUENCE_NOT_FREE,
    SEQUENCE_TIMED_OUT, ///< bitbang: in `clock` of the present byte, 0 outside of bytes
    SEQUENCE_ABORTED    ///< bitbang: SCL was not as expected
} sequence_ending;

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

/// Lengthens a cell that is about to begin, by its pauses. Called from within an event.
typedef void sequence_vary_fn(void *ctx, bit_cell *cell);

/// How a master that is alone with Hs-mode slaves goes there (UM10204 5.3.2): START, controller
/// code and NACK in Fast-mode, then a repeated START, and all up to the STOP in Hs-mode. A void
/// message that begins a transfer, and a START that was adopted, stay in Fast-mode.
typedef struct {
    uint8_t code;     ///< 0000 1XXX
    bit_timing slow;  ///< up to the NACK, and from the STOP on
    bit_timing enter; ///< the first Sr: SCL low as in `slow`, set-up and hold as in `fast`
    bit_timing fast;
} sequence_hs;

typedef struct {
    master *owner;
    const sequence_policy *policy;
    sequence_pauses pauses;
    sequence_after_loss after_loss;
    sequence_vary_fn *vary; ///< bit_engine; NULL: nothing does
    void *vary_ctx;
    const sequence_hs *hs; ///< NULL: it has no Hs-mode. Stays the caller's
    bit_engine bits;
    bitbang *bang;       ///< not NULL: it makes the edges, `bits` is not used
    bool straight_reads; ///< bitbang: a read behind a write has neither START nor address

    const master_transfer *transfer;
    master_outcome *outcome;
    const master_message *message; ///< the present one
    uint32_t index;                ///< its number
    uint32_t byte;                 ///< of the message, behind the address
    uint32_t first;                ///< message that began on a free bus
    uint32_t first_bytes_read;     ///< bytes read before it
    bool read_joined;              ///< cuts_first_read: the last read came by a join
    bool in_address;
    bool in_code;       ///< the present byte is the controller code of Hs-mode
    bool joined;        ///< the START of the present message is out
    bool reading;       ///< the present byte is read
    bit_cell_kind cell; ///< what is being made
    unsigned clock;     ///< of a BIT, 1 to 9
    sequence_ending ending;
    bool lost;     ///< arbitration, and only clocks on
    bool overdue;  ///< SCL was held over the limit, whatever the master made of it
    uint8_t shift; ///< bits left to send, or read so far
    uint8_t sent;  ///< the byte being sent
    /// Tags of the first message and of the first attempt; 0 unless the owner makes one transfer of
    /// several runs.
    unsigned first_message, first_attempt;
    unsigned attempt;
    unsigned attempts_before; ///< of a model that repeats whole transfers: counts in the tag
    bool adopted;             ///< the START of the first message has been made
    bool aside;               ///< a phase runs that belongs to no message
    bool finished;            ///< the transfer has ended; what master_run() waits for
} sequencer;

/// The node of `owner` is on the bus; `timing` stays the caller's. pauses, vary and hs must be set.
void sequencer_init(sequencer *s, master *owner, const bit_timing *timing,
                    const sequence_policy *policy);
/// The same for a software master. `bang` is filled in but for done and ctx, and stays the
/// caller's.
void sequencer_init_bitbang(sequencer *s, master *owner, bitbang *bang,
                            const sequence_policy *policy);
/// Whether the transfer hangs together for a master that can do all the interface offers.
bool sequencer_can(const sequencer *s, const master_transfer *transfer, char *why,
                   size_t why_bytes);
/// Runs the simulation until the transfer has ended, the budget is spent or the master abandoned.
void sequencer_run(sequencer *s, const master_transfer *transfer, master_outcome *outcome);
/// Runs one phase of the bitbang that belongs to no message, as sequencer_run() a transfer.
void sequencer_run_phase(sequencer *s, bitbang_phase phase);
/// Begins a transfer without running the simulation; `finished` tells when it has ended. `transfer`
/// and `outcome` must last until then.
void sequencer_begin(sequencer *s, const master_transfer *transfer, master_outcome *outcome);
/// The present transfer ends here, both lines released: a time-out of the model's own. Only while
/// one runs; from within an event.
void sequencer_give_up(sequencer *s, const char *why);
/// Only a STOP, with no transfer before it, until it is made (bitbang only).
void sequencer_stop(sequencer *s);
void sequencer_abandon(sequencer *s);
void sequencer_reset(sequencer *s);
/// As master_linger().
bool sequencer_linger(sequencer *s, uint64_t high_ps);
bool sequencer_adopt_start(sequencer *s, i2c_node from);

#endif
