// `probe` learns from the wire alone, and what it says is what the files of right slaves declare.
#include "tests/cli/program.h"
#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace
{

struct Line {
    std::string key, text, how, stand, declared;
};

struct Shipped {
    std::string name, path;
};

const std::vector<Shipped> &right_slaves()
{
    static const std::vector<Shipped> slaves = [] {
        std::vector<Shipped> found;
        const Json all = parse_json(i2cproof({"list", "slaves", "--json"}).out);
        const cJSON *one = nullptr;
        cJSON_ArrayForEach(one, all.get())
        {
            if (text_at(one, "expect") == "pass")
                found.push_back({text_at(one, "name"), text_at(one, "path")});
        }
        return found;
    }();
    return slaves;
}

std::string path_of(const std::string &name)
{
    for (const Shipped &slave : right_slaves())
        if (slave.name == name)
            return slave.path;
    return "no slave " + name;
}

std::vector<Line> lines_of(const Outcome &outcome)
{
    std::vector<Line> lines;
    const Json all = parse_json(outcome.out);
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, at(cJSON_GetArrayItem(all.get(), 0), "lines"))
    {
        const cJSON *declared = at(one, "declared");
        lines.push_back({text_at(one, "key"), text_at(one, "text"), text_at(one, "how"),
                         text_at(one, "stand"),
                         declared == nullptr ? "" : text_at(one, "declared")});
    }
    return lines;
}

std::vector<Line> probe(const std::string &path, const std::vector<std::string> &more = {})
{
    std::vector<std::string> words = {"probe", path, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = i2cproof(words);
    EXPECT_EQ(outcome.err, "") << outcome;
    return lines_of(outcome);
}

Line line_of(const std::vector<Line> &lines, const std::string &key)
{
    for (const Line &line : lines)
        if (line.key == key)
            return line;
    return {"no line " + key, "", "", "", ""};
}

/// A shipped file under another name in `folder`, its paths made absolute.
std::string copy_of(const std::string &path, const Folder &folder,
                    const std::function<std::string(const std::string &)> &change)
{
    static const std::regex paths("(sources|include)( +)(.*)");
    const std::string from = std::filesystem::path(path).parent_path().string() + "/";
    std::istringstream text(read_file(path));
    std::string out;
    for (std::string line; std::getline(text, line);) {
        std::smatch found;
        if (std::regex_search(line, found, paths)) {
            std::istringstream words(found[3]);
            line = "    " + found[1].str() + " ";
            for (std::string word; words >> word;)
                line += " " + from + word;
        }
        out += change(line) + "\n";
    }
    return folder.write("copy.slave", out);
}

/// Only what says how the slave is built.
std::string bare(const std::string &line)
{
    return std::regex_search(line, std::regex("^(slave|    (kind|sources|include|define|speed) )"))
               ? line
               : "";
}

/// A slave that answers addresses `a` for which `answers` holds; its timer calls wake() 1234 us
/// after reset.
std::string slave_of(const Folder &folder, const std::string &code, const std::string &answers,
                     const std::string &lines,
                     const std::string &data = "bool soft_received(uint8_t b) { (void)b; return "
                                               "true; }\n"
                                               "uint8_t soft_next(void) { return 0x5A; }\n")
{
    const std::string soft = std::string(SLAVES_SHIPPED) + "/soft_i2c";
    const std::string source = folder.write(
        "own.c", "#include \"soft_i2c.h\"\n" + code +
                     "bool soft_addressed(uint8_t a, bool r) { (void)r; return " + answers +
                     "; }\n" + data +
                     "void soft_sent(void) {}\n"
                     "static void init(void *s) { (void)s; soft_init(true);\n"
                     "  i2cproof_timer(SOFT_VECTORS, I2CPROOF_US(1234)); }\n"
                     "static const i2cproof_vector vectors[] = {SOFT_VECTOR_TABLE,\n"
                     "  {\"WAKE\", I2CPROOF_ON_TIMER, wake, 2, I2CPROOF_BY_NONE}};\n"
                     "I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = 4);\n");
    return folder.write("own.slave", "slave own\n    kind hosted\n    sources " + source + " " +
                                         soft + "/soft_i2c.c\n    include " + soft + "\n" + lines);
}

} // namespace

