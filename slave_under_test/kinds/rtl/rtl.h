/// Kind rtl: a slave in Verilog, run by Verilator.
#ifndef RTL_H
#define RTL_H

#include "slave_under_test/kind.h"

const slave_adapter *rtl_adapter(void);

#endif
