/// The description of a slave under test: what a .slave file says, as a plain struct.
///
/// It is filled by lang_slave_read_file() and given back with lang_slave_free()
/// (scenarios/lang/lang.h); everything it points to lives as long as it does and is read-only.
/// Slave is UM10204's target. Times are picoseconds, frequencies Hz, addresses 7 bit.
///
/// What was declared matters as much as the values: a scenario that needs an undeclared key is not
/// applicable. `declared[KEY].line` is 0 for a key that the file does not have; the fields then
/// hold the default that is written beside them.
#ifndef SLAVE_H
#define SLAVE_H

#include "sim/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Every key: enum name, key in the file, key of the requirements' profile ("" if it is none),
/// form, meaning. Documentation is generated from this list.
#define SLAVE_KEY_MAP(X)                                                                           \
    X(LIKE, "like", "", "FILE", "all that FILE says and this file does not")                       \
    X(KIND, "kind", "", "hosted|firmware|avr|rtl|systemc", "how the slave is attached")            \
    X(SOURCES, "sources", "", "FILE...", "sources to compile, relative to this file")              \
    X(OBJECT, "object", "", "FILE", "a ready shared object instead of sources")                    \
    X(ELF, "elf", "", "FILE", "a program that avr-gcc has linked, instead of sources")             \
    X(INCLUDE, "include", "", "FOLDER...", "folders to search for headers")                        \
    X(DEFINE, "define", "", "NAME[=VALUE]...", "macros for the compiler")                          \
    X(FLAGS, "flags", "", "FLAG...", "further flags for the compiler")                             \
    X(MCU, "mcu", "", "PART FREQ", "the part that firmware runs on")                               \
    X(BIT, "bit", "", "BLOCK.REGISTER.FIELD follows FIELD|0|1",                                    \
      "a register bit that is what another one is, or stays so; may be repeated")                  \
    X(STUB, "stub", "", "FUNCTION...", "functions of firmware that do nothing here")               \
    X(STRICT_REGISTERS, "strict_registers", "", "yes|no",                                          \
      "an access to registers that are not modelled is a failure")                                 \
    X(PINS, "pins", "", "ROLE=[!]PIN...",                                                          \
      "pins, where the part leaves a choice; of rtl and systemc: ports, ! where low means yes")    \
    X(TOP, "top", "", "NAME", "the module that is the slave")                                      \
    X(CLOCK, "clock", "", "none | FREQ [PORT]", "its clock, at the port clk unless said")          \
    X(RESET, "reset", "", "none | PORT [low|high] [TIME]",                                         \
      "its reset: active level, length after power-up")                                            \
    X(PARAMETER, "parameter", "", "NAME=VALUE...", "parameters of the module")                     \
    X(INPUT, "input", "", "PORT=VALUE...", "inputs of the module that stay at a value")            \
    X(ADDRESS, "address", "", "ADDR [8bit]", "its 7-bit address; 8bit: written with the R/W bit")  \
    X(ALSO_ANSWERS, "multi_address", "MULTIADDR", "ADDR... | mask BYTE",                           \
      "further own addresses, or the address bits that are not compared")                          \
    X(NEW_ADDRESS, "new_address", "", "ADDR",                                                      \
      "address that its application or its address pins can give it")                              \
    X(SPEED, "speed", "MODE", "Sm|Fm|Fm+|Hs|FREQ", "fastest mode")                                 \
    X(REVISION, "revision", "REV", "rev6|rev7", "which data hold rule binds")                      \
    X(STRETCH, "stretch", "STRETCH STRETCH_MAX", "none | byte|bit [max TIME]",                     \
      "where it may hold SCL")                                                                     \
    X(TEN_BIT, "ten_bit", "TEN", "no | ADDR10", "its 10-bit address")                              \
    X(GENERAL_CALL, "general_call", "GC", "ack|no", "answers the general call")                    \
    X(GENERAL_CALL_HARDWARE, "general_call_hardware", "GCHW", "yes|no",                            \
      "serves the hardware general call")                                                          \
    X(SOFTWARE_RESET, "software_reset", "SWRST", "yes|no", "general call 0x06 resets it")          \
    X(DEVICE_ID, "device_id", "DEVID", "no | ID24", "its 24-bit device id")                        \
    X(BUSY, "busy", "BUSY", "ack|nack_addr|nack_data|stretch [max TIME]",                          \
      "what it does when busy")                                                                    \
    X(NACK_DATA, "nack_data", "NACKDATA", "yes|no", "may refuse a data byte it cannot interpret")  \
    X(OVERRUN, "overrun", "OVERRUN", "nack|stretch|discard|wrap [after N]",                        \
      "what a write beyond its capacity of N bytes does")                                          \
    X(UNDERRUN, "underrun", "UNDERRUN", "stretch|BYTE|repeat|nack_addr",                           \
      "what a read beyond its data gives")                                                         \
    X(COMMIT, "commit", "COMMIT", "byte|segment|stop", "when written data takes effect")           \
    X(DIRECTION, "direction", "RO/WO", "both|read|write", "directions that it supports")           \
    X(ALSO_MASTER, "also_master", "CTLTGT", "yes|no",                                              \
      "starts transfers itself, too, with the times of a master")                                  \
    X(WAKE, "wake", "WAKE", "stretch|nack [max TIME]", "what it does when woken by its address")   \
    X(READY, "ready", "tREADY", "auto | within TIME after reset", "when it answers after reset")   \
    X(TIMEOUT, "timeout", "TIMEOUT", "none | [low|high] TIME..TIME", "its bus time-out")           \
    X(TOLERATES, "tolerates", "LATENCY", "latency|main_stall|irq_off TIME [on MASTER]",            \
      "lateness that it promises to stand; may be repeated")                                       \
    X(OUTPUT_DELAY, "output_delay", "", "max TIME", "declared slow SDA answer")                    \
    X(DATA, "data", "REGPTR", "opaque | echo | buffer ... | registers ...", "what reads mean")     \
    X(NEVER_WRITE, "never_write", "", "BYTE|LO..HI...", "no generated write goes there")           \
    X(KNOWN_GOOD, "known_good", "", "ITEM...", "the transfer that must work after every fault")    \
    X(MASTERS, "masters", "", "MASTER...", "the masters that it meets")                            \
    X(WATCH, "watch", "", "VARIABLE...", "firmware variables as tracks in the waveform")           \
    X(ACCEPT, "accept", "", "ROW because STRING until DATE", "a waived row; may be repeated")      \
    X(EXPECT, "expect", "", "fail RULE [in SCENARIO]",                                             \
      "broken on purpose: the rule that it fails, the scenario that must show it")                 \
    X(SMBUS, "smbus", "SMBVER", "1.1|2.0|3.x", "SMBus version")                                    \
    X(SMBUS_CLASS, "smbus_class", "class", "100k|400k|1M", "SMBus speed class")                    \
    X(PEC, "pec", "PEC", "off|optional|required", "SMBus packet error code")                       \
    X(QUICK, "quick", "QUICK", "yes|no", "SMBus quick command")                                    \
    X(COMMAND, "command", "CMD", "[BYTE] PROTOCOL ...", "an SMBus command; may be repeated")       \
    X(ALERT, "alert", "ALERT", "yes|no", "SMBALERT# and alert response")                           \
    X(ARP, "arp", "ARP", "no|yes|persistent", "SMBus address resolution")                          \
    X(UDID, "udid", "", "BYTE...", "its unique device identifier: 16 bytes as they are sent")      \
    X(HOST_NOTIFY, "host_notify", "HOSTNOTIFY", "yes|no", "SMBus host notify")                     \
    X(PMBUS, "pmbus", "PMBUS", "no|1.1|1.2|1.3", "PMBus revision")