static void expect_no_contradiction(const Shipped &slave, const std::vector<Line> &lines)
{
    for (const Line &line : lines)
        EXPECT_NE(line.stand, "contradicts") << slave.path << ": " << line.key << " " << line.text
                                             << " (" << line.how << "), declared " << line.declared;
}

static void expect_address_and_features(const Shipped &slave, const std::vector<Line> &lines)
{
    const std::string file = read_file(slave.path);
    // Without an address until one is assigned by ARP it cannot be found at one.
    const bool unassigned = contains(file, "\n    arp       yes\n");
    EXPECT_EQ(line_of(lines, "address").stand, unassigned ? "not_told" : "agrees") << slave.path;
    for (const std::string key : {"general_call", "ten_bit", "device_id", "stretch", "direction"}) {
        if (contains(file, "\n    " + key + " ")) {
            EXPECT_EQ(line_of(lines, key).stand, "agrees") << slave.path << ": " << key;
        }
    }
}

// What a file declares has a line, if only one that says why the wire does not tell.
TEST(Probe, AgreesWithTheFileOfEachRightSlave)
{
    ASSERT_GE(right_slaves().size(), 12u);
    for (const Shipped &slave : right_slaves()) {
        const std::vector<Line> lines = probe(slave.path);
        expect_no_contradiction(slave, lines);
        expect_address_and_features(slave, lines);
    }
}

TEST(Probe, TellsWhatReadsMean)
{
    const std::map<std::string, std::string> forms = {
        {"tiny_usi_single", "echo initial 0x00"},
        {"tiny_usi_multi", "buffer 4 clamp initial 0x00"},
        {"serial_loopback", "queue 16 empty 0xFF"},
        {"registers", "registers pointer 1 increment wrap 0x37->0x00 keeps_pointer"},
        {"registers_stretch_bit", "registers pointer 1 increment wrap 0x37->0x30 keeps_pointer"},
        {"eeprom_24c64", "eeprom 24c64 page 32 current page"},
        {"eeprom_24c64_st", "eeprom 24c64 page 32 current next"}};
    for (const auto &[name, text] : forms) {
        const Line data = line_of(probe(path_of(name)), "data");
        EXPECT_EQ(data.text, text) << name;
        EXPECT_EQ(data.stand, "agrees") << name;
    }
    for (const std::string name : {"camera_frame", "serial_bridge"})
        EXPECT_EQ(line_of(probe(path_of(name)), "data").stand, "not_told") << name;
}

TEST(Probe, TellsEachRegister)
{
    const std::vector<Line> lines = probe(path_of("registers"));
    EXPECT_EQ(line_of(lines, "0x00").text, "ro 0xA5");
    EXPECT_EQ(line_of(lines, "0x10").text, "rw 0x00 mask 0x0F scratch");
    EXPECT_EQ(line_of(lines, "0x30..0x37").text, "rw scratch");
    EXPECT_EQ(line_of(lines, "0xE0").text, "wo command busy 5ms nack_addr");
}

TEST(Probe, TellsHowMuchAWriteTakesAndWhatFollows)
{
    EXPECT_EQ(line_of(probe(path_of("serial_loopback")), "overrun").text, "nack after 16");
    EXPECT_EQ(line_of(probe(path_of("serial_loopback")), "underrun").text, "0xFF");
    EXPECT_EQ(line_of(probe(path_of("eeprom_24c64")), "busy").text, "nack_addr max 5ms");
}

TEST(Probe, TellsWhereSclIsHeldAndForHowLong)
{
    EXPECT_EQ(line_of(probe(path_of("registers")), "stretch").text, "none");
    const Line byte = line_of(probe(path_of("registers_stretch_byte")), "stretch");
    EXPECT_EQ(byte.text, "byte max 20us");
    EXPECT_TRUE(contains(byte.how, "before or after an ACK up to 19")) << byte.how;
    EXPECT_TRUE(contains(line_of(probe(path_of("registers_stretch_bit")), "stretch").how,
                         "within a data byte up to 4"));
}

