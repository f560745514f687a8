// Rules about an idle bus and a fresh slave; when nothing is judged; and how findings are told.
#include "tests/sim/scripted.h"

#include <gtest/gtest.h>

using namespace scripted;

namespace
{

/// A void transfer, so that the slave has seen a START and a STOP (falls 0 and 1).
static void open_and_close(Rig &rig)
{
    rig.start();
    rig.stop();
}

static void expect_pull_is_found_behind_stop(Slave50 &rig)
{
    open_and_close(rig);
    rig.set(rig.slave, I2C_SDA, I2C_PULLED);
    rig.wait(1000);
    rig.set(rig.slave, I2C_SDA, I2C_RELEASED);
    rig.finish();
    EXPECT_NE(rig.found("I2C-STA-02"), nullptr) << rig.all_found();
}

// UM10204 3.1.4: no transfer is open behind a STOP.
TEST(IdleBus, PullOfSdaIsFound)
{
    Slave50 rig;
    expect_pull_is_found_behind_stop(rig);
}

TEST(IdleBus, AnswerToClocksWithoutStartIsFound)
{
    Slave50 rig;
    open_and_close(rig);
    const unsigned f = rig.falls;
    rig.pulls_sda(f + 8, f + 9);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(kOwnW, 8);
    rig.clock(true);
    rig.raise_scl();
    expect_only(rig, "I2C-STA-02");
}

TEST(IdleBus, PullOfSclIsFound)
{
    Slave50 rig;
    open_and_close(rig);
    const unsigned f = rig.falls;
    rig.holds_scl(f + 1, 400, 900);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(0xFF, 3);
    rig.raise_scl();
    expect_only(rig, "I2C-STA-02");
    EXPECT_EQ(rig.told.at(0).line, I2C_SCL);
}

// UM10204 3.1.8: a STOP meets the one of another master, whose next clock comes 80 ns later. A
// slave need not have seen such a STOP; a START is seen again.
TEST(IdleBus, IsNoneBehindAStopThatAnotherMasterCutsShort)
{
    Slave50 rig;
    i2c_node rival = 0;
    const i2c_node_config config = {"rival", I2C_ROLE_MASTER, I2C_AT_50, 0, nullptr, nullptr};
    ASSERT_EQ(i2c_node_add(rig.sim, &config, &rival), I2C_OK);
    rig.sda(false);
    rig.set(rival, I2C_SDA, I2C_PULLED);
    rig.wait(rig.t.hd_sta);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.sda(true);
    rig.wait(rig.t.low);
    rig.raise_scl();
    rig.wait(rig.t.su_sto);
    rig.set(rival, I2C_SDA, I2C_RELEASED);
    rig.wait(80);
    rig.pulls_sda(rig.falls, rig.falls + 1);
    rig.holds_scl(rig.falls, 400, 900);
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(0xFF, 2);
    rig.raise_scl();
    rig.wait(rig.t.buf);
    ASSERT_NE(rig.found("arbitration_undefined"), nullptr) << rig.all_found();
    EXPECT_EQ(rig.told.size(), 1u) << rig.all_found();
    expect_pull_is_found_behind_stop(rig);
}

/// Seven bits of the slave's address, and a repeated START of the master; the slave answers behind
/// the next clock, as if that had been its eighth.
static void answer_behind_a_start_held_for(Slave50 &rig, uint64_t hold_ns)
{
    rig.t.hd_sta = 5000;
    rig.start();
    rig.bits(kOwnW, 7);
    rig.t.hd_sta = hold_ns;
    rig.restart();
    rig.pulls_sda(rig.falls, rig.falls + 1);
    rig.bits(0x00, 3);
    rig.stop();
}

// No slave need see a START that is held for less than Fast-mode asks for (tHD;STA, Table 10), and
// one that does not is in the middle of a byte.
TEST(StartHold, BelowWhatASlaveNeedSeeLeavesItsPlaceOpen)
{
    Slave50 unseen;
    answer_behind_a_start_held_for(unseen, 100);
    expect_clean(unseen);
    Slave50 seen;
    answer_behind_a_start_held_for(seen, 700);
    EXPECT_NE(seen.found("I2C-ACK-15"), nullptr) << seen.all_found();
}

TEST(StartHold, ThatIsLongEnoughPutsTheSlaveInItsPlaceAgain)
{
    Slave50 rig;
    answer_behind_a_start_held_for(rig, 100);
    rig.wait(rig.t.buf);
    answer_behind_a_start_held_for(rig, 700);
    EXPECT_NE(rig.found("I2C-ACK-15"), nullptr) << rig.all_found();
}

TEST(IdleBus, ClocksThatNobodyAnswersAreNotFound)
{
    Slave50 rig;
    rig.set(rig.master, I2C_SCL, I2C_PULLED);
    rig.bits(0xFF, 8);
    rig.bits(0xA0, 8);
    rig.raise_scl();
    expect_clean(rig);
}

// UM10204 3.1.13, 3.1.14: until it has seen a START, a slave that has just been switched on pulls
// neither line; nor does one that is reset in a transfer that goes on.
TEST(FreshSlave, PullOfEitherLineIsFound)
{
    for (const i2c_line line : {I2C_SDA, I2C_SCL}) {
        Slave50 rig;
        rig.set(rig.slave, line, I2C_PULLED);
        rig.wait(1000);
        rig.set(rig.slave, line, I2C_RELEASED);
        expect_only(rig, "I2C-PWR-02");
    }
}

TEST(FreshSlave, MayNotEndTheTransferInWhichItWasReset)
{
    for (const bool reset : {false, true}) {
        Slave50 rig;
        rig.acks(0);
        rig.acks(1);
        rig.start();
        rig.write(kOwnW);
        if (reset)
            i2c_sim_slave_restarts(rig.sim, rig.slave);
        rig.write(0x55);
        rig.stop();
        expect_only_if(reset, rig, "I2C-PWR-02");
    }
}

TEST(FreshSlave, AnswersBehindTheNextStart)
{
    Slave50 rig;
    rig.acks(0);
    rig.start();
    rig.write(kOwnW);
    i2c_sim_slave_restarts(rig.sim, rig.slave);
    rig.bits(0x55, 8);
    rig.clock(true);
    rig.restart();
    const unsigned f = rig.falls - 1;
    rig.pulls_sda(f + 8, f + 9);
    rig.write(kOwnW);
    rig.stop();
    expect_clean(rig);
}

// UM10204 3.1.16: the bus is free at the end.
TEST(EndOfCase, SlaveThatHoldsSdaInAnOpenTransferIsIncompatible)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0x00);
    rig.start();
    rig.write(kOwnR);
    rig.clock(true); // and the master is gone
    rig.raise_scl();
    expect_only(rig, "I2C-BCL-08");
    EXPECT_EQ(rig.told.at(0).severity, I2C_SEVERITY_INCOMPATIBLE);
}

