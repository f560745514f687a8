/// Slaves as an sc_module, in Accellera's SystemC.
#ifndef SYSTEMC_H
#define SYSTEMC_H

#include "slave_under_test/kind.h"

const slave_adapter *systemc_adapter(void);

#endif
