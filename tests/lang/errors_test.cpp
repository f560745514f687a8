// Every class of mistake in docs/language.md, with its exact message and place.
#include "tests/lang/support.h"

#include <gtest/gtest.h>

struct Mistake {
    const char
        *lines; ///< statements of a scenario; a first line that begins with '!' is a whole file
    const char *says; ///< "line:column message"
};

class ScenarioMistake : public testing::TestWithParam<Mistake>
{
};

TEST_P(ScenarioMistake, IsToldWithItsPlace)
{
    const std::string lines = GetParam().lines;
    Compiled c(lines[0] == '!' ? lines.substr(1) : scenario_of(lines));
    EXPECT_EQ(c.status, LANG_FAULTY);
    EXPECT_EQ(c.program, nullptr);
    EXPECT_EQ(first_mistake(c.diagnostics), GetParam().says) << c.messages();
    EXPECT_EQ(lang_diagnostics_total(c.diagnostics), 1u) << c.messages();
}

static const Mistake mistakes[] = {
    // lexis
    {"!scenario t\n\tS own+W [A] P\n    wait 1us\n", "2:1 a tab: indent and separate with spaces"},
    {"S\town+W [A] P", "2:6 a tab: indent and separate with spaces"},
    {"wait 1us $", "2:14 unexpected character '$'"},
    {"wait \xC3\xBC", "2:10 a character that is allowed in strings and comments only"},
    {"wait \x01", "2:10 unexpected byte 0x01: is this a text file?"},
    {"\"abc", "2:5 a string without its closing \""},
    {"\"a\\q\"", "2:7 unknown escape: \\n \\r \\t \\0 \\\\ \\\" and \\xNN are known"},
    {"\"a\xFF\"", "2:7 bytes that are no UTF-8: write \\xNN"},
    {"\"a\\0\"\nwait 1us", "2:5 a text cannot hold \\0"},
    {"wait 99999999999999999999s", "2:10 a number beyond 64 bits"},
    {"wait 5min", "2:10 unknown unit: times have ps, ns, us, ms or s, frequencies Hz, kHz or MHz"},
    {"wait 1.5", "2:10 a fraction without a unit"},
    {"wait 0.1ps",
     "2:10 finer than the unit can be: the smallest time is 1ps, the smallest frequency 1Hz"},
    {"S own+W [A] 0xZZ [A] P", "2:17 no hexadecimal digit behind 0x"},
    // a rival
    {"rival : S own+W [A] P\nS own+W [A] P",
     "2:11 expected a master: standard, arduino@400k, or master for one like the case's own, not "
     "\"\""},
    {"rival",
     "2:10 expected a master: standard, arduino@400k, or master for one like the case's own, "
     "but the line ends"},
    {"rival standard S own+W [A] P\nS own+W [A] P", "2:20 expected \":\", not \"S\""},
    {"rival standard: S own+W [A]\nS own+W [A] P", "2:21 the transfer of a rival ends with P"},
    {"rival standard: S own+R [A] [?v] N P\nS own+W [A] P",
     "2:35 the bytes of a rival get no names: write [_]"},
    {"rival standard: S own+W [A] P\nwait 1us",
     "3:5 expected the transfer that the rival meets: S ... P, or the name of one, not \"wait\""},
    {"rival standard: S own+W [A] P",
     "2:5 a rival meets the transfer of the next line, and there is none"},
    {"S own+W [A]\nrival standard: S own+W [A] P\nSr own+W [A] P",
     "3:5 a rival meets a START: the transfer before did not end with P"},
    {"rival standard after 5: S own+W [A] P\nS own+W [A] P",
     "2:26 a time needs a unit: 5ns, 5us, 5ms or 5s"},
    {"rival standard@fast: S own+W [A] P\nS own+W [A] P",
     "2:11 expected a speed behind @, as in 100k or 1M: \"@fast\""},
    {"S own+W [A] P\nexpect rival gone", "3:18 expected returned, lost or won, not \"gone\""},
    // units and types
    {"wait 5", "2:10 a time needs a unit: 5ns, 5us, 5ms or 5s"},
    {"poll S own+W [A or N] P every 5 until A within 1ms",
     "2:35 a time between attempts needs a unit: 5ns, 5us, 5ms or 5s"},
    {"for n in 1 2\nwait n", "3:10 expected a time, not a number"},
    {"wait (1us + 1)", "2:15 a time + a number has no meaning"},
    {"wait (1us & 1us)", "2:15 a time & a time has no meaning"},
    {"S own+W [A] 5us [A] P", "2:17 expected a byte, not a time"},
    {"with cpu_clock 8", "2:20 a clock needs a unit: 8MHz, 1000kHz or 32768Hz"},
    {"for n in 1 2us\nwait 1us", "2:16 the values of one list are of one kind: number or time"},
    {"for t in 1us..5us\nwait t", "2:14 a range of times needs a step: 1us..10us step 1us"},
    {"poll S own+W [A or N] P every 1us until A within 1ms -> t\nexpect t > 5",
     "3:16 a time needs a unit: 5ns, 5us, 5ms or 5s"},
    {"expect (1 / 0) == 1", "2:15 division by zero"},
    {"expect (1 << 64) == 1", "2:15 a value beyond 64 bits"},
    // ranges
    {"S own+W [A] 0x1FF [A] P", "2:17 0x1FF is out of range for a byte: 0x00 to 0xFF"},
    {"S own+W [A] (0 - 1) [A] P", "2:17 -1 is out of range for a byte: the smallest is 0"},
    {"S 0xC4+W [A] P",
     "2:7 0xC4 is no 7-bit address: the largest is 0x7F (0xC4 in 8-bit form is 0x62)"},
    {"S 0x100+W [A] P", "2:7 0x100 is out of range for a 7-bit address: 0x00 to 0x7F"},
    {"S own+R [A] [5..4] N P", "2:17 a range that runs backwards is empty"},
    {"for n in 5..4\nwait 1us", "2:14 a range that runs backwards is empty"},
    {"for n in 1..4 step 0\nwait 1us", "2:14 the step of a range is at least 1"},
    {"for n in 0..65536\nwait 1us", "2:14 a range of more than 65536 values"},
    {"for n in random 0 of 1 2\nwait 1us", "2:21 random draws 1 to 100000 values"},
    // names
    {"for before in 1 2\nS own+W [A] befor [A] P",
     "3:17 unknown name \"befor\"; did you mean \"before\"?"},
    {"wiat 5us", "2:5 unknown statement or transfer \"wiat\"; did you mean \"wait\"?"},
    {"!transfer write: S own+W [A] P\nscenario t\n    wrte\n",
     "3:5 unknown statement or transfer \"wrte\"; did you mean \"write\"?"},
    {"S own+W [A or N P] 0x00 [A]", "2:13 a transfer that an [A or N P] may end ends with P"},
    {"S own+W [A or P] P", "2:19 expected N, as in [A or N], not \"P\""},
    {"S own+W [N or A P] P", "2:21 expected \"]\", not \"P\""},
    {"sweep freeze stop at every bit of S own+W [A] P then recover by stops",
     "2:66 a sweep of stop or restart frees the bus by itself"},
    {"sweep freeze at every bit of S own+W [A] P then recover by stop",
     "2:64 unknown way to recover \"stop\"; did you mean \"stops\"?"},
    {"sweep freeze at every bit of S own+W [A] P then recover by 9",
     "2:64 expected clocks, stops or start, not \"9\""},
    {"needs eeprom.current\nwait 1us",
     "2:11 unknown need \"eeprom.current\"; did you mean \"eeprom.current_page\"?"},
    {"needs busi\nwait 1us", "2:11 unknown need \"busi\"; did you mean \"busy\"?"},
    {"needs overrun.nak\nwait 1us",
     "2:11 unknown need \"overrun.nak\"; did you mean \"overrun.nack\"?"},
    {"unless speed.Fn+\nwait 1us", "2:12 unknown need \"speed.Fn+\"; did you mean \"speed.Fm+\"?"},
    {"needs data.bufer\nwait 1us",
     "2:11 unknown need \"data.bufer\"; did you mean \"data.buffer\"?"},
    {"needs overrun.elsewhere\nwait 1us", "2:11 unknown need \"overrun.elsewhere\""},
    {"unless busi\nwait 1us", "2:12 unknown need \"busi\"; did you mean \"busy\"?"},
    {"only lang\nwait 1us", "2:10 expected \"long\", not \"lang\""},
    {"for master in fast with\nwait 1us",
     "2:28 expected parameters of those masters: timing=min, but the line ends"},
    {"for master in fast with timing\nwait 1us",
     "2:29 expected key=value after the comma: \"timing\""},
    {"for master in with timing=min\nwait 1us",
     "2:19 expected masters: arduino@100k nxt, not \"with\""},
    {"with threshold 40\nwait 1us", "2:20 a threshold is at 30, 50 or 70 % of VDD"},
    {"with latencyy 5us", "2:10 unknown circumstance \"latencyy\"; did you mean \"latency\"?"},
    {"sweep stopp at every edge of S own+W [A] P then recover",
     "2:11 unknown kind of sweep \"stopp\"; did you mean \"stop\"?"},
    {"expect idel", "2:12 unknown expectation or variable \"idel\"; did you mean \"idle\"?"},
    {"!scenari t\n",
     "1:1 unknown word at the start of a line \"scenari\"; did you mean \"scenario\"?"},
    {"covers i2c-sta-01\nwait 1us",
     "2:12 expected a requirement id, as in I2C-STA-01, not \"i2c-sta-01\""},
    {"for own in 1 2\nwait 1us", "2:9 \"own\" is a reserved word"},
    {"S own+R [A] [?x] N P", "2:19 \"x\" is a reserved word"},
    {"for data.size in 1 2\nwait 1us", "2:9 \"data.size\" is a reserved word"},
    {"for registers.wrap in 1 2\nwait 1us", "2:9 \"registers.wrap\" is a reserved word"},
    {"expect register.reset == 1",
     "2:27 expected a register or command, as in register.reset[0x10], not \"==\""},
    {"expect wrap.to[1us] == 1", "2:20 expected a register or command, not a time"},
    {"for v in 1 2\nfor v in 1 2\nwait 1us", "3:9 \"v\" is declared already"},
    {"for v in 1 2\nS own+R [A] [?v] N P", "3:19 \"v\" is declared already"},
    {"for master in nxt@\nwait 1us", "2:19 expected a speed behind @, as in 100k or 1M: \"@\""},
    // order
    {"S own+R [A] 0x5A N P", "2:17 after own+R the slave sends: write [0x5A] or [_]"},
    {"S 0x50+R [A] 0x5A N P", "2:18 after 0x50+R the slave sends: write [0x5A] or [_]"},
    {"S own+W A P", "2:13 the slave acknowledges here: write [A] or [N]"},
    {"S own+W [A] 1 A P", "2:19 the slave acknowledges here: write [A] or [N]"},
    {"S own+W [A] [1] P", "2:17 after own+W the master sends: write 0x5A, Sr or P"},
    {"S own+W [A] A P", "2:17 after own+W the master sends: write 0x5A, Sr or P"},
    {"S own+W 1 [A] P", "2:13 after own+W and each byte the slave answers: write [A], [N] or [_]"},
    {"S own+R [A] [1] P", "2:21 after a byte from the slave the master answers: write A or N"},
    {"S own+R [A] [1]", "2:17 after a byte from the slave the master answers: write A or N"},
    {"S own+R [A] [A] P", "2:17 after own+R the slave sends: write [0x5A] or [_]"},
    {"S 0x30 [A] P", "2:7 after S and Sr comes an address with its direction: own+W or own+R"},
    {"S own+W [A] S own+W [A] P", "2:17 within a transfer the START is repeated: write Sr"},
    {"S own+W [A] P Sr own+W [A] P", "2:19 after P comes S, not Sr"},
    {"Sr own+W [A] P", "2:5 Sr needs a transfer before it that did not end with P"},
    {"S own+W [A]\nS own+W [A] P", "3:5 the transfer before did not end with P: begin with Sr"},
    {"[A] P", "2:5 a transfer begins with S"},
    {"S own+R [A] ( [1] A [2] ) x 2 N P",
     "2:19 when the group repeats: after a byte from the slave the master answers: write A or N"},
    {"S own + W [A] P", "2:11 an address needs its direction, without a blank: own+W or own+R"},
    {"S own+W [A] (1+W) [A] P", "2:19 expected \")\", not \"+W\""},
    {"S own+W [A] \"\" [A] P", "2:17 an empty string sends nothing"},
    {"poll S own+W [A] P every 1us until A within 1ms",
     "2:10 poll judges its first [A or N]; this transfer has none"},
    {"poll S own+W [A or N] every 1us until A within 1ms",
     "2:10 a transfer that is polled ends with P"},
    {"sweep stop at every edge of S own+W [A] then recover",
     "2:33 a transfer that is swept ends with P"},
    // calls and definitions
    {"!transfer write r v: S own+W [A] r [A] v [A] P\nscenario t\n    write 1\n",
     "3:5 write takes 2 values (r v), not 1"},
    {"!transfer one: S own+W [A] P\nscenario t\n    one 1\n", "3:5 one takes 0 values, not 1"},
    {"!transfer one v: S own+W [A] v [A] P\nscenario t\n    one 0x100\n",
     "3:9 0x100 is out of range for a byte: 0x00 to 0xFF"},
    {"!transfer wait: S own+W [A] P\n",
     "1:10 \"wait\" is a word of the language and no name for a transfer"},
    {"!transfer a: S own+W [A] P\ntransfer a: S own+W [A] P\n", "2:10 a second transfer \"a\""},
    {"!transfer a: S own+R [A] 1 N P\nscenario t\n    a\n",
     "1:25 after own+R the slave sends: write [0x5A] or [_]"},
    {"!transfer a S own+W [A] P\n", "1:12 \"S\" is a reserved word"},
    {"!transfer a v\n", "1:13 expected a parameter or \":\", but the line ends"},
    {"!transfer a: Sr own+R [A] [_] N P\nscenario t\n    a\n",
     "3:5 Sr needs a transfer before it that did not end with P"},
    // blocks
    {"wait 1us\nneeds busy",
     "3:5 \"needs\" belongs at the head of a scenario, before its first statement"},
    {"wait 1us\n    wait 2us", "3:9 indented by 8, its block by 4; only \"with\" opens a block"},
    {"!scenario t\n", "1:10 a scenario without a statement"},
    {"\"title only\"", "1:10 a scenario without a statement"},
    {"\"one\"\n\"two\"\nwait 1us", "3:5 a scenario has one title"},
    {"!scenario t\n    wait 1us\nscenario t\n    wait 1us\n", "3:10 a second scenario \"t\""},
    {"!  wait 1us\n", "1:3 indented, but nothing above it opens a block"},
    {"!slave x\n", "1:1 this is a .slave file; expected \"scenario\" or \"transfer\""},
    // syntax
    {"poll S own+W [A or N] P every 1us untill A within 1ms",
     "2:39 expected \"until\", not \"untill\""},
    {"wait", "2:9 expected a time, but the line ends"},
    {"wait 1us 2us", "2:14 expected the end of the line, not \"2us\""},
    {"power up", "2:11 expected on or off, not \"up\""},
    {"pull", "2:9 expected a line: SCL, SDA or the name of a wire, but the line ends"},
    {"app set x2 5", "2:16 expected \"=\", not \"5\""},
    {"S own+W [A] ( 1 [A] x 3 P", "2:21 expected \")\", not \"[\""},
    {"sweep at every edge of S own+W [A] P then recover",
     "2:11 expected what to do: stop, restart, freeze, vanish ..., not \"at\""},
    {"S own+W [] P", "2:14 expected what the slave does: [A], [N], [_] or [0x5A], not \"]\""},
};
INSTANTIATE_TEST_SUITE_P(All, ScenarioMistake, testing::ValuesIn(mistakes));

