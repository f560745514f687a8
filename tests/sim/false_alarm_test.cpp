// A slave that is right is never blamed: random transfers, cut off anywhere, on all kinds of wires.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

/// A slave at 0x50 as hardware would be: it knows only its own view of the two lines. It answers
/// `delay_ns` after an SCL fall, and may hold SCL after START and after clocks 8 and 9.
class RightSlave
{
  public:
    RightSlave(Rig &rig, i2c_threshold threshold, uint64_t delay_ns, uint64_t hold_ns)
        : sim_(rig.sim), delay_ps_(ns(delay_ns)), hold_ps_(ns(hold_ns))
    {
        const i2c_node_config config = {"right",      I2C_ROLE_SLAVE, threshold,
                                        I2C_HEAR_ALL, on_edge,        this};
        EXPECT_EQ(i2c_node_add(sim_, &config, &node), I2C_OK);
        answer_ = {answer, this, false};
        let_go_ = {let_go, this, false};
        const i2c_profile p = fast_slave(0x50);
        i2c_sim_set_profile(sim_, node, &p);
    }
    i2c_node node = 0;

  private:
    enum State { kIdle, kAddress, kWrite, kRead };

    static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
    {
        RightSlave *s = static_cast<RightSlave *>(ctx);
        const bool scl = i2c_node_level(s->sim_, s->node, I2C_SCL);
        if (line == I2C_SDA) {
            if (scl)
                s->begin(high ? kIdle : kAddress);
        } else if (high) {
            s->sampled_ = i2c_node_level(s->sim_, s->node, I2C_SDA);
        } else {
            s->fell(now_ps);
        }
    }

    void begin(State state)
    {
        state_ = state;
        clocks_ = 0;
        byte_ = 0;
        fresh_ = true;
        pull_ = false;
        i2c_timer_cancel(sim_, &answer_);
    }

    void fell(uint64_t now_ps)
    {
        if (state_ == kIdle)
            return;
        if (fresh_)
            fresh_ = false; // the fall that ends START
        else
            clock();
        hold(now_ps);
        i2c_timer_set(sim_, &answer_, now_ps + delay_ps_);
    }

    /// A whole clock has passed; what it does with SDA now is in `pull_`.
    void clock()
    {
        pull_ = false;
        clocks_++;
        if (clocks_ < 9) {
            byte_ = (uint8_t)(byte_ << 1 | (sampled_ ? 1 : 0));
            if (clocks_ == 8)
                eighth();
            else if (state_ == kRead)
                pull_ = (out_ >> (7 - clocks_) & 1) == 0;
            return;
        }
        ninth();
    }

    void eighth()
    {
        if (state_ == kRead)
            return; // the master's ACK
        const bool mine = state_ == kWrite || byte_ >> 1 == 0x50;
        pull_ = mine;
        if (!mine)
            state_ = kIdle;
    }

    void ninth()
    {
        clocks_ = 0;
        if (state_ == kAddress) {
            state_ = (byte_ & 1) != 0 ? kRead : kWrite;
        } else if (state_ == kRead && sampled_) {
            state_ = kIdle; // NACK
        }
        byte_ = 0;
        if (state_ == kRead) {
            out_ = (uint8_t)(out_ * 37 + 11);
            pull_ = (out_ & 0x80) == 0;
        }
    }

    void hold(uint64_t now_ps)
    {
        if (hold_ps_ == 0 || (clocks_ != 0 && clocks_ != 8) || state_ == kIdle)
            return;
        i2c_node_pull(sim_, node, I2C_SCL);
        i2c_timer_set(sim_, &let_go_, now_ps + delay_ps_ + hold_ps_);
    }

    static void answer(void *ctx, uint64_t)
    {
        const RightSlave *s = static_cast<RightSlave *>(ctx);
        i2c_node_set(s->sim_, s->node, I2C_SDA, s->pull_ ? I2C_PULLED : I2C_RELEASED);
    }