// What is printed is a whole file, also where the one that was probed says next to nothing.
TEST(Probe, PrintsAFileThatIsReadAndThatAgrees)
{
    for (const std::string name : {"tiny_usi_single", "tiny_usi_multi", "serial_loopback",
                                   "registers", "eeprom_24c64_st", "registers_stretch_byte"}) {
        const Folder folder;
        const std::string almost_empty = copy_of(path_of(name), folder, bare);
        const Outcome printed = i2cproof({"probe", almost_empty});
        ASSERT_EQ(printed.status, 0) << printed;
        const std::vector<Line> lines = probe(folder.write("pasted.slave", printed.out));
        ASSERT_GT(lines.size(), 5u) << printed;
        for (const Line &line : lines) {
            if (line.stand != "not_told") {
                EXPECT_EQ(line.stand, "agrees") << name << ": " << line.key << "\n" << printed;
            }
        }
    }
}

/// One of so many parts of the right slaves.
class ProbeOfAPart : public testing::TestWithParam<size_t>
{
};

constexpr size_t probe_parts = 8;

static void expect_printed_file_passes(const std::filesystem::path &file, const Folder &folder)
{
    const Outcome printed = i2cproof({"probe", file});
    const std::string beside = file.parent_path() / "beside.slave";
    std::ofstream(beside) << printed.out;
    const Outcome checked = i2cproof({"check", beside});
    EXPECT_EQ(checked.status, 0) << printed.out << checked;
    EXPECT_EQ(checked.err, "") << checked;
    std::vector<std::string> words = {"run",   "--quick",          "--vcd", "none",
                                      "--out", folder.path("out"), beside};
    if (printed.out.find("\n    masters ") == std::string::npos)
        words.insert(words.end(), {"--master", "standard"});
    const Outcome run = i2cproof(words);
    EXPECT_EQ(run.status, 0) << printed.out << run;
}

// Saved beside the file that was probed it takes its place.
TEST_P(ProbeOfAPart, PrintsAFileThatPassesInThePlaceOfEachRightSlave)
{
    if (SANITIZED && GetParam() != 0) // a few come through all of our code
        GTEST_SKIP() << "some slaves of the first part are enough for sanitizers";
    const Folder folder;
    const std::filesystem::path shipped = SLAVES_SHIPPED;
    const std::filesystem::path copy = folder.path("slaves");
    std::filesystem::copy(shipped, copy, std::filesystem::copy_options::recursive);
    const std::vector<Shipped> &slaves = right_slaves();
    ASSERT_GE(slaves.size(), probe_parts);
    for (size_t i = GetParam(); i < slaves.size(); i += probe_parts * (SANITIZED ? 3 : 1))
        expect_printed_file_passes(
            copy / std::filesystem::path(slaves[i].path).lexically_relative(shipped), folder);
}

INSTANTIATE_TEST_SUITE_P(All, ProbeOfAPart, testing::Range(size_t{0}, probe_parts));

// Paths with blanks, of files that this one is like, are valid beside it; lines that the wire does
// not tell are kept.
TEST(Probe, KeepsWhatItCannotTell)
{
    const Folder folder;
    const std::filesystem::path shipped = SLAVES_SHIPPED;
    std::filesystem::copy(shipped / "fault.h", folder.path("fault.h"));
    std::filesystem::copy(shipped / "tiny_usi", folder.path("a base"));
    std::filesystem::create_directory(folder.path("mine"));
    const std::string file =
        folder.write("mine/x.slave", "slave x\n    like \"../a base/single.slave\"\n"
                                     "    define ONE=1 \"TWO=\\\"2 3\\\"\"\n"
                                     "    tolerates latency 60us # of its own\n"
                                     "    tolerates main_stall 1ms\n");
    const Outcome printed = i2cproof({"probe", file});
    EXPECT_EQ(printed.status, 0) << printed;
    for (const std::string line :
         {"    sources   \"../a base/usi_slave.c\" \"../a base/single.c\"\n",
          "    define    ONE=1 \"TWO=\\\"2 3\\\"\"\n", "    tolerates latency 60us  ",
          "    tolerates main_stall 1ms  ", "    accept    I2C-GC-15 because \"the USI driver"})
        EXPECT_TRUE(contains(printed.out, line)) << line << printed;
    const Outcome checked = i2cproof({"check", folder.write("mine/beside.slave", printed.out)});
    EXPECT_EQ(checked.status, 0) << printed << checked;
}

TEST(Probe, NeedsNoAddressButOtherCommandsDo)
{
    const Folder folder;
    const std::string file = copy_of(path_of("tiny_usi_single"), folder, bare);
    EXPECT_EQ(line_of(probe(file), "address").text, "0x26");
    EXPECT_EQ(line_of(probe(file), "address").stand, "undeclared");
    const Outcome run = i2cproof({"run", file, "--out", folder.path("out")});
    EXPECT_EQ(run.status, 2);
    EXPECT_TRUE(contains(run.err, "has no \"address\"")) << run;
}

