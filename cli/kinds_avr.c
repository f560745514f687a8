// Kinds of the program i2cproof-avr. It contains simavr and is under GPL-3 therefore, other than
// i2cproof, which starts it as a program of its own.
#include "slave_under_test/kinds/avr/avr.h"
#include "slave_under_test/kinds/avr/sketch_master.h"

slave_adapter_fn *const slave_adapters_more[] = {avr_adapter, NULL};
master_adapter_fn *const master_adapters_more[] = {sketch_master_adapter, NULL};
