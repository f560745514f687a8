/// A master in Verilog: a design with the ports of a controller that takes one command a byte
/// (docs/rtl.md) runs the transfers of a case.
#ifndef RTL_MASTER_H
#define RTL_MASTER_H

#include "slave_under_test/master_kind.h"

const master_adapter *rtl_master_adapter(void);

#endif
