// What the tests of masters made of an I2C peripheral look at.
#ifndef TESTS_MODELS_MASTERS_HARDWARE_H
#define TESTS_MODELS_MASTERS_HARDWARE_H

#include "tests/models/masters_all.h"

// Each low of SCL that ends, from its fall to its rise, in ps.
std::vector<uint64_t> lows_ps(const Bench &b);
// Each high of SCL between two falls.
std::vector<uint64_t> highs_ps(const Bench &b);
// The nth fall (or rise) of SCL, from 1.
uint64_t scl_edge_ps(const Bench &b, bool high, unsigned nth);

#endif
