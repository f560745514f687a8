// What each construct of docs/language.md compiles to, as scenarios/lang/program.h promises.
#include "tests/lang/support.h"

#include <gtest/gtest.h>

static std::vector<int> kinds_of(const std::vector<lang_node> &nodes)
{
    std::vector<int> kinds;
    for (const lang_node &node : nodes)
        kinds.push_back(node.kind);
    return kinds;
}

// UM10204 3.1.10: START, address with direction, acknowledge, data, STOP.
TEST(LangProgram, WriteIsAListOfItems)
{
    Compiled c(scenario_of("S own+W [A] 0x30 [N] P"));
    const lang_node &transfer = c.statement(0);
    ASSERT_EQ(transfer.kind, LANG_TRANSFER);
    EXPECT_EQ(c.text(transfer.text), "S own+W [A] 0x30 [N] P");
    const auto items = c.list(transfer.a);
    EXPECT_EQ(kinds_of(items), (std::vector<int>{LANG_START, LANG_ADDRESS, LANG_WANT_ACK, LANG_BYTE,
                                                 LANG_WANT_ACK, LANG_STOP}));
    EXPECT_EQ(items[1].a, (uint32_t)LANG_ADDRESS_OWN);
    EXPECT_EQ(items[1].value, 0);
    EXPECT_EQ(items[2].value, LANG_ACK);
    EXPECT_EQ(c.node(items[3].b).value, 0x30);
    EXPECT_EQ(items[4].value, LANG_NACK);
    EXPECT_EQ(items[3].line, 2u);
    EXPECT_EQ(items[3].column, 17u);
}

TEST(LangProgram, EveryBracketHasItsForm)
{
    Compiled c(
        scenario_of("S own+R [A or N] [_] A [1] A [1 or 2 or 3] A [4..5] A [6 mask 7] A [?v] N P"));
    const auto items = c.list(c.statement(0).a);
    std::vector<lang_node> wants;
    for (const lang_node &item : items)
        if (item.kind == LANG_WANT_BYTE)
            wants.push_back(item);
    ASSERT_EQ(wants.size(), 6u);
    EXPECT_EQ(items[2].value, LANG_EITHER);
    EXPECT_EQ(wants[0].value, LANG_WANT_ANY);
    EXPECT_EQ(wants[1].value, LANG_WANT_IS);
    EXPECT_EQ(wants[2].value, LANG_WANT_ONE_OF);
    EXPECT_EQ(c.list(wants[2].b).size(), 3u);
    EXPECT_EQ(wants[3].value, LANG_WANT_RANGE);
    EXPECT_EQ(c.node(wants[3].c).value, 5);
    EXPECT_EQ(wants[4].value, LANG_WANT_MASKED);
    EXPECT_EQ(c.node(wants[4].c).value, 7);
    EXPECT_EQ(wants[5].value, LANG_WANT_CAPTURE);
    EXPECT_EQ(wants[5].d, 0u);
}

TEST(LangProgram, UnderscoreIsAnAcknowledgeByItsPlace)
{
    Compiled c(scenario_of("S own+W [_] 1 [_] Sr own+R [_] [_] N P"));
    const auto items = c.list(c.statement(0).a);
    EXPECT_EQ(kinds_of(items),
              (std::vector<int>{LANG_START, LANG_ADDRESS, LANG_WANT_ACK, LANG_BYTE, LANG_WANT_ACK,
                                LANG_RESTART, LANG_ADDRESS, LANG_WANT_ACK, LANG_WANT_BYTE,
                                LANG_MASTER_ACK, LANG_STOP}));
    EXPECT_EQ(items[2].value, LANG_EITHER);
}

TEST(LangProgram, SrWithMarkDemandsATrueRepeatedStart)
{
    Compiled c(scenario_of("S own+W [A] Sr! own+R [A] [_] N Sr gc+W [N] P"));
    const auto items = c.list(c.statement(0).a);
    EXPECT_EQ(items[3].kind, LANG_RESTART);
    EXPECT_EQ(items[3].value, 1);
    EXPECT_EQ(items[8].value, 0);
    EXPECT_EQ(items[9].a, (uint32_t)LANG_ADDRESS_GC);
}

TEST(LangProgram, AddressMayBeAValue)
{
    Compiled c(scenario_of(
        "for a in 0..0x7F\nS a+W [_] P\nS (a ^ 1)+R [_] P\nS 0x50+W [_] P\nS other+R [N] P"));
    for (unsigned i = 0; i < 3; i++) {
        const lang_node address = c.list(c.statement(i).a)[1];
        ASSERT_EQ(address.kind, LANG_ADDRESS);
        EXPECT_EQ(address.a, (uint32_t)LANG_ADDRESS_VALUE);
        EXPECT_EQ(address.value, i == 1 ? 1 : 0);
    }
    EXPECT_EQ(c.node(c.list(c.statement(2).a)[1].b).value, 0x50);
    EXPECT_EQ(c.list(c.statement(3).a)[1].a, (uint32_t)LANG_ADDRESS_OTHER);
}

