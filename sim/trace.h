/// The binary trace of a simulation: a ring of 16-byte records and a table of the tracks they speak
/// of. It is always on; the text form (VCD) is made only when somebody wants to look. The whole
/// trace is one block without pointers, so that it can live in memory shared with a parent process,
/// which finishes the file when the process that simulates has died.
#ifndef I2C_TRACE_H
#define I2C_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    I2C_TRACE_TRACK_MAX = 96,
    I2C_TRACE_NAME_BYTES = 40,
    I2C_TRACE_TEXT_MAX = 256,
    I2C_TRACE_HINTS = 32,
    I2C_TRACE_TEXT_BYTES = 64
};

typedef enum {
    I2C_RECORD_LEVEL,   ///< a = line, b = level at 50 % (0, 1)
    I2C_RECORD_PULLS,   ///< a = line, value = nodes that pull now
    I2C_RECORD_HIGHS,   ///< a = line, value = nodes that drive high now
    I2C_RECORD_EVENT,   ///< a = i2c_event_kind, b = flags (1 ack, 2 read, 4 address byte), value =
                        ///< byte; I2C_EVENT_LOST: nodes
    I2C_RECORD_TRACK,   ///< b = track, value = low 32 bits of the new value (or text number)
    I2C_RECORD_TRACK_HI ///< b = track, value = high 32 bits; comes right before its TRACK record
} i2c_record_kind;

typedef struct {
    uint64_t at_ps;
    uint8_t kind;
    uint8_t a;
    uint16_t b;
    uint32_t value;
} i2c_record;

typedef enum { I2C_TRACK_BIT, I2C_TRACK_INTEGER, I2C_TRACK_TEXT } i2c_track_kind;

typedef struct {
    char scope[I2C_TRACE_NAME_BYTES]; ///< dotted, e.g. "slave"
    char name[I2C_TRACE_NAME_BYTES];
    uint8_t kind; ///< i2c_track_kind
    uint8_t bits; ///< INTEGER: width, 1 to 64
} i2c_track;

/// The block. Its records follow it in memory. Read only for others than sim/.
typedef struct i2c_trace {
    uint64_t written; ///< records ever written; the ring holds the last `capacity` of them
    uint32_t capacity;
    uint32_t tracks;
    uint32_t texts;
    uint32_t nodes;
    i2c_track track[I2C_TRACE_TRACK_MAX];
    uint8_t text_hint[I2C_TRACE_HINTS]; ///< numbers of texts, by where they came from; may be wrong
    char text[I2C_TRACE_TEXT_MAX][I2C_TRACE_TEXT_BYTES];
    char node[32][I2C_TRACE_NAME_BYTES];
    i2c_record record[];
} i2c_trace;

/// Bytes of a trace with that many records (a power of two, 64 or more).
size_t i2c_trace_bytes(uint32_t capacity);
/// Makes an empty trace in `memory` of i2c_trace_bytes(capacity) bytes, aligned for uint64_t.
i2c_trace *i2c_trace_init(void *memory, uint32_t capacity);
/// Forgets all records, tracks and texts.
void i2c_trace_clear(i2c_trace *trace);

/// Adds a track; the names are cut to fit. Returns its number, or -1 when the table is full (the
/// track is then left out, and i2c_trace_value() of -1 does nothing).
int i2c_trace_track(i2c_trace *trace, const char *scope, const char *name, i2c_track_kind kind,
                    unsigned bits);
void i2c_trace_value(i2c_trace *trace, uint64_t at_ps, int track, uint64_t value);
/// A TEXT track changes; texts are kept once. When the table is full, the text shows as "...".
void i2c_trace_text(i2c_trace *trace, uint64_t at_ps, int track, const char *text);

/// Records kept now, and the i-th oldest of them. `i` is below i2c_trace_kept().
static inline uint64_t i2c_trace_kept(const i2c_trace *trace)
{
    return trace->written < trace->capacity ? trace->written : trace->capacity;
}
static inline const i2c_record *i2c_trace_at(const i2c_trace *trace, uint64_t i)
{
    return &trace->record[(trace->written - i2c_trace_kept(trace) + i) & (trace->capacity - 1u)];
}
/// Nothing has been pushed out of the ring yet.
static inline bool i2c_trace_whole(const i2c_trace *trace)
{
    return trace->written <= trace->capacity;
}

static inline void i2c_trace_put(i2c_trace *trace, i2c_record record)
{
    trace->record[trace->written & (trace->capacity - 1u)] = record;
    trace->written++;
}

#endif
