/// The pins of a LEGO NXT as its firmware moves them: a timer interrupt, the tick, runs a state
/// machine that takes 2 ticks a clock. SCL is driven both ways all the time, SDA whenever it is an
/// output. Private to models/masters/; nxt.c is the control loop above it.
///
/// Ticks are counted from t0, the tick that puts bit 7 of a written byte on SDA; a handler that
/// moves SCL and SDA moves SCL first (parameter eps), but for the ACK tick.
#ifndef I2C_MASTERS_NXT_MACHINE_H
#define I2C_MASTERS_NXT_MACHINE_H

#include "models/masters/model.h"

enum {
    NXT_BUFFER_BYTES = 16,
    NXT_RETRIES = 3,
    NXT_MEMORY_BYTES = (NXT_RETRIES + 1) * NXT_BUFFER_BYTES
};

typedef enum {
    NXT_UNIT_IDLE,
    NXT_UNIT_BYTE,  ///< a written byte, ticks 0 to 18, and 19 to 21 before another one
    NXT_UNIT_STOP,  ///< 19, 20
    NXT_UNIT_NACK,  ///< 19: STOP after an address that nobody ACKed
    NXT_UNIT_JOIN,  ///< 19 to 27: STOP, a clock with SDA high, START
    NXT_UNIT_TURN,  ///< 19 to 26: before the first clock of a read
    NXT_UNIT_READ,  ///< a read byte, ticks 0 to 17, and 18 to 20
    NXT_UNIT_ABORT, ///< SCL was not as expected
} nxt_unit;

/// A change that comes within a tick, after the handler's first one.
typedef struct {
    uint64_t at_ps;
    i2c_line line;
    i2c_drive drive;
} late_change;

typedef struct {
    master base;
    uint64_t tick_ps, eps_ps;
    // The state machine.
    i2c_timer ticker, late_timer, cut_off;
    late_change late[2];
    unsigned lates;
    nxt_unit unit;
    unsigned tick; ///< within the unit
    uint64_t tick_at_ps;
    uint8_t out;       ///< the byte being written
    uint8_t in;        ///< bits read so far
    uint32_t sent;     ///< bytes of this attempt that were begun
    uint32_t to_send;  ///< of it, address included
    uint32_t to_read;  ///< bytes of the read part; 0: none
    uint32_t got;      ///< of them
    bool first_byte;   ///< SCL is still high
    bool read_address; ///< the byte is address + 1
    bool acked;        ///< an ACK was seen since START
    bool scl_expected; ///< level of SCL as the machine left it
    bool failed;       ///< transmission error
    bool aborted;      ///< SCL was held
    bool minds_scl;    ///< firmware 1.29: SCL must be as expected at every tick
    bool idle;         ///< the machine has ended
    bool dead;         ///< abandoned
    bool wake;         ///< idle or dead: what waits look at
    bool adopted;      ///< START has been made
    uint16_t next_tag; ///< of the read message
    uint16_t attempt;
    uint8_t memory[NXT_MEMORY_BYTES]; ///< the send buffer and what lies behind it; stale data stay
    uint32_t at; ///< where the attempt's bytes begin: never set back by a retry
    uint8_t received[NXT_BUFFER_BYTES];
    // A read that failed and was never taken back.
    uint32_t stale_reads;
    bool stale_joined; ///< it failed behind its START
    bool stale_runs;   ///< the read going on is that one
} nxt;

/// The machine's timers; once an object, before anything else.
void nxt_machine_init(nxt *x);
/// START now, unless one was adopted; `hold_ps` later, 1 to a tick, is t0. Sends `bytes` of memory
/// from `at` on, then reads `reads` bytes.
void nxt_machine_start(nxt *x, uint32_t bytes, uint32_t reads, uint64_t hold_ps);
/// The timer stops; the lines stay as they are.
void nxt_machine_stop(nxt *x);
/// The pin as it is read.
bool nxt_pin(const nxt *x, i2c_line line);

#endif