TEST(LangProgram, StringIsItsBytesAcknowledgedBetween)
{
    Compiled c(scenario_of("S own+W [A] \"a\\xFF\" [N] P\nS own+R [A] [\"xy\"] N P"));
    const auto sent = c.list(c.statement(0).a);
    ASSERT_EQ(sent.size(), 8u);
    EXPECT_EQ(c.node(sent[3].b).value, 'a');
    EXPECT_EQ(sent[4].kind, LANG_WANT_ACK);
    EXPECT_EQ(sent[4].value, LANG_ACK);
    EXPECT_EQ(c.node(sent[5].b).value, 0xFF);
    EXPECT_EQ(sent[6].value, LANG_NACK);
    const auto read = c.list(c.statement(1).a);
    ASSERT_EQ(read.size(), 8u);
    EXPECT_EQ(read[4].kind, LANG_MASTER_ACK);
    EXPECT_EQ(read[4].value, LANG_ACK);
    EXPECT_EQ(read[6].value, LANG_NACK);
}

TEST(LangProgram, GroupsRepeatAndRunOverValues)
{
    Compiled c(scenario_of("for n in 1 2\nS own+W [A] ( 1 [A] ) x n ( i [A] for i in 0..3 ) P"));
    const auto items = c.list(c.statement(0).a);
    ASSERT_EQ(items.size(), 6u);
    EXPECT_EQ(items[3].kind, LANG_REPEAT);
    EXPECT_EQ(c.node(items[3].b).kind, LANG_VARIABLE);
    EXPECT_EQ(items[4].kind, LANG_EACH);
    EXPECT_EQ(items[4].d, 1u);
    EXPECT_EQ(c.node(items[4].c).kind, LANG_DOMAIN_RANGE);
    EXPECT_EQ(c.node(c.list(items[4].a)[0].b).d, 1u);
    EXPECT_EQ(c.scenario().slot_count, 2u);
}

TEST(LangProgram, CallIsResolvedEvenBeforeItsDefinition)
{
    Compiled c(scenario_of("write 0x30 (1 + 1)") +
               "transfer write r v: S own+W [A] r [A] v [A] P\n");
    const lang_node &call = c.statement(0);
    ASSERT_EQ(call.kind, LANG_CALL);
    const lang_transfer_def &def = c.program->transfers[call.a];
    EXPECT_EQ(c.text(def.name), "write");
    EXPECT_EQ(def.parameter_count, 2);
    EXPECT_EQ(def.slot_count, 2u);
    const auto arguments = c.list(call.b);
    ASSERT_EQ(arguments.size(), 2u);
    EXPECT_EQ(arguments[1].value, 2);
    EXPECT_EQ(c.list(def.items).size(), 8u);
}

TEST(LangProgram, CallWithAStringHasADefinitionOfItsOwn)
{
    Compiled c("transfer send t: S own+W [A] t [A] P\n" + scenario_of("send 1\nsend \"abc\""));
    ASSERT_EQ(c.scenario().retries_ok, false);
    EXPECT_EQ(c.program->transfer_count, 2u);
    EXPECT_EQ(c.list(c.program->transfers[c.statement(0).a].items).size(), 6u);
    EXPECT_EQ(c.list(c.program->transfers[c.statement(1).a].items).size(), 10u);
}

TEST(LangProgram, PollHoldsItsTimesAndItsSlot)
{
    Compiled c(scenario_of(
        "poll S own+W [A or N] P every 100us until A within 5ms -> t\nexpect t >= 1ms"));
    const lang_node &poll = c.statement(0);
    ASSERT_EQ(poll.kind, LANG_POLL);
    EXPECT_EQ(c.node(poll.a).kind, LANG_TRANSFER);
    EXPECT_EQ(c.node(poll.b).value, 100000000);
    EXPECT_EQ(c.node(poll.c).value, 5000000000);
    EXPECT_EQ(poll.d, 0u);
    EXPECT_EQ(poll.value, LANG_ACK);
    const lang_node &expect = c.statement(1);
    EXPECT_EQ(expect.kind, LANG_EXPECT_COMPARE);
    EXPECT_EQ(expect.value, LANG_OP_GREATER_EQUAL);
    EXPECT_EQ(c.node(expect.a).kind, LANG_VARIABLE);
    EXPECT_EQ(c.node(expect.b).kind, LANG_TIME);
}

