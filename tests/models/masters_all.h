// The masters of the registry, as the tests that hold for every master go over them: a new model is
// covered by being registered.
#ifndef TESTS_MODELS_MASTERS_ALL_H
#define TESTS_MODELS_MASTERS_ALL_H

#include "tests/models/masters_bench.h"

extern "C" {
#include "models/masters/model.h"
}

#include <gtest/gtest.h>

#include <string>
#include <vector>

// "arduino@100k", "arduino@400k", "fast", ...: every model at each of its speeds.
std::vector<std::string> masters_at_each_speed();
// The same, and each value of each parameter that is a choice: "nxt,fw=1.05", "fast,timing=min".
std::vector<std::string> masters_in_each_variant();

// The spec of a text that must be good.
master_spec spec_of(const std::string &text);
// The same master on wires as slow as its mode allows them to be, or as its board, whichever is
// slower.
std::string on_slow_wires(const std::string &text);
// As a file or a test may be called: letters, digits, `_`.
std::string plain_name(const std::string &text);

// For INSTANTIATE_TEST_SUITE_P over texts.
struct NameOfMaster {
    std::string operator()(const testing::TestParamInfo<std::string> &info) const
    {
        return plain_name(info.param);
    }
};

// A read of `reads` bytes, behind a write of one byte where the master cannot do without.
std::vector<Message> read_of(Bench &b, uint8_t addr7, uint32_t reads);
std::vector<Message> write_of(uint8_t addr7, const std::vector<uint8_t> &data);
std::vector<Message> write_then_read(uint8_t addr7, const std::vector<uint8_t> &data,
                                     uint32_t reads);

#endif
