/// Why firmware never acknowledges, as far as its registers and routines show it: what holds for
/// parts of every family. A family's own reasons stand beside them in its folder.
#ifndef FIRMWARE_SILENCE_H
#define FIRMWARE_SILENCE_H

#include "slave_under_test/kinds/firmware/family.h"

#include <stdbool.h>
#include <stddef.h>

/// False: that is not why.
typedef bool firmware_reason(const firmware_witness *witness, char *text, size_t bytes);

firmware_reason firmware_stays_in_routine;   ///< one does not end
firmware_reason firmware_is_misspelt;        ///< a routine is of no vector of the part
firmware_reason firmware_interrupts_are_off; ///< one is pending, and nobody lets it in

/// The first reason of the list that holds. False: none does.
bool firmware_silence(firmware_reason *const *reasons, unsigned count,
                      const firmware_witness *witness, char *text, size_t bytes);
/// The lowest vector whose name begins so and that the sources have a routine for; -1: none.
int firmware_routine_of(const firmware_witness *witness, const char *name);
/// The vector that came, with the name of the lowest; NULL: none came. `times`: how often.
const char *firmware_came(const firmware_witness *witness, unsigned long long *times);

#endif