#define SLAVE_KEY_AS_ENUM(id, key, spec, form, text) SLAVE_KEY_##id,
typedef enum { SLAVE_KEY_MAP(SLAVE_KEY_AS_ENUM) SLAVE_KEY_COUNT } slave_key;
#undef SLAVE_KEY_AS_ENUM

typedef enum {
    SLAVE_HOSTED,
    SLAVE_FIRMWARE,
    SLAVE_AVR,
    SLAVE_RTL,
    SLAVE_SYSTEMC,
    SLAVE_KIND_COUNT
} slave_kind;

/// Where a key was first written, or a word of its values; line 0: it was not.
typedef struct {
    const char *path; ///< the file, or one that it is `like`; NULL: it was not
    uint32_t line;    ///< from 1
    uint32_t column;  ///< of the key or word, from 1, in bytes
} slave_place;

/// A list of strings.
typedef struct {
    const char *const *at; ///< NULL when empty
    uint32_t count;
    const slave_place *place; ///< of each; NULL: they come from no file
} slave_strings;

/// A line of a key, or of a register below `data registers`, as it was written. Lines that the file
/// has instead of those of a file that it is `like` are left out there.
typedef struct {
    slave_key key;    ///< DATA for a register
    bool deeper;      ///< a register
    slave_place from; ///< of its first value
    const char *text; ///< the values, one blank between words, without comment
} slave_line;

