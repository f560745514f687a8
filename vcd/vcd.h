#ifndef VCD_VCD_H
#define VCD_VCD_H

/// libvcd: writes and reads Value Change Dump files, IEEE 1364-2005 clause 18, four-state kind,
/// with GTKWave's `string` variables as the one extension.
///
/// Threads: one writer or reader is used by one thread at a time; different ones share nothing.
/// Determinism: the same calls give the same bytes, on every machine and in every locale.
/// The library prints nothing, has no writable globals and changes no signal disposition.
///
/// Not covered: extended VCD (port values `p`), and the nine-state values of VHDL dumps.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define VCD_MUST_CHECK __attribute__((warn_unused_result))
#else
#define VCD_MUST_CHECK
#endif

// clang-format off
#define VCD_STATUS_MAP(X)                                                     \
    X(OK,             "no error")                                             \
    X(BAD_CONFIG,     "a config field is out of its range")                   \
    X(BAD_NAME,       "a name is empty or has a blank or a control byte")     \
    X(BAD_TEXT,       "a text contains $end or a control byte")               \
    X(BAD_WIDTH,      "a width is out of its range, or not that of the range") \
    X(BAD_SIGNAL,     "no such signal, or the value is not of its type")      \
    X(BAD_VALUE,      "a value has other digits than 0, 1, x, z, or too many") \
    X(BAD_ORDER,      "the call is not allowed at this point")                \
    X(TIME_BACKWARDS, "time goes backwards")                                  \
    X(TOO_LONG,       "a word or text is longer than the limit")              \
    X(TOO_MANY,       "more signals than can be numbered")                    \
    X(NO_MEMORY,      "out of memory")                                        \
    X(OPEN_FAILED,    "cannot open")                                          \
    X(WRITE_FAILED,   "cannot write")                                         \
    X(CLOSE_FAILED,   "cannot close")                                         \
    X(READ_FAILED,    "cannot read")                                          \
    X(SYNTAX,         "not valid VCD")                                        \
    X(UNKNOWN_ID,     "a change of an identifier that was not declared")      \
    X(TRUNCATED,      "the file ends in the middle")                          \
    X(STOPPED,        "a callback asked to stop")
// clang-format on

#define VCD_AS_ENUM(name, text) VCD_##name,
typedef enum { VCD_STATUS_MAP(VCD_AS_ENUM) } vcd_status;
#undef VCD_AS_ENUM

/// What `status` means, static text without a final stop. Never NULL.
const char *vcd_status_text(vcd_status status);

/// What went wrong, whole: enough for one line to the user.
typedef struct {
    vcd_status status;
    int os_errno;    ///< errno of the failed system call or callback; 0: none
    uint64_t line;   ///< reader: 1-based place of the offending word; 0: no place
    uint64_t column; ///< reader: 1-based, in bytes
    char text[640];  ///< one line: "PATH: cannot write: No space left on device"; control
                     ///< bytes of a path or word are shown as \x0a; "" after VCD_OK
} vcd_error;

/// Longest vector, in bits.
#define VCD_WIDTH_MAX 65536u
/// Longest string value, in bytes before escaping.
#define VCD_STRING_MAX_BYTES 65536u
/// Longest name of a scope or variable that the writer takes, in bytes.
#define VCD_NAME_MAX_BYTES 4096u

/// The timescale's unit.
typedef enum { VCD_FS, VCD_PS, VCD_NS, VCD_US, VCD_MS, VCD_S } vcd_unit;

/// IEEE 1364 18.2.3.4. OTHER only comes out of the reader: struct, interface, package ...
typedef enum {
    VCD_SCOPE_MODULE,
    VCD_SCOPE_TASK,
    VCD_SCOPE_FUNCTION,
    VCD_SCOPE_FORK,
    VCD_SCOPE_BEGIN,
    VCD_SCOPE_OTHER,
} vcd_scope_type;