TEST(Mistakes, AreShownWithTheirLineAndACaret)
{
    Compiled c("scenario t\n    \"\xC3\x9C\" # title\n    S own+R [A] 0x5A N P\n    wait 5\n");
    EXPECT_EQ(c.messages(),
              "t.scenario:3:17: error: after own+R the slave sends: write [0x5A] or [_]\n"
              "        S own+R [A] 0x5A N P\n"
              "                    ^\n"
              "t.scenario:4:10: error: a time needs a unit: 5ns, 5us, 5ms or 5s\n"
              "        wait 5\n"
              "             ^\n");
}

TEST(Mistakes, CaretCountsCharactersNotBytes)
{
    Compiled c("scenario t\n    \"\xC3\x9C\xC3\x9C\" 5\n    wait 1us\n");
    const lang_diagnostic d = lang_diagnostics_at(c.diagnostics, 0);
    EXPECT_EQ(d.column, 12u);
    EXPECT_EQ(d.caret, 9u);
}

TEST(Mistakes, LongLinesAreCutAroundTheColumn)
{
    Compiled c("scenario t\n    \"" + std::string(500, 'x') + "\" 5 \"" + std::string(500, 'y') +
               "\"\n");
    const lang_diagnostic d = lang_diagnostics_at(c.diagnostics, 0);
    EXPECT_LE(std::string(d.source_line).size(), 160u);
    EXPECT_EQ(d.source_line[d.caret], '5');
}

