// Which rows a run has shown, and what a slave does that its file does not say.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace
{

std::string shipped(const std::string &path)
{
    return std::string(SLAVES_SHIPPED) + "/" + path;
}

struct Played {
    Outcome outcome;
    Json result;
    std::string junit;
};

Played play(const std::string &slave, const std::vector<std::string> &more)
{
    const Folder folder;
    std::vector<std::string> words = {"run",   slave,  "--out",    folder.path("out"),
                                      "--vcd", "none", "--master", "standard"};
    words.insert(words.end(), more.begin(), more.end());
    Played played = {i2cproof(words), parse_json(""), ""};
    played.result = parse_json(read_file(folder.path("out/result.json")));
    played.junit = read_file(folder.path("out/junit.xml"));
    return played;
}

const cJSON *row_of(const Played &played, const std::string &id)
{
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, at(played.result.get(), "rows"))
    {
        if (text_at(one, "id") == id)
            return one;
    }
    return nullptr;
}

std::string outcome_of(const Played &played, const std::string &id)
{
    return text_at(row_of(played, id), "outcome");
}

std::string registers_file(const Folder &folder, const std::string &without)
{
    static const std::regex paths("(sources|include) +(.*)");
    std::istringstream text(read_file(shipped("registers/stretch_byte.slave")));
    std::string out;
    for (std::string line; std::getline(text, line);) {
        std::smatch found;
        if (std::regex_search(line, found, paths)) {
            std::istringstream words(found[2]);
            line = "    " + found[1].str();
            for (std::string word; words >> word;)
                line += " " + shipped("registers/") + word;
        }
        if (!contains(line, "    " + without))
            out += line + "\n";
    }
    return folder.write("x.slave", out);
}

} // namespace

TEST(Rows, HaveEveryRowWithItsStateAndItsScenarios)
{
    const Played played = play(shipped("registers/registers.slave"), {"--filter", "ack.*"});
    const Json listed = parse_json(i2cproof({"list", "requirements", "--json"}).out);
    ASSERT_GT(cJSON_GetArraySize(listed.get()), 300);
    EXPECT_EQ(cJSON_GetArraySize(at(played.result.get(), "rows")),
              cJSON_GetArraySize(listed.get()));
    const cJSON *row = nullptr;
    cJSON_ArrayForEach(row, listed.get())
    {
        const cJSON *shown = row_of(played, text_at(row, "id"));
        ASSERT_NE(shown, nullptr) << text_at(row, "id");
        EXPECT_EQ(text_at(shown, "state"), text_at(row, "state"));
        EXPECT_EQ(text_at(shown, "level"), text_at(row, "level"));
        EXPECT_EQ(cJSON_GetArraySize(at(shown, "scenarios")),
                  cJSON_GetArraySize(at(row, "scenarios")));
    }
}

// DESIGN: credited only when the monitor saw the stimulus.
TEST(Rows, AreShownByCasesThatPassed)
{
    const Played played = play(shipped("registers/registers.slave"), {"--filter", "rd.*"});
    EXPECT_EQ(played.outcome.status, 0) << played.outcome;
    EXPECT_EQ(outcome_of(played, "I2C-RD-03"), "shown");
    EXPECT_GT(number_at(row_of(played, "I2C-RD-03"), "passed"), 0);
    EXPECT_EQ(number_at(row_of(played, "I2C-RD-03"), "failed"), 0);
    EXPECT_EQ(outcome_of(played, "I2C-WR-04"), "not_played");
    EXPECT_TRUE(contains(played.outcome.out, "\nrows: ")) << played.outcome;
}

// What no code of a slave can change is not shown by a scenario that has the row's name.
TEST(Rows, ThatCannotBeObservedAreNotCredited)
{
    const Played played = play(shipped("registers/registers.slave"), {"--filter", "tim.rc*"});
    EXPECT_EQ(outcome_of(played, "I2C-TIM-21"), "shown");
    for (const char *id : {"I2C-TIM-19", "I2C-HS-12"}) {
        EXPECT_EQ(text_at(row_of(played, id), "state"), "not_observable") << id;
        EXPECT_EQ(outcome_of(played, id), "not_checked") << id;
        EXPECT_EQ(cJSON_GetArraySize(at(row_of(played, id), "scenarios")), 0) << id;
    }
}

