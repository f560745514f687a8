#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace scripted
{

Rig::Rig(const Options &options)
{
    i2c_sim_config config = {};
    config.wires = options.wires;
    config.seed = 1;
    config.budget_ps = options.budget_ps;
    config.on_event = on_event;
    config.on_event_ctx = this;
    config.on_finding = on_finding;
    config.on_finding_ctx = this;
    config.trace = options.trace;
    config.rules_off = options.rules_off;
    EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
    const i2c_node_config m = {"master", I2C_ROLE_MASTER, I2C_AT_50, 0, nullptr, nullptr};
    EXPECT_EQ(i2c_node_add(sim, &m, &master), I2C_OK);
    const i2c_node_config s = {"slave",
                               options.slave_is_judged ? I2C_ROLE_SLAVE : I2C_ROLE_NEIGHBOUR,
                               options.slave_threshold,
                               I2C_HEAR_SCL,
                               slave_edge,
                               this};
    EXPECT_EQ(i2c_node_add(sim, &s, &slave), I2C_OK);
    wait(10000);
}

Rig::~Rig()
{
    i2c_sim_free(sim);
}

void Rig::fire(void *ctx, uint64_t now_ps)
{
    (void)now_ps;
    const Due *due = static_cast<Due *>(ctx);
    i2c_node_set(due->rig->sim, due->rig->slave, due->line, due->drive);
}

void Rig::follow(const std::map<unsigned, std::vector<Act>> &script, unsigned n)
{
    const auto acts = script.find(n);
    if (acts == script.end())
        return;
    for (const Act &act : acts->second) {
        if (act.delay_ns == 0) {
            i2c_node_set(sim, slave, act.line, act.drive);
            continue;
        }
        due_.push_back(Due{{fire, nullptr, false}, this, act.line, act.drive});
        due_.back().timer.ctx = &due_.back();
        i2c_timer_set(sim, &due_.back().timer, i2c_sim_now_ps(sim) + ns(act.delay_ns));
    }
}

void Rig::slave_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    (void)line;
    (void)now_ps;
    Rig *rig = static_cast<Rig *>(ctx);
    if (high)
        rig->follow(rig->rise, rig->rises++);
    else
        rig->follow(rig->fall, rig->falls++);
}

void Rig::on_event(void *ctx, const i2c_event *event)
{
    static_cast<Rig *>(ctx)->events.push_back(*event);
}

void Rig::on_finding(void *ctx, const i2c_finding *finding)
{
    static_cast<Rig *>(ctx)->told.push_back(*finding);
}

void Rig::at_fall(unsigned n, uint64_t delay_ns, i2c_line line, i2c_drive drive)
{
    fall[n].push_back({delay_ns, line, drive});
}

void Rig::at_rise(unsigned n, uint64_t delay_ns, i2c_line line, i2c_drive drive)
{
    rise[n].push_back({delay_ns, line, drive});
}

void Rig::pulls_sda(unsigned from, unsigned to, uint64_t delay_ns)
{
    at_fall(from, delay_ns, I2C_SDA, I2C_PULLED);
    at_fall(to, delay_ns, I2C_SDA, I2C_RELEASED);
}

void Rig::holds_scl(unsigned n, uint64_t from_ns, uint64_t to_ns)
{
    at_fall(n, from_ns, I2C_SCL, I2C_PULLED);
    at_fall(n, to_ns, I2C_SCL, I2C_RELEASED);
}

void Rig::acks(unsigned b, uint64_t delay_ns)
{
    pulls_sda(9 * b + 8, 9 * b + 9, delay_ns);
}

void Rig::sends(unsigned b, uint8_t value, uint64_t delay_ns)
{
    for (unsigned i = 0; i < 8; i++)
        at_fall(9 * b + i, delay_ns, I2C_SDA, value >> (7 - i) & 1 ? I2C_RELEASED : I2C_PULLED);
    at_fall(9 * b + 8, delay_ns, I2C_SDA, I2C_RELEASED);
}

void Rig::wait(uint64_t time_ns)
{
    i2c_sim_run(sim, i2c_sim_now_ps(sim) + ns(time_ns));
}

void Rig::set(i2c_node node, i2c_line line, i2c_drive drive)
{
    i2c_node_set(sim, node, line, drive);
    i2c_sim_run(sim, i2c_sim_now_ps(sim));
}

void Rig::sda(bool high)
{
    set(master, I2C_SDA, high ? I2C_RELEASED : I2C_PULLED);
}

void Rig::raise_scl()
{
    set(master, I2C_SCL, I2C_RELEASED);
    const uint64_t give_up_ps = i2c_sim_now_ps(sim) + ns(waits_ns);
    while (!i2c_line_level(sim, I2C_SCL) && i2c_sim_now_ps(sim) < give_up_ps && i2c_sim_step(sim)) {
    }
}