TEST(Probe, SeesAnAddressInItsEightBitForm)
{
    const Folder folder;
    const std::string file =
        copy_of(path_of("tiny_usi_single"), folder, [](const std::string &line) {
            return contains(line, "address") ? "    address 0x4C" : line;
        });
    const Line address = line_of(probe(file), "address");
    EXPECT_EQ(address.text, "0x26");
    EXPECT_EQ(address.how, "answers at 0x26 = 0x4C >> 1: is 0x4C the 8-bit form?");
    EXPECT_EQ(address.stand, "contradicts");
    EXPECT_EQ(address.declared, "address 0x4C");
}

TEST(Probe, MarksWhatTheFileContradicts)
{
    const std::map<std::string, std::string> wrong = {
        {"stretch", "none"},          {"general_call", "ack"},   {"device_id", "0x123456"},
        {"ten_bit", "0x155"},         {"multi_address", "0x51"}, {"direction", "read"},
        {"busy", "nack_addr max 1ms"}};
    for (const auto &[key, value] : wrong) {
        const Folder folder;
        const std::string from = key == "busy"        ? "eeprom_24c64"
                                 : key == "direction" ? "camera_frame"
                                                      : "registers_stretch_byte";
        const std::string text =
            copy_of(path_of(from), folder, [name = key](const std::string &line) {
                return contains(line, "    " + name + " ") ? "" : line;
            });
        std::ofstream(text, std::ios::app) << "    " << key << " " << value << "\n";
        const Line line = line_of(probe(text), key);
        EXPECT_EQ(line.stand, "contradicts") << key << " " << value << ": " << line.text;
        EXPECT_EQ(line.declared, key + " " + value);
    }
}

// A slave that takes its time after reset: the figure lies between two times that were tried.
TEST(Probe, MeasuresWhenASlaveIsReady)
{
    const Folder folder;
    const std::string file = slave_of(folder,
                                      "static bool up;\n"
                                      "static uint64_t wake(void *s) { up = true; return 0; }\n",
                                      "up && a == 0x33", "    ready within 1ms after reset\n");
    const Line ready = line_of(probe(file), "ready");
    EXPECT_EQ(ready.text, "within 2ms after reset");
    EXPECT_EQ(ready.stand, "contradicts");
    EXPECT_TRUE(std::regex_search(ready.how, std::regex("answers a START 1\\.1[0-9]+ ms")))
        << ready.how;
}

// One that says nothing of the time that it takes is asked again later when it was silent at first.
TEST(Probe, TakesAQueueThatChangesItsBytesForNoRegisters)
{
    const Folder folder;
    const std::string file = slave_of(
        folder, "void soft_wake(void) {}\nstatic uint64_t wake(void *s) { (void)s; return 1; }\n",
        "a == 0x33", "    address 0x33\n",
        "static uint8_t queue[64], in, out;\n"
        "bool soft_received(uint8_t b) { queue[in++ % 64] = (uint8_t)(b + 1); return true; }\n"
        "uint8_t soft_next(void) { return in == out ? 0xFF : queue[out++ % 64]; }\n");
    EXPECT_EQ(line_of(probe(file), "data").text, "");
}

TEST(Probe, WaitsForASlaveThatIsSilentForLong)
{
    const Folder folder;
    const std::string file = slave_of(folder,
                                      "static bool up;\n"
                                      "static unsigned ms;\n"
                                      "static uint64_t wake(void *s) { (void)s; up = ++ms == 300; "
                                      "if (!up) i2cproof_timer(SOFT_VECTORS, I2CPROOF_MS(1)); "
                                      "return 0; }\n",
                                      "up && a == 0x33", "");
    const std::vector<Line> lines = probe(file);
    EXPECT_EQ(line_of(lines, "address").text, "0x33");
    EXPECT_TRUE(
        std::regex_search(line_of(lines, "ready").how, std::regex("answers a START 30[0-9]")))
        << line_of(lines, "ready").how;
}