// What checks a row is what says so in its head, and nothing says so of a row that cannot be seen.
TEST(Rows, AreCheckedByScenariosWhoseHeadsNameThem)
{
    const Json requirements = parse_json(i2cproof({"list", "requirements", "--json"}).out);
    const Json scenarios = parse_json(i2cproof({"list", "scenarios", "--json"}).out);
    std::map<std::string, std::set<std::string>> covering;
    const cJSON *scenario = nullptr;
    cJSON_ArrayForEach(scenario, scenarios.get())
    {
        const cJSON *id = nullptr;
        cJSON_ArrayForEach(id, at(scenario, "covers")) covering[id->valuestring].insert(
            text_at(scenario, "name"));
    }
    const cJSON *row = nullptr;
    cJSON_ArrayForEach(row, requirements.get())
    {
        const std::string id = text_at(row, "id");
        const bool hidden = text_at(row, "state") == "not_observable";
        std::set<std::string> named;
        const cJSON *name = nullptr;
        cJSON_ArrayForEach(name, at(row, "scenarios")) named.insert(name->valuestring);
        EXPECT_EQ(named, covering[id]) << id;
        EXPECT_TRUE(!hidden || named.empty()) << id;
        EXPECT_EQ(text_at(row, "state") == "planned" || hidden,
                  named.empty() && cJSON_GetArraySize(at(row, "rules")) == 0)
            << id;
    }
    EXPECT_GT(covering["I2C-STA-18"].size(), 10u);
}

// Rules and scenarios look at what binds other slaves, too, and that shows nothing of this one.
TEST(Rows, ThatDoNotBindTheSlaveAreNotApplicable)
{
    const Played plain = play(shipped("registers/registers.slave"), {"--filter", "pwr.hotplug*"});
    for (const char *id : {"SMB-TIM-04", "SMB-TIM-05", "I2C-STR-05", "I2C-HS-08", "SMB-PWR-03"}) {
        EXPECT_EQ(outcome_of(plain, id), "not_applicable") << id;
        EXPECT_EQ(number_at(row_of(plain, id), "passed"), 0) << id;
        EXPECT_EQ(number_at(row_of(plain, id), "watched"), 0) << id;
    }
    for (const char *id : {"SMB-TIM-01", "I2C-HS-03", "I2C-TEN-01", "I2C-STR-04"})
        EXPECT_EQ(outcome_of(plain, id), "not_applicable") << id << ", which no case is for";
    EXPECT_EQ(outcome_of(plain, "I2C-UFM-06"), "not_checked");
    EXPECT_EQ(outcome_of(plain, "I2C-STR-01"), "watched");
    EXPECT_TRUE(contains(plain.outcome.out, "smbus")) << plain.outcome;
    const Played smbus = play(shipped("reference/smbus.slave"), {"--filter", "sta.*"});
    EXPECT_EQ(outcome_of(smbus, "SMB-TIM-04"), "watched");
    EXPECT_EQ(outcome_of(smbus, "SMB-TIM-05"), "watched");
}

TEST(Rows, FailWhereAFindingIsTheirs)
{
    const Played played = play(shipped("broken/sends_after_nack.slave"), {"--filter", "rd.*"});
    EXPECT_EQ(outcome_of(played, "I2C-RD-03"), "failed");
    EXPECT_TRUE(contains(played.outcome.out, " failed")) << played.outcome;
    EXPECT_TRUE(std::regex_search(played.junit,
                                  std::regex("<property name=\"rows.failed\" value=\"[1-9]")));
}

TEST(Rows, AreNotApplicableForWantOfADeclaration)
{
    const Played played = play(shipped("registers/registers.slave"), {"--filter", "gc.*"});
    std::set<std::string> outcomes;
    const cJSON *row = nullptr;
    cJSON_ArrayForEach(row, at(played.result.get(), "rows"))
        outcomes.insert(text_at(row, "outcome"));
    EXPECT_EQ(outcomes.count("not_applicable"), 1u);
    EXPECT_TRUE(contains(played.outcome.out, "not applicable (undeclared: ")) << played.outcome;
}

namespace
{

/// A run of a scenario of one's own on mischief.slave, which does all that it is asked but [N].
Played play_own(const std::string &scenario, const std::string &accept = "")
{
    const Folder folder;
    const std::string file = folder.write("mine.scenario", scenario);
    const std::string slave =
        folder.write("own.slave", "slave own\n    like " + data("mischief.slave") + "\n" + accept);
    return play(slave, {"--scenarios", file, "--filter", "mine.*"});
}

const char *const refused = "scenario mine.refused\n    covers I2C-STA-18\n    S own+W [N] P\n";
const char *const works = "scenario mine.works\n    covers I2C-STA-18\n    S own+W [A] P\n";

} // namespace

TEST(Rows, FailByWarningsButNotByWhatIsAccepted)
{
    const Played warned = play_own(refused);
    EXPECT_EQ(warned.outcome.status, 0) << warned.outcome;
    EXPECT_EQ(outcome_of(warned, "I2C-STA-18"), "failed");
    const Played accepted =
        play_own(refused, "    accept I2C-STA-18 because \"known\" until 2099-12-31\n");
    EXPECT_EQ(outcome_of(accepted, "I2C-STA-18"), "shown");
}

