#include "tests/models/masters_hardware.h"

namespace
{

std::vector<uint64_t> spans_ps(const Bench &b, bool high)
{
    std::vector<uint64_t> list;
    uint64_t from_ps = I2C_NEVER_PS;
    for (const Edge &e : b.edge_list) {
        if (e.line != I2C_SCL)
            continue;
        if (e.high == high)
            from_ps = e.at_ps;
        else if (from_ps != I2C_NEVER_PS)
            list.push_back(e.at_ps - from_ps);
    }
    return list;
}

} // namespace

std::vector<uint64_t> lows_ps(const Bench &b)
{
    return spans_ps(b, false);
}

std::vector<uint64_t> highs_ps(const Bench &b)
{
    return spans_ps(b, true);
}

uint64_t scl_edge_ps(const Bench &b, bool high, unsigned nth)
{
    for (const Edge &e : b.edge_list)
        if (e.line == I2C_SCL && e.high == high && --nth == 0)
            return e.at_ps;
    return 0;
}
