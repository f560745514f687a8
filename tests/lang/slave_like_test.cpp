// `like FILE`: what a description takes from another file, and what can be wrong with that.
#include "tests/lang/support.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace fs = std::filesystem;

namespace
{

/// A folder of .slave files that goes with the test.
class Files
{
  public:
    Files()
    {
        std::string name = (fs::temp_directory_path() / "like-XXXXXX").string();
        root_ = mkdtemp(name.data());
    }
    ~Files()
    {
        fs::remove_all(root_);
    }
    Files(const Files &) = delete;
    Files &operator=(const Files &) = delete;
    std::string write(const std::string &name, const std::string &text) const
    {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << text;
        return (root_ / name).string();
    }
    Slave read(const std::string &name) const
    {
        const std::string path = (root_ / name).string();
        return Slave(read_text(path), path);
    }
    std::string path(const std::string &name) const
    {
        return (root_ / name).string();
    }

  private:
    fs::path root_;
};

std::vector<std::string> words(const slave_strings &strings)
{
    return {strings.at, strings.at + strings.count};
}

const char *const part = "slave part\n"
                         "    kind hosted\n"
                         "    sources part.c ../lib/bus.c\n"
                         "    include ../lib\n"
                         "    define RING=16 FAST\n"
                         "    flags -O1\n"
                         "    address 0x26\n"
                         "    stretch byte max 1ms\n"
                         "    data registers pointer 1 increment\n"
                         "        0x00 ro 0xA5\n"
                         "        0xE0 wo command busy 5ms nack_addr\n"
                         "    known_good S own+R [A] [_] N P\n"
                         "    tolerates latency 5us\n"
                         "    accept I2C-RSV-04 because \"so\" until 2030-01-01\n"
                         "    watch pointer\n";

} // namespace

TEST(LikeAnotherFile, EveryKeyIsInherited)
{
    const Files files;
    files.write("parts/part.slave", part);
    files.write("own/v.slave", "slave v\n    like ../parts/part.slave\n");
    const Slave s = files.read("own/v.slave");
    EXPECT_STREQ(s->name, "v");
    EXPECT_EQ(s->path, files.path("own/v.slave"));
    EXPECT_EQ(s->folder, files.path("own"));
    EXPECT_EQ(s->addr7, 0x26);
    EXPECT_EQ(s->stretch, I2C_STRETCH_BYTE);
    EXPECT_EQ(s->data.register_count, 2u);
    EXPECT_EQ(s->busy_max_ps, 5000000000u);
    EXPECT_EQ(s->tolerance_count, 1u);
    EXPECT_EQ(words(s->watch), std::vector<std::string>{"pointer"});
    EXPECT_STREQ(s->known_good.text, "S own+R [A] [_] N P");
}

// Messages about an inherited key name the file that has it.
TEST(LikeAnotherFile, PathsAndPlacesAreThoseOfTheFileThatWroteThem)
{
    const Files files;
    const std::string parent = files.write("parts/part.slave", part);
    files.write("own/v.slave", "slave v\n    like ../parts/part.slave\n    include inc\n");
    const Slave s = files.read("own/v.slave");
    const std::string from = files.path("own") + "/../parts/";
    EXPECT_EQ(words(s->sources),
              (std::vector<std::string>{from + "part.c", from + "../lib/bus.c"}));
    EXPECT_EQ(words(s->includes), std::vector<std::string>{files.path("own/inc")});
    EXPECT_EQ(slave_key_path(s.description, SLAVE_KEY_ADDRESS), from + "part.slave");
    EXPECT_EQ(s->declared[SLAVE_KEY_ADDRESS].line, 7u);
    EXPECT_EQ(slave_key_path(s.description, SLAVE_KEY_INCLUDE), files.path("own/v.slave"));
    EXPECT_EQ(s->declared[SLAVE_KEY_INCLUDE].line, 3u);
    EXPECT_EQ(s->known_good.path, from + "part.slave");
}

TEST(LikeAnotherFile, AKeyReplacesTheInheritedOneWithItsBlock)
{
    const Files files;
    files.write("part.slave", part);
    files.write("v.slave", "slave v\n    like part.slave\n    stretch none\n    data echo\n"
                           "    tolerates latency 9us\n    tolerates irq_off 1us\n    watch a b\n");
    const Slave s = files.read("v.slave");
    EXPECT_EQ(s->stretch, I2C_STRETCH_NONE);
    EXPECT_EQ(s->stretch_max_ps, 0u);
    EXPECT_EQ(s->data.form, SLAVE_DATA_ECHO);
    EXPECT_EQ(s->data.register_count, 0u);
    EXPECT_FALSE(s->busy_declared) << "by a register that is gone";
    ASSERT_EQ(s->tolerance_count, 2u);
    EXPECT_EQ(s->tolerances[0].time_ps, 9000000u);
    EXPECT_EQ(words(s->watch), (std::vector<std::string>{"a", "b"}));
}