void Rig::start()
{
    sda(false);
    wait(t.hd_sta);
    set(master, I2C_SCL, I2C_PULLED);
}

void Rig::restart()
{
    wait(t.hd_dat);
    sda(true);
    wait(t.low - t.hd_dat);
    raise_scl();
    wait(t.su_sta);
    start();
}

void Rig::stop()
{
    wait(t.hd_dat);
    sda(false);
    wait(t.low - t.hd_dat);
    raise_scl();
    wait(t.su_sto);
    sda(true);
    wait(t.buf);
}

void Rig::clock(bool bit)
{
    wait(t.hd_dat);
    sda(bit);
    wait(t.low - t.hd_dat);
    raise_scl();
    wait(t.high);
    set(master, I2C_SCL, I2C_PULLED);
}

void Rig::bits(uint8_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        clock((value >> (7 - i) & 1) != 0);
}

void Rig::write(uint8_t value)
{
    bits(value, 8);
    clock(true);
}

void Rig::read(bool ack)
{
    bits(0xFF, 8);
    clock(!ack);
}

void Rig::finish()
{
    i2c_sim_finish(sim);
}

void Rig::profile(const i2c_profile &profile)
{
    i2c_sim_set_profile(sim, slave, &profile);
}

void Rig::hold_master_to(i2c_mode mode)
{
    const i2c_master_profile profile = {mode, nullptr, 0, false, false, 0};
    i2c_sim_set_master_profile(sim, master, &profile);
}

void Rig::carry_on_after(uint64_t limit_ns)
{
    const i2c_master_profile profile = {I2C_MODE_SM, nullptr, 0, false, true, ns(limit_ns)};
    i2c_sim_set_master_profile(sim, master, &profile);
    waits_ns = limit_ns;
}

const i2c_finding *Rig::found(const std::string &rule) const
{
    const i2c_rules &r = rules();
    for (unsigned i = 0; i < r.findings; i++)
        if (rule == r.finding[i].rule->id)
            return &r.finding[i];
    return nullptr;
}

std::string Rig::all_found() const
{
    const i2c_rules &r = rules();
    std::string text;
    for (unsigned i = 0; i < r.findings; i++)
        text += std::string(r.finding[i].rule->id) + ": " + r.finding[i].message + "\n";
    return text;
}

std::string Rig::events_text() const
{
    std::string text;
    for (const i2c_event &e : events) {
        char word[16] = "";
        if (e.kind == I2C_EVENT_START)
            snprintf(word, sizeof word, "S");
        else if (e.kind == I2C_EVENT_SR)
            snprintf(word, sizeof word, "Sr%u", e.bits);
        else if (e.kind == I2C_EVENT_STOP)
            snprintf(word, sizeof word, "P%u", e.bits);
        else if (e.kind == I2C_EVENT_ACK)
            snprintf(word, sizeof word, "%s", e.ack ? "A" : "N");
        else
            snprintf(word, sizeof word, "%02X", e.value);
        text += text.empty() ? word : std::string(" ") + word;
    }
    return text;
}

i2c_profile fast_slave(unsigned addr7, i2c_stretch stretch)
{
    i2c_profile p = {};
    i2c_profile_own(&p, addr7);
    p.mode = I2C_MODE_FM;
    p.stretch_declared = true;
    p.stretch = stretch;
    return p;
}

Slave50::Slave50(const Options &options) : Rig(options)
{
    profile(fast_slave(0x50));
}

void expect_clean(Rig &rig)
{
    rig.wait(1000);
    rig.finish();
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
}

static const i2c_finding *expect_only_on(Rig &rig, const std::string &rule, i2c_node node)
{
    static const i2c_finding none = {};
    rig.wait(1000);
    rig.finish();
    EXPECT_EQ(rig.rules().findings, 1u) << rule << " wanted: " << rig.all_found();
    const i2c_finding *f = rig.found(rule);
    if (f == nullptr) {
        ADD_FAILURE() << rule << " not found, but: " << rig.all_found();
        return &none;
    }
    EXPECT_EQ(f->blame, 1u << node) << f->message;
    EXPECT_EQ(i2c_rule_find(f->rule->id), f->rule);
    return f;
}

const i2c_finding *expect_only(Rig &rig, const std::string &rule)
{
    return expect_only_on(rig, rule, rig.slave);
}

const i2c_finding *expect_only_on_master(Rig &rig, const std::string &rule)
{
    return expect_only_on(rig, rule, rig.master);
}

void expect_only_if(bool wanted, Rig &rig, const std::string &rule)
{
    if (wanted)
        expect_only(rig, rule);
    else
        expect_clean(rig);
}

} // namespace scripted
