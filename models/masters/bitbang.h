/// Software masters: programs that move two pins, write the steps down and wait in between. One
/// such master is a page of static tables, one for each *phase* of a transfer (a written bit, an
/// ACK it looks at, a STOP ...). A table is a list of steps, a step is an action and the delay
/// behind it:
///
///     static const bitbang_step write_bit[] = {
///         {BITBANG_SDA_BIT, SETUP, 1},               // setsda(), udelay((u + 1) / 2)
///         {BITBANG_SCL_HIGH, NONE, 0}, {BITBANG_WAIT, HALF, 1}, // sclhi(), udelay(u)
///         {BITBANG_SCL_LOW, HOLD, 1},                // scllo(), udelay(u / 2)
///         BITBANG_END};
///
/// Delays are named by the model (indices into `delay_ps`): a tick, a udelay, a loop. What follows
/// what (addresses, ACKs, retries, how messages join) is decided above, by the sequencer.
///
/// Phases follow each other without a pause of their own. In the middle of a transfer each begins
/// where the last delay of the one before has run out, wherever the tables draw the line.
#ifndef I2C_MASTERS_BITBANG_H
#define I2C_MASTERS_BITBANG_H

#include "models/masters/master.h"

typedef enum {
    BITBANG_LAST,  ///< of a table
    BITBANG_PAUSE, ///< no action, only the delay
    BITBANG_SCL_LOW,
    BITBANG_SCL_HIGH,  ///< released, or driven if `push_pull_scl`; does not look at it
    BITBANG_SCL_FLOAT, ///< released
    BITBANG_SDA_LOW,
    BITBANG_SDA_HIGH,         ///< released, or driven if `push_pull_sda`
    BITBANG_SDA_FLOAT,        ///< released
    BITBANG_SDA_STAYS_OUTPUT, ///< high if it is an output, and nothing if it is an input
    BITBANG_SDA_BIT,          ///< the bit being written, or written last
    BITBANG_SDA_START,        ///< low: this is the START; the tag of what follows is published
    BITBANG_SCL_OUTPUT,       ///< an output again, at the level that it was set to last
    BITBANG_SDA_OUTPUT,       ///< the same
    BITBANG_SAMPLE,           ///< SDA as it is now is the bit read, or the ACK
    BITBANG_WAIT,        ///< for SCL to be high; at the limit the phase ends with BITBANG_TIMEOUT
    BITBANG_WAIT_ANYWAY, ///< at the limit the next step comes at once, without this one's delay
    BITBANG_WAIT_FREE,   ///< for SCL and SDA to be high, as BITBANG_WAIT
    BITBANG_CHECK_FREE,  ///< unless SCL and SDA are high, the phase ends with BITBANG_NOT_FREE
    BITBANG_CHECK_SDA,   ///< unless SDA is high, the same
    BITBANG_ALIGN,       ///< no action; its delay ends at a whole multiple of it
    BITBANG_SPACE        ///< no action; its delay counts from the last START
} bitbang_action;

/// How many delays a model can name. Delay 0 is no delay.
enum { BITBANG_DELAYS = 8, BITBANG_NO_DELAY = 0 };

typedef struct {
    uint8_t action; ///< a bitbang_action
    uint8_t delay;  ///< which delay comes behind it
    uint8_t times;  ///< how many of them
} bitbang_step;

#define BITBANG_END                                                                                \
    {                                                                                              \
        BITBANG_LAST, BITBANG_NO_DELAY, 0                                                          \
    }

/// A table that is NULL has no steps, unless it says otherwise.
typedef enum {
    BITBANG_CALL,       ///< before each START of a free bus but a retry's: the call's own overhead
    BITBANG_RETRY,      ///< before the START of a further attempt
    BITBANG_START,      ///< on a bus that this master has not claimed
    BITBANG_RESTART,    ///< joins the next message: Sr, or STOP, clock and START; NULL: as START
    BITBANG_ADDRESS,    ///< before the first bit of an address byte
    BITBANG_WRITE_NEXT, ///< before the first bit of a byte written behind the address
    BITBANG_WRITE_BIT,
    BITBANG_ACK_IN,        ///< clock 9 of a written byte; samples
    BITBANG_READ_FIRST,    ///< before the first bit of the first byte of a read
    BITBANG_READ_NEXT,     ///< of each further one
    BITBANG_READ_BIT,      ///< samples
    BITBANG_READ_LAST_BIT, ///< bit 0; NULL: as READ_BIT
    BITBANG_ACK_OUT,
    BITBANG_NACK_OUT,
    BITBANG_GAP, ///< before READ_FIRST, WRITE_NEXT and READ_NEXT of some bytes, see gap_every
    BITBANG_STOP,
    // Ends of a message that some masters make in another way than by that STOP. NULL: as STOP.
    BITBANG_READ_END,
    BITBANG_ADDRESS_NACK_END,
    BITBANG_DATA_NACK_END,
    BITBANG_READ_LOST_END, ///< of a NACK with a read still to come; NULL: as that of the NACK
    BITBANG_TIMEOUT_END,   ///< behind a BITBANG_TIMEOUT; NULL: both lines are released
    BITBANG_ABORT,         ///< SCL was not as expected (see checks_scl)
    BITBANG_PHASES
} bitbang_phase;