/// `bit RCC.CR.HSERDY follows HSEON`.
typedef struct {
    const char *bit, *follows; ///< as written
    slave_place place, follows_place;
} slave_bit;

/// What a pin is to the bus, by its name in `pins`. A slave that can be told at each line whether
/// it pulls has `oe`; one that is told the level that it wants there, `o` beside it.
#define SLAVE_PIN_MAP(X)                                                                           \
    X(SCL, "scl") /* in both directions */                                                         \
    X(SDA, "sda")                                                                                  \
    X(SCL_I, "scl_i") /* the level of the line */                                                  \
    X(SDA_I, "sda_i")                                                                              \
    X(SCL_O, "scl_o") /* the level that it gives while `oe` */                                     \
    X(SDA_O, "sda_o")                                                                              \
    X(SCL_OE, "scl_oe") /* drives the line: low, without `o` */                                    \
    X(SDA_OE, "sda_oe")
#define SLAVE_PIN_AS_ENUM(id, name) SLAVE_PIN_##id,
typedef enum { SLAVE_PIN_MAP(SLAVE_PIN_AS_ENUM) SLAVE_PIN_COUNT } slave_pin_role;
#undef SLAVE_PIN_AS_ENUM

typedef struct {
    const char *name;  ///< of the pin or port; NULL: not declared
    bool inverted;     ///< written with `!`
    slave_place place; ///< of the name
} slave_pin;

/// A master, as in `arduino@400k,rp=4k7`.
typedef struct {
    const char *text;     ///< as written
    const char *name;     ///< "arduino"
    uint32_t scl_hz;      ///< 400000; 0: its own default
    slave_strings keys;   ///< "rp"
    slave_strings values; ///< "4k7"; one for each key
    slave_place place;    ///< of the word, where a slave's file names it
} slave_master;

typedef enum { SLAVE_LATENCY, SLAVE_MAIN_STALL, SLAVE_IRQ_OFF } slave_lateness;

/// `tolerates latency 15us on nxt`
typedef struct {
    slave_lateness what;
    uint64_t time_ps;
    const char *master; ///< NULL: on all
    uint32_t line;
} slave_tolerance;

/// `accept I2C-RSV-04 because "..." until 2027-01-01`
typedef struct {
    const char *row;
    const char *reason;
    uint32_t until_ymd; ///< 20270101: the last day on which it waives
    slave_place place;  ///< of the row
} slave_waiver;

typedef struct {
    uint32_t first;
    uint32_t last; ///< included
} slave_range;

/// What a busy slave does.
typedef enum {
    SLAVE_BUSY_ACK,       ///< acknowledges, and goes on with its work
    SLAVE_BUSY_NACK_ADDR, ///< does not acknowledge its address
    SLAVE_BUSY_NACK_DATA, ///< does not acknowledge data
    SLAVE_BUSY_STRETCH    ///< holds SCL
} slave_busy;

typedef enum { SLAVE_RW, SLAVE_RO, SLAVE_WO } slave_access;

/// A register, or a range of like ones.
typedef struct {
    slave_range at;
    slave_access access;
    bool reset_known; ///< `reset_value` is what it reads after reset
    uint8_t reset_value;
    uint8_t mask;        ///< bits that can be written; 0xFF unless said
    bool scratch;        ///< generic data tests may write here
    bool command;        ///< a write starts something
    uint32_t fifo_bytes; ///< 0: no FIFO
    bool no_increment;   ///< the pointer stays here
    bool empty_known;
    uint8_t empty_value; ///< what an empty FIFO gives
    uint64_t busy_ps;    ///< longest time it is busy after a write; 0: not
    slave_busy busy;     ///< what it does meanwhile
    uint32_t line;
} slave_register;