TEST(LangProgram, ApplicationIsSetCalledAndExpected)
{
    Compiled c(scenario_of("app set buf[2] = 5\napp call step(1, 2)\napp pin PB3 high\n"
                           "expect app state == 3 within 1ms\nexpect calls rx : 1 _ \"ab\"\n"
                           "expect master returned 2\nexpect idle within 100us"));
    EXPECT_EQ(c.statement(0).kind, LANG_APP_SET);
    EXPECT_EQ(c.text(c.statement(0).a), "buf");
    EXPECT_EQ(c.node(c.statement(0).c).value, 2);
    EXPECT_EQ(c.statement(1).kind, LANG_APP_CALL);
    EXPECT_EQ(c.list(c.statement(1).b).size(), 2u);
    EXPECT_EQ(c.statement(2).kind, LANG_APP_PIN);
    EXPECT_EQ(c.statement(2).value, 1);
    EXPECT_EQ(c.statement(3).kind, LANG_EXPECT_APP);
    EXPECT_EQ(c.node(c.statement(3).d).value, 1000000000);
    EXPECT_EQ(kinds_of(c.list(c.statement(4).b)),
              (std::vector<int>{LANG_NUMBER, LANG_ANY, LANG_NUMBER, LANG_NUMBER}));
    EXPECT_EQ(c.statement(5).kind, LANG_EXPECT_RETURNED);
    EXPECT_EQ(c.node(c.statement(5).b).value, 2);
    EXPECT_EQ(c.statement(6).kind, LANG_EXPECT_IDLE);
    EXPECT_EQ(c.node(c.statement(6).d).value, 100000000);
}

TEST(LangProgram, WithHoldsForItsBlockOrTheRest)
{
    Compiled c(scenario_of(
        "with latency 5us on OVF\n    wait 1us\n    wait 2us\nwith irq_off 1us every 2us\n"
        "with isr_load T0 1us every 2us\nwith main_stall 3us\nwith cpu_clock 7.9MHz\nwait 3us"));
    EXPECT_EQ(c.statement(0).kind, LANG_WITH_LATENCY);
    EXPECT_EQ(c.text(c.statement(0).a), "OVF");
    EXPECT_EQ(c.list(c.statement(0).body).size(), 2u);
    EXPECT_EQ(c.statement(1).kind, LANG_WITH_IRQ_OFF);
    EXPECT_EQ(c.statement(1).body, 0u);
    EXPECT_EQ(c.statement(2).kind, LANG_WITH_ISR_LOAD);
    EXPECT_EQ(c.statement(3).kind, LANG_WITH_MAIN_STALL);
    EXPECT_EQ(c.statement(3).c, 0u);
    EXPECT_EQ(c.node(c.statement(4).b).value, 7900000);
    EXPECT_EQ(c.statement(5).kind, LANG_WAIT);
}

TEST(LangProgram, WiresAreMovedByHand)
{
    Compiled c(scenario_of(
        "pull SCL\nrelease sda\npull reset\nclock 9\nglitch SDA high 50ns at 3us\nS own+W [A] P"));
    EXPECT_EQ(c.statement(0).a, (uint32_t)LANG_LINE_SCL);
    EXPECT_EQ(c.statement(1).a, (uint32_t)LANG_LINE_SDA);
    EXPECT_EQ(c.statement(2).a, (uint32_t)LANG_WIRE);
    EXPECT_EQ(c.text(c.statement(2).d), "reset");
    EXPECT_EQ(c.node(c.statement(3).b).value, 9);
    EXPECT_EQ(c.statement(4).value, 1);
    EXPECT_EQ(c.node(c.statement(4).b).value, 50000);
    EXPECT_EQ(c.node(c.statement(4).c).value, 3000000);
}

TEST(LangProgram, SweepHasKindsPointsAndATransfer)
{
    Compiled c(scenario_of(
        "sweep stop stretch 1ms stuck sda at bits 2..7 of byte 1 of S own+W [A] P then recover\n"
        "sweep restart at every edge of S own+W [A] P then recover\n"
        "sweep freeze at every bit of S own+W [A] P then recover"));
    const auto kinds = c.list(c.statement(0).a);
    ASSERT_EQ(kinds.size(), 3u);
    EXPECT_EQ(kinds[1].value, LANG_SWEEP_STRETCH);
    EXPECT_EQ(c.node(kinds[1].b).value, 1000000000);
    EXPECT_EQ(kinds[2].value, LANG_SWEEP_STUCK_SDA);
    const lang_node &points = c.node(c.statement(0).b);
    EXPECT_EQ(points.value, LANG_POINTS_BITS);
    EXPECT_EQ(c.node(points.b).value, 2);
    EXPECT_EQ(c.node(points.c).value, 7);
    EXPECT_EQ(c.node(points.d).value, 1);
    EXPECT_EQ(c.node(c.statement(0).c).kind, LANG_TRANSFER);
    EXPECT_EQ(c.node(c.statement(1).b).value, LANG_POINTS_EVERY_EDGE);
    EXPECT_EQ(c.node(c.statement(2).b).value, LANG_POINTS_EVERY_BIT);
}

