// A scripted master and a scripted slave on one simulated bus, for tests of the engine and of the
// rules. The slave does what its script says, so that a test can break one thing at a time.
#ifndef TESTS_SIM_SCRIPTED_H
#define TESTS_SIM_SCRIPTED_H

extern "C" {
#include "sim/faults.h"
#include "sim/sim.h"
}

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace scripted
{

constexpr uint64_t ns(uint64_t n)
{
    return n * 1000;
}

/// What the master makes; all in ns. The values are legal in Standard-mode.
struct Timing {
    uint64_t hd_sta = 5000, low = 5000, high = 5000, su_sta = 5000, su_sto = 5000, buf = 6000;
    uint64_t hd_dat = 300; ///< SCL fall to the change of SDA
};

/// One thing that the slave does `delay_ns` after an SCL edge.
struct Act {
    uint64_t delay_ns;
    i2c_line line;
    i2c_drive drive;
};

struct Options {
    i2c_wires wires = {true, 0, 0, 0};
    i2c_threshold slave_threshold = I2C_AT_50;
    bool slave_is_judged = true;
    uint64_t budget_ps = I2C_NEVER_PS;
    i2c_trace *trace = nullptr;
    bool rules_off = false;
};

/// A bus with one master, which these functions drive, and one slave, which follows `fall` and
/// `rise`: SCL edges are counted from 0; the fall after START is 0, the fall of clock n of byte b
/// (address: b = 0) is 9 * b + n, the rise of that clock 9 * b + n - 1.
class Rig
{
  public:
    explicit Rig(const Options &options = Options());
    ~Rig();
    Rig(const Rig &) = delete;
    Rig &operator=(const Rig &) = delete;

    i2c_sim *sim = nullptr;
    i2c_node master = 0, slave = 0;
    Timing t;
    uint64_t waits_ns = 100000000; ///< for SCL to rise
    std::map<unsigned, std::vector<Act>> fall, rise;
    std::vector<i2c_event> events;
    std::vector<i2c_finding> told;
    unsigned falls = 0, rises = 0;

    // The slave's script.
    void at_fall(unsigned n, uint64_t delay_ns, i2c_line line, i2c_drive drive);
    void at_rise(unsigned n, uint64_t delay_ns, i2c_line line, i2c_drive drive);
    /// Pulls SDA from `delay_ns` behind fall `from` until as long behind fall `to`.
    void pulls_sda(unsigned from, unsigned to, uint64_t delay_ns = 400);
    /// Pulls SCL from `from_ns` to `to_ns` behind fall `n`.
    void holds_scl(unsigned n, uint64_t from_ns, uint64_t to_ns);
    /// ACKs byte `b`: pulls after clock 8, lets go after clock 9.
    void acks(unsigned b, uint64_t delay_ns = 400);
    /// Sends `value` as byte `b`.
    void sends(unsigned b, uint8_t value, uint64_t delay_ns = 400);

    // The master.
    void wait(uint64_t time_ns);
    void set(i2c_node node, i2c_line line, i2c_drive drive); ///< a round of its own
    void sda(bool high);
    void start();
    void restart(); ///< SCL is low
    void stop();    ///< SCL is low
    void clock(bool bit);
    void bits(uint8_t value, unsigned count);
    void write(uint8_t value); ///< eight bits and a released ninth
    void read(bool ack);       ///< eight released bits, then the master's (N)ACK
    void raise_scl();          ///< releases SCL and waits until it is high
    void finish();

    void profile(const i2c_profile &profile);
    void hold_master_to(i2c_mode mode);
    void carry_on_after(uint64_t limit_ns); ///< the master waits no longer for SCL

    // What was found.
    const i2c_finding *found(const std::string &rule) const;
    std::string all_found() const;
    const i2c_rules &rules() const
    {
        return *i2c_sim_rules(sim);
    }
    std::string events_text() const; ///< "S 50W A 12 A P"

  private:
    struct Due {
        i2c_timer timer;
        Rig *rig;
        i2c_line line;
        i2c_drive drive;
    };
    static void fire(void *ctx, uint64_t now_ps);
    static void slave_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps);
    static void on_event(void *ctx, const i2c_event *event);
    static void on_finding(void *ctx, const i2c_finding *finding);
    void follow(const std::map<unsigned, std::vector<Act>> &script, unsigned n);
    std::deque<Due> due_;
};

/// A 7-bit Fast-mode slave at `addr7` that declares `stretch`.
i2c_profile fast_slave(unsigned addr7, i2c_stretch stretch = I2C_STRETCH_BYTE);

// The slave of the tests of rules has address 0x50; somebody else, if anybody, 0x30.
constexpr uint8_t kOwnW = 0xA0, kOwnR = 0xA1;
constexpr uint8_t kOtherW = 0x60, kOtherR = 0x61;

/// A rig whose slave has address 0x50.
struct Slave50 : Rig {
    explicit Slave50(const Options &options = Options());
};

/// Ends the case; nothing was found.
void expect_clean(Rig &rig);
/// Ends the case; `rule` was found, on the slave, and nothing else. What was found, or a finding of
/// nothing: never NULL.
const i2c_finding *expect_only(Rig &rig, const std::string &rule);
/// The same, found on the master.
const i2c_finding *expect_only_on_master(Rig &rig, const std::string &rule);
/// expect_only() or expect_clean().
void expect_only_if(bool wanted, Rig &rig, const std::string &rule);

} // namespace scripted

#endif