    static void let_go(void *ctx, uint64_t)
    {
        const RightSlave *s = static_cast<RightSlave *>(ctx);
        i2c_node_release(s->sim_, s->node, I2C_SCL);
    }

    i2c_sim *sim_;
    uint64_t delay_ps_, hold_ps_;
    i2c_timer answer_, let_go_;
    State state_ = kIdle;
    unsigned clocks_ = 0;
    uint8_t byte_ = 0, out_ = 0;
    bool sampled_ = false, fresh_ = false, pull_ = false;
};

/// A master that cuts off its transfers at random, but only where SDA is its own to move.
class RandomMaster
{
  public:
    RandomMaster(Rig &rig, const RightSlave &slave) : rig_(rig), slave_(slave)
    {
    }

    void transfer()
    {
        rig_.start();
        while (segment())
            ;
    }

  private:
    uint64_t below(uint64_t bound)
    {
        return i2c_sim_random_below(rig_.sim, 5, bound);
    }

    void vary()
    {
        rig_.t.low = low_ + below(2 * low_);
        rig_.t.high = 4500 + below(5000);
    }

    /// One byte in each direction, cut off after `cut` clocks; true: all nine were made.
    bool clocks(uint8_t value, bool release, uint64_t cut)
    {
        for (unsigned i = 0; i < 9; i++) {
            if (i == cut)
                return false;
            vary();
            const bool ninth = i == 8;
            const bool master_acks = ninth && release && below(3) != 0;
            rig_.clock(ninth ? !master_acks : release || (value >> (7 - i) & 1) != 0);
        }
        return true;
    }

    /// Clocks until the slave leaves SDA alone in the next cell.
    void free_sda()
    {
        for (int i = 0; i < 40; i++) {
            rig_.wait(4000); // it has answered the last fall
            if ((i2c_line_pullers(rig_.sim, I2C_SDA) >> slave_.node & 1u) == 0)
                return;
            rig_.clock(true);
        }
        ADD_FAILURE() << "the slave does not let SDA go";
    }

    /// Address and some bytes; true: Sr has begun another segment.
    bool segment()
    {
        static const uint8_t addresses[] = {0xA0, 0xA1, 0xA0, 0xA1, 0x60, 0x61, 0x00, 0x01, 0xA2};
        const uint8_t address = addresses[below(sizeof addresses)];
        bool whole = clocks(address, false, below(4) == 0 ? below(9) : 9);
        for (uint64_t n = below(4); whole && n > 0; n--) {
            const uint8_t value = (uint8_t)below(256);
            const uint64_t cut = below(5) == 0 ? below(9) : 9;
            whole = clocks(value, (address & 1) != 0, cut);
        }
        free_sda();
        vary();
        if (below(3) == 0) {
            rig_.restart();
            return true;
        }
        rig_.stop();
        return false;
    }

    Rig &rig_;
    const RightSlave &slave_;
    uint64_t low_ = 6000;
};

struct Case {
    i2c_wires wires;
    i2c_threshold threshold;
    uint64_t delay_ns, hold_ns;
};

TEST(FalseAlarms, RightSlaveIsNeverBlamedInRandomTransfersCutOffAnywhere)
{
    std::vector<Case> cases;
    for (const i2c_wires &wires : {i2c_wires{true, 0, 0, 0}, i2c_wires{false, 2200, 100, 100},
                                   i2c_wires{false, 1700, 200, 300}})
        for (const i2c_threshold threshold : {I2C_AT_30, I2C_AT_50, I2C_AT_70})
            for (const uint64_t hold_ns : {0ull, 700ull, 20000ull})
                cases.push_back({wires, threshold, 310, hold_ns});
    cases.push_back({{true, 0, 0, 0}, I2C_AT_50, 0, 0});
    for (const Case &c : cases) {
        Options o;
        o.wires = c.wires;
        o.slave_is_judged = false;
        Rig rig(o);
        RightSlave slave(rig, c.threshold, c.delay_ns, c.hold_ns);
        RandomMaster master(rig, slave);
        rig.hold_master_to(I2C_MODE_SM);
        rig.t = Timing{6000, 6000, 5000, 7000, 7000, 8000, 450};
        for (int i = 0; i < 300; i++)
            master.transfer();
        rig.finish();
        EXPECT_EQ(rig.rules().findings, 0u) << "threshold " << c.threshold << " hold " << c.hold_ns
                                            << " ideal " << c.wires.ideal << "\n"
                                            << rig.all_found();
        EXPECT_GT(rig.rules().slave[I2C_T_VD_DAT].count, 200u);
        if (c.hold_ns == 0) { // a cell in which it holds SCL has no valid time
            EXPECT_GT(rig.rules().slave[I2C_T_VD_ACK].count, 200u);
        }
    }
}

