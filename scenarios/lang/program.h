/// A compiled scenario program: the tree of what the .scenario files say, in tables of fixed-size
/// structs that refer to each other by index. Nothing in it is a pointer into itself, so the
/// suite's program is `static const` data of the binary, and the same walker plays it and the
/// user's files.
///
/// Everything is resolved: names to slots, calls to definitions, operators to enums, times to
/// picoseconds. Reading conventions:
///
/// - A *node index* of 0 (LANG_NONE) means "none"; node 0 is never used. A list is its first node;
///   `next` leads to the following one.
/// - A *string* is an offset into `strings`, NUL-terminated UTF-8; offset 0 is "".
/// - A *slot* is a variable of the frame: a scenario has its own frame of `slot_count` int64
/// values,
///   each call a fresh one, whose first `parameter_count` slots hold the arguments. A slot that
///   nothing has set yet is 0. LANG_NO_SLOT means "none".
/// - An *expression* is a node of the last group below and yields an int64: a number, a time in ps,
///   or a frequency in Hz. Types were checked by the compiler. lang_eval() (eval.h) computes it.
///
/// The program is read-only and may be used by many threads.
#ifndef LANG_PROGRAM_H
#define LANG_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum { LANG_NONE = 0 };
#define LANG_NO_SLOT UINT32_MAX