/// X(enum suffix, word in the file, kind of its values). The types of IEEE 1364 18.2.3.8, those
/// that SystemVerilog tools write, and GTKWave's string.
// clang-format off
#define VCD_VAR_MAP(X)                                                              \
    X(WIRE,      "wire",      BITS) X(REG,      "reg",      BITS)                   \
    X(INTEGER,   "integer",   BITS) X(REAL,     "real",     REAL)                   \
    X(STRING,    "string",    TEXT) X(EVENT,    "event",    BITS)                   \
    X(PARAMETER, "parameter", BITS) X(REALTIME, "realtime", REAL)                   \
    X(SUPPLY0,   "supply0",   BITS) X(SUPPLY1,  "supply1",  BITS)                   \
    X(TIME,      "time",      BITS) X(TRI,      "tri",      BITS)                   \
    X(TRIAND,    "triand",    BITS) X(TRIOR,    "trior",    BITS)                   \
    X(TRIREG,    "trireg",    BITS) X(TRI0,     "tri0",     BITS)                   \
    X(TRI1,      "tri1",      BITS) X(WAND,     "wand",     BITS)                   \
    X(WOR,       "wor",       BITS) X(LOGIC,    "logic",    BITS)                   \
    X(BIT,       "bit",       BITS) X(BYTE,     "byte",     BITS)                   \
    X(SHORTINT,  "shortint",  BITS) X(INT,      "int",      BITS)                   \
    X(LONGINT,   "longint",   BITS) X(ENUM,     "enum",     BITS)                   \
    X(SHORTREAL, "shortreal", REAL)
// clang-format on

#define VCD_AS_ENUM(name, word, kind) VCD_VAR_##name,
typedef enum { VCD_VAR_MAP(VCD_AS_ENUM) } vcd_var_type;
#undef VCD_AS_ENUM

/// The word of a type in the file: "wire". NULL for a value that is no vcd_var_type.
const char *vcd_var_type_word(vcd_var_type type);

typedef enum { VCD_KIND_BITS, VCD_KIND_REAL, VCD_KIND_TEXT } vcd_kind;

/// A variable as it is declared.
typedef struct {
    vcd_var_type type;
    uint32_t width;   ///< bits, 1 to VCD_WIDTH_MAX; the writer ignores it for real and string
    const char *name; ///< without scopes and range; no blanks, no control bytes
    bool has_range;   ///< name [msb:lsb]; where the two are equal: name [msb]
    int32_t msb, lsb; ///< as many bits apart as the width says
} vcd_var;

/// One of the writer's or reader's signals: 0, 1, 2 ... in order of declaration.
typedef uint32_t vcd_signal;

typedef enum { VCD_0, VCD_1, VCD_X, VCD_Z } vcd_bit;

// ---------------------------------------------------------------------------------------------
// Writer
//
//     open -> scope, var, upscope (and initial values) -> start
//          -> time, changes, dump_off, dump_on, dump_all, comment, flush -> finish -> free
//
// Errors: each call returns its own. One of them is kept, a failed write or close before all
// others, else the first: vcd_writer_finish() returns it, so a caller may leave those of the single
// calls unread. Once a write has failed nothing more is written and every call returns that
// failure. Any other error refuses the one call, which then has changed nothing in the trace,
// and the trace goes on.
//
// SIGPIPE: a path and a descriptor are written with SIGPIPE blocked in the calling thread, and a
// SIGPIPE that the write itself raised is taken back, so a closed pipe is VCD_WRITE_FAILED with
// EPIPE and never ends the process. Behind a callback that is the callback's affair.
//
// A crash: what was flushed is on its way to the file, in whole lines unless one line exceeds the
// buffer, and such a file is readable up to its end. At most the last buffer is lost;
// vcd_writer_flush() before risky work makes it none.

typedef struct vcd_writer vcd_writer;

/// Takes up to `len_bytes` of `data`; returns how many, at least 1 (fewer is a short write: it is
/// called again with the rest), or a negative errno (-ENOSPC). 0 or more than len_bytes is EIO.
typedef ptrdiff_t vcd_write_fn(void *ctx, const void *data, size_t len_bytes);

/// All zero is a good config: 1 fs, no texts, strings on. Copied at open, with its texts.
typedef struct {
    uint32_t timescale;  ///< 1, 10 or 100; 0: 1
    vcd_unit unit;       ///< of the timescale
    const char *date;    ///< $date; NULL: none, so that equal input gives equal bytes
    const char *version; ///< $version; NULL: none
    const char *comment; ///< $comment in the header; NULL: none
    size_t buffer_bytes; ///< 512 to 1 GiB; 0: 65536
    bool strict;         ///< for readers of IEEE 1364 alone: string variables are left out (they
                         ///< get a signal; its changes are checked and dropped), names are ASCII
    bool keep_repeats;   ///< false: a change to the value that the signal has is not written
} vcd_writer_config;

/// Makes a writer. On VCD_OK `*writer` is the caller's until vcd_writer_free(); otherwise it is
/// NULL. `config` NULL: all zero. `error` may be NULL; else it is set, on success too.
/// _path creates or empties the file and closes it in finish (a failing close() is reported, fsync
/// is not done); _fd leaves the descriptor open, it stays the caller's and must be blocking;
/// `name` is how messages call the sink (NULL: "fd 3", "callback").
/// Returns VCD_OK, VCD_BAD_CONFIG, VCD_BAD_TEXT, VCD_NO_MEMORY, VCD_OPEN_FAILED.
VCD_MUST_CHECK vcd_status vcd_writer_open_path(vcd_writer **writer, const char *path,
                                               const vcd_writer_config *config, vcd_error *error);