TEST(Mistakes, AreCollectedUpToALimit)
{
    std::string text = "scenario t\n";
    for (int i = 0; i < 100; i++)
        text += "    wait 5\n";
    Compiled c(text);
    EXPECT_EQ(lang_diagnostics_count(c.diagnostics), (uint32_t)LANG_DIAGNOSTIC_MAX);
    EXPECT_NE(c.messages().find(":21:10:"), std::string::npos);
}

TEST(Mistakes, StandInTheOrderOfLinesThoughDefinitionsAreCompiledOnUse)
{
    Compiled c("scenario t\n    wait 5\n    a\n    wait 6\ntransfer a: S own+R [A] 1 N P\n");
    ASSERT_EQ(lang_diagnostics_count(c.diagnostics), 3u);
    EXPECT_EQ(lang_diagnostics_at(c.diagnostics, 0).line, 2u);
    EXPECT_EQ(lang_diagnostics_at(c.diagnostics, 1).line, 4u);
    EXPECT_EQ(lang_diagnostics_at(c.diagnostics, 2).line, 5u);
}

TEST(Mistakes, UnknownRequirementIsOneWhenAsked)
{
    const auto known = [](void *, const char *id, const char **near) {
        *near = "I2C-STA-01";
        return std::string(id) == *near;
    };
    const lang_options options = {known, nullptr, nullptr, nullptr};
    Compiled c(scenario_of("covers I2C-STA-01 I2C-STA-99\nwait 1us"), &options);
    EXPECT_EQ(first_mistake(c.diagnostics),
              "2:23 unknown requirement \"I2C-STA-99\"; did you mean \"I2C-STA-01\"?");
}