TEST(Probe, SaysWhatItWasAskingWhenASlaveCrashes)
{
    const Folder folder;
    const Outcome outcome = i2cproof(
        {"probe", slave_of(folder, "static uint64_t wake(void *s) { (void)s; return 0; }\n",
                           "(a == 0x34 ? *(volatile int *)8 : 1) && a == 0x33", "")});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_TRUE(contains(outcome.err, "the slave was ended by SIGSEGV, asked for: address 0x34"))
        << outcome;
}

namespace
{

/// Registers behind a pointer of which `code` is what it does with reads and writes.
std::string registers_of(const Folder &folder, const std::string &name, const std::string &next,
                         const std::string &lines)
{
    const std::string soft = std::string(SLAVES_SHIPPED) + "/soft_i2c";
    const std::string source = folder.write(
        name + ".c",
        "#include \"soft_i2c.h\"\n"
        "static uint8_t reg[8] = {0xA5, 1}, at;\n"
        "static bool first;\n"
        "bool soft_addressed(uint8_t a, bool r) { first = !r; return a == 0x33; }\n"
        "bool soft_received(uint8_t b)\n"
        "{\n"
        "    if (first) at = b % 8; else { if (at > 1) reg[at] = b; at = (at + 1) % 8; }\n"
        "    first = false;\n"
        "    return true;\n"
        "}\n"
        "uint8_t soft_next(void)\n"
        "{\n    " +
            next +
            "\n"
            "    const uint8_t value = reg[at];\n"
            "    at = (at + 1) % 8;\n"
            "    return value;\n"
            "}\n"
            "void soft_sent(void) {}\n"
            "static void init(void *s) { (void)s; soft_init(true); }\n"
            "static const i2cproof_vector vectors[] = {SOFT_VECTOR_TABLE};\n"
            "I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = 3);\n");
    return folder.write(name + ".slave", "slave " + name + "\n    kind hosted\n    sources " +
                                             source + " " + soft + "/soft_i2c.c\n    include " +
                                             soft + "\n    address 0x33\n" + lines);
}

} // namespace

TEST(Probe, SaysRegistersThatRepeatOnce)
{
    const Folder folder;
    const std::vector<Line> lines = probe(registers_of(folder, "mirror", "", ""));
    EXPECT_EQ(line_of(lines, "data").text,
              "registers pointer 1 increment wrap 0x07->0x00 keeps_pointer");
    EXPECT_EQ(line_of(lines, "0x00").text, "ro 0xA5");
    EXPECT_EQ(line_of(lines, "0x01").text, "ro 0x01");
    EXPECT_EQ(line_of(lines, "0x02..0x07").text, "rw scratch");
    EXPECT_EQ(lines.back().how,
              "repeats every 8: the addresses 0x08 to 0xFF are the registers from "
              "0x00 on again");
    for (const Line &line : lines)
        EXPECT_FALSE(contains(line.key, "0x08")) << line.key;
}

// The map ends with its last register; what lies behind it is worth a note of a run.
TEST(Probe, NotesRegistersThatRepeatBehindTheMap)
{
    const Folder folder;
    const std::string map = "    data registers pointer 1 increment wrap 0x07->0x00 keeps_pointer\n"
                            "        0x00 ro 0xA5\n"
                            "        0x01 ro 0x01\n"
                            "        0x02..0x07 rw scratch\n";
    const auto run = [&](const std::string &file) {
        return i2cproof({"run", file, "--filter", "*ack.shape*", "--vcd", "none", "--out",
                         folder.path("out")})
            .out;
    };
    EXPECT_TRUE(contains(run(registers_of(folder, "mirror", "", map)),
                         "NOTE  mirror: repeats every 8: the addresses 0x08 to 0xFF are the "
                         "registers from 0x00 on again"));
    EXPECT_FALSE(contains(run(path_of("registers_whole_map")), "repeats every"));
}

TEST(Probe, QuotesTheLineThatIsContradicted)
{
    const Folder folder;
    const std::string echo =
        registers_of(folder, "wrong", "", "    data   echo  initial 0x00 # so it seemed\n");
    EXPECT_TRUE(contains(i2cproof({"probe", echo}).out,
                         "; CONTRADICTS " + echo + ":6: data echo initial 0x00\n"));
    const std::string map =
        registers_of(folder, "wrong", "",
                     "    data registers pointer 1 increment keeps_pointer\n"
                     "        0x00 ro 0x55\n        0x01..0x07 rw 0x00 scratch\n");
    const std::string out = i2cproof({"probe", map}).out;
    EXPECT_TRUE(contains(out, "; CONTRADICTS " + map + ":7: 0x00 ro 0x55\n")) << out;
    EXPECT_TRUE(contains(out, "; CONTRADICTS " + map + ":8: 0x01..0x07 rw 0x00 scratch\n")) << out;
}

