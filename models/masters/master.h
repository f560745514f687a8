/// Masters (UM10204: controllers). Every master runs whole transfers in its own way: the caller
/// says what is wanted (messages, bytes, how the next message joins), the master makes the edges
/// that the real one would make, or says that it cannot.
///
/// A master is a node on a simulation. Its calls are functions that run the simulation until they
/// return. Everything else on the bus goes on meanwhile.
///
/// Threads: as the simulation. Ownership: a master is the caller's until master_free().
#ifndef I2C_MASTERS_MASTER_H
#define I2C_MASTERS_MASTER_H

#include "sim/sim.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MASTER_TEXT_BYTES = 160, MASTER_PARAMETER_MAX = 20, MASTER_KNOWN_MAX = 16 };

typedef struct master master;
typedef struct master_model master_model;

// ---- which masters there are ------------------------------------------------------------------

/// A parameter of a model: `arduino@100k,rp=4k7`.
typedef struct {
    const char *name;    ///< "tick"
    const char *values;  ///< for a person: "1 us to 1 ms", "1.05 or 1.29"
    const char *initial; ///< "42.618us"
    const char *about;
} master_parameter;

/// What a model is: all of `i2cproof list masters` and docs/masters.md. Static.
typedef struct {
    const char *name;       ///< "arduino"
    const char *about;      ///< one line
    const char *source;     ///< where the behaviour is known from
    const char *confidence; ///< how well it is known
    const char *duty;       ///< "4.875 / 5.125 us at 100 kHz"
    const char *stretch;    ///< "every bit, no limit"
    const char *limits;     ///< "32 bytes a transfer"
    /// What it does when it loses arbitration (UM10204 3.1.8), "lets go, returns 4"; NULL: it takes
    /// no part in it, and must be the only master of its bus.
    const char *arbitration;
    const char *not_modelled;
    const char *const *speeds; ///< as written behind @; NULL-terminated; the first is the default
    const master_parameter *parameter; ///< ends with name NULL; beside the ones all masters have
} master_info;

unsigned master_model_count(void);
/// `i` below master_model_count().
const master_info *master_model_info(unsigned i);

/// The parameters that all masters have (rp, cb, tf, ideal, threshold); ends with name NULL.
const master_parameter *master_common_parameters(void);

/// What a master does about a slave that holds SCL low (clock stretching, UM10204 3.1.9).
typedef enum {
    MASTER_WAITS,  ///< it waits for SCL, up to limit_ps, then gives up
    MASTER_GOES_ON ///< it waits up to limit_ps, then carries on as if SCL had risen
} master_stretch_kind;

/// How long a slave may hold SCL low beyond the instant at which the master lets go of it, at every
/// clock, START, Sr and STOP, without harm. As measured by the slave's pull: rise times are off it.
typedef struct {
    master_stretch_kind kind;
    uint64_t limit_ps; ///< I2C_NEVER_PS: no limit; 0 with MASTER_GOES_ON: it never looks at SCL
} master_stretch;

/// What a master goes by when it looks at SDA in a clock that it reads.
typedef enum {
    MASTER_SAMPLES_AFTER_RISE,     ///< it has seen SCL high (or stopped waiting for that)
    MASTER_SAMPLES_AFTER_RELEASE,  ///< it has let go of SCL, whatever SCL does
    MASTER_SAMPLES_BEFORE_RELEASE, ///< it still holds SCL low
    MASTER_SAMPLES_NEVER           ///< it does not look at all
} master_sample_kind;

/// When it looks: `least_ps` to `most_ps` behind, or before, what it goes by.
typedef struct {
    master_sample_kind kind;
    uint64_t least_ps, most_ps;
} master_sample;

/// A master as asked for: `NAME[@SPEED][,key=value]...`, read and checked. Plain data, copy freely.
typedef struct {
    const master_model *model;
    const void
        *made_of; ///< what a model that is no part of this program runs; its maker's, or NULL
    char text[MASTER_TEXT_BYTES]; ///< as a case id shows it: only what differs from the defaults
    uint32_t asked_hz;            ///< clock as written behind @
    uint32_t scl_hz;              ///< nominal clock that the master makes of it
    uint64_t
        byte_pause_ps; ///< how long it may stand still within a byte, of itself; 0: it does not
    i2c_mode mode;     ///< the fastest mode its clock stays within; its timing table
    i2c_wires wires;   ///< board preset, with rp=, cb=, tf=, ideal= applied
    i2c_threshold threshold;                     ///< its inputs
    uint64_t value[MASTER_PARAMETER_MAX];        ///< of the model's parameters, in their order
    i2c_known_violation known[MASTER_KNOWN_MAX]; ///< against the mode's table
    unsigned known_count;
    master_stretch stretch;    ///< with the parameters as given
    master_sample data_sample; ///< bits of a read byte
    master_sample ack_sample;  ///< clock 9 of an address
    uint64_t own_time_ps;      ///< 0: it makes what it is asked for; else it decides itself what it
                               ///< transfers (a program runs on it), and is let run for so long
} master_spec;

/// Reads `text`. On failure false, and `error` says what is wrong, where, and what is known:
/// `nxt has no parameter "fww"; known: tick fw ...`.
bool master_spec_read(master_spec *spec, const char *text, char *error, size_t error_bytes);

/// Masters that are a file of the user's and are named by what kind of file that is: "rtl",
/// "sketch".
bool master_is_of_file(const char *name);

/// What its model is.
const master_info *master_spec_info(const master_spec *spec);
/// The clocks that its model can be asked for, in Hz.
void master_spec_clocks(const master_spec *spec, uint32_t *least_hz, uint32_t *most_hz);

/// The master stands on another one's board: its timing and its known violations are those that it
/// has on these wires.
void master_spec_share_wires(master_spec *spec, const i2c_wires *wires);

