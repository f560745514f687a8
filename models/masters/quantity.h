/// Numbers with units as people write them (`42.618us`, `4k7`, `100pF`, `400k`), exactly and
/// without floating point, and the same the other way round.
#ifndef I2C_MASTERS_QUANTITY_H
#define I2C_MASTERS_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    QUANTITY_TIME,        ///< ps; a unit is needed, but for 0
    QUANTITY_OF_PERIOD,   ///< the same; a parameter may also be a share of the clock's period: 25%
    QUANTITY_RESISTANCE,  ///< ohm
    QUANTITY_CAPACITANCE, ///< pF; a unit is needed
    QUANTITY_FREQUENCY,   ///< Hz
    QUANTITY_COUNT        ///< no unit
} quantity_kind;

/// Reads the whole of `text`. False when it is not such a quantity, no whole number of its base
/// unit (0.5 pF, 1.5 ps), or over 2^63.
bool quantity_read(const char *text, quantity_kind kind, uint64_t *value);
/// Writes what quantity_read() reads back as the same value.
void quantity_write(char *text, size_t text_bytes, quantity_kind kind, uint64_t value);

#endif
