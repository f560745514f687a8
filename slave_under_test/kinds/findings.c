#include "slave_under_test/kinds/findings.h"

#include "sim/units.h"

const i2c_rule slave_rule_hang = {
    .id = "hang", .rows = "", .clause = "", .title = "Firmware hangs"};
const i2c_rule slave_rule_memory = {
    .id = "memory", .rows = "", .clause = "", .title = "Memory overwritten"};
const i2c_rule slave_rule_crash = {
    .id = "crash", .rows = "", .clause = "", .title = "Firmware crashes"};

const uint64_t slave_routine_limit_ps = 100 * I2C_PS_PER_MS;