/// Node kinds. Fields that are not named for a kind are 0.
typedef enum {
    LANG_UNUSED, ///< node 0

    // ---- statements: the list `body` of a scenario. All have `text`: the source line(s), joined
    // by blanks, without indentation and comment.
    LANG_TRANSFER, ///< a: first item. Begins with S, or with Sr after a transfer that had no P
    LANG_CALL,     ///< a: index into transfers, b: arguments (expressions, as many as parameters)
    /// a: LANG_TRANSFER or LANG_CALL, b: every (time expression), c: within (time expression),
    /// d: slot that gets the time from the first attempt's START to the decisive one's, or
    /// LANG_NO_SLOT; value: LANG_ACK or LANG_NACK that ends it, seen by the transfer's first
    /// LANG_WANT_ACK that allows both
    LANG_POLL,
    LANG_APP_SET,  ///< a: variable (string), b: value (expression), c: index (expression or 0)
    LANG_APP_CALL, ///< a: function (string), b: arguments (expressions)
    LANG_APP_PIN,  ///< a: pin (string), value: 1 high, 0 low
    // what is expected; d: within (time expression or 0), from the end of the act before
    LANG_EXPECT_IDLE,       ///< both lines high and no slave pulling
    LANG_EXPECT_KNOWN_GOOD, ///< the slave's known-good transfers work
    LANG_EXPECT_PIN,        ///< a: pin of the slave (string), value: 1 high, 0 low
    LANG_EXPECT_APP,   ///< a: variable, b: value (expression), c: index or 0, value: lang_operator
    LANG_EXPECT_CALLS, ///< a: function, b: arguments (expressions; LANG_ANY: any value)
    LANG_EXPECT_RETURNED, ///< b: what the master's own API returned (expression); value: lang_party
    LANG_EXPECT_SLAVE, ///< value: lang_slave_act, b: list of bytes or LANG_ANY (SENDS), d: within
    LANG_EXPECT_ARBITRATION, ///< a: lang_party, value: 1 it has lost the transfer, 0 it has not
    LANG_EXPECT_COMPARE,     ///< a: left expression, b: right expression, value: lang_operator
    // circumstances; body: first statement that they hold for, or 0: the rest of this block
    LANG_WITH_LATENCY,    ///< b: time, a: vector (string; "": all)
    LANG_WITH_IRQ_OFF,    ///< b: time, c: every (time expression)
    LANG_WITH_ISR_LOAD,   ///< a: vector (string), b: time, c: every (time expression)
    LANG_WITH_MAIN_STALL, ///< b: time, c: every (time expression) or 0: once
    LANG_WITH_THRESHOLD,  ///< b: of the slave's inputs, 30, 50 or 70 (expression)
    LANG_WITH_CPU_CLOCK,  ///< b: frequency expression
    // the wires by hand; a: lang_line, d: name of a side-band wire (string) for LANG_WIRE
    LANG_PULL,    ///< a, d
    LANG_RELEASE, ///< a, d
    LANG_CLOCK,   ///< b: number of clocks (expression), by the master's timing, SDA left as it is
    LANG_WAIT,    ///< b: time expression
    /// a, d, value: 1 a high spike, 0 a low one, b: width (time expression), c: at (time
    /// expression, from now on; the next statement does not wait for it) or 0: now
    LANG_GLITCH,
    LANG_SPIKE, ///< a: line, b: width (time expression), at the slave's pin
    LANG_POWER, ///< value: 1 the slave gets its supply, 0 it loses it
    /// a second master meets the transfer of the next statement; a: LANG_TRANSFER or LANG_CALL,
    /// b: its START comes so long after the other's (time expression) or 0: together with it,
    /// c: which master (string; "": one like the case's own). value 1: it meets a transfer that the
    /// slave makes, d: within (time expression)
    LANG_RIVAL,
    LANG_OTHER_HOST, ///< the neighbour is the host of SMBus at 0x08, too
    LANG_OTHER_ARP,  ///< b: first bit (expression) in which its UDID differs from the slave's
    LANG_ALERT,      ///< b: address (expression) with which a neighbour of the slave has an alert
    /// a: first LANG_SWEEP_KIND, b: LANG_SWEEP_POINTS, c: LANG_TRANSFER or LANG_CALL, value:
    /// lang_recovery that follows each point
    LANG_SWEEP,

    // ---- parts of a sweep
    /// value: lang_sweep_kind, b: time expression (STRETCH, GLITCH, SPIKE) or 0. SPIKE: d: place in
    /// the phase in % (expression) or 0: in the middle; a: how many, c: every (time expression), or
    /// 0: one
    LANG_SWEEP_KIND,
    LANG_SWEEP_POINTS, ///< value: lang_sweep_points; for BITS b: first bit, c: last, d: byte
                       ///< (exprs)

    // ---- items of a transfer
    LANG_START,   ///< S
    LANG_RESTART, ///< Sr; value: 1 for Sr!, a true repeated START or not applicable
    LANG_STOP,    ///< P
    /// own+W: a: lang_address, b: 7-bit address (expression) for LANG_ADDRESS_VALUE,
    /// value: 1 read, 0 write
    LANG_ADDRESS,
    LANG_BYTE,       ///< b: a byte the master sends (expression)
    LANG_MASTER_ACK, ///< value: LANG_ACK (A) or LANG_NACK (N): what the master drives in clock 9
    /// value: LANG_ACK, LANG_NACK or LANG_EITHER: what must be seen in clock 9; a: 1 when a NACK
    /// ends the transfer, [A or N P]
    LANG_WANT_ACK,
    /// a byte the slave sends; value: lang_want;
    /// ANY: nothing more; IS: b: expression; ONE_OF: b: expressions (a list); RANGE: b, c: first
    /// and last; MASKED: b: value, c: mask; CAPTURE: d: slot that gets it
    LANG_WANT_BYTE,
    LANG_REPEAT, ///< ( a ) x b: a: first item, b: number of times (expression)
    LANG_EACH,   ///< ( a for d in c ): a: first item, c: domain, d: slot

    // ---- heads of a scenario
    LANG_FOR,    ///< a: name (string), d: slot, c: domain, value: lang_type
    LANG_MASTER, ///< a: as written (string), b: name (string), value: SCL in Hz, 0: its default
    LANG_COVER,  ///< a: requirement id (string)
    LANG_NEED,   ///< a: KEY or KEY.VALUE (string), value: slave_key of the first part

    // ---- a domain is a list of these, joined
    LANG_DOMAIN_VALUE,     ///< b: expression
    LANG_DOMAIN_RANGE,     ///< b: first, c: last (included), d: step (expressions; d 0: 1)
    LANG_DOMAIN_RANDOM,    ///< value: how many, c: the domain that they are drawn from
    LANG_DOMAIN_REGISTERS, ///< value: lang_register_set (registers.h)
    LANG_DOMAIN_COMMANDS,  ///< value: lang_command_set (commands.h)
    /// bytes of the example of a call; value: lang_example, b: of which command (expression)
    LANG_DOMAIN_EXAMPLE,

    // ---- expressions
    LANG_NUMBER,    ///< value
    LANG_TIME,      ///< value: ps
    LANG_FREQUENCY, ///< value: Hz
    LANG_VARIABLE,  ///< d: slot, a: name (string)
    /// value: lang_profile_value, a: name (string), b: of which register (expression; only where
    /// lang_profile_is_indexed())
    LANG_PROFILE,
    LANG_UNARY,  ///< value: lang_operator (MINUS, NOT, COMPLEMENT), b: operand
    LANG_BINARY, ///< value: lang_operator, b: left, c: right
    LANG_CHOICE, ///< a ? b : c
    LANG_PEC,    ///< pec: CRC-8 of the message's bytes before it; only in transfers
    LANG_ANY,    ///< `_` in the arguments of `expect calls`

    LANG_KIND_COUNT
} lang_kind;

