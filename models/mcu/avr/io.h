/// The registers of an AVR part and the peripherals behind them, as software sees them: reads and
/// writes of data addresses on one side, two bus pins and interrupt flags on the other. Who
/// executes the software (firmware compiled for this machine, or an AVR simulator) is not its
/// matter.
///
///     software --read/write--> register file --+-- ports -------------+--> pins scl, sda
///                                              +-- USI, TWI ----------+
///     CPU <--------pending vectors-------------+-- pin change, INT0, INT1
///                                              +-- timers, EEPROM, watchdog, clock prescaler
///                                              +-- USART --> what firmware prints
///
/// Each peripheral is a block in a file of its own (block.h): it claims its registers by name, and
/// is not there where the part's table has none. A register that no block claims is memory: it
/// reads as it was written.
///
/// Not modelled: ADC, comparator, SPI, the receiver of the USART, input capture; output pins of
/// timers; pins that hang on neither line of the bus, but for their own latch; what power reduction
/// and sleep switch off; the time for which the CPU is halted by an access of the EEPROM.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_AVR_IO_H
#define MCU_AVR_IO_H

#include "models/mcu/avr/part.h"
#include "models/mcu/filter.h"
#include "models/mcu/twi.h"
#include "models/mcu/usi.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    AVR_PORT_MAX = 4,
    AVR_SOURCE_MAX = 32, ///< interrupt sources with a flag in a register
    AVR_EXTERNAL_MAX = 2,
    AVR_TIMER_MAX = 3,
    AVR_EEPROM_MAX = 1024,
    AVR_NOT_THERE = 0
};

typedef struct {
    uint8_t port; ///< index of the port, A = 0
    uint8_t bit;
} avr_pin;

/// A bit of a register; `mask` 0: the part has none.
typedef struct {
    uint16_t at;
    uint8_t mask;
} avr_bit;

enum { AVR_NO_BLOCK }; ///< of an address that nobody claims

typedef enum { AVR_POWER_ON, AVR_EXTERNAL_RESET, AVR_WATCHDOG_RESET } avr_reset;

/// What the pin does to a line, after that time.
typedef void avr_drive_fn(void *ctx, i2c_line line, i2c_drive drive, uint64_t after_ps);
/// The pending vectors may have changed, not by a write.
typedef void avr_flag_fn(void *ctx);
/// The watchdog resets the part: the owner stops the CPU, calls avr_io_reset(), starts it.
typedef void avr_reset_fn(void *ctx);
/// Software gives a byte to the USART, which sends it.
typedef void avr_print_fn(void *ctx, uint8_t byte);

typedef struct {
    i2c_sim *sim;
    i2c_node node;
    const avr_part *part;
    avr_pin pin[2];    ///< of each line
    uint64_t clock_hz; ///< of the CPU while the prescaler divides by 1
    uint64_t output_delay_ps, detector_delay_ps;
    uint64_t set_up_ps; ///< SDA of the TWI stands for so long before it lets SCL go
    avr_drive_fn *drive;
    avr_flag_fn *on_flag;
    avr_reset_fn *on_reset;
    /// The software's own time where that is ahead of the simulation's; NULL: it never is.
    uint64_t (*now_ps)(const void *ctx);
    avr_print_fn *on_print; ///< may be NULL
    void *ctx;
} avr_io_config;

/// Addresses of a port's registers; AVR_NOT_THERE: it has none.
typedef struct {
    uint16_t pin, ddr, port; ///< PINx, DDRx, PORTx
} avr_port;

/// A flag in a register that asks for an interrupt while its enable bit is set.
typedef struct {
    avr_bit flag, enable;
    uint8_t vector;
    bool stays; ///< entering the routine does not clear it
} avr_source;

/// A bit that opens a few cycles in which another may be written.
typedef struct {
    bool open;
    uint64_t opened_cycle;
} avr_window;

typedef struct {
    avr_bit flag, enable; ///< of the group of the line's pin; mask 0: its changes cannot interrupt
    avr_bit mask;
} avr_change;

typedef struct {
    avr_bit flag, enable, sense[2];
    uint8_t vector;
    int line; ///< of the bus that it hangs on; -1: none
} avr_sense;

typedef struct {
    uint64_t hz; ///< of the CPU and of what counts its clock
    uint64_t since_ps, since_cycle;
    uint16_t clkpr;
    avr_window window;
} avr_clock;