TEST(Rows, FailEvenWhereOtherCasesShowThem)
{
    EXPECT_EQ(outcome_of(play_own(works), "I2C-STA-18"), "shown");
    const Played both = play_own(std::string(refused) + works);
    EXPECT_EQ(outcome_of(both, "I2C-STA-18"), "failed");
    EXPECT_EQ(number_at(row_of(both, "I2C-STA-18"), "passed"), 1);
    EXPECT_EQ(number_at(row_of(both, "I2C-STA-18"), "failed"), 1);
}

// A rule judges all traffic, whatever a scenario is about. 0x92 makes the slave hold SDA.
TEST(Rows, FailByARuleInScenariosOfOtherRows)
{
    const Played played =
        play_own("scenario mine.holds\n    covers I2C-STA-18\n    S own+W [A] 0x92 [A] 1 [_] P\n");
    EXPECT_EQ(outcome_of(played, "I2C-ACK-03"), "failed") << played.outcome;
    EXPECT_EQ(number_at(row_of(played, "I2C-ACK-03"), "failed"), 1);
}

// A case without a transfer shows nothing, and no rule had anything to watch.
TEST(Rows, AreNotShownWhereTheStimulusWasNotSeen)
{
    const Played played =
        play_own("scenario mine.idle\n    covers I2C-STA-18 I2C-ACK-03\n    wait 1ms\n");
    EXPECT_EQ(played.outcome.status, 0) << played.outcome;
    EXPECT_EQ(outcome_of(played, "I2C-STA-18"), "not_seen");
    EXPECT_EQ(outcome_of(played, "I2C-ACK-03"), "not_seen");
    EXPECT_EQ(outcome_of(played, "I2C-ACK-01"), "not_played");
}

// START, three phases of nine bits, and two before STOP: each is counted where it was broken.
TEST(Sweeps, AreCountedByTransferAndKindOfBreak)
{
    const Played played =
        play_own("scenario mine.swept\n    covers I2C-STA-18\n"
                 "    sweep stop freeze at every edge of S own+W [A] P then recover\n");
    const cJSON *slave = cJSON_GetArrayItem(at(at(played.result.get(), "summary"), "slaves"), 0);
    const cJSON *sweeps = at(slave, "sweeps");
    ASSERT_GE(cJSON_GetArraySize(sweeps), 1) << played.outcome;
    const cJSON *alone = cJSON_GetArrayItem(sweeps, 0);
    EXPECT_EQ(text_at(alone, "transfer"), "own+W 0");
    EXPECT_EQ(number_at(alone, "stop"), 30);
    EXPECT_EQ(number_at(alone, "freeze"), 30);
    EXPECT_EQ(at(alone, "glitch"), nullptr);
    EXPECT_EQ(number_at(alone, "failed"), 0);
}

TEST(Undeclared, FeaturesAreOneNoteEach)
{
    const Folder folder;
    const Played played = play(registers_file(folder, "stretch "), {"--filter", "ack.shape"});
    EXPECT_EQ(played.outcome.status, 0) << played.outcome;
    const cJSON *slave = cJSON_GetArrayItem(at(at(played.result.get(), "summary"), "slaves"), 0);
    const cJSON *found = at(slave, "undeclared");
    ASSERT_EQ(cJSON_GetArraySize(found), 1) << played.outcome;
    EXPECT_EQ(text_at(cJSON_GetArrayItem(found, 0), "key"), "stretch");
    EXPECT_EQ(text_at(cJSON_GetArrayItem(found, 0), "value"), "byte max 20us");
    EXPECT_TRUE(contains(played.junit, "<system-out>stretch byte max 20us is undeclared"));
    // The rule has noted it in the case itself, which passes all the same.
    EXPECT_TRUE(contains(played.outcome.out, "stretch_undeclared")) << played.outcome;
    const cJSON *cases = at(played.result.get(), "cases");
    ASSERT_GT(cJSON_GetArraySize(cases), 0);
    for (const cJSON *one = cases->child; one != nullptr; one = one->next) {
        EXPECT_EQ(text_at(one, "verdict"), "pass") << text_at(one, "id");
        EXPECT_EQ(text_at(cJSON_GetArrayItem(at(one, "findings"), 0), "verdict"), "note");
    }
    EXPECT_FALSE(contains(played.outcome.out, "is undeclared:")) << played.outcome;
}

TEST(Undeclared, AddressesAndTheStartByteAreNoted)
{
    const Played near = play(shipped("broken/near_address.slave"), {"--filter", "ack.shape"});
    EXPECT_TRUE(contains(near.outcome.out,
                         "NOTE  broken_near_address: multi_address 0x51 is undeclared: "
                         "acknowledges 0x51, too"))
        << near.outcome;
    const Played start = play(shipped("broken/start_byte.slave"), {"--filter", "ack.shape"});
    EXPECT_TRUE(
        contains(start.outcome.out, "NOTE  broken_start_byte: acknowledges the START byte 0x01"))
        << start.outcome;
}

