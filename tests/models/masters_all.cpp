#include "tests/models/masters_all.h"

#include <algorithm>
#include <cctype>

namespace
{

void add(std::vector<std::string> *list, const std::string &text)
{
    const std::string canonical = spec_of(text).text;
    if (std::find(list->begin(), list->end(), canonical) == list->end())
        list->push_back(canonical);
}

} // namespace

master_spec spec_of(const std::string &text)
{
    master_spec spec = {};
    char error[512] = "";
    EXPECT_TRUE(master_spec_read(&spec, text.c_str(), error, sizeof error)) << error;
    return spec;
}

std::vector<std::string> masters_at_each_speed()
{
    std::vector<std::string> list;
    for (unsigned i = 0; i < master_model_count(); i++) {
        const master_info *info = master_model_info(i);
        for (const char *const *speed = info->speeds; *speed != nullptr; speed++)
            add(&list, std::string(info->name) + "@" + *speed);
    }
    return list;
}

std::vector<std::string> masters_in_each_variant()
{
    std::vector<std::string> list;
    for (const std::string &text : masters_at_each_speed()) {
        add(&list, text);
        const master_model *model = spec_of(text).model;
        for (unsigned i = 0; model->info.parameter[i].name != nullptr; i++) {
            const char *const *choice = model->rule[i].choice;
            for (; choice != nullptr && *choice != nullptr; choice++)
                add(&list, text + "," + model->info.parameter[i].name + "=" + *choice);
        }
    }
    return list;
}

std::string on_slow_wires(const std::string &text)
{
    const master_spec spec = spec_of(text);
    // Of SCLH on 100 pF; what is on 400 pF is slow by itself.
    const bool hs = spec.mode == I2C_MODE_HS;
    const uint64_t hs_max_ps = 40 * I2C_PS_PER_NS;
    const uint64_t tr_max_ps = hs ? hs_max_ps : i2c_timing_tr_max_ps(spec.mode);
    const uint64_t tf_max_ps = hs ? hs_max_ps : i2c_timing_tf_max_ps(spec.mode);
    // 30 % to 70 % of VDD takes ln(7/3) = 0.847 RC.
    const uint64_t rc_ps = tr_max_ps * 1000 / 848;
    const uint64_t cb_pf = std::max<uint64_t>(rc_ps / spec.wires.rp_ohm, spec.wires.cb_pf);
    const uint64_t tf_ns = std::max<uint64_t>(tf_max_ps / I2C_PS_PER_NS, spec.wires.tf_ns);
    return text + (spec.wires.ideal ? ",ideal=0" : "") + ",cb=" + std::to_string(cb_pf) +
           "pF,tf=" + std::to_string(tf_ns) + "ns";
}

std::string plain_name(const std::string &text)
{
    std::string name;
    for (const char c : text)
        name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return name;
}

std::vector<Message> write_of(uint8_t addr7, const std::vector<uint8_t> &data)
{
    return {{MASTER_START, addr7 << 1, data}};
}

std::vector<Message> write_then_read(uint8_t addr7, const std::vector<uint8_t> &data,
                                     uint32_t reads)
{
    return {{MASTER_START, addr7 << 1, data, 0, false}, {MASTER_JOIN, addr7 << 1 | 1, {}, reads}};
}

std::vector<Message> read_of(Bench &b, uint8_t addr7, uint32_t reads)
{
    const std::vector<Message> plain = {{MASTER_START, addr7 << 1 | 1, {}, reads}};
    return b.can(plain) ? plain : write_then_read(addr7, {0x10}, reads);
}
