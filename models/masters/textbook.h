/// The masters of the specification's own timing tables; private to models/masters/. textbook.c has
/// the models, textbook_timing.c what their parameters make of the tables.
#ifndef I2C_MASTERS_TEXTBOOK_H
#define I2C_MASTERS_TEXTBOOK_H

#include "models/masters/model.h"
#include "models/masters/sequencer.h"

typedef enum {
    P_TIMING,
    P_HD_STA,
    P_SU_STA,
    P_HD_DAT,
    P_SU_DAT,
    P_SU_STO,
    P_BUF,
    P_LOW,
    P_HIGH,
    P_DUTY,
    P_ACK_RELEASE,
    P_JITTER,
    P_DC,
    P_PAUSE,
    P_PAUSE_IN,
    P_BUS_WAIT,
    P_LOST,
    P_EDGES,
    P_SPREAD,
    P_CODE ///< of Hs-mode alone
} textbook_parameter;

typedef enum { TIMING_TYP, TIMING_MIN, TIMING_MAX } textbook_pace;
typedef enum { EDGES_USUAL, EDGES_SLOW } textbook_edges;

typedef enum {
    PAUSE_BYTES,
    PAUSE_EARLY,
    PAUSE_LOW,
    PAUSE_HIGH,
    PAUSE_ACK,
    PAUSE_ACK_HIGH,
    PAUSE_STOP,
    PAUSE_START
} pause_place;

typedef struct {
    master base;
    bit_timing timing;
    sequence_hs hs;
    unsigned low_clock; ///< of the present byte: the ones that dc= stops
    unsigned high_clock;
    sequencer sequence;
} textbook;

/// The board of a mode: `max`: with the slowest legal edges. For I2C_MODE_HS by the asked clock.
i2c_wires textbook_board(i2c_mode mode, uint32_t scl_hz, bool max);
/// The limits that a textbook master's own bits are judged by: Hs-mode's for a master that uses it.
void textbook_limits(const master_spec *spec, i2c_timing_limit limit[I2C_TIMING_COUNT]);
/// The timing of a master that has one mode.
void textbook_fill_timing(const master_spec *spec, bit_timing *timing);
/// Both parts of a transfer that goes to Hs-mode. What the parameters ask for is asked of the fast
/// one, but tBUF: there is none in Hs-mode.
void textbook_fill_hs(const master_spec *spec, sequence_hs *hs);
sequence_pauses textbook_pauses(const master_spec *spec);
/// Lengthens cells at random (jitter=, dc=, spread=); a sequence_vary_fn over a textbook.
void textbook_vary(void *ctx, bit_cell *cell);
/// Whether it does anything.
bool textbook_varies(const master_spec *spec);

#endif