TEST(LangProgram, HeadsAreLists)
{
    Compiled c(scenario_of(
        "\"Title\"\ncovers I2C-A-01 I2C-B-02\nneeds busy registers.scratch\nfor a in 1 2\n"
        "for b in random 3 of 0..9\nfor master in nxt,fw=1.05 arduino@400k\nretries ok\nS own+W "
        "[A] P"));
    const lang_scenario &s = c.scenario();
    EXPECT_EQ(c.text(s.title), "Title");
    EXPECT_EQ(c.list(s.covers).size(), 2u);
    EXPECT_EQ(c.text(c.list(s.covers)[1].a), "I2C-B-02");
    EXPECT_EQ(c.list(s.needs)[0].value, SLAVE_KEY_BUSY);
    EXPECT_EQ(c.text(c.list(s.needs)[1].a), "registers.scratch");
    ASSERT_EQ(c.list(s.fors).size(), 2u);
    EXPECT_EQ(c.text(c.list(s.fors)[1].a), "b");
    EXPECT_EQ(c.node(c.list(s.fors)[1].c).kind, LANG_DOMAIN_RANDOM);
    EXPECT_EQ(c.text(c.list(s.masters)[0].a), "nxt,fw=1.05");
    EXPECT_EQ(c.text(c.list(s.masters)[0].b), "nxt");
    EXPECT_EQ(c.list(s.masters)[1].value, 400000);
    EXPECT_TRUE(s.retries_ok);
}

TEST(LangProgram, SettingsOfMastersAreKeptAsWritten)
{
    Compiled c(scenario_of("needs speed.Fm+\nunless smbus timeout.none\nonly long\n"
                           "for master in standard fast with timing=min,ideal=1\nS own+W [A] P"));
    ASSERT_EQ(c.status, LANG_OK) << c.messages();
    const lang_scenario &s = c.scenario();
    EXPECT_EQ(c.list(s.masters).size(), 2u);
    EXPECT_EQ(c.text(s.settings), "timing=min,ideal=1");
    EXPECT_EQ(c.text(c.list(s.needs)[0].a), "speed.Fm+");
    ASSERT_EQ(c.list(s.unless).size(), 2u);
    EXPECT_EQ(c.text(c.list(s.unless)[1].a), "timeout.none");
    EXPECT_TRUE(s.only_long);
}

TEST(LangProgram, BackslashJoinsLinesAndTextLeavesCommentsOut)
{
    Compiled c("scenario t\n    S own+W [A] \\\n        1 [A] P   # why\n");
    EXPECT_EQ(c.text(c.statement(0).text), "S own+W [A] 1 [A] P");
}

TEST(LangProgram, WindowsLinesAndByteOrderMarkAreRead)
{
    Compiled c("\xEF\xBB\xBFscenario t\r\n    S own+W [A] P\r\n\r\n");
    EXPECT_EQ(c.scenario().column, 10u);
}

TEST(LangProgram, LastLineNeedsNoNewline)
{
    Compiled c("scenario t\n    S own+W [A] P");
    EXPECT_EQ(c.status, LANG_OK) << c.messages();
}

TEST(LangProgram, TransfersOfTwoFilesMayShareAName)
{
    const std::string a = "transfer w: S own+W [A] P\nscenario a\n    w\n";
    const std::string b = "transfer w: S own+R [A] [_] N P\nscenario b\n    w\n";
    Compiled c(std::vector<std::string>{a, b});
    EXPECT_EQ(c.status, LANG_OK) << c.messages();
    EXPECT_EQ(c.program->file_count, 2u);
    EXPECT_EQ(c.scenario(1).file, 1u);
}

TEST(LangProgram, NoFileIsAnEmptyProgram)
{
    Compiled c(std::vector<std::string>{});
    ASSERT_EQ(c.status, LANG_OK);
    EXPECT_EQ(c.program->scenario_count, 0u);
}

TEST(LangProgram, ASlaveIsSwitchedOnAndOff)
{
    Compiled c(scenario_of("power off\npower on\nS own+W [A] P"));
    EXPECT_EQ(c.statement(0).kind, LANG_POWER);
    EXPECT_EQ(c.statement(0).value, 0);
    EXPECT_EQ(c.statement(1).value, 1);
}
