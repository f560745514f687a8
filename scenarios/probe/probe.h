/// Learns from the wire alone what a slave does, by playing transfers from reset and looking at
/// what it acknowledges, sends and holds. Nothing of the slave's file is believed but how it is
/// built and how fast its bus may be; the answers are then compared with what it declares.
///
/// Everything in a report is plain data without pointers, so that it can lie in memory shared with
/// a parent process: a slave may crash while it is being probed. Deterministic; no thread state.
#ifndef PROBE_H
#define PROBE_H

#include "models/masters/master.h"
#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stdint.h>

enum { PROBE_TEN_MAX = 8, PROBE_STEP_BYTES = 64 };

/// Where SCL was held.
#define PROBE_PLACE_MAP(X)                                                                         \
    X(START, "after START")                                                                        \
    X(ADDRESS, "within an address byte")                                                           \
    X(BYTE, "before or after an ACK")                                                              \
    X(BIT, "within a data byte")
#define PROBE_PLACE_AS_ENUM(name, text) PROBE_AT_##name,
typedef enum { PROBE_PLACE_MAP(PROBE_PLACE_AS_ENUM) PROBE_PLACE_COUNT } probe_place;
#undef PROBE_PLACE_AS_ENUM

/// The slave pulled SCL. A pull that ends before the master lets go of SCL makes no hold.
typedef struct {
    uint64_t pulls;
    uint64_t longest_ps; ///< of the holds; 0: none was ever seen by the master
} probe_holds;

/// A set of 7-bit addresses: bit a%64 of word a/64.
typedef struct {
    uint64_t bits[2];
} probe_addresses;

static inline bool probe_has(const probe_addresses *set, unsigned addr7)
{
    return (set->bits[(addr7 / 64) & 1] >> (addr7 % 64) & 1u) != 0;
}

/// What reads mean, as far as what was written comes back.
typedef enum {
    PROBE_DATA_UNTOLD,   ///< nothing that was written shows in what is read
    PROBE_DATA_ECHO,     ///< the last byte written, again and again
    PROBE_DATA_BUFFER,   ///< all bytes written, at each read anew
    PROBE_DATA_QUEUE,    ///< all bytes written, once
    PROBE_DATA_REGISTERS ///< a pointer goes first
} probe_form;

/// A register of a slave with a pointer of one byte.
typedef struct {
    bool taken;       ///< it acknowledges this as a pointer
    bool steady;      ///< after reset it reads `reset`, and a while later, too
    bool stays;       ///< the pointer does not move on behind it
    uint8_t reset;    ///< what it reads after reset
    uint8_t mask;     ///< bits that keep what is written
    uint64_t busy_ps; ///< a write to it makes the slave refuse its address so long
} probe_register;

enum { PROBE_REGISTERS = 256, PROBE_WRAP_MAX = 4, PROBE_READ_BYTES = 64 };

/// What was learned about data.
typedef struct {
    probe_form form;
    uint32_t size_bytes;   ///< buffer, queue: bytes that come back; registers: see pointer_bytes
    bool wraps;            ///< buffer: behind its last byte comes the first, else the last again
    bool end_known;        ///< buffer: `wraps` was seen
    uint8_t initial_value; ///< what is read after reset
    bool initial_known;
    uint8_t empty_value; ///< queue: what it gives when it is empty
    bool empty_known;

    uint8_t pointer_bytes;
    bool increment_known, increment;
    bool keeps_known, keeps_pointer;
    probe_register reg[PROBE_REGISTERS]; ///< with a pointer of one byte
    uint8_t background;                  ///< what most of them read
    struct {
        uint8_t from, to;
    } wrap[PROBE_WRAP_MAX];
    unsigned wrap_count;
    bool repeats_asked;
    unsigned repeats_every; ///< registers: behind so many the same ones come again; 0: they do not
    uint32_t memory_bytes;  ///< with a pointer of two bytes: addresses repeat behind it
    uint32_t page_bytes;    ///< writes wrap within; 0: no page was seen
    bool current_known, current_next;

    uint32_t asked_bytes; ///< most bytes that were written in one transfer
    uint32_t taken_bytes; ///< of these it acknowledged so many
    bool write_stretched; ///< there it held SCL for ever
    uint64_t busy_ps;     ///< longest time for which it refused its address after a write
    uint32_t read_period; ///< reads repeat after so many bytes; 1: one value; 0: they do not
    uint8_t read_value;   ///< of period 1
    bool reads_known;
} probe_data;

