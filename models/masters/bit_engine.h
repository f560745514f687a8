/// The two lines as nearly every software master and most hardware ones move them: START, Sr, bits
/// and STOP as *cells*, each made of a few intervals. What follows what (addresses, ACKs, retries)
/// is decided above it; one table of intervals makes it a textbook master, an AVR TWI, a Linux
/// i2c-gpio.
///
/// Between cells the engine holds SCL low, or, right after START, high with SDA low. Each cell
/// begins with SCL low (the rest of a START's hold comes first), and ends where the next one can be
/// asked for:
///
///     bit      SCL low, SDA set, SCL released, seen high, SDA sampled, SCL pulled
///     restart  SCL low, SDA released, SCL released, seen high, SDA pulled
///     stop     SCL low, SDA pulled, SCL released, seen high, SDA released and up
///     start    (both lines high) SDA pulled
///     grab     the rest of a START's hold, SCL pulled: for hardware that does so by itself
///
/// A START may be followed by a stop or restart cell: the void message of UM10204 3.1.10.
///
/// The engine waits for SCL without limit unless told otherwise, and joins in when another node
/// pulls SCL during its high phase (clock synchronisation, UM10204 3.1.7). Masters whose clock runs
/// on while a slave holds SCL are the `clocking` below. Open drain only.
#ifndef I2C_MASTERS_BIT_ENGINE_H
#define I2C_MASTERS_BIT_ENGINE_H

#include "sim/sim.h"
#include "sim/timing.h"

typedef enum {
    BIT_CELL_START,
    BIT_CELL_RESTART,
    BIT_CELL_GRAB,
    BIT_CELL_BIT,
    BIT_CELL_STOP
} bit_cell_kind;

/// Intervals between what the master does and sees; the wires' rise and fall times are counted in
/// by whoever fills it (bit_timing_for_wires()).
typedef struct {
    uint64_t sda_hold_ps;  ///< SCL pulled to SDA changed
    uint64_t ack_hold_ps;  ///< the same behind the ACK of a read byte
    uint64_t sda_setup_ps; ///< not 0: SDA changes as late as this before SCL is released
    uint64_t low_ps[2];    ///< SCL pulled to SCL released; clocks 1 3 5 7 9, and 2 4 6 8
    uint64_t high_ps[2];   ///< SCL seen high to SCL pulled
    uint64_t sample_ps[2]; ///< SCL seen high to SDA sampled; at most high_ps
    uint64_t turn_low_ps;  ///< SCL pulled to SCL released, before Sr and STOP
    uint64_t hd_sta_ps;    ///< SDA pulled to SCL pulled
    uint64_t su_sta_ps;    ///< SCL seen high to SDA pulled
    uint64_t su_sto_ps;    ///< SCL seen high to SDA released
    uint64_t void_stop_ps; ///< SDA pulled to SDA released: STOP right after START
    uint64_t buf_ps;       ///< SDA over 70 % to SDA pulled
    uint64_t settle_ps;    ///< SDA released for STOP to the end of the cell
} bit_timing;

typedef struct {
    bit_cell_kind kind;
    unsigned clock;    ///< BIT: 1 to 9
    bool sda;          ///< BIT: true = released
    bool sample;       ///< BIT: report SDA at the sampling instant, else at the end of high
    bool after_ack;    ///< ack_hold_ps counts instead of sda_hold_ps
    uint64_t early_ps; ///< pauses: SCL low before SDA changes; START: before SDA is pulled
    uint64_t low_ps;   ///< SCL low after SDA has changed
    uint64_t high_ps;  ///< SCL high before it is pulled, or before SDA makes Sr or STOP
    uint64_t hold_ps;  ///< behind a START: before SCL is pulled, or SDA makes the STOP
} bit_cell;

/// What the engine makes of SCL after it has let go of it.
typedef enum {
    BIT_SEES_SCL,      ///< waits until SCL is high
    BIT_SAMPLES_FIRST, ///< the same, but SDA is sampled as SCL is released
    // The master's clock runs on: what bit_timing counts from SCL seen high counts from its
    // release, and nobody else's pull cuts anything short.
    BIT_LOOKS_LATE, ///< looks when its high time is over; SCL low then, it waits `again_ps`, looks
                    ///< again, and so on
    BIT_BLIND       ///< never looks, not at the bus before a START either
} bit_clocking;

/// How a cell ended.
typedef enum {
    BIT_DONE,
    BIT_NOT_FREE,    ///< START: a line stayed low for bus_wait_ps
    BIT_SCL_TIMEOUT, ///< SCL stayed low for scl_wait_ps
    BIT_LOST         ///< Sr, STOP: another master sends something else there
} bit_result;

/// `sda`: what was sampled. Called from within an event; may begin the next cell.
typedef void bit_done_fn(void *ctx, bit_result result, bool sda);

