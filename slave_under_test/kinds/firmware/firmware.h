/// Slaves of kind firmware: unmodified MCU sources, with main(), interrupt routines and register
/// access, compiled for this machine and run in simulated time.
#ifndef FIRMWARE_FIRMWARE_H
#define FIRMWARE_FIRMWARE_H

#include "slave_under_test/kind.h"

const slave_adapter *firmware_adapter(void);

#endif