VCD_MUST_CHECK vcd_status vcd_writer_open_fd(vcd_writer **writer, int fd, const char *name,
                                             const vcd_writer_config *config, vcd_error *error);
VCD_MUST_CHECK vcd_status vcd_writer_open_callback(vcd_writer **writer, vcd_write_fn *write,
                                                   void *ctx, const char *name,
                                                   const vcd_writer_config *config,
                                                   vcd_error *error);

/// Opens a scope inside the open one. VCD_BAD_NAME; VCD_BAD_CONFIG for VCD_SCOPE_OTHER.
vcd_status vcd_writer_scope(vcd_writer *w, vcd_scope_type type, const char *name);

/// Closes the innermost scope; VCD_BAD_ORDER when none is open.
vcd_status vcd_writer_upscope(vcd_writer *w);

/// Declares a variable in the open scope; `*signal` is its number. Its value is x, 0.0 or "" until
/// it is set; what is set before vcd_writer_start() is what the trace begins with.
/// A one-bit name that ends in [7] reads back as a name with the range 7:7.
VCD_MUST_CHECK vcd_status vcd_writer_var(vcd_writer *w, const vcd_var *var, vcd_signal *signal);

/// Ends the declarations (closing open scopes) and writes every value at `time`, as $dumpvars.
vcd_status vcd_writer_start(vcd_writer *w, uint64_t time);

/// The following changes are at `time`, in units of the timescale. Equal times are fine,
/// VCD_TIME_BACKWARDS otherwise. A time without a change is not written, except the last one.
vcd_status vcd_writer_time(vcd_writer *w, uint64_t time);

/// Changes. VCD_BAD_SIGNAL when the signal is not of the kind named by the call.
/// _bit: a signal of width 1.
vcd_status vcd_writer_bit(vcd_writer *w, vcd_signal signal, vcd_bit value);
/// _int: width up to 64; bits above the width are ignored, so negative numbers just work.
vcd_status vcd_writer_int(vcd_writer *w, vcd_signal signal, uint64_t value);
/// _masked: width up to 64; a bit set in `xmask` is x; else, set in `zmask`, z; else as in `value`.
vcd_status vcd_writer_masked(vcd_writer *w, vcd_signal signal, uint64_t value, uint64_t xmask,
                             uint64_t zmask);
/// _bits: any width; `bits` are 1 to width digits of 0 1 x X z Z, most significant first; fewer
/// are extended to the left as IEEE 1364 18.2.1 says (x with x, z with z, else 0).
vcd_status vcd_writer_bits(vcd_writer *w, vcd_signal signal, const char *bits);
/// _real: written so that it reads back as the same double; any NaN is "nan".
vcd_status vcd_writer_real(vcd_writer *w, vcd_signal signal, double value);
/// _string: any bytes, at most VCD_STRING_MAX_BYTES. The file gets printable ASCII only: a
/// backslash is doubled, every other byte (blanks, control bytes, each byte of UTF-8) is \x20
/// style.
vcd_status vcd_writer_string(vcd_writer *w, vcd_signal signal, const char *bytes, size_t len_bytes);

/// A change of a signal of width 1 and its time.
typedef struct {
    uint64_t time;
    vcd_signal signal;
    uint32_t bit; ///< a vcd_bit
} vcd_edge;

/// Many changes in one call, the fast way for traffic of single bits: the same as vcd_writer_time()
/// and vcd_writer_bit() for each in turn, bytes and errors included. An edge that is refused is
/// left out and those behind it are taken; the first refusal is returned, a failed write before it.
vcd_status vcd_writer_edges(vcd_writer *w, const vcd_edge *edges, size_t count);

/// $dumpoff: all bits x (reals and strings have no x and keep their last value); changes are noted
/// but not written until $dumpon, which writes all values. VCD_BAD_ORDER when already so.
vcd_status vcd_writer_dump_off(vcd_writer *w);
vcd_status vcd_writer_dump_on(vcd_writer *w);
/// $dumpall: all values once more, a checkpoint. VCD_BAD_ORDER while off.
vcd_status vcd_writer_dump_all(vcd_writer *w);

/// A $comment, in the declarations or between changes; may have blanks and newlines.
vcd_status vcd_writer_comment(vcd_writer *w, const char *text);