TEST(Mistakes, NameOfTheSuiteIsTaken)
{
    Compiled suite(scenario_of("wait 1us"));
    const lang_options options = {nullptr, nullptr, suite.program, nullptr};
    Compiled c(scenario_of("wait 2us"), &options);
    EXPECT_EQ(first_mistake(c.diagnostics), "1:10 the suite has a scenario \"t\" already");
}

TEST(Mistakes, DeepNestingIsRefusedNotFollowed)
{
    Compiled deep(scenario_of("expect " + std::string(100000, '(') + "1"));
    EXPECT_EQ(first_mistake(deep.diagnostics), "2:76 an expression nested more than 64 deep");
    Compiled minus(scenario_of("expect (" + std::string(100000, '-') + "1"));
    EXPECT_NE(first_mistake(minus.diagnostics).find("nested more than 64 deep"), std::string::npos);
    std::string groups = "S own+W [A]";
    for (int i = 0; i < 20; i++)
        groups += " (";
    groups += " 1 [A]";
    for (int i = 0; i < 20; i++)
        groups += " ) x 2";
    Compiled group(scenario_of(groups + " P"));
    EXPECT_NE(first_mistake(group.diagnostics).find("groups nested more than 8 deep"),
              std::string::npos);
}

TEST(Mistakes, FileThatIsNotThereIsToldWithItsPath)
{
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    lang_program *program = nullptr;
    const char *path = "/nowhere/a b.scenario";
    EXPECT_EQ(lang_compile_files(&program, &path, 1, nullptr, diagnostics), LANG_FAULTY);
    char text[200];
    lang_diagnostics_text(diagnostics, text, sizeof text);
    EXPECT_STREQ(text, "/nowhere/a b.scenario: error: cannot open: No such file or directory\n");
    lang_diagnostics_free(diagnostics);
}