TEST(Probe, StopsWhereASlaveHangs)
{
    const Folder folder;
    const std::map<std::string, std::string> hangs = {
        {"i2cproof_pull(I2CPROOF_SCL);", "held SCL and did not let go of it"},
        {"for (;;) i2cproof_now();", "did not come back"}};
    for (const auto &[code, how] : hangs) {
        // Only when the last register was written: long after the addresses.
        const Outcome outcome = i2cproof(
            {"probe", registers_of(folder, "stops", "if (reg[7] != 0) { " + code + " }", "")});
        EXPECT_EQ(outcome.status, 1) << outcome;
        EXPECT_TRUE(contains(outcome.err, "the slave " + how + ", asked for: ")) << outcome;
        EXPECT_TRUE(contains(outcome.out, "    address   0x33  ")) << outcome;
        EXPECT_TRUE(contains(outcome.out, "# nothing more was asked: the slave " + how)) << outcome;
        EXPECT_FALSE(contains(outcome.out, "nothing that is written comes back")) << outcome;
        EXPECT_FALSE(contains(outcome.out, " data ")) << outcome;
    }
    const Outcome at_once =
        i2cproof({"probe", registers_of(folder, "stops", "i2cproof_pull(I2CPROOF_SCL);", "")});
    EXPECT_EQ(at_once.status, 1) << at_once;
    EXPECT_TRUE(contains(at_once.out, "# until then it acknowledged 0x33\n")) << at_once;
    EXPECT_FALSE(contains(at_once.out, "\n    address ")) << at_once;
}

// Its interrupt takes longer than a clock of the speed that it promises.
TEST(Probe, AsksSlowerWhenItGetsNoAnswer)
{
    const Folder folder;
    const std::string page = read_file(std::string(SLAVES_SHIPPED) + "/../docs/bring-your-own.md");
    static const std::regex block("```\\w+ (\\S+)\n([^`]*)```");
    for (std::sregex_iterator one(page.begin(), page.end(), block), end; one != end; ++one)
        folder.write((*one)[1], std::regex_replace((*one)[2].str(), std::regex("100kHz"), "Fm"));
    const std::string file = folder.path("thermometer.slave");
    const std::vector<Line> lines = probe(file);
    EXPECT_EQ(line_of(lines, "address").text, "0x48");
    EXPECT_EQ(line_of(lines, "speed").text, "100kHz");
    EXPECT_EQ(line_of(lines, "speed").stand, "contradicts");
    EXPECT_EQ(line_of(lines, "speed").declared, "speed Fm");
    EXPECT_EQ(line_of(lines, "speed").how,
              "answers at no address when fast asks, but when standard does");
    // A master that was named is the only one.
    EXPECT_EQ(i2cproof({"probe", file, "--master", "fast"}).status, 1);
}

TEST(Probe, HelpSaysTheExitStatus)
{
    EXPECT_TRUE(contains(i2cproof({"probe", "--help"}).out, "Exit status: 0 all was asked, 1 "));
}

TEST(Probe, SaysThatASlaveIsSilent)
{
    const Folder folder;
    const Outcome outcome =
        i2cproof({"probe", slave_of(folder, "static uint64_t wake(void *s) { return 0; }\n",
                                    "a == 0x80", "")});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_TRUE(contains(outcome.out, "it answers at no address")) << outcome;
}

TEST(Probe, IsTheSameEachTime)
{
    EXPECT_EQ(i2cproof({"probe", path_of("registers")}).out,
              i2cproof({"probe", path_of("registers")}).out);
}

TEST(Probe, AsksWithTheMasterThatIsNamed)
{
    const Outcome outcome =
        i2cproof({"probe", path_of("serial_loopback"), "--master", "arduino@100k"});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(contains(outcome.out, "asked by arduino@100k")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "of 32, then refuses one")) << outcome;
    EXPECT_EQ(i2cproof({"probe", path_of("registers"), "--master", "nobody"}).status, 2);
}
