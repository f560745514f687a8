/// The registers of an AVR part and the peripherals behind them, as software sees them: reads and
/// writes of data addresses on one side, two bus pins and interrupt flags on the other. Who
/// executes the software (firmware compiled for this machine, or an AVR simulator) is not its
/// matter.
///
///     software --read/write--> register file --+-- ports ------+--> pins scl, sda
///     CPU <--------pending vectors-------------+-- USI --------+
///                                              +-- pin change, INT0
///
/// A register of a block that is not modelled is memory: it reads as it was written.
///
/// Not modelled: timers, EEPROM, ADC, comparator, power reduction, clock prescaler.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_AVR_IO_H
#define MCU_AVR_IO_H

#include "models/mcu/avr/part.h"
#include "models/mcu/usi.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

enum { AVR_PORT_MAX = 4, AVR_NOT_THERE = 0 };

typedef struct {
    uint8_t port; ///< index of the port, A = 0
    uint8_t bit;
} avr_pin;

/// A line is to be pulled or released after that time.
typedef void avr_drive_fn(void *ctx, i2c_line line, bool pull, uint64_t after_ps);
/// The pending vectors may have changed, not by a write.
typedef void avr_flag_fn(void *ctx);

typedef struct {
    i2c_sim *sim;
    i2c_node node;
    const avr_part *part;
    avr_pin pin[2]; ///< of each line
    uint64_t output_delay_ps, detector_delay_ps;
    avr_drive_fn *drive;
    avr_flag_fn *on_flag;
    void *ctx;
} avr_io_config;

/// Addresses of a port's registers; AVR_NOT_THERE: it has none.
typedef struct {
    uint16_t pin, ddr, port, mask; ///< PINx, DDRx, PORTx, PCMSK
} avr_port;

/// Read only outside models/mcu/.
typedef struct {
    avr_io_config config;
    uint8_t reg[AVR_IO_BYTES];
    uint8_t known[AVR_IO_BYTES]; ///< which block serves the address
    avr_port port[AVR_PORT_MAX];
    mcu_usi usi;
    uint16_t usidr, usisr, usicr, usibr;
    uint16_t gimsk, gifr, mcucr;
    bool pulled[2], port_pulls[2], usi_pulls[2];
    bool contends[2];                         ///< drives the pin high, against the bus
    uint64_t not_modelled[AVR_IO_BYTES / 64]; ///< addresses that software has written in vain
} avr_io;

void avr_io_init(avr_io *io, const avr_io_config *config);
/// As after reset: all pins are inputs.
void avr_io_reset(avr_io *io);
/// Tells it of an edge at its pins.
void avr_io_edge(avr_io *io, i2c_line line, bool high);
uint8_t avr_io_read(avr_io *io, uint32_t at);
/// Whether what is read there goes on by itself, without an event of the simulation.
bool avr_io_counts(const avr_io *io, uint32_t at);
void avr_io_write(avr_io *io, uint32_t at, uint8_t value);
/// Vectors that are flagged and enabled: bit n is vector n.
uint64_t avr_io_pending(const avr_io *io);
/// The CPU enters vector n: flags that hardware clears then are cleared.
void avr_io_taken(avr_io *io, unsigned n);

#endif