TEST(LikeAnotherFile, DefinesAddUpAndAMacroIsDefinedOnce)
{
    const Files files;
    files.write("part.slave", part);
    files.write("v.slave",
                "slave v\n    like part.slave\n    define RING=8 RINGS\n    define LAST\n");
    const Slave s = files.read("v.slave");
    EXPECT_EQ(words(s->defines), (std::vector<std::string>{"FAST", "RING=8", "RINGS", "LAST"}));
}

TEST(LikeAnotherFile, AnObjectStandsForInheritedSources)
{
    const Files files;
    files.write("part.slave", part);
    files.write("v.slave", "slave v\n    like part.slave\n    object v.so\n");
    const Slave s = files.read("v.slave");
    EXPECT_EQ(s->sources.count, 0u);
    EXPECT_EQ(s->object, files.path("v.so"));
}

TEST(LikeAnotherFile, AChainIsReadToItsEnd)
{
    const Files files;
    files.write("part.slave", part);
    files.write("b.slave", "slave b\n    like part.slave\n    define B\n    stretch none\n"
                           "    speed Fm\n    expect fail I2C-RD-03 in rd.one\n");
    files.write("c.slave", "slave c\n    like b.slave\n    define C\n    speed Sm\n");
    const Slave s = files.read("c.slave");
    EXPECT_EQ(words(s->defines), (std::vector<std::string>{"RING=16", "FAST", "B", "C"}));
    EXPECT_EQ(s->stretch, I2C_STRETCH_NONE);
    EXPECT_EQ(s->mode, I2C_MODE_SM);
    EXPECT_STREQ(s->expect_fail, "I2C-RD-03");
    EXPECT_STREQ(s->expect_scenario, "rd.one");
}

TEST(LikeAnotherFile, ItNeedNotBeComplete)
{
    const Files files;
    files.write("common.slave", "slave common\n    kind hosted\n    sources x.c\n");
    files.write("v.slave", "slave v\n    like common.slave\n    address 0x11\n");
    EXPECT_EQ(files.read("v.slave")->addr7, 0x11);
    files.write("w.slave", "slave w\n    like common.slave\n");
    EXPECT_EQ(first_mistake(files.read("w.slave").diagnostics),
              "1:7 slave \"w\" has no \"address\"");
}

TEST(LikeAnotherFile, WhatIsWrongIsToldWithItsPlace)
{
    const Files files;
    const std::string a = files.write("a.slave", "slave a\n    like b.slave\n");
    files.write("b.slave", "slave b\n    like a.slave\n");
    files.write("self.slave", "slave s\n    like self.slave\n");
    files.write("lost.slave", "slave s\n    like nowhere.slave\n    address 0x11\n");
    files.write("folder.slave", "slave s\n    like .\n");
    files.write("late.slave", "slave s\n    kind hosted\n    like a.slave\n");
    files.write("twice.slave", "slave s\n    like common.slave\n    like common.slave\n");
    files.write("empty.slave", "slave s\n    like\n");
    files.write("common.slave", "slave common\n    kind hosted\n");
    const auto mistake = [&](const std::string &name) {
        const Slave s = files.read(name);
        EXPECT_EQ(s.status, LANG_FAULTY) << name;
        EXPECT_EQ(lang_diagnostics_total(s.diagnostics), 1u) << s.messages();
        return first_mistake(s.diagnostics);
    };
    EXPECT_EQ(mistake("a.slave"), "2:10 " + a + " is what this file is read for: a circle");
    EXPECT_EQ(mistake("self.slave"),
              "2:10 " + files.path("self.slave") + " is what this file is read for: a circle");
    EXPECT_EQ(mistake("lost.slave"),
              "2:10 cannot open " + files.path("nowhere.slave") + ": No such file or directory");
    EXPECT_EQ(mistake("folder.slave"), "2:10 " + files.path(".") + " is no file");
    EXPECT_EQ(mistake("late.slave"), "3:5 \"like\" stands before all other keys");
    EXPECT_EQ(mistake("twice.slave"), "3:5 \"like\" stands before all other keys");
    EXPECT_EQ(mistake("empty.slave"),
              "2:9 expected the .slave file that this one is like, but the line ends");
}

TEST(LikeAnotherFile, ItsOwnMistakesHaveItsPath)
{
    const Files files;
    const std::string parent =
        files.write("part.slave", "slave part\n    kind hostd\n    speed 5MHz\n");
    files.write("v.slave", "slave v\n    like part.slave\n    speed Fm\n");
    const Slave s = files.read("v.slave");
    ASSERT_EQ(lang_diagnostics_total(s.diagnostics), 1u)
        << "the line with the speed is replaced and not looked at\n"
        << s.messages();
    EXPECT_EQ(lang_diagnostics_at(s.diagnostics, 0).path, parent);
    EXPECT_EQ(first_mistake(s.diagnostics),
              "2:10 expected hosted, firmware, avr, rtl or systemc, not \"hostd\"");
}

TEST(LikeAnotherFile, ALongChainEnds)
{
    const Files files;
    for (int i = 0; i < 40; i++)
        files.write(std::to_string(i) + ".slave",
                    "slave s\n    like " + std::to_string(i + 1) + ".slave\n");
    EXPECT_EQ(first_mistake(files.read("0.slave").diagnostics),
              "2:10 more than 16 files that are like one another");
}