/// What is seen or driven in clock 9; EITHER is both bits.
enum { LANG_ACK = 1, LANG_NACK = 2, LANG_EITHER = 3 };

/// Which bytes of the example of a call.
typedef enum { LANG_EXAMPLE_GIVEN, LANG_EXAMPLE_GIVES } lang_example;

/// Who of the two masters of a LANG_RIVAL.
typedef enum { LANG_PARTY_MASTER, LANG_PARTY_RIVAL } lang_party;
/// Of a slave that is a master, too: its next transfer has these bytes; is lost to another; it
/// makes none.
typedef enum {
    LANG_SLAVE_SENDS,
    LANG_SLAVE_LOST,
    LANG_SLAVE_SILENT,
    LANG_SLAVE_ACT_COUNT
} lang_slave_act;

typedef enum { LANG_LINE_SCL, LANG_LINE_SDA, LANG_WIRE } lang_line;

typedef enum {
    LANG_ADDRESS_OWN,   ///< the slave's
    LANG_ADDRESS_OTHER, ///< one that the slave does not have
    LANG_ADDRESS_GC,    ///< 0x00, general call
    LANG_ADDRESS_VALUE
} lang_address;

typedef enum {
    LANG_WANT_ANY,
    LANG_WANT_IS,
    LANG_WANT_ONE_OF,
    LANG_WANT_RANGE,
    LANG_WANT_MASKED,
    LANG_WANT_CAPTURE
} lang_want;

typedef enum { LANG_TYPE_NUMBER, LANG_TYPE_TIME, LANG_TYPE_FREQUENCY } lang_type;

/// Operators with their text. Binary ones in the precedence of C; NOT and COMPLEMENT are unary.
#define LANG_OPERATOR_MAP(X)                                                                       \
    X(MULTIPLY, "*")                                                                               \
    X(DIVIDE, "/")                                                                                 \
    X(MODULO, "%")                                                                                 \
    X(PLUS, "+")                                                                                   \
    X(MINUS, "-")                                                                                  \
    X(SHIFT_LEFT, "<<")                                                                            \
    X(SHIFT_RIGHT, ">>")                                                                           \
    X(LESS, "<")                                                                                   \
    X(LESS_EQUAL, "<=")                                                                            \
    X(GREATER, ">")                                                                                \
    X(GREATER_EQUAL, ">=")                                                                         \
    X(EQUAL, "==")                                                                                 \
    X(NOT_EQUAL, "!=")                                                                             \
    X(AND, "&")                                                                                    \
    X(XOR, "^")                                                                                    \
    X(OR, "|")                                                                                     \
    X(LOGICAL_AND, "&&")                                                                           \
    X(LOGICAL_OR, "||")                                                                            \
    X(NOT, "!")                                                                                    \
    X(COMPLEMENT, "~")
#define LANG_OPERATOR_AS_ENUM(id, text) LANG_OP_##id,
typedef enum { LANG_OPERATOR_MAP(LANG_OPERATOR_AS_ENUM) LANG_OP_COUNT } lang_operator;
#undef LANG_OPERATOR_AS_ENUM