TEST(Undeclared, NothingIsNotedOfSlavesThatDeclareWhatTheyDo)
{
    for (const std::string path :
         {"registers/registers.slave", "registers/stretch_bit.slave", "tiny_usi/single.slave",
          "camera_frame/camera_frame.slave", "eeprom_24c64/eeprom_24c64.slave"}) {
        const Played played = play(shipped(path), {"--filter", "ack.shape"});
        const cJSON *slave =
            cJSON_GetArrayItem(at(at(played.result.get(), "summary"), "slaves"), 0);
        EXPECT_EQ(cJSON_GetArraySize(at(slave, "undeclared")), 0) << played.outcome;
        EXPECT_EQ(at(slave, "unprobed"), nullptr) << played.outcome;
    }
}

// A transfer that is named as known to work and does not makes every recovery fail: it comes first.
TEST(KnownGood, IsPlayedFirstAndIsTheFirstFinding)
{
    const Folder folder;
    const std::string file =
        folder.write("kg.slave", "slave kg\n    like " + shipped("registers/registers.slave") +
                                     "\n    known_good S own+W [A] 0x00 [A] Sr own+R [A] [0x5A] N "
                                     "P\n");
    const Played played = play(file, {"--quick"});
    EXPECT_EQ(played.outcome.status, 1);
    const cJSON *first = cJSON_GetArrayItem(at(played.result.get(), "cases"), 0);
    EXPECT_EQ(text_at(first, "id"), "kg/known_good/standard");
    EXPECT_EQ(text_at(first, "verdict"), "fail");
    const cJSON *finding = cJSON_GetArrayItem(at(played.result.get(), "findings"), 0);
    EXPECT_EQ(text_at(finding, "rule"), "known_good");
    EXPECT_EQ(text_at(finding, "file"), file);
    EXPECT_EQ(number_at(finding, "line"), 3);
    EXPECT_TRUE(contains(played.outcome.out, "FAIL 1 of ")) << played.outcome;
}

TEST(KnownGood, PassesWhereItWorksAndIsAskedWhereItIsDeclared)
{
    const Played whole =
        play(shipped("eeprom_24c64/eeprom_24c64.slave"), {"--filter", "known_good"});
    EXPECT_EQ(whole.outcome.status, 0) << whole.outcome;
    const Played undeclared =
        play(shipped("registers/registers.slave"), {"--filter", "known_good"});
    EXPECT_TRUE(contains(undeclared.outcome.out, "not declared: known_good")) << undeclared.outcome;
}

// ---- explain ------------------------------------------------------------------------------------

TEST(Explain, SaysOfEveryRowWhatItAsksHowItIsTestedAndHowToReadAFailure)
{
    const Json rows = parse_json(i2cproof({"list", "requirements", "--json"}).out);
    const cJSON *row = nullptr;
    unsigned seen = 0;
    cJSON_ArrayForEach(row, rows.get())
    {
        const Outcome outcome = i2cproof({"explain", text_at(row, "id")});
        ASSERT_EQ(outcome.status, 0) << outcome;
        for (const char *part : {"\n  asks ", "\n  level ", "\n  source ", "\n  tested by ",
                                 "\n  expected ", "\n  reading "})
            EXPECT_TRUE(contains(outcome.out, part)) << part << outcome;
        const bool checked = text_at(row, "state") == "checked";
        EXPECT_EQ(contains(outcome.out, "\n  scenarios ") || contains(outcome.out, "\n  rules "),
                  checked)
            << outcome;
        seen++;
    }
    EXPECT_GT(seen, 300u);
}

TEST(Explain, FindsBySymptom)
{
    const std::map<std::string, std::string> symptoms = {
        {"SDA stuck low", "FM-09"},
        {"SCL stuck low", "FM-16"},
        {"slave does not answer", "FM-25"},
        {"bytes shifted by one bit", "FM-27"},
        {"answers to wrong address", "FM-29"},
        {"i2cdetect shows several addresses", "FM-29"},
        {"reads 0xFF", "FM-21"},
        {"random NACK when busy", "FM-24"},
        {"master reads garbage after repeated start", "FM-07"},
        {"works again only after a power cycle", "FM-09"},
        {"fails at 400 kHz", "FM-17"},
        {"last byte lost", "FM-06"},
        {"bits reversed", "FM-26"}};
    for (const auto &[symptom, failure] : symptoms) {
        const Outcome outcome = i2cproof({"explain", symptom});
        EXPECT_EQ(outcome.out.substr(0, failure.size()), failure) << symptom << "\n" << outcome;
    }
}
