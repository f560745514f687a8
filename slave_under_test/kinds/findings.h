/// What kinds that run code find in it alike.
#ifndef SLAVE_KINDS_FINDINGS_H
#define SLAVE_KINDS_FINDINGS_H

#include "sim/rules.h"

#include <stdint.h>

extern const i2c_rule slave_rule_hang, slave_rule_memory, slave_rule_crash;

/// A routine that has been under way that long does not end: no slave's transfer lasts as long, and
/// a watchdog has bitten by then.
extern const uint64_t slave_routine_limit_ps;

#endif