typedef enum { AVR_TIMER_NONE, AVR_TIMER_8_BIT, AVR_TIMER_16_BIT, AVR_TIMER_TCCR1 } avr_timer_kind;

typedef struct {
    struct avr_io *io;
    avr_timer_kind kind;
    uint8_t number;
    uint16_t control_a, control_b, count_at, compare_at[2], top_at; ///< low bytes
    avr_bit overflow, match[2], overflow_enable, match_enable[2], prescaler_reset;
    uint8_t temp;
    uint32_t count;
    bool down;
    uint64_t seen_cycle;  ///< up to which it has counted
    uint64_t phase_cycle; ///< when its prescaler began
    i2c_timer event;
} avr_timer;

typedef struct {
    uint16_t eecr, eedr, eearl, eearh;
    uint8_t vector;
    uint8_t cell[AVR_EEPROM_MAX];
    avr_window window;
    bool busy;
    uint16_t busy_at;
    uint8_t busy_value;
    i2c_timer done;
} avr_eeprom;

typedef struct {
    uint16_t control;
    avr_window window;
    uint64_t restarted_ps;
    i2c_timer timer;
} avr_watchdog;

typedef struct {
    uint16_t status, control_b, control_c, rate_low, rate_high, data;
    bool sends;
    i2c_timer timer; ///< the end of the frame that goes out
} avr_usart;

/// Read only outside models/mcu/.
typedef struct avr_io {
    avr_io_config config;
    uint8_t reg[AVR_IO_BYTES];
    uint8_t block[AVR_IO_BYTES]; ///< which serves the address; AVR_NO_BLOCK: it is only memory
    avr_port port[AVR_PORT_MAX];
    i2c_drive driven[2]; ///< what was last asked of the pins
    avr_source source[AVR_SOURCE_MAX];
    unsigned sources;
    uint64_t level_pending; ///< vectors without a flag in a register
    uint64_t pending;
    bool stale; ///< `pending` is to be made anew
    mcu_usi usi;
    uint16_t usidr, usisr, usicr, usibr;
    bool usi_wired, usi_pulls[2]; ///< wired: the bus hangs on its pins
    mcu_twi twi;
    mcu_filter twi_filter;
    uint16_t twbr, twsr, twar, twdr, twcr, twamr;
    uint8_t twi_vector;
    bool twi_wired, twi_pulls[2];
    avr_change change[2];
    avr_sense sense[AVR_EXTERNAL_MAX];
    unsigned senses;
    avr_clock clock;
    avr_timer timer[AVR_TIMER_MAX];
    avr_eeprom eeprom;
    avr_watchdog watchdog;
    avr_usart usart;
    uint16_t mcusr;
} avr_io;

/// Fills in the three delays, for which the data sheets give no figure or a range.
void avr_io_assume_delays(avr_io_config *config);
/// As after power-on. The EEPROM is erased.
void avr_io_init(avr_io *io, const avr_io_config *config);
/// As after reset: all pins are inputs. The EEPROM keeps what it holds.
void avr_io_reset(avr_io *io, avr_reset cause);
/// Nothing of it is queued any more.
void avr_io_end(avr_io *io);
/// Tells it of an edge at its pins.
void avr_io_edge(avr_io *io, i2c_line line, bool high);
uint8_t avr_io_read(avr_io *io, uint32_t at);
/// Whether what is read there goes on by itself, without an event of the simulation.
bool avr_io_counts(const avr_io *io, uint32_t at);
void avr_io_write(avr_io *io, uint32_t at, uint8_t value);
/// Sets or clears one bit, as SBI and CBI do: of a register where a one has an effect of its own
/// (flags, PINx), no other bit is written as one.
void avr_io_write_bit(avr_io *io, uint32_t at, uint8_t mask, bool on);
/// Vectors that are flagged and enabled: bit n is vector n.
uint64_t avr_io_pending(avr_io *io);
/// The CPU enters vector n: flags that hardware clears then are cleared.
void avr_io_taken(avr_io *io, unsigned n);
/// The CPU executes WDR.
void avr_io_resets_watchdog(avr_io *io);
/// What the prescaler divides, from now on.
void avr_io_set_clock(avr_io *io, uint64_t clock_hz);
/// Of the CPU now.
static inline uint64_t avr_io_clock_hz(const avr_io *io)
{
    return io->clock.hz;
}

#endif