/// What was learned.
typedef struct {
    char step[PROBE_STEP_BYTES]; ///< what is being asked now; of use when the process has died
    bool complete;               ///< all questions were asked
    bool hung; ///< its code or its hold of SCL did not end, at `step`; nothing more was asked
    char master[MASTER_TEXT_BYTES];
    uint32_t scl_hz;                ///< of that master
    char silent[MASTER_TEXT_BYTES]; ///< the caller asked with this faster one before, in vain
    uint64_t transfers;

    bool addresses_asked;   ///< all of them; of the others something is known at most
    probe_addresses writes; ///< addresses that it acknowledges with R/W = 0
    probe_addresses reads;  ///< and with R/W = 1
    bool answers;           ///< it has at least one address that is not reserved
    uint8_t addr7;          ///< the one that the rest was asked at
    uint16_t addr10[PROBE_TEN_MAX];
    unsigned addr10_count;
    bool device_id_known; ///< it gave one
    uint32_t device_id;   ///< 24 bits

    probe_holds hold[PROBE_PLACE_COUNT];
    bool scl_stuck; ///< it held SCL until the master's patience ended
    bool sda_stuck; ///< it still pulled SDA after the STOP of a transfer

    bool features_asked; ///< 10-bit addresses, device ID

    bool ready_asked;
    uint64_t ready_ps;     ///< a START this long after reset was answered, and later ones
    uint64_t not_ready_ps; ///< one this long after it was not; 0: each was answered

    bool data_asked; ///< else nothing of `data` is to be relied on but what it says itself
    probe_data data;
} probe_report;

typedef struct {
    const slave_description *slave;
    const slave_adapter *adapter;
    slave_image *image;        ///< prepared; stays the caller's
    const master_spec *master; ///< who asks; any that can do plain transfers
    bool without_data;         ///< do not ask what reads and writes mean
    /// Told before each question and each fresh bus that it is asked on, for a watchdog; may be
    /// NULL.
    void (*on_step)(void *ctx, const char *question);
    void *on_step_ctx;
} probe_options;

/// The master to ask with when none is named: the textbook one that is fastest within the slave's
/// declared speed, up to Fast-mode Plus. False and a message when there is none.
bool probe_default_master(master_spec *spec, const slave_description *slave, char *message,
                          size_t message_bytes);

/// The fastest textbook master below `scl_hz`, for a slave that does not answer one of that. False:
/// there is none.
bool probe_slower_master(master_spec *spec, uint32_t scl_hz);

/// Asks everything, or up to the question at which the slave hangs. `report` is zeroed first and
/// always consistent, so that it may be looked at when this process has died. False without memory.
bool probe_run(const probe_options *options, probe_report *report);

/// Asks the declared address alone, in a few transfers, how long after reset it answers: the time
/// as a `ready` line would say it, or 0 when it is no later than usual (SLAVE_USUAL_READY_PS) or
/// does not answer at all.
uint64_t probe_ready_ps(const probe_options *options, probe_report *report);

// ---- as lines of a .slave file ------------------------------------------------------------------

/// How a line stands to the slave's file.
#define PROBE_STAND_MAP(X)                                                                         \
    X(AGREES, "agrees")                                                                            \
    X(UNDECLARED, "undeclared")                                                                    \
    X(CONTRADICTS, "contradicts")                                                                  \
    X(NOT_TOLD, "not_told")
#define PROBE_STAND_AS_ENUM(name, text) PROBE_##name,
typedef enum { PROBE_STAND_MAP(PROBE_STAND_AS_ENUM) PROBE_STAND_COUNT } probe_stand;
#undef PROBE_STAND_AS_ENUM
/// "undeclared"; static.
const char *probe_stand_text(probe_stand stand);

enum { PROBE_LINE_MAX = 320 };

typedef struct {
    char key[24];   ///< "general_call"; "" for what is no key: something that it should not do
    bool deeper;    ///< a register below `data registers`
    uint32_t first; ///< of a register: its address
    char text[120]; ///< the key's values: "byte max 20us"; NOT_TOLD: ""
    char how[240];  ///< how it was found, or why the wire does not tell
    bool present;   ///< an optional feature that is there: worth a note where it is undeclared
    probe_stand stand;
    slave_key about;    ///< the key, also of registers; SLAVE_KEY_COUNT: none
    uint32_t line;      ///< of the declaration; 0: there is none
    char declared[160]; ///< the line of the file, where it contradicts; else ""
} probe_line;

typedef struct {
    unsigned count;
    probe_line line[PROBE_LINE_MAX];
} probe_lines;

/// Says a complete report in the order of the keys.
void probe_say(probe_lines *lines, const probe_report *report, const slave_description *slave);

#endif
