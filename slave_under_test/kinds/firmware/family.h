/// A family of parts, as everything else here sees it: which parts there are, how their firmware
/// is compiled, and a chip of one on a bus. What differs from family to family stands behind this;
/// each has a folder here, and its registers and peripherals are in models/mcu/.
///
///     hooks --> core --> firmware_part_ops --> chip --> pins of a node
///               core <-- pending vectors <---- chip <-- edges
#ifndef FIRMWARE_FAMILY_H
#define FIRMWARE_FAMILY_H

#include "sim/sim.h"
#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/firmware/assembler.h"
#include "slave_under_test/kinds/firmware/core.h"
#include "slave_under_test/kinds/firmware/object.h"
#include "slave_under_test/kinds/firmware/space.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct firmware_part firmware_part; ///< what a part is; the family knows its contents
typedef struct firmware_chip firmware_chip; ///< one of it, likewise

enum {
    FIRMWARE_DEFINES_MAX = 24,
    FIRMWARE_DEFINE_BYTES = 48,
    FIRMWARE_ROUTINE_BYTES = 64,
    FIRMWARE_BIT_BYTES = 16
};

typedef struct {
    uint8_t port; ///< A = 0
    uint8_t bit;
} firmware_pin;

typedef enum {
    FIRMWARE_POWER_ON,
    FIRMWARE_EXTERNAL_RESET,
    FIRMWARE_WATCHDOG_RESET,
    FIRMWARE_SOFTWARE_RESET
} firmware_reset;

/// What a pin does to a line, after that time.
typedef void firmware_drive_fn(void *ctx, i2c_line line, i2c_drive drive, uint64_t after_ps);
/// Firmware gives a byte to a peripheral that prints.
typedef void firmware_print_fn(void *ctx, uint8_t byte);
/// The chip resets itself: the owner stops the CPU, resets the chip, starts it.
typedef void firmware_reset_fn(void *ctx, firmware_reset cause);
/// The first access to a block of registers that nobody models: they are memory.
typedef void firmware_memory_fn(void *ctx, const char *block);

enum { FIRMWARE_FOLLOWS_MAX = 16 };

/// Bits of a register that are what `count` others are; `from` 0: that stay `from_bit`.
typedef struct {
    uint32_t at, from;
    uint8_t bit, from_bit, count;
} firmware_follow;

typedef struct {
    i2c_sim *sim;
    i2c_node node;
    const firmware_part *part;
    firmware_pin pin[2];
    uint64_t clock_hz;
    const firmware_follow *follows;
    unsigned follow_count;
    firmware_core *core; ///< is made after the chip
    firmware_drive_fn *drive;
    firmware_reset_fn *on_reset;
    firmware_print_fn *on_print;
    firmware_memory_fn *on_memory;
    void *ctx; ///< of these
} firmware_chip_config;

/// What may say why firmware is silent.
typedef struct {
    const firmware_core *core;
    const firmware_object *object;
    const struct firmware_family *family;
    const firmware_part *part;
    firmware_chip *chip;
} firmware_witness;

/// Macros for the compiler.
typedef struct {
    const char *at[FIRMWARE_DEFINES_MAX]; ///< ends with NULL
    char text[12][FIRMWARE_DEFINE_BYTES]; ///< room for those that are made
    unsigned count, texts;
} firmware_defines;

typedef struct firmware_family {
    const char *language;     ///< its assembler, for a person: "AVR assembly"
    const char *elsewhere;    ///< what else can run it: "run this slave with kind avr"; may be ""
    const char *example;      ///< of the key mcu: "attiny85 8MHz"
    const char *pins_example; ///< of the key pins: "scl=PB2 sda=PB0"
    const firmware_part *(*part)(unsigned i); ///< NULL past the end
    const char *(*part_name)(const firmware_part *part);
    /// The pin that the key `pins` names, or of the part's own peripheral where `text` is NULL;
    /// false: the part has no such pin.
    bool (*pin)(const firmware_part *part, i2c_line line, const char *text, firmware_pin *pin);
    /// What the key `bit` says. 0, or which of its two words is wrong, 1 or 2; `text` then says
    /// why. NULL: the parts have no such bits.
    int (*follow)(const firmware_part *part, const char *bit, const char *follows,
                  firmware_follow *out, char *text, size_t bytes);
    /// The register or bit that is meant by a name that the part has not; NULL: none is near. May
    /// itself be NULL: the compiler knows the names.
    const char *(*meant)(const firmware_part *part, const char *name);
    const char *(*vector)(const firmware_part *part, unsigned n); ///< NULL: it has none
    /// Of a vector's routine: the symbol, and what sources write: "ISR(USI_OVF_vect)".
    void (*symbol)(const firmware_part *part, unsigned n, char text[FIRMWARE_ROUTINE_BYTES]);
    void (*routine)(const firmware_part *part, unsigned n, char text[FIRMWARE_ROUTINE_BYTES]);
    /// How interrupts were left off, and that they never were on, for a person.
    const char *switched_off, *never_on;
    const char *routine_ending; ///< symbols that end so are meant as routines: "_vect"
    const char *written[2];     ///< what sources write before and behind: "ISR(" and ")"

    void (*defines)(const firmware_part *part, firmware_defines *defines);
    const firmware_instruction *instructions; ///< of inline assembler; ends with .mnemonic NULL
    firmware_space space;                     ///< where registers lie
    firmware_timing timing;

    size_t chip_bytes;
    void (*chip_init)(firmware_chip *chip, const firmware_chip_config *config);
    void (*chip_reset)(firmware_chip *chip, firmware_reset cause); ///< registers, pins
    void (*chip_edge)(firmware_chip *chip, i2c_line line, bool high);
    void (*chip_set_clock)(firmware_chip *chip, uint64_t clock_hz); ///< that it is fed with
    uint64_t (*chip_clock_hz)(const firmware_chip *chip);           ///< of its CPU now
    const firmware_part_ops *chip_ops;
    /// As of slave_adapter; may be NULL.
    const mcu_limit *(*limit)(const firmware_chip *chip, slave_limit what, uint64_t at_ps);
    /// The i-th register bit that says what the bus pins do ("DDRB.2"), for the waveform; false
    /// past the end. May be NULL: there is none.
    bool (*pin_bit)(const firmware_chip *chip, unsigned i, char name[FIRMWARE_BIT_BYTES], bool *on);
    /// The register's name; "" if there is none.
    void (*register_name)(const firmware_part *part, uint32_t at, char *text, size_t bytes);
    /// Why it never acknowledges; false: it cannot be seen.
    bool (*silence)(const firmware_witness *witness, char *text, size_t bytes);
    /// What lies at an address that no firmware of the part can use.
    const char *(*lies_at)(const firmware_part *part, uintptr_t address);
} firmware_family;

/// The i-th family; NULL past the end.
const firmware_family *firmware_family_at(unsigned i);
/// The part of that name, and its family; NULL: there is none.
const firmware_part *firmware_family_find(const char *name, const firmware_family **family);
/// Adds a macro. `text` must outlive the use, or is made in `defines`.
void firmware_define(firmware_defines *defines, const char *text);
__attribute__((format(printf, 2, 3))) void firmware_define_made(firmware_defines *defines,
                                                                const char *format, ...);

extern const firmware_family firmware_avr, firmware_stm32;

#endif
