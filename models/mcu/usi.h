/// The Universal Serial Interface of ATtiny parts in two-wire mode, at pin level and without its
/// register face: hosted slaves call it directly, firmware will reach it through registers.
///
///              start detector ----> start flag --+--> holds SCL, from the SCL fall after START
///     SDA -----+                                 |    until the flag is cleared
///              +--> shift register --> latch --> SDA driver (only while it is switched on)
///     SCL -----+--> shifts at the rise; the latch is open while SCL is low
///              +--> 4-bit counter, both edges --> overflow flag --> holds SCL likewise
///
/// As the data sheet has it (ATtiny25/45/85 chapter 15, two-wire mode; here with the external
/// clock, positive edge, which is what slaves use):
/// - A fall of SDA while SCL is high sets the start flag, a rise sets the stop flag. SDA reaches
///   the detector late (50 to 300 ns), so that SDA may follow an SCL fall without being taken for
///   START. Only the start flag and the overflow flag can interrupt; the stop flag cannot.
/// - The start flag holds SCL from the next SCL fall on, whoever is addressed.
/// - The counter counts both edges of SCL, at all times: also the fall that ends a START, if it was
///   cleared before it. From 0 it overflows at the fall that ends the 8th clock; from 14 after one.
/// - With the overflow hold, SCL is pulled from the overflow until the flag is cleared.
/// - Flags are cleared by writing a one; the same write sets the counter.
/// - The SDA driver pulls while it is switched on and the latched bit 7 is 0. Nothing is driven
///   high.
///
/// - With the negative edge it shifts at the fall, and the latch is open while SCL is high. Without
///   an external clock software clocks it (mcu_usi_strobe()), and the latch is always open. Start
///   and stop detector do not care about the clock.
///
/// Not modelled: three-wire mode; the clock by timer 0; wake-up times from power-down.
/// Assumed, the data sheet gives no figures: the delays of the two drivers.
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_USI_H
#define MCU_USI_H

#include "models/mcu/pins.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MCU_USI_START = 1,    ///< start condition
    MCU_USI_OVERFLOW = 2, ///< the counter went from 15 to 0
    MCU_USI_STOP = 4      ///< stop condition; cannot interrupt
};

typedef enum {
    MCU_USI_OFF,
    MCU_USI_HOLD_START,   ///< two-wire mode; SCL is held after START alone
    MCU_USI_HOLD_OVERFLOW ///< two-wire mode; SCL is held after START and at overflow
} mcu_usi_mode;

typedef enum { MCU_USI_NO_CLOCK, MCU_USI_RISES, MCU_USI_FALLS } mcu_usi_edges;

typedef struct {
    mcu_usi_edges shift; ///< edges of SCL that shift
    bool counts_edges;   ///< both edges of SCL count
} mcu_usi_clock;

/// The flags changed; told at the instant, not while software writes them.
typedef void mcu_usi_flag_fn(void *ctx, unsigned flags);

typedef struct {
    mcu_pins_config pins;
    mcu_usi_flag_fn *on_flag;
    uint64_t detector_delay_ps; ///< SDA to the detector, 50 to 300 ns
} mcu_usi_config;

/// Read only outside models/mcu/.
typedef struct {
    mcu_pins pins;
    mcu_usi_flag_fn *on_flag;
    uint64_t detector_delay_ps;
    mcu_usi_mode mode;
    mcu_usi_clock clock;
    unsigned flags;
    uint8_t data;        ///< the shift register
    uint8_t buffer;      ///< what it held at the last overflow
    uint8_t counter;     ///< 0 to 15
    bool sda_on;         ///< the SDA driver is switched on
    bool latch;          ///< the bit that the driver sends
    bool start_hold;     ///< SCL fell since the start flag was set
    bool detecting_high; ///< what SDA became when the detector's delay began
    i2c_timer detector;
} mcu_usi;

void mcu_usi_init(mcu_usi *usi, const mcu_usi_config *config);
/// As after reset: off, all released, no flag.
void mcu_usi_reset(mcu_usi *usi);
/// Tells it of an edge at its pins. The owner listens to all edges while the mode is not OFF.
void mcu_usi_edge(mcu_usi *usi, i2c_line line, bool high);

void mcu_usi_set_mode(mcu_usi *usi, mcu_usi_mode mode);
/// What clocks it; after a reset rises shift and both edges count.
void mcu_usi_set_clock(mcu_usi *usi, mcu_usi_clock clock);
/// Software counts once, and shifts once if it `shifts`.
void mcu_usi_strobe(mcu_usi *usi, bool shifts);
/// Loads the shift register; the latch follows at once while SCL is low.
void mcu_usi_set_data(mcu_usi *usi, uint8_t data);
/// One write of the status register: clears `flags` (of MCU_USI_) and sets the counter.
void mcu_usi_set_status(mcu_usi *usi, unsigned flags, uint8_t counter);
void mcu_usi_set_sda(mcu_usi *usi, bool on);

#endif
