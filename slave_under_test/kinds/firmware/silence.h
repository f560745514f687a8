/// Why firmware never acknowledges, as far as its registers and routines show it.
#ifndef FIRMWARE_SILENCE_H
#define FIRMWARE_SILENCE_H

#include "models/mcu/avr/io.h"
#include "slave_under_test/kinds/firmware/core.h"
#include "slave_under_test/kinds/firmware/object.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What its code did to registers since power-on; all zero at first.
typedef struct {
    bool touched[AVR_IO_BYTES];     ///< read or written
    uint8_t ever_set[AVR_IO_BYTES]; ///< bits that were written as 1
} firmware_touches;

typedef struct {
    const firmware_core *core;
    const firmware_object *object;
    const firmware_touches *touches;
    avr_io *io;
} firmware_witness;

/// The first reason that holds. False: none is to be seen.
bool firmware_silence(const firmware_witness *witness, char *text, size_t bytes);
/// A routine of the sources for a vector that the part does not have, NULL: there is none. `near`
/// is the vector that was meant, or NULL.
const char *firmware_misspelt(const firmware_object *object, const avr_part *part,
                              const char **near);

#endif