typedef enum {
    BITBANG_DONE,
    BITBANG_NOT_FREE,
    BITBANG_TIMEOUT,
    BITBANG_ABORTED ///< the abort phase has run
} bitbang_result;

/// The phases that were asked for have run, or ended early. Called from within an event, or, where
/// they took no time, from bitbang_go(); may ask for the next ones.
typedef void bitbang_done_fn(void *ctx, bitbang_result result);

enum { BITBANG_QUEUE = 4 };

/// All state; plain data. The first part is the model's to fill in, before bitbang_init() and, the
/// delays, at any time; the second the engine's, what is marked may be read.
typedef struct {
    i2c_sim *sim;
    i2c_node node; ///< added with `hears` 0 and bitbang_edge(): it asks for edges while it waits
    const bitbang_step *steps[BITBANG_PHASES];
    uint64_t delay_ps[BITBANG_DELAYS];
    /// Bit n: delay n counts within a handler. It does not move the grid of the others on: a tick
    /// behind it is a tick from where the handler began.
    uint8_t within;
    uint64_t action_ps; ///< what each change and each look at a pin takes, beyond the delays
    bool push_pull_scl, push_pull_sda;
    /// Before each step that is not within a handler, and each tick of a longer delay, SCL must be
    /// as the last step left it; else the abort phase runs.
    bool checks_scl;
    uint64_t poll_ps;    ///< between two looks at SCL while it waits; 0: sees it at once
    uint64_t limit_ps;   ///< of a wait, from its step; I2C_NEVER_PS: none
    bool limit_is_total; ///< the limit is for all waits behind bitbang_fresh_limit() together
    uint32_t gap_every;  ///< GAP comes before bytes 0, n, 2n ... of the data; 0: never
    bitbang_done_fn *done;
    void *ctx;

    bool bit;                  ///< to be written; set before bitbang_go()
    bool sampled;              ///< of the last SAMPLE; may be read
    bool claimed;              ///< a START was made and no end of a message since; may be read
    bool overdue;              ///< a WAIT_ANYWAY ended at its limit; may be read and cleared
    uint16_t attempt, message; ///< the tag that the next START publishes; set before bitbang_go()

    uint8_t queue[BITBANG_QUEUE]; ///< phases to come
    uint8_t queued, next;         ///< of them
    const bitbang_step *step;     ///< the present one; NULL: idle
    unsigned ticks;               ///< left of its delay, where each is looked at
    bool waiting, both;           ///< for SCL, for SDA as well
    bool aborting, adopted;
    bool scl_high;          ///< as the last step left it
    bool latch[2];          ///< by i2c_line: the level that it was set to last, high or not
    uint64_t start_ps;      ///< of the last START; I2C_NEVER_PS: none yet
    uint64_t grid_ps;       ///< where the present handler began
    uint64_t ended_ps;      ///< when the phases asked for last had run
    uint64_t wait_began_ps; ///< the present wait
    uint64_t give_up_ps;    ///< its end
    uint64_t waited_ps;     ///< all waits since bitbang_fresh_limit()
    i2c_timer timer;
} bitbang;

/// Readies the engine for a node that has just been added.
void bitbang_init(bitbang *e);
/// To be called from the node's on_edge.
void bitbang_edge(bitbang *e, i2c_line line, bool high, uint64_t now_ps);

/// Asks for a phase behind those asked for already.
void bitbang_then(bitbang *e, bitbang_phase phase);
/// Runs what was asked for. Not while it is running.
void bitbang_go(bitbang *e);
/// A transfer begins: a total limit counts from here.
void bitbang_fresh_limit(bitbang *e);

/// Stops at once, the lines stay as they are.
void bitbang_halt(bitbang *e);
/// Lets go of both lines and forgets the transfer.
void bitbang_release(bitbang *e);
/// A START was made for this engine just now: it pulls SDA, SCL is high. The next START phase goes
/// on behind its BITBANG_SDA_START.
void bitbang_adopt_start(bitbang *e);

#endif
