/// A master that is an Arduino sketch: compiled with the real core and Wire library, executed by
/// simavr on a part with our TWI (docs/avr.md). It decides itself what it transfers.
#ifndef AVR_SKETCH_MASTER_H
#define AVR_SKETCH_MASTER_H

#include "slave_under_test/master_kind.h"

const master_adapter *sketch_master_adapter(void);

#endif
