/// What keeps firmware from serving the bus, beside its own work (slave_load): interrupts that are
/// off for a time, a competing interrupt, a main loop that stands still. All times are instants of
/// the simulation.
#ifndef MCU_KIND_WINDOW_H
#define MCU_KIND_WINDOW_H

#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stdint.h>

/// Something that lasts `length_ps` from `first_ps` on; again every `every_ps`, 0: once. A length
/// of 0: never.
typedef struct {
    uint64_t first_ps, length_ps, every_ps;
} firmware_window;

typedef struct {
    firmware_window irq_off;    ///< no interrupt is entered
    firmware_window isr;        ///< one of the highest priority, of that length
    firmware_window main_stall; ///< main() stands still, interrupts are served
} firmware_load;

/// Whether a window is open at `at_ps`; then `ends_ps` is its end. Otherwise when the next one
/// begins, I2C_NEVER_PS: never.
bool firmware_window_open(const firmware_window *window, uint64_t at_ps, uint64_t *ends_ps);

/// What a case asks for, from now on.
firmware_load firmware_load_of(i2c_sim *sim, const slave_load *asked);

#endif