TEST(EndOfCase, SlaveThatHoldsSclIsFound)
{
    Slave50 rig;
    rig.acks(0);
    rig.at_fall(9, 0, I2C_SCL, I2C_PULLED);
    rig.start();
    rig.write(kOwnW);
    rig.set(rig.master, I2C_SCL, I2C_RELEASED);
    rig.wait(1000000);
    expect_only(rig, "I2C-BCL-08");
}

// Requirement rule: fault nodes are nobody's blame, and what they did to the slave is not known.
TEST(Faults, SlaveIsNotBlamedForWhatAGlitchMadeOfTheBus)
{
    Slave50 rig;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, rig.sim), I2C_OK);
    rig.acks(0);
    rig.start();
    // A spike on SCL that the slave's filter swallows, and the monitor counts.
    i2c_fault_glitch(&fault, I2C_SCL, true, i2c_sim_now_ps(rig.sim) + ns(200), ns(20));
    rig.bits(kOwnW, 8);
    rig.fall.clear();
    rig.set(rig.slave, I2C_SDA, I2C_PULLED);
    rig.clock(true);
    rig.set(rig.slave, I2C_SDA, I2C_RELEASED);
    rig.stop();
    expect_clean(rig);
}

/// It acknowledges what is not for it: from the next START on that is its own doing again.
static void expect_judged_again(Slave50 &rig)
{
    rig.fall.clear();
    rig.falls = 0;
    rig.acks(0);
    rig.start();
    rig.write(kOtherW);
    expect_only(rig, "I2C-ADR-04");
}

TEST(Faults, SlaveIsJudgedAgainFromTheNextRealStart)
{
    Slave50 rig;
    i2c_fault fault;
    ASSERT_EQ(i2c_fault_init(&fault, rig.sim), I2C_OK);
    rig.start();
    i2c_fault_glitch(&fault, I2C_SCL, true, i2c_sim_now_ps(rig.sim) + ns(200), ns(20));
    rig.bits(0xFF, 8);
    rig.clock(true);
    rig.stop();
    expect_judged_again(rig);
}