/// What happens at a point of a sweep. RESET, POWER_OFF and POWER_ON are the slave's.
#define LANG_SWEEP_KIND_MAP(X)                                                                     \
    X(STOP, "stop")       /* the injector makes a STOP */                                          \
    X(RESTART, "restart") /* a fresh master makes a START */                                       \
    X(FREEZE, "freeze")   /* the master stops, its lines stay as they are */                       \
    X(VANISH, "vanish")   /* the master lets go of both lines */                                   \
    X(RESET, "reset")                                                                              \
    X(POWER_OFF, "power_off")                                                                      \
    X(POWER_ON, "power_on")                                                                        \
    X(STRETCH, "stretch")     /* SCL held low for a time */                                        \
    X(PAUSE, "pause")         /* SCL left high for a time: the master's clock stands still */      \
    X(GLITCH, "glitch")       /* a spike of a width */                                             \
    X(SPIKE_SCL, "spike scl") /* spikes that an input filter is there for, at the slave's pin */   \
    X(SPIKE_SDA, "spike sda")                                                                      \
    X(CHATTER, "chatter") /* SDA moves to and fro while SCL is low */                              \
    X(STUCK_SCL, "stuck scl")                                                                      \
    X(STUCK_SDA, "stuck sda")
#define LANG_SWEEP_KIND_AS_ENUM(id, text) LANG_SWEEP_##id,
typedef enum { LANG_SWEEP_KIND_MAP(LANG_SWEEP_KIND_AS_ENUM) LANG_SWEEP_KIND_COUNT } lang_sweep_kind;
#undef LANG_SWEEP_KIND_AS_ENUM

/// How a bus is made usable again behind a point of a sweep. BOTH: once by clocks until SDA is high
/// and a STOP, once by a START alone where SDA is high. The others are what real masters do.
#define LANG_RECOVERY_MAP(X)                                                                       \
    X(BOTH, "")         /* the two recoveries of every abort sweep */                              \
    X(CLOCKS, "clocks") /* where SDA is low nine clocks, whatever it does; then a STOP */          \
    X(STOPS, "stops")   /* where SDA is low a STOP is tried in each of nine clocks (Linux) */      \
    X(START, "start")   /* up to ten clocks while SDA is low, no STOP, then a START (ESP8266) */
#define LANG_RECOVERY_AS_ENUM(id, text) LANG_RECOVERY_##id,
typedef enum { LANG_RECOVERY_MAP(LANG_RECOVERY_AS_ENUM) LANG_RECOVERY_COUNT } lang_recovery;
#undef LANG_RECOVERY_AS_ENUM

typedef enum {
    LANG_POINTS_EVERY_EDGE, ///< all phases of all bits, of START and of STOP
    LANG_POINTS_EVERY_BIT,  ///< the high phase of every bit
    LANG_POINTS_BITS        ///< bits lo..hi (1 to 9) of byte n (0: the first after START)
} lang_sweep_points;

