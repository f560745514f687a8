/// What was seen of the interrupts of a part: how often, how late, how long.
#ifndef MCU_KIND_ROUTINES_H
#define MCU_KIND_ROUTINES_H

#include "slave_under_test/kind.h"

#include <stdbool.h>
#include <stdint.h>

enum { FIRMWARE_VECTOR_MAX = 64 };

/// By vector; the names stay empty.
typedef struct {
    slave_routine of[FIRMWARE_VECTOR_MAX];
    bool burdened; ///< a case asks for lateness of its own: times say nothing of the firmware
} firmware_routines;

/// What a case asks of the slave's time has changed.
void firmware_routines_load(firmware_routines *r, const slave_load *load);

void firmware_routines_entered(firmware_routines *r, unsigned vector, uint64_t latency_ps);
void firmware_routines_left(firmware_routines *r, unsigned vector, uint64_t length_ps);
/// The vector that is the i-th that was entered; -1 past the end.
int firmware_routines_vector(const firmware_routines *r, unsigned i);

#endif