/// Texts of the largest size in which each line asks for a search among all before it.
TEST(Mistakes, LargeFilesTakeNoMoreThanTheirTime)
{
    std::string transfers;
    std::string scenarios;
    std::string rereads =
        "transfer a t:\n" + std::string(1 << 20, '\n') + "    S own+W [A] t [A] P\nscenario s\n";
    for (int i = 0; transfers.size() < (2u << 20) - 40; i++)
        transfers += "transfer t" + std::to_string(i) + ": S own+W [A] P\n";
    for (int i = 0; scenarios.size() < (2u << 20) - 40; i++)
        scenarios += "scenario t" + std::to_string(i) + "\n wait 1s\n";
    while (rereads.size() < (2u << 20) - 40)
        rereads += "    a \"b\"\n";
    EXPECT_NE(Compiled(transfers).messages().find("more than 4096 transfers"), std::string::npos);
    EXPECT_NE(Compiled(scenarios).messages().find("more than 4096 scenarios"), std::string::npos);
    EXPECT_NE(Compiled(rereads).messages().find("too many calls with strings"), std::string::npos);
}

TEST(Mistakes, TenMegabytesOfGarbageAreRefusedAtOnce)
{
    Compiled c(std::string(10 << 20, '\xA7'));
    EXPECT_EQ(first_mistake(c.diagnostics), "0:0 larger than 2 MiB");
    uint32_t state = 1;
    for (const char *alphabet : {"\n ", "S own+W[]()\n ", "(((((", "a\n"}) {
        std::string garbage;
        const std::string letters = alphabet;
        while (garbage.size() < (2u << 20)) {
            state = state * 1664525u + 1013904223u;
            garbage += letters[(state >> 16) % letters.size()];
        }
        Compiled g(garbage);
        EXPECT_LE(lang_diagnostics_count(g.diagnostics), (uint32_t)LANG_DIAGNOSTIC_MAX);
    }
}
