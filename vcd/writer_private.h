#ifndef VCD_WRITER_PRIVATE_H
#define VCD_WRITER_PRIVATE_H

// The writer's state, shared by writer.c (declarations, life cycle, dumps) and writer_values.c
// (values and their bytes).

#include "vcd/format.h"
#include "vcd/sink.h"
#include "vcd/vcd_private.h"

#include <locale.h>

typedef enum {
    VCD_SHAPE_BIT,
    VCD_SHAPE_NARROW, ///< 2 to 64 bits
    VCD_SHAPE_WIDE,
    VCD_SHAPE_REAL,
    VCD_SHAPE_STRING,
} vcd_shape;

/// One signal and the value that it has. Dumps write these, so the trace can be told from any
/// point on, and a change to the same value is seen as such.
typedef struct {
    char tail[8];     ///< blank, identifier, newline: how lines end; one store copies all. A single
                      ///< bit stands in the place of the blank
    uint8_t tail_len; ///< with blank and newline
    uint8_t shape;    ///< vcd_shape
    bool dropped;     ///< a string under `strict`: never written
    uint32_t width;
    union {
        uint32_t bit; ///< vcd_bit
        /// No bit is set in two of them, none above the width: equal values are equal words.
        struct {
            uint64_t value, xmask, zmask;
        } bits;
        char *wide; ///< `width` digits
        double real;
        struct {
            char *bytes;
            uint32_t len, room;
        } string;
    } now;
} vcd_slot;

#define VCD_TIME_BLOCK UINT32_C(1000000)

typedef enum { VCD_STAGE_DECLARE, VCD_STAGE_RUN, VCD_STAGE_DONE } vcd_stage;

struct vcd_writer {
    vcd_sink sink;
    vcd_slot *slots;
    uint32_t count, room;
    vcd_stage stage;
    bool off;         ///< between $dumpoff and $dumpon
    bool time_is_due; ///< `now` is not in the file yet
    bool strict, keep_repeats;
    uint32_t depth; ///< open scopes
    uint64_t now;
    // Most times differ from the one before in their last six digits alone; those above are kept.
    uint64_t time_block;    ///< a multiple of VCD_TIME_BLOCK
    char time_high[16];     ///< its digits without the last six
    unsigned time_high_len; ///< 0: the time has no more than six, namely
    unsigned time_len;      ///< so many, if
    uint32_t time_end;      ///< it is below this
    char triple[1000][4];   ///< all groups of three digits, and a newline
    char *scratch;          ///< VCD_WIDTH_MAX digits, for wide vectors; NULL until there is one
    locale_t c_locale;      ///< reals have a point in every locale
    vcd_error first;
};

/// Notes the error if it is the first and returns `status`.
vcd_status vcd_writer_refuse(vcd_writer *w, vcd_status status, const char *format, ...)
    VCD_PRINTF(3, 4);

/// VCD_OK, or the sink's failure, which is noted in place of any refused call.
vcd_status vcd_writer_sink_status(vcd_writer *w);

/// Writes the time if it is due.
void vcd_writer_put_time(vcd_writer *w);

/// Writes the slot's value as one change.
void vcd_writer_put_slot(vcd_writer *w, const vcd_slot *slot);

/// Writes the slot as x; nothing for those that cannot be x.
void vcd_writer_put_slot_x(vcd_writer *w, const vcd_slot *slot);

/// Sets shape, width and first value.
vcd_status vcd_slot_init(vcd_writer *w, vcd_slot *slot, const vcd_var *var);
void vcd_slot_release(vcd_slot *slot);

#endif