/// Values of the slave's own description that expressions may use: name, key of the description
/// that must be declared (else the case is not applicable), type, meaning.
#define LANG_PROFILE_MAP(X)                                                                        \
    X(ADDRESS, "own.address", ADDRESS, NUMBER, "its 7-bit address")                                \
    X(OWN_COUNT, "own.count", ADDRESS, NUMBER, "how many 7-bit addresses it has")                  \
    X(OTHER_ADDRESS, "other.address", ADDRESS, NUMBER, "the neighbour's 7-bit address")            \
    X(NEW_ADDRESS, "new.address", NEW_ADDRESS, NUMBER,                                             \
      "the 7-bit address that it can be given at run time")                                        \
    X(DATA_SIZE, "data.size", DATA, NUMBER, "bytes of its buffer, queue, frame or memory")         \
    X(DATA_EMPTY, "data.empty", DATA, NUMBER, "what an empty queue gives")                         \
    X(DATA_INITIAL, "data.initial", DATA, NUMBER, "what is read before anything was written")      \
    X(POINTER_BYTES, "pointer.bytes", DATA, NUMBER, "bytes of the register pointer")               \
    X(PAGE_BYTES, "page.bytes", DATA, NUMBER, "bytes of an EEPROM's page")                         \
    X(SCRATCH_FIRST, "scratch.first", DATA, NUMBER, "first register of the first scratch range")   \
    X(SCRATCH_LAST, "scratch.last", DATA, NUMBER, "last register of that range")                   \
    X(SCRATCH_SIZE, "scratch.size", DATA, NUMBER, "registers in that range")                       \
    X(SCRATCH_BEYOND, "scratch.beyond", DATA, NUMBER,                                              \
      "bytes that a write may go on behind that range, over scratch and `ro` registers alone; "    \
      "65537: without end")                                                                        \
    X(COMMAND_AT, "command.at", DATA, NUMBER, "first register that is a command")                  \
    X(FIFO_AT, "fifo.at", DATA, NUMBER, "first register that is a FIFO")                           \
    X(FIFO_SIZE, "fifo.size", DATA, NUMBER, "bytes of that FIFO")                                  \
    X(FIFO_EMPTY, "fifo.empty", DATA, NUMBER, "what that FIFO gives when it is empty")             \
    X(OVERRUN_AFTER, "overrun.after", OVERRUN, NUMBER, "bytes it takes before overrun")            \
    X(UNDERRUN_VALUE, "underrun.value", UNDERRUN, NUMBER, "what reads beyond its data give")       \
    X(TEN_BIT_ADDRESS, "ten_bit.address", TEN_BIT, NUMBER, "its 10-bit address")                   \
    X(TEN_BIT_HEADER, "ten_bit.header", TEN_BIT, NUMBER,                                           \
      "first byte of its 10-bit address as a 7-bit one: 0x78 and the upper two bits")              \
    X(TEN_BIT_LOW, "ten_bit.low", TEN_BIT, NUMBER, "second byte of its 10-bit address")            \
    X(TEN_BIT_OTHER, "ten_bit.other", TEN_BIT, NUMBER,                                             \
      "second byte of the neighbour's first 10-bit address with the same upper bits; it has "      \
      "three, "                                                                                    \
      "one behind the other")                                                                      \
    X(DEVICE_ID, "device_id.value", DEVICE_ID, NUMBER, "its 24-bit device id")                     \
    X(STRETCH_MAX, "stretch.max", STRETCH, TIME, "longest declared hold of SCL")                   \
    X(BUSY_MAX, "busy.max", BUSY, TIME, "longest declared busy time")                              \
    X(READY, "ready.time", READY, TIME, "time from reset to its first answer")                     \
    X(SMBUS_VERSION, "smbus.version", SMBUS, NUMBER, "11, 20 or 30")                               \
    X(PEC_USED, "pec.used", SMBUS, NUMBER, "1: it has a packet error code; 0: `pec off`")          \
    X(ARP_VALID, "arp.valid", ARP, NUMBER,                                                         \
      "1: it has an address from power-up on (`arp persistent`); 0: it is assigned one")           \
    X(RECEIVED, "receive_byte.value", COMMAND, NUMBER, "what a receive byte gives")                \
    X(TIMEOUT_MIN, "timeout.min", TIMEOUT, TIME, "shortest declared bus time-out")                 \
    X(TIMEOUT_MAX, "timeout.max", TIMEOUT, TIME, "longest declared bus time-out")                  \
    X(OUTPUT_DELAY, "output_delay.max", OUTPUT_DELAY, TIME, "declared delay of SDA")               \
    X(MASTER_TIME, "master.time", ADDRESS, TIME,                                                   \
      "how long the case's master is let run, of one that decides itself what it transfers")       \
    X(LATENCY, "latency.promised", TOLERATES, TIME,                                                \
      "largest interrupt latency it promises on the case's master")                                \
    X(MAIN_STALL, "main_stall.promised", TOLERATES, TIME,                                          \
      "longest stall of its main loop that it promises to stand there")                            \
    X(IRQ_OFF, "irq_off.promised", TOLERATES, TIME,                                                \
      "longest time with interrupts off that it promises to stand there")                          \
    X(REGISTER_RESET, "register.reset", DATA, NUMBER, "`[r]`: value of register r after reset")    \
    X(REGISTER_MASK, "register.mask", DATA, NUMBER, "`[r]`: bits of register r that are written")  \
    X(WRAP_TO, "wrap.to", DATA, NUMBER, "`[r]`: register after r, where the pointer wraps")        \
    X(COMMAND_VALUE, "command.value", COMMAND, NUMBER, "`[c]`: what a read of command c gives")    \
    X(COMMAND_BYTES, "command.bytes", COMMAND, NUMBER, "`[c]`: bytes of its data; no block")       \
    X(COMMAND_MAX, "command.max", COMMAND, NUMBER, "`[c]`: most bytes of its block")               \
    X(COMMAND_COUNTER, "command.counter", COMMAND, NUMBER, "`[c]`: command that counts it")        \
    X(COMMAND_VALID_FIRST, "command.valid_first", COMMAND, NUMBER, "`[c]`: least valid value")     \
    X(COMMAND_VALID_LAST, "command.valid_last", COMMAND, NUMBER, "`[c]`: greatest valid value")    \
    X(COMMAND_BUSY, "command.busy", COMMAND, TIME, "`[c]`: how long it is busy then")              \
    X(COMMAND_GIVEN, "command.given_bytes", COMMAND, NUMBER,                                       \
      "`[c]`: bytes that its example is given")                                                    \
    X(COMMAND_GIVES, "command.gives_bytes", COMMAND, NUMBER,                                       \
      "`[c]`: bytes that its example gives")                                                       \
    X(UDID_BYTE, "udid.byte", UDID, NUMBER, "`[i]`: byte i of its UDID, 0 to 15")