/// After the last register of a wrap the pointer goes to `to`.
typedef struct {
    uint32_t from;
    uint32_t to;
} slave_wrap;

typedef enum {
    SLAVE_DATA_OPAQUE, ///< the default: protocol only, no claim on values
    SLAVE_DATA_ECHO,   ///< the last byte written is what is read
    SLAVE_DATA_BUFFER, ///< size_bytes; the index starts at 0 with each START
    SLAVE_DATA_QUEUE,  ///< what was written comes out once
    SLAVE_DATA_FRAME,  ///< size_bytes that the application updates; never a mix of two
    SLAVE_DATA_STREAM, ///< reads give what the application has; writes go to it
    SLAVE_DATA_EEPROM,
    SLAVE_DATA_MODEL, ///< own C callbacks
    SLAVE_DATA_REGISTERS,
    SLAVE_DATA_COUNT
} slave_data_form;

/// Where the address of an EEPROM stands after a write cycle that ended at the end of a page.
typedef enum {
    SLAVE_CURRENT_UNKNOWN, ///< not said
    SLAVE_CURRENT_PAGE,    ///< at the begin of the same page
    SLAVE_CURRENT_NEXT     ///< at the next page
} slave_current;

/// What an EEPROM does with data while it is protected by its pin.
typedef enum {
    SLAVE_PROTECT_UNKNOWN, ///< not said
    SLAVE_PROTECT_ACK,     ///< acknowledges it and drops it
    SLAVE_PROTECT_NACK     ///< does not acknowledge it
} slave_protect;

typedef struct {
    slave_data_form form;
    uint32_t size_bytes; ///< echo 1, buffer, queue, frame, eeprom; registers: highest address + 1
    bool wrap;           ///< buffer: after the last byte comes the first; otherwise the last again
    bool empty_known;    ///< queue
    uint8_t empty_value; ///< queue: what is read when it is empty
    bool initial_known;  ///< echo, buffer: `initial V`
    uint8_t initial_value;  ///< what is read before anything was written
    const char *file;       ///< model: path, resolved; otherwise NULL
    slave_place file_place; ///< of its word
    const char *part;       ///< eeprom: "24c64"; otherwise NULL
    uint32_t page_bytes;    ///< eeprom: a write wraps within this; otherwise 0
    slave_current current;  ///< eeprom
    slave_protect protect;  ///< eeprom
    uint32_t pointer_bytes; ///< registers, eeprom: bytes of the pointer, high byte first
    bool increment;         ///< registers, eeprom: the pointer moves on after each byte
    bool keeps_pointer;     ///< it survives a STOP
    const slave_wrap *wraps;
    uint32_t wrap_count;
    const slave_register *registers; ///< ascending, without overlap
    uint32_t register_count;
} slave_data;

typedef enum {
    SLAVE_OVERRUN_NACK,
    SLAVE_OVERRUN_STRETCH,
    SLAVE_OVERRUN_DISCARD,
    SLAVE_OVERRUN_WRAP
} slave_overrun;
typedef enum {
    SLAVE_UNDERRUN_STRETCH,
    SLAVE_UNDERRUN_BYTE,
    SLAVE_UNDERRUN_REPEAT,
    SLAVE_UNDERRUN_NACK_ADDR
} slave_underrun;
typedef enum { SLAVE_COMMIT_BYTE, SLAVE_COMMIT_SEGMENT, SLAVE_COMMIT_STOP } slave_commit;
typedef enum { SLAVE_BOTH, SLAVE_READ_ONLY, SLAVE_WRITE_ONLY } slave_direction;
typedef enum { SLAVE_WAKE_STRETCH, SLAVE_WAKE_NACK } slave_wake;
typedef enum { SLAVE_PEC_OFF, SLAVE_PEC_OPTIONAL, SLAVE_PEC_REQUIRED } slave_pec;
/// YES: it has no address until one is assigned; PERSISTENT: the one that it had last.
typedef enum { SLAVE_ARP_NO, SLAVE_ARP_YES, SLAVE_ARP_PERSISTENT } slave_arp;
enum { SLAVE_UDID_BYTES = 16 };

