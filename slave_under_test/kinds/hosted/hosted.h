/// The hosted kind: slaves in C behind i2cproof_slave.h, compiled and loaded into this process.
#ifndef HOSTED_H
#define HOSTED_H

#include "slave_under_test/kind.h"

/// The kind of that name. Static.
const slave_adapter *hosted_adapter(void);

#endif
