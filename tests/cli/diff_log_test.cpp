// Two logs of one case: which of their differences count.
extern "C" {
#include "cli/diff_log.h"
}

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

struct Log {
    diff_log log = {};
    Log()
    {
        diff_log_clear(&log);
    }
    ~Log()
    {
        diff_log_free(&log);
    }
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;
    void calls(const std::vector<int64_t> &args)
    {
        for (const int64_t arg : args) {
            slave_call call = {};
            call.function = "received";
            call.arg[0] = arg;
            call.args = 1;
            diff_log_call(&log, &call);
        }
    }
};

std::string compared(const std::vector<int64_t> &a, const std::vector<int64_t> &b, bool goes_off)
{
    Log one, other;
    uint32_t open = 0;
    diff_rules rules = {};
    rules.bound_ps = I2C_NEVER_PS;
    rules.goes_off = goes_off;
    one.calls(a);
    other.calls(b);
    const diff_first first = diff_compare(&one.log, &other.log, &rules, &open);
    return first.verdict == DIFF_SAME ? "same" : std::string(first.did[0]) + " / " + first.did[1];
}

} // namespace

TEST(DiffLog, CallsAreComparedInTheirOrder)
{
    EXPECT_EQ(compared({1, 2}, {1, 2}, false), "same");
    EXPECT_EQ(compared({1, 2}, {2}, false), "received(1) / received(2)");
    EXPECT_EQ(compared({1}, {1, 2}, false), "no such call / received(2)");
}

TEST(DiffLog, SlaveThatGoesOffMayLackOneCall)
{
    EXPECT_EQ(compared({1, 2, 3}, {1, 3}, true), "same");
    EXPECT_EQ(compared({1}, {1, 2}, true), "same");
    EXPECT_EQ(compared({1, 2, 3}, {3}, true), "received(1) / received(3)");
    EXPECT_EQ(compared({1, 2, 3}, {1, 4}, true), "received(2) / received(4)");
    EXPECT_EQ(compared({1, 2, 3, 4}, {1, 3}, true), "received(4) / no such call");
}