/// Hands the buffer to the operating system or callback.
vcd_status vcd_writer_flush(vcd_writer *w);

/// Writes the last time, flushes and closes what open_path opened; a writer that was not started
/// leaves a valid file without changes. Returns the error kept from the writer's whole life.
/// Afterwards only vcd_writer_error() and vcd_writer_free() are allowed; another finish returns the
/// same again, other calls VCD_BAD_ORDER.
VCD_MUST_CHECK vcd_status vcd_writer_finish(vcd_writer *w);

/// The error kept so far; status VCD_OK when there was none. Valid until vcd_writer_free().
const vcd_error *vcd_writer_error(const vcd_writer *w);

/// Frees; NULL is fine. Without a finish before, the sink is closed and the buffer is dropped.
void vcd_writer_free(vcd_writer *w);

// ---------------------------------------------------------------------------------------------
// Reader: push bytes in, get events out.
//
// Memory: one word or section text (word_max_bytes) and a few dozen bytes for each identifier
// declared; nothing grows with the number of changes.

typedef struct vcd_reader vcd_reader;

typedef enum { VCD_TEXT_DATE, VCD_TEXT_VERSION, VCD_TEXT_COMMENT } vcd_text;
typedef enum { VCD_DUMP_VARS, VCD_DUMP_ALL, VCD_DUMP_ON, VCD_DUMP_OFF } vcd_dump;

/// A value; lives until the callback returns.
typedef struct {
    vcd_kind kind;
    uint32_t width;        ///< BITS: as declared
    const char *bits;      ///< BITS: `width` digits 0 1 x z, most significant first, then a 0 byte
    uint64_t value;        ///< BITS up to 64 wide: 0 where x or z
    uint64_t xmask, zmask; ///< BITS up to 64 wide
    double real;           ///< REAL
    const char *text;      ///< TEXT: without escapes, may contain 0 bytes, then a 0 byte
    size_t len_bytes;      ///< TEXT
} vcd_value;

/// The events; each may be NULL. A false return stops with VCD_STOPPED.
typedef struct {
    void *ctx; ///< given to all
    /// Runs of blanks and newlines come as one blank.
    bool (*on_text)(void *ctx, vcd_text what, const char *text);
    bool (*on_timescale)(void *ctx, uint32_t timescale, vcd_unit unit);
    bool (*on_scope)(void *ctx, vcd_scope_type type, const char *name);
    bool (*on_upscope)(void *ctx);
    /// An identifier declared twice is one signal with two names: the same number comes again.
    bool (*on_var)(void *ctx, const vcd_var *var, vcd_signal signal);
    bool (*on_enddefinitions)(void *ctx);
    bool (*on_time)(void *ctx, uint64_t time);
    bool (*on_change)(void *ctx, vcd_signal signal, const vcd_value *value);
    /// $dumpvars and the like: `begins`, then the changes inside, then not.
    bool (*on_dump)(void *ctx, vcd_dump what, bool begins);
    size_t word_max_bytes; ///< longest word, declaration or comment, 64 to 1 GiB; 0: 1 MiB
} vcd_reader_config;

/// Makes a reader. On VCD_OK `*reader` is the caller's until vcd_reader_free(); otherwise NULL.
/// `config` is copied. Returns VCD_OK, VCD_BAD_CONFIG or VCD_NO_MEMORY.
VCD_MUST_CHECK vcd_status vcd_reader_new(vcd_reader **reader, const vcd_reader_config *config);

/// The next bytes, cut anywhere. The first error is kept and returned from then on.
VCD_MUST_CHECK vcd_status vcd_reader_feed(vcd_reader *r, const void *data, size_t len_bytes);

/// The end of the input. VCD_TRUNCATED when it came inside the declarations, a $section or a word:
/// all events before have been told. A last word without white space behind it counts as cut, for
/// "#12" may have been "#1234"; only a closing $end is whole without.
VCD_MUST_CHECK vcd_status vcd_reader_finish(vcd_reader *r);

/// Reads a whole file or descriptor: feed until the end, then finish. VCD_OPEN_FAILED,
/// VCD_READ_FAILED and what those return. The descriptor stays open.
VCD_MUST_CHECK vcd_status vcd_reader_read_path(vcd_reader *r, const char *path);
VCD_MUST_CHECK vcd_status vcd_reader_read_fd(vcd_reader *r, int fd, const char *name);

/// The error, with line and column; status VCD_OK when there was none.
const vcd_error *vcd_reader_error(const vcd_reader *r);

void vcd_reader_free(vcd_reader *r);

#ifdef __cplusplus
}
#endif

#endif
