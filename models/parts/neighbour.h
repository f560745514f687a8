/// Another slave on the same bus, a right one: it serves foreign traffic, and whatever the slave under
/// test does to that traffic shows. Zero time like hardware, with an output delay of 350 ns.
///
/// Not modelled: registers, general call, 10-bit addresses.
#ifndef MODELS_PARTS_NEIGHBOUR_H
#define MODELS_PARTS_NEIGHBOUR_H

#include "sim/sim.h"

typedef struct neighbour neighbour;

typedef struct {
    uint8_t addr7;
    const uint8_t *data;  ///< what reads give, over and over; NULL: 0xA5, 0x5A, ...; stays the caller's
    uint32_t data_bytes;
    uint32_t takes_bytes; ///< bytes that it ACKs of a write; 0: all
    uint8_t stretch_clock; ///< clock of each byte before which it holds SCL; 0: never
    uint64_t stretch_ps;
} neighbour_config;

/// NULL without memory; the caller's until neighbour_free() (NULL is allowed).
neighbour *neighbour_new(void);
void neighbour_free(neighbour *n);
/// Puts it on a fresh simulation. `config` is copied. Allocates nothing.
I2C_MUST_CHECK i2c_status neighbour_attach(neighbour *n, i2c_sim *sim, const neighbour_config *config);
i2c_node neighbour_node(const neighbour *n);

#endif