// Between a fault and recovery: levels and timing are not judged, the slave's own pulls are.
TEST(Suspended, LevelsAreNotJudgedButPullsAre)
{
    Slave50 rig;
    rig.hold_master_to(I2C_MODE_SM);
    i2c_sim_suspend_rules(rig.sim, true);
    rig.acks(0);
    rig.at_rise(12, 1000, I2C_SDA, I2C_PULLED);
    rig.at_fall(13, 400, I2C_SDA, I2C_RELEASED);
    rig.start();
    rig.t.low = 500;
    rig.write(kOwnW);
    rig.bits(0xFF, 5);
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
    EXPECT_FALSE(rig.rules().master[I2C_T_LOW].seen);
    rig.restart();
    rig.falls = 0;
    rig.fall.clear();
    rig.rise.clear();
    rig.pulls_sda(7, 8, 100);
    rig.write(kOtherW);
    rig.stop();
    expect_only(rig, "I2C-ADR-04");
}

// Behind a spike nobody knows what the slave has seen: its pulls are its own until the next START.
TEST(Blinded, PullsAreJudgedFromTheNextStartOn)
{
    Slave50 rig;
    rig.acks(0);
    rig.acks(1);
    rig.start();
    i2c_sim_blind_rules(rig.sim);
    rig.restart(); // a START does not tell who had seen what
    rig.write(kOtherW);
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
    i2c_sim_suspend_rules(rig.sim, false);
    rig.write(0xFF);
    EXPECT_EQ(rig.rules().findings, 0u) << rig.all_found();
    rig.stop();
    expect_judged_again(rig);
}

// A finding comes once per node; what comes again is counted.
TEST(Findings, AreToldOnceAndCounted)
{
    Slave50 rig;
    for (unsigned b = 0; b < 4; b++)
        rig.acks(b);
    rig.start();
    rig.write(kOtherW);
    for (unsigned b = 0; b < 3; b++)
        rig.write(0xFF);
    expect_only(rig, "I2C-ADR-04");
    EXPECT_EQ(rig.told.size(), 1u);
    EXPECT_EQ(rig.rules().repeats[0], 3u);
}

// Findings stand in the order of their times, although some are told when a pull ends.
TEST(Findings, StandInTheOrderOfTheirTimes)
{
    Slave50 rig;
    rig.acks(0);
    rig.sends(1, 0xFF);
    rig.at_fall(18, 400, I2C_SDA, I2C_PULLED); // after NACK, until the end
    rig.at_fall(19, 500, I2C_SCL, I2C_PULLED);
    rig.start();
    rig.write(kOwnR);
    rig.read(false);
    rig.bits(0xFF, 1);
    rig.set(rig.master, I2C_SCL, I2C_RELEASED);
    rig.wait(20000000);
    rig.finish();
    ASSERT_GE(rig.rules().findings, 2u);
    for (unsigned i = 1; i < rig.rules().findings; i++)
        EXPECT_LE(rig.rules().finding[i - 1].at_ps, rig.rules().finding[i].at_ps);
    EXPECT_STREQ(rig.rules().finding[0].rule->id, "I2C-RD-03");
}

// rules.h: the list ends with NULL, and ids are unique.
TEST(RuleTable, IdsAreUniqueAndFound)
{
    ASSERT_NE(i2c_rule_at(0), nullptr);
    for (unsigned i = 0; i2c_rule_at(i) != nullptr; i++) {
        const i2c_rule *rule = i2c_rule_at(i);
        EXPECT_EQ(i2c_rule_find(rule->id), rule);
        EXPECT_NE(std::string("MCROI").find(rule->level), std::string::npos) << rule->id;
    }
    EXPECT_EQ(i2c_rule_find("no such rule"), nullptr);
}

TEST(RuleTable, RowsAreFoundByTheirWholeNameAlone)
{
    const char *const rows = "I2C-RD-03 I2C-RD-040 SMB-I2C-RD-05 I2C-RD-06";
    EXPECT_TRUE(i2c_rows_have(rows, "I2C-RD-03"));
    EXPECT_TRUE(i2c_rows_have(rows, "I2C-RD-06"));
    EXPECT_FALSE(i2c_rows_have(rows, "I2C-RD-04")) << "the beginning of one";
    EXPECT_FALSE(i2c_rows_have(rows, "I2C-RD-05")) << "the end of one";
    EXPECT_FALSE(i2c_rows_have("", "I2C-RD-03"));
}

} // namespace
