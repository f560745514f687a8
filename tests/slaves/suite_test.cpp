// The whole suite on every right slave that is shipped; tests/corpus has those that are wrong on
// purpose.
#include "tests/sanitized.h"
#include "tests/slaves/bench.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <tuple>

namespace fs = std::filesystem;

namespace
{

std::vector<std::string> shipped_files()
{
    std::vector<std::string> files;
    for (const fs::directory_entry &entry : fs::recursive_directory_iterator(SLAVES_SHIPPED))
        if (entry.path().extension() == ".slave")
            files.push_back(fs::relative(entry.path(), SLAVES_SHIPPED).string());
    std::sort(files.begin(), files.end());
    return files;
}

std::string text_of(const std::string &path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// "I2C-RD-03" of the line `expect fail I2C-RD-03`; "" if there is none.
std::string declared_rule(const std::string &slave_file)
{
    std::smatch found;
    const std::string text = text_of(slave_file);
    return std::regex_search(text, found, std::regex("\n *expect +fail +([^ \n]+)"))
               ? found[1].str()
               : "";
}

} // namespace

/// As a test's name may be written.
static std::string plain(std::string name)
{
    for (char &c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0)
            c = 'X';
    return name;
}

/// Read once: each of hundreds of tests is a process of its own, which asks for them many times.
static const std::vector<std::string> &right_slaves()
{
    static const std::vector<std::string> all = [] {
        std::vector<std::string> right;
        for (const std::string &file : shipped_files())
            if (declared_rule(std::string(SLAVES_SHIPPED) + "/" + file).empty())
                right.push_back(file);
        return right;
    }();
    return all;
}

/// Sanitizers look for slips in our own code, and a part of the suite comes through all of it.
static const char *const part_of_the_suite = SANITIZED ? " --quick" : "";

static bool is_hardware(const std::string &file)
{
    const std::string path = std::string(SLAVES_SHIPPED) + "/" + file;
    const std::string text = text_of(path);
    static const std::regex like("\n *like +([^ \n]+)");
    std::smatch found;
    if (text.find("\n    kind      rtl") != std::string::npos ||
        text.find("\n    kind      systemc") != std::string::npos)
        return true;
    return std::regex_search(text, found, like) &&
           is_hardware((fs::path(file).parent_path() / found[1].str()).lexically_normal().string());
}

/// Executed instruction by instruction, by a program that is there where simavr is.
static bool is_exact_avr(const std::string &file)
{
    return text_of(std::string(SLAVES_SHIPPED) + "/" + file).find("\n    kind      avr") !=
           std::string::npos;
}

/// Why its kind is not there; "": it is.
static std::string missing_for(const std::string &file)
{
    if (is_hardware(file) && std::system("command -v verilator >/dev/null") != 0)
        return "kind rtl needs Verilator (Debian package verilator)";
    const bool sketches = fs::exists("/usr/share/arduino/hardware/arduino/avr");
    if (is_exact_avr(file) && (std::system("command -v avr-gcc >/dev/null") != 0 || !sketches ||
                               !fs::exists(std::string(I2CPROOF_PROGRAM) + "-avr")))
        return "kind avr needs packages libsimavr-dev, gcc-avr, avr-libc, arduino-core-avr";
    return "";
}

/// Firmware takes many times as long as the slaves that call us: with its own masters it plays the
/// whole suite, with all others a part.
static const char *part_with_all_masters(const std::string &file)
{
    if (is_hardware(file) || is_exact_avr(file))
        return " --quick --filter 'ack*'";
    const std::string text = text_of(std::string(SLAVES_SHIPPED) + "/" + file);
    return text.find("\n    kind      firmware") != std::string::npos ? " --quick"
                                                                      : part_of_the_suite;
}

/// A design takes more than a firmware does; its variants play what they are for.
static const char *part_for(const std::string &file)
{
    if (is_exact_avr(file))
        return SANITIZED ? " --quick --master standard" : " --quick";
    if (!is_hardware(file))
        return part_of_the_suite;
    if (file == "systemc_registers/registers.slave")
        return " --quick";
    return file == "rtl_registers/rtl_registers.slave" ? " --quick --master fast"
                                                       : " --quick --master fast --filter 's*'";
}

/// Under sanitizers a slave plays a quarter of the scenarios, and the next slave the next.
static std::string quarter_of_the_suite(const std::string &file)
{
    static const char *const quarters[] = {"[ac]*", "[bd-q]*", "r*", "[s-z]*"};
    const std::vector<std::string> &right = right_slaves();
    const auto number = std::find(right.begin(), right.end(), file) - right.begin();
    return std::string(" --filter '") + quarters[number % static_cast<long>(std::size(quarters))] +
           "'";
}

/// A slave that names its masters promises nothing for others (polled pins and a master whose START
/// is over between two looks).
static bool names_masters(const std::string &file)
{
    return text_of(std::string(SLAVES_SHIPPED) + "/" + file).find("\n    masters ") !=
           std::string::npos;
}

/// Made of the code of another, with other keys.
static bool is_variant(const std::string &file)
{
    return text_of(std::string(SLAVES_SHIPPED) + "/" + file).find("\n    like ") !=
           std::string::npos;
}

class Suite : public testing::TestWithParam<std::string>
{
};

TEST_P(Suite, PassesRightSlaves)
{
    if (is_hardware(GetParam()) && SANITIZED && GetParam().find("stretch") != std::string::npos)
        GTEST_SKIP() << "its design is played elsewhere";
    if (!missing_for(GetParam()).empty())
        GTEST_SKIP() << missing_for(GetParam());
    const std::string slave = std::string(SLAVES_SHIPPED) + "/" + GetParam();
    Folder folder;
    const std::string command =
        std::string("XDG_CACHE_HOME='" TEST_CACHE "' '") + I2CPROOF_PROGRAM + "' run '" + slave +
        "'" + part_for(GetParam()) +
        (SANITIZED && !is_hardware(GetParam()) ? quarter_of_the_suite(GetParam()) : "") +
        " --fail-on warn --vcd none --out '" + folder.path("out") + "' >'" +
        folder.path("summary") + "' 2>&1";
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << text_of(folder.path("summary"));
}

// A right slave is never accused, whoever is the master: neither a fail nor a warn.

static std::vector<std::string> slaves_for_all_masters()
{
    std::vector<std::string> all;
    for (const std::string &file : right_slaves())
        if (!names_masters(file))
            all.push_back(file);
    return all;
}

static std::vector<std::string> line_ups()
{
    std::vector<std::string> all;
    std::ifstream file(SLAVES_LINE_UPS);
    for (std::string line; std::getline(file, line);)
        if (line[0] != '#')
            all.push_back(line);
    if (all.empty()) // no tests at all would be no failure
        throw std::runtime_error(SLAVES_LINE_UPS ": no line-up in it");
    return all;
}

static size_t number_of(const std::string &file)
{
    const std::vector<std::string> all = slaves_for_all_masters();
    return static_cast<size_t>(std::find(all.begin(), all.end(), file) - all.begin());
}

/// A slave plays the whole suite with one of the line-ups, the next slave with the next; what
/// masters' parameters change is their timing, and for that a variant need not be cut at every
/// edge. With each other line-up it plays a half of the short suite, the next slave the other half
/// (scripts/soak plays both).
static std::string part_with(size_t line_up, const std::string &file)
{
    static const char *const halves[] = {
        " --filter '[a-q]*' --filter 'smb.arp*'", // whoever has ARP plays nothing else
        " --filter '[r-z]*'"};
    const std::string most = part_with_all_masters(file);
    const size_t number = number_of(file);
    if (most.find("--filter") != std::string::npos)
        return most;
    if (most.empty() && !is_variant(file) && line_up == number % line_ups().size())
        return "";
    return std::string(" --quick") + halves[(number + line_up) % std::size(halves)];
}

/// The whole suite with its usual masters, where these are not among those that play the whole.
static std::vector<std::string> slaves_with_more_to_play()
{
    std::vector<std::string> all;
    for (const std::string &file : right_slaves())
        if (SANITIZED || names_masters(file) || !part_with(0, file).empty())
            all.push_back(file);
    return all;
}

INSTANTIATE_TEST_SUITE_P(All, Suite, testing::ValuesIn(slaves_with_more_to_play()),
                         [](const testing::TestParamInfo<std::string> &one) {
                             return plain(one.param);
                         });

using Meeting = std::tuple<std::string, size_t>;

/// Every slave meets every line-up. Under sanitizers, whose matter is our memory and not the
/// slave's manners, every line-up is met by one of them.
static std::vector<Meeting> meetings()
{
    std::vector<Meeting> all;
    size_t turn = 0;
    for (const std::string &file : slaves_for_all_masters()) {
        for (size_t i = 0; i < line_ups().size(); i++)
            if (is_hardware(file) || is_exact_avr(file) ? !SANITIZED && i == 0
                                                        : !SANITIZED || i == turn)
                all.emplace_back(file, i);
        turn++;
    }
    return all;
}

class RightSlave : public testing::TestWithParam<Meeting>
{
};

TEST_P(RightSlave, IsNeverAccused)
{
    const auto &[file, line_up] = GetParam();
    if (!missing_for(file).empty())
        GTEST_SKIP() << missing_for(file);
    std::istringstream names(line_ups()[line_up]);
    std::string options;
    for (std::string name; names >> name;)
        options += " --master '" + name + "'";
    Folder folder;
    const std::string command = std::string("XDG_CACHE_HOME='" TEST_CACHE "' '") +
                                I2CPROOF_PROGRAM + "' run '" + SLAVES_SHIPPED + "/" + file + "'" +
                                options + part_with(line_up, file) +
                                " --fail-on warn --vcd none --out '" + folder.path("out") + "' >'" +
                                folder.path("summary") + "' 2>&1";
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    // Where every master is too fast for the slave, nothing can be played (2).
    const std::string summary = text_of(folder.path("summary"));
    const bool none = summary.find("NOTHING PLAYED") != std::string::npos;
    EXPECT_EQ(WEXITSTATUS(status), none ? 2 : 0) << summary;
}

INSTANTIATE_TEST_SUITE_P(Masters, RightSlave, testing::ValuesIn(meetings()),
                         [](const testing::TestParamInfo<Meeting> &one) {
                             return plain(std::get<0>(one.param)) + "By" +
                                    std::to_string(one.index);
                         });