typedef enum {
    BIT_IDLE,
    BIT_WAIT_FREE, ///< START waits for high lines
    BIT_FREE,      ///< and tBUF
    BIT_HOLD,      ///< START's hold: SDA low, SCL still high
    BIT_VOID_STOP,
    BIT_LOW_EARLY, ///< SCL low, SDA as before
    BIT_LOW,
    BIT_RISING,  ///< SCL released, not seen high
    BIT_RUNS_ON, ///< SCL released, the master's clock not minding it; SDA not sampled
    BIT_HIGH,
    BIT_STOPPED ///< SDA released for STOP and on its way up
} bit_phase;

/// All state; plain data. Fields below `ctx` are the engine's.
typedef struct {
    i2c_sim *sim;
    i2c_node node;
    const bit_timing *timing; ///< stays the caller's
    uint64_t bus_wait_ps;     ///< START waits so long for a free bus; I2C_NEVER_PS: no limit
    uint64_t scl_wait_ps;     ///< a released SCL may stay low so long; I2C_NEVER_PS: no limit
    bool arbitrates;       ///< UM10204 3.1.8: no START in another's transfer, and it looks whether
                           ///< another master goes on before its Sr and STOP (behind a STOP not)
    bool minds_others;     ///< STARTs of others claim the bus until a STOP; hears all edges
    bit_clocking clocking; ///< may change between cells
    uint64_t again_ps;     ///< BIT_LOOKS_LATE
    bool keeps_sample;     ///< BIT_LOOKS_LATE: SDA is not sampled again after each `again_ps`
    bit_done_fn *done;
    void *ctx;

    i2c_timer timer;
    uint64_t due_ps; ///< when it was armed for
    bit_phase phase;
    bit_cell cell;
    bool scl_low;          ///< between cells: SCL pulled, or high behind a START
    bool claimed;          ///< between START and STOP
    bool others;           ///< a START was seen and no STOP since
    bool scl_was_high;     ///< as told last, where minds_others
    uint64_t since_ps;     ///< power-up or reset: of a START before it knows nothing
    uint64_t start_ps;     ///< SDA pulled for START or Sr
    uint64_t fall_ps;      ///< SCL pulled
    uint64_t rise_due_ps;  ///< SCL may be released, if SDA stands
    uint64_t after_sda_ps; ///< SDA changed to SCL released, at least
    uint64_t give_up_ps;   ///< waiting for a line ends
    uint64_t sample_at_ps; ///< of the present high phase
    uint64_t end_at_ps;    ///< and its end, where the clock runs on
    bool sampled;          ///< SDA, where it is not looked up at the end
} bit_engine;

/// Readies the engine for a node that has just been added, hearing BIT_ENGINE_HEARS, or
/// I2C_HEAR_ALL if it minds others.
/// sim, node, timing, limits, done and ctx must be set.
void bit_engine_init(bit_engine *e);
/// To be called from the node's on_edge.
void bit_engine_edge(bit_engine *e, i2c_line line, bool high, uint64_t now_ps);
enum { BIT_ENGINE_HEARS = I2C_HEAR_SCL | I2C_HEAR_NO_OWN_FALLS };

/// Begins a cell; the one before has ended. START only when not claimed, the others only when.
void bit_engine_begin(bit_engine *e, const bit_cell *cell);
/// Begins the bit cell behind a bit cell of the same byte: all but clock and `sda` as in that one.
void bit_engine_begin_next_bit(bit_engine *e, bool sda);
/// SCL is high in a clock, or before Sr or STOP: it stays so until it has been high, from 70 %, for
/// at least so long. False: it is not high.
bool bit_engine_linger(bit_engine *e, uint64_t high_ps);
/// Stops at once, the lines stay as they are.
void bit_engine_halt(bit_engine *e);
/// Lets go of both lines and forgets the transfer (reset, arbitration lost).
void bit_engine_release(bit_engine *e);
/// Behind a BIT_SCL_TIMEOUT: takes SCL under the hold of whoever has it, so that a STOP can be
/// begun.
void bit_engine_take_scl(bit_engine *e);
/// A START was made for this engine just now: it pulls SDA, SCL is high.
void bit_engine_adopt_start(bit_engine *e);

/// What a timing table asks for at 30 % and 70 % of VDD, and what the lines then need at the pins.
typedef struct {
    uint64_t hd_dat_ps, ack_hd_ps, su_dat_ps; ///< su_dat 0: SDA changes after hd_dat
    uint64_t period_ps;                       ///< fall to fall, if the limits below leave it
    uint64_t low_ps, high_ps;
    bool alternate; ///< odd clocks have low_ps, even ones high_ps; else all have low_ps
    uint64_t hd_sta_ps, su_sta_ps, su_sto_ps, buf_ps;
} bit_table;
/// A comfortable table of a mode, at no particular clock: period_ps is 0.
bit_table bit_table_typical(i2c_mode mode);
/// Fills `timing` so that the intervals of `table` hold on `wires` as measured at 30 % and 70 %
/// (tLOW from f30 to r30, tHIGH from r70 to f70, ...), for a master whose input has `threshold`.
void bit_timing_for_wires(bit_timing *timing, const bit_table *table, const i2c_wires *wires,
                          i2c_threshold threshold);

#endif