/// Protocols of SMBus commands: name in the file, bytes that a write has and bytes that a read has
/// (SLAVE_BLOCK: a count and as many bytes; a call has both), what it is.
#define SLAVE_BLOCK 255
#define SLAVE_PROTOCOL_MAP(X)                                                                      \
    X(SEND_BYTE, "send_byte", 0, 0)                                                                \
    X(RECEIVE_BYTE, "receive_byte", 0, 1)                                                          \
    X(WRITE_BYTE, "write_byte", 1, 0)                                                              \
    X(READ_BYTE, "read_byte", 0, 1)                                                                \
    X(WRITE_WORD, "write_word", 2, 0)                                                              \
    X(READ_WORD, "read_word", 0, 2)                                                                \
    X(PROCESS_CALL, "process_call", 2, 2)                                                          \
    X(BLOCK_WRITE, "block_write", SLAVE_BLOCK, 0)                                                  \
    X(BLOCK_READ, "block_read", 0, SLAVE_BLOCK)                                                    \
    X(BLOCK_CALL, "block_call", SLAVE_BLOCK, SLAVE_BLOCK)                                          \
    X(WRITE_32, "write_32", 4, 0)                                                                  \
    X(READ_32, "read_32", 0, 4)                                                                    \
    X(WRITE_64, "write_64", 8, 0)                                                                  \
    X(READ_64, "read_64", 0, 8)
#define SLAVE_PROTOCOL_AS_ENUM(id, name, write, read) SLAVE_PROTOCOL_##id,
typedef enum { SLAVE_PROTOCOL_MAP(SLAVE_PROTOCOL_AS_ENUM) SLAVE_PROTOCOL_COUNT } slave_protocol;
#undef SLAVE_PROTOCOL_AS_ENUM

typedef struct {
    const uint8_t *at;
    uint32_t count;
} slave_bytes;

/// `command 0x10 read_word 0x1234`: one protocol of a command code.
typedef struct {
    uint8_t code; ///< 0 for receive_byte, which has none
    slave_protocol protocol;
    bool value_known;
    uint64_t value; ///< what a read gives, always; its low byte comes first
    bool scratch;   ///< a write: generic tests may use it, and a read of the code gives it back
    bool valid_known;
    slave_range valid;   ///< a write_byte or write_word refuses other values
    uint32_t most_bytes; ///< of a block; 0: not said
    bool counted;
    uint8_t counted_by; ///< a read_byte of this code counts how often it took effect
    uint64_t busy_ps;   ///< after it the device is busy for so long; 0: it is not
    slave_busy busy;    ///< what it does then: NACK_DATA or STRETCH
    slave_bytes given;  ///< a call that is given these bytes ...
    slave_bytes gives;  ///< ... answers these, counts left out
    uint32_t line;
} slave_command;

/// A piece of the file that is compiled later.
typedef struct {
    const char *text; ///< NULL: not declared
    const char *path; ///< of the file that wrote it
    uint32_t line;    ///< of its first byte
    uint32_t column;
} slave_source;

