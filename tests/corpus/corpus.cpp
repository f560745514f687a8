#include "tests/corpus/corpus.h"

extern "C" {
#include "scenarios/lang/lang.h"
}

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace
{

/// Lines without comments and blank ones.
std::vector<std::string> lines_of(const std::string &path)
{
    std::ifstream in(path);
    if (!in)
        throw path + ": cannot be read";
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        if (!line.empty() && line[0] != '#')
            lines.push_back(line);
    return lines;
}

/// The comment that a file begins with, in one line.
std::string leading_comment(const std::string &path)
{
    std::ifstream in(path);
    std::string text;
    for (std::string line; std::getline(in, line) && line.rfind("# ", 0) == 0;)
        text += (text.empty() ? "" : " ") + line.substr(2);
    return text;
}

/// Takes "FM-13, FM-09: " off the begin of a comment.
void take_classes(std::string &says, std::string &classes)
{
    static const std::regex head("^(FM-[0-9]{2}(, FM-[0-9]{2})*): *");
    std::smatch found;
    if (!std::regex_search(says, found, head))
        return;
    classes = found[1];
    says = found.suffix();
}

using Description = std::unique_ptr<slave_description, decltype(&lang_slave_free)>;

Description read_slave(const std::string &path)
{
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    slave_description *slave = nullptr;
    std::string text(4096, '\0');
    if (lang_slave_read_file(&slave, path.c_str(), diagnostics) != LANG_OK)
        lang_diagnostics_text(diagnostics, text.data(), text.size());
    lang_diagnostics_free(diagnostics);
    if (slave == nullptr)
        throw text;
    return Description(slave, lang_slave_free);
}

std::string text_or_nothing(const char *text)
{
    return text != nullptr ? text : "";
}

Variant read_variant(const fs::path &path, const std::string &slaves_shipped)
{
    const Description slave = read_slave(path.string());
    Variant v = {};
    v.file = path.filename().string();
    v.name = slave->name;
    v.says = leading_comment(path.string());
    take_classes(v.says, v.classes);
    v.rule = text_or_nothing(slave->expect_fail);
    v.scenario = text_or_nothing(slave->expect_scenario);
    // A variant leaves the kind to what it is like.
    v.design = fs::relative(slave_key_path(slave.get(), SLAVE_KEY_KIND), slaves_shipped).string();
    return v;
}

} // namespace

std::vector<Variant> read_corpus(const std::string &slaves_shipped)
{
    const fs::path folder = fs::path(slaves_shipped) / "broken";
    std::set<std::string> missed;
    for (const std::string &name : lines_of((folder / "missed_by_quick.txt").string()))
        missed.insert(name);
    std::vector<Variant> all;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".slave")
            all.push_back(read_variant(entry.path(), slaves_shipped));
    std::sort(all.begin(), all.end(),
              [](const Variant &a, const Variant &b) { return a.file < b.file; });
    for (Variant &v : all)
        v.missed_by_quick = missed.erase(v.file) != 0;
    if (!missed.empty())
        throw "missed_by_quick.txt: there is no " + *missed.begin();
    return all;
}

std::vector<FailureMode> read_failure_modes(const std::string &slaves_shipped)
{
    static const std::regex form("^(FM-[0-9]{2}) +([^|]*[^| ]) *(\\| *(.*))?$");
    std::vector<FailureMode> all;
    for (const std::string &line : lines_of(slaves_shipped + "/broken/failure_modes.txt")) {
        std::smatch found;
        if (!std::regex_match(line, found, form))
            throw "failure_modes.txt: cannot read: " + line;
        all.push_back({found[1], found[2], found[4]});
    }
    return all;
}
