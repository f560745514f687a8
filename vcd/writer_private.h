#ifndef VCD_WRITER_PRIVATE_H
#define VCD_WRITER_PRIVATE_H

// The writer's state, shared by writer.c (declarations, life cycle, dumps) and writer_values.c
// (values and their bytes).

#include "vcd/format.h"
#include "vcd/sink.h"
#include "vcd/vcd_private.h"

#include <locale.h>

typedef enum {
    VCD_SHAPE_NARROW, ///< 1 to 64 bits
    VCD_SHAPE_WIDE,
    VCD_SHAPE_REAL,
    VCD_SHAPE_STRING,
} vcd_shape;

/// One signal and the value that it has. Dumps write these, so the trace can be told from any
/// point on, and a change to the same value is seen as such.
typedef struct {
    char id[8];     ///< identifier and a newline; one store copies all
    uint8_t id_len; ///< with the newline
    uint8_t shape;  ///< vcd_shape
    bool dropped;   ///< a string under `strict`: never written
    uint32_t width;
    union {
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

typedef enum { VCD_STAGE_DECLARE, VCD_STAGE_RUN, VCD_STAGE_DONE } vcd_stage;

struct vcd_writer {
    vcd_sink sink;
    vcd_slot *slots;
    uint32_t count, room;
    vcd_stage stage;
    bool off;         ///< between $dumpoff and $dumpon
    bool time_is_due; ///< `now` is not in the file yet
    bool strict, keep_repeats;
    uint32_t depth;      ///< open scopes
    unsigned digits;     ///< of `now`; time only grows, so this is cheaper than counting each time
    uint64_t digits_end; ///< first number with more digits; 0: there is none in 64 bits
    uint64_t now;
    char *scratch;     ///< VCD_WIDTH_MAX digits, for wide vectors; NULL until there is one
    locale_t c_locale; ///< reals have a point in every locale
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