// In the order of the file's keys, not of sizes: there is one of it a slave.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
typedef struct slave_description {
    const char *path;   ///< of the file, as it was given
    const char *folder; ///< that the file's relative paths count from; "." at least
    const char *name;
    slave_place declared[SLAVE_KEY_COUNT];
    const slave_line *lines; ///< in the order in which they were read
    uint32_t line_count;

    slave_kind kind;
    slave_strings sources;    ///< paths, resolved against the folder
    const char *object;       ///< path, resolved; NULL: none
    slave_place object_place; ///< of its word
    const char *elf;          ///< path, resolved; NULL: none
    slave_place elf_place;    ///< of its word
    slave_strings includes;   ///< paths, resolved
    slave_strings defines;    ///< "RING=16"
    slave_strings flags;
    const char *mcu; ///< "attiny85"; NULL: none
    const slave_bit *bits;
    uint32_t bit_count;
    slave_strings stubs;
    bool strict_registers;
    uint32_t cpu_hz;                 ///< 0: not said
    slave_pin pins[SLAVE_PIN_COUNT]; ///< by slave_pin_role; "PB2"
    const char *top;                 ///< NULL: not said
    uint64_t clock_hz;               ///< 0: none, or not said
    const char *clock_port;          ///< "clk" unless said
    const char *reset_port;          ///< NULL: none, or not said
    bool reset_low;                  ///< active at low
    uint64_t reset_ps;               ///< 0: not said
    slave_strings parameters;        ///< "DEPTH=16"
    slave_strings inputs;            ///< "enable=1"

    uint8_t addr7;
    slave_strings watch;
    const slave_master *masters; ///< empty: the defaults
    uint32_t master_count;
    const slave_tolerance *tolerances;
    uint32_t tolerance_count;
    const slave_waiver *waivers;
    uint32_t waiver_count;
    const char *expect_fail;     ///< the rule; NULL: the slave is meant to be right
    const char *expect_scenario; ///< that must show it; NULL: not said

    uint8_t further_addr7[16]; ///< `multi_address`
    uint32_t further_addr7_count;
    uint8_t address_mask;    ///< 1: a bit of the address that is not compared; 0 by default
    uint8_t new_addr7;       ///< that it may get instead of addr7; 0: none
    i2c_mode mode;           ///< default Sm
    uint32_t scl_max_hz;     ///< default 100000
    i2c_revision revision;   ///< default rev7
    i2c_stretch stretch;     ///< undeclared: I2C_STRETCH_BIT, so that nothing is forbidden
    uint64_t stretch_max_ps; ///< 0: no bound
    uint64_t ready_ps;       ///< as declared; 0: auto
    uint64_t ready_found_ps; ///< `auto`: as a run has found it, where it is later than usual
    uint64_t output_delay_max_ps;
    i2c_feature ten_bit;
    uint16_t addr10;
    i2c_feature general_call;
    i2c_feature general_call_hardware;
    i2c_feature software_reset;
    i2c_feature device_id;
    uint32_t device_id_value; ///< 24 bits
    bool busy_declared;       ///< by `busy` or by a command register with `busy`
    slave_busy busy;
    uint64_t busy_max_ps; ///< longest of all; 0: no bound said
    bool nack_data;
    slave_overrun overrun;
    uint32_t overrun_after_bytes; ///< 0: not said
    slave_underrun underrun;
    uint8_t underrun_value;
    slave_commit commit;
    slave_direction direction;
    bool also_master;
    slave_wake wake;
    uint64_t wake_max_ps;
    uint64_t timeout_low_min_ps; ///< 0: no time-out on a low line
    uint64_t timeout_low_max_ps;
    uint64_t timeout_high_min_ps;
    uint64_t timeout_high_max_ps;

    slave_data data;
    const slave_range *never_write;
    uint32_t never_write_count;
    slave_source known_good; ///< compiled by lang_known_good()

    const char *smbus; ///< "2.0"; NULL: none
    uint32_t smbus_class_hz;
    slave_pec pec;
    bool quick;
    const slave_command *commands;
    uint32_t command_count;
    bool alert;
    slave_arp arp;
    uint8_t udid[SLAVE_UDID_BYTES]; ///< only where its key is declared
    bool host_notify;
    const char *pmbus; ///< NULL: none
} slave_description;

/// The file that a key stands in: the description's own, or one that it is `like`.
static inline const char *slave_key_path(const slave_description *slave, slave_key key)
{
    const char *path = slave->declared[key].path;
    return path != NULL ? path : slave->path;
}

/// What a slave gets to set itself up where nothing is said.
#define SLAVE_USUAL_READY_PS UINT64_C(20000000) // 20 us

/// How long it takes to come up: as declared, else as found.
static inline uint64_t slave_ready_ps(const slave_description *slave)
{
    return slave->ready_ps > 0 ? slave->ready_ps : slave->ready_found_ps;
}

/// Where word `i` of a key's values stands; of a description that no file made, the key's place.
static inline slave_place slave_word_place(const slave_description *slave, slave_key key,
                                           const slave_strings *words, uint32_t i)
{
    slave_place place = slave->declared[key];
    if (words->place != NULL && i < words->count)
        place = words->place[i];
    if (place.path == NULL)
        place.path = slave->path;
    return place;
}

/// Whether it is one of its 7-bit addresses, as its file declares them.
static inline bool slave_has_addr7(const slave_description *slave, uint8_t addr7)
{
    for (uint32_t i = 0; i < slave->further_addr7_count; i++)
        if (slave->further_addr7[i] == addr7)
            return true;
    return ((addr7 ^ slave->addr7) & ~(unsigned)slave->address_mask & 0x7F) == 0;
}

#endif
