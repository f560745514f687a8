/// Slaves of kind avr: what avr-gcc makes of MCU sources, executed instruction by instruction by
/// simavr (GPL-3: whatever is linked with this is under that licence, too).
#ifndef AVR_AVR_H
#define AVR_AVR_H

#include "slave_under_test/kind.h"

const slave_adapter *avr_adapter(void);

#endif