/// Nodes of every role do anything at any time.
void do_anything(i2c_sim *sim, i2c_fault *fault, unsigned nodes)
{
    const i2c_node node = (i2c_node)i2c_sim_random_below(sim, 1, nodes);
    const i2c_line line = (i2c_line)i2c_sim_random_below(sim, 1, 2);
    const i2c_drive drive = (i2c_drive)i2c_sim_random_below(sim, 1, 3);
    switch (i2c_sim_random_below(sim, 1, 40)) {
    case 0:
        i2c_fault_glitch(fault, line, drive == I2C_PULLED, i2c_sim_now_ps(sim) + 10, ns(30));
        break;
    case 1:
        i2c_fault_short(fault);
        break;
    case 2:
        i2c_fault_clear(fault);
        break;
    case 3:
        i2c_node_hand_over(sim, node, (i2c_node)((node + 1) % nodes));
        break;
    case 4:
        i2c_sim_suspend_rules(sim, drive == I2C_PULLED);
        break;
    case 5:
        i2c_node_set_both(sim, node, line, drive, I2C_RELEASED);
        break;
    default:
        i2c_node_set(sim, node, line, drive);
        break;
    }
    i2c_sim_run(sim, i2c_sim_now_ps(sim) + i2c_sim_random_below(sim, 1, ns(1500)));
}

TEST(Anything, MayHappenOnTheBusAndLeavesItSound)
{
    for (const bool ideal : {true, false}) {
        Options o;
        o.wires = {ideal, 2200, 100, 50};
        o.slave_threshold = I2C_AT_30;
        Rig rig(o);
        i2c_fault fault;
        ASSERT_EQ(i2c_fault_init(&fault, rig.sim), I2C_OK);
        const i2c_role roles[] = {I2C_ROLE_INJECTOR, I2C_ROLE_SLAVE, I2C_ROLE_NEIGHBOUR};
        for (const i2c_role role : roles) {
            const i2c_node_config c = {"node", role, I2C_AT_70, 0, nullptr, nullptr};
            i2c_node node = 0;
            ASSERT_EQ(i2c_node_add(rig.sim, &c, &node), I2C_OK);
        }
        rig.profile(fast_slave(0x50));
        rig.hold_master_to(I2C_MODE_FM);
        for (int i = 0; i < 20000; i++) {
            do_anything(rig.sim, &fault, i2c_sim_node_count(rig.sim));
            const i2c_monitor *m = i2c_sim_monitor(rig.sim);
            ASSERT_LE(m->bits, 8);
            ASSERT_EQ(m->in_ack, m->bits == 8);
        }
        rig.finish();
        const i2c_rules &r = rig.rules();
        EXPECT_GT(r.findings, 10u);
        for (unsigned i = 1; i < r.findings; i++)
            EXPECT_LE(r.finding[i - 1].at_ps, r.finding[i].at_ps);
        i2c_fault_clear(&fault);
        for (unsigned node = 0; node < i2c_sim_node_count(rig.sim); node++)
            for (const i2c_line line : {I2C_SCL, I2C_SDA})
                i2c_node_release(rig.sim, (i2c_node)node, line);
        rig.wait(100000);
        EXPECT_TRUE(i2c_line_level(rig.sim, I2C_SCL));
        EXPECT_TRUE(i2c_line_level(rig.sim, I2C_SDA));
    }
}

} // namespace