#define LANG_PROFILE_AS_ENUM(id, name, key, type, text) LANG_PROFILE_##id,
typedef enum { LANG_PROFILE_MAP(LANG_PROFILE_AS_ENUM) LANG_PROFILE_COUNT } lang_profile_value;
#undef LANG_PROFILE_AS_ENUM

/// Whether a value is one of a register, command or byte, and written with it:
/// `register.reset[0x10]`. Those are the last ones.
static inline bool lang_profile_is_indexed(lang_profile_value which)
{
    return which >= LANG_PROFILE_REGISTER_RESET;
}

/// Whether a value is one of the neighbour, not of the slave.
static inline bool lang_profile_is_the_neighbours(lang_profile_value which)
{
    return which == LANG_PROFILE_OTHER_ADDRESS || which == LANG_PROFILE_TEN_BIT_OTHER;
}

typedef struct {
    uint16_t kind;   ///< lang_kind
    uint16_t file;   ///< index into files
    uint32_t line;   ///< from 1
    uint32_t column; ///< from 1, in bytes
    uint32_t text;   ///< statements: source text (string)
    uint32_t next;   ///< following node of the same list
    uint32_t a;
    uint32_t b;
    uint32_t c;
    uint32_t d;
    uint32_t body;
    int64_t value;
} lang_node;

typedef struct {
    uint32_t path; ///< string
} lang_file;

/// `transfer write r v: ...`. A call is inlined by walking `items` with a fresh frame.
typedef struct {
    uint32_t name; ///< string
    uint16_t file;
    uint16_t parameter_count;
    uint32_t line;
    uint32_t items;      ///< first item
    uint32_t slot_count; ///< parameters, captures and group variables
} lang_transfer_def;

typedef struct {
    uint32_t name;  ///< string, "rd.nack_release"
    uint32_t title; ///< string; 0: none
    uint16_t file;
    bool retries_ok;
    bool names_neighbour; ///< speaks to `other` or asks for its addresses
    bool only_long;       ///< too long for a usual run
    uint32_t line;
    uint32_t column;
    uint32_t fors;    ///< list of LANG_FOR: the cases are their product, the last runs fastest
    uint32_t masters; ///< list of LANG_MASTER: only these of the run's masters; 0: all of them
    /// string, "timing=min,ideal=1": parameters that those masters have here; 0: as in the run
    uint32_t settings;
    uint32_t covers; ///< list of LANG_COVER
    uint32_t needs;  ///< list of LANG_NEED
    uint32_t unless; ///< list of LANG_NEED that the slave must not declare
    uint32_t body;   ///< list of statements; never empty
    uint32_t slot_count;
} lang_scenario;

typedef struct lang_program {
    const lang_node *nodes;
    const char *strings;
    const lang_scenario *scenarios;
    const lang_transfer_def *transfers;
    const lang_file *files;
    uint32_t node_count;   ///< with node 0
    uint32_t string_bytes; ///< with the closing NUL
    uint32_t scenario_count;
    uint32_t transfer_count;
    uint32_t file_count;
} lang_program;

/// The string at an offset.
static inline const char *lang_text(const lang_program *program, uint32_t offset)
{
    return program->strings + offset;
}

/// The node at an index other than LANG_NONE.
static inline const lang_node *lang_at(const lang_program *program, uint32_t index)
{
    return program->nodes + index;
}

#endif