/// By which table and with which known violations the rules judge this master. Points into `spec`;
/// master_attach() has told the simulation already.
i2c_master_profile master_spec_profile(const master_spec *spec);

// ---- a master on a bus ------------------------------------------------------------------------

/// I2C_OK or I2C_NO_MEMORY.
I2C_MUST_CHECK i2c_status master_new(master **made, const master_spec *spec);
void master_free(master *m);
/// Puts the master on a fresh simulation, as after its power-up. May be called again for the next
/// simulation; allocates nothing.
I2C_MUST_CHECK i2c_status master_attach(master *m, i2c_sim *sim);
/// A line that the program on a master prints, without its end.
typedef void master_print_fn(void *ctx, const char *line);
/// Told of such lines from the next master_attach() on; NULL: nobody is.
void master_tell_prints(master *m, master_print_fn *on_print, void *ctx);
/// One that decides itself begins: as its power-up. Others go on doing nothing.
void master_begin_own(master *m);
/// Why one that decides itself makes no transfer, for a person: "it never calls Wire.begin()".
void master_silence(const master *m, char *text, size_t bytes);
/// The same under another name than its model's, which must outlive the simulation: for blame and
/// waveforms where two masters of one model meet.
I2C_MUST_CHECK i2c_status master_attach_as(master *m, i2c_sim *sim, const char *name);
i2c_node master_node(const master *m);

/// The tag of a START that belongs to no message of the transfer: that of Hs-mode's controller
/// code.
enum { MASTER_NO_MESSAGE = 0xFFFF };

// ---- transfers --------------------------------------------------------------------------------

/// How a message begins.
typedef enum {
    MASTER_START,      ///< START on a free bus
    MASTER_JOIN,       ///< this master's way to join messages: Sr, or on NXT STOP + clock + START
    MASTER_TRUE_REPEAT ///< a real repeated START, or the transfer is not applicable
} master_begin;

typedef struct {
    master_begin begin;
    bool addressed;      ///< false: START and no address byte (void message)
    uint8_t address;     ///< the first byte: addr7 << 1 | read
    uint32_t count;      ///< bytes to write or to read
    const uint8_t *data; ///< write: `count` bytes; they stay the caller's
    uint8_t *into;       ///< read: room for `count` bytes; may be NULL
    const uint8_t *acks; ///< read: for each byte 1 = the master ACKs it; NULL: all but the last
    bool past_nack;      ///< write: go on to the next byte although one was NACKed
    bool stop;           ///< STOP follows (else the next message joins, or the bus stays claimed)
} master_message;

typedef struct {
    const master_message *message;
    uint32_t count;
} master_transfer;

typedef enum {
    MASTER_DONE,      ///< every message went as asked
    MASTER_NACKED,    ///< ended its own way after a NACK
    MASTER_GAVE_UP,   ///< time-out, stretch too long, bus not free, arbitration lost: `why`
    MASTER_ABANDONED, ///< master_abandon() was called in mid-transfer
    MASTER_STUCK      ///< the budget of the simulation was spent waiting
} master_end;

typedef struct {
    master_end end;
    int returned;        ///< what the master's own API returns (Wire: the code, or bytes read)
    uint32_t message;    ///< the message in which it ended
    uint32_t bytes_read; ///< of all read messages, as the master's API gives them
    char why[MASTER_TEXT_BYTES]; ///< GAVE_UP: for a person, with the limit; else ""
} master_outcome;

/// Whether this master can do the transfer at all. If not, `why` is the reason, as the summary of
/// not applicable cases prints it: "sends at most 16 bytes". An over-long transfer that the real
/// master cuts silently, or makes longer, counts as "cannot", unless `cut_is_fine` (a scenario that
/// asks what it returns).
bool master_can(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes);
/// Runs the transfer until the master's own call would return. Only after master_can().
/// Publishes the tag (attempt, message) of each START to the monitor (i2c_sim_tag()).
void master_run(master *m, const master_transfer *transfer, master_outcome *outcome);
/// The same beside whoever runs the simulation, another master for one: returns at once, and the
/// transfer goes on as time passes, until master_runs() is false. `transfer`, what it points to,
/// and `outcome` must live as long. May be called from within an event. I2C_OK; or I2C_NO_MEMORY or
/// I2C_TOO_MANY, and nothing has happened. Reset and abandon end it at once (MASTER_ABANDONED).
I2C_MUST_CHECK i2c_status master_run_beside(master *m, const master_transfer *transfer,
                                            master_outcome *outcome);
bool master_runs(const master *m);

/// Stops the master dead in the middle of master_run(), which returns at once with
/// MASTER_ABANDONED; its lines stay as they are (hung). Called from within an event.
void master_abandon(master *m);
/// As a reset of the master's chip: lets go of both lines and forgets everything; works at any
/// time.
void master_reset(master *m);
/// The master takes over a bus on which a START has just been made for it: SDA low, SCL high,
/// pulled by `from`. The next master_run()'s first message begins with its address. Masters whose
/// START cannot be had without making it themselves return false and nothing happens.
bool master_adopt_start(master *m, i2c_node from);
/// Its clock stands still: the SCL high that is now lasts at least so long in all, from 70 % to the
/// fall, Sr or STOP that ends it. Called from within an event. False, and nothing happens: SCL is
/// not high by its clock, or its clock cannot be stopped.
bool master_linger(master *m, uint64_t high_ps);
/// Another master has made a START, and this one makes it, too, now, within its hold (UM10204 3.1.8
/// allows both): it pulls SDA, and its next transfer begins with its address. False, and nothing
/// happens, when SCL has fallen already, or as master_adopt_start().
bool master_join_start(master *m);

#endif
