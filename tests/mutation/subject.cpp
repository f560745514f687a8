#include "tests/mutation/subject.h"

#include "tests/mutation/active.h"
#include "tests/mutation/elf.h"
#include "tests/mutation/process.h"

extern "C" {
#include "scenarios/lang/lang.h"
#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/native.h"
}

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace fs = std::filesystem;

namespace mutation
{

namespace
{

using Description = std::shared_ptr<slave_description>;

Description read_description(const std::string &path)
{
    const std::unique_ptr<lang_diagnostics, decltype(&lang_diagnostics_free)> told(
        lang_diagnostics_new(), lang_diagnostics_free);
    slave_description *slave = nullptr;
    if (lang_slave_read_file(&slave, path.c_str(), told.get()) == LANG_OK)
        return Description(slave, lang_slave_free);
    std::string text(lang_diagnostics_text(told.get(), nullptr, 0) + 1, '\0');
    (void)lang_diagnostics_text(told.get(), text.data(), text.size());
    throw std::runtime_error(text.c_str());
}

std::vector<std::string> strings(const slave_strings &from)
{
    return std::vector<std::string>(from.at, from.at + from.count);
}

/// The deepest folder that holds all of them.
fs::path common_folder(const std::vector<fs::path> &paths)
{
    fs::path common = paths.front().parent_path();
    for (const fs::path &one : paths)
        while (std::mismatch(common.begin(), common.end(), one.begin(), one.end()).first !=
               common.end())
            common = common.parent_path();
    return common;
}

std::vector<std::string> compiler()
{
    const char *cc = std::getenv("CC");
    std::istringstream words(cc != nullptr && *cc != '\0' ? cc : "cc");
    std::vector<std::string> found;
    for (std::string word; words >> word;)
        found.push_back(word);
    return found;
}

/// The call of the compiler for a source of the slave, without what it is to make of it.
std::vector<std::string> compiler_for(const slave_description &description)
{
    std::vector<std::string> words = compiler();
    words.push_back(std::string("-I") + I2CPROOF_HOSTED_HEADERS);
    for (const std::string &one : strings(description.includes))
        words.push_back("-I" + one);
    for (const std::string &one : strings(description.defines))
        words.push_back("-D" + one);
    for (const std::string &one : strings(description.flags))
        words.push_back(one);
    return words;
}

/// The source and the headers that it includes, but for those of the system and of i2cproof.
std::vector<fs::path> files_of(const std::string &source, const slave_description &description)
{
    std::vector<std::string> words = compiler_for(description);
    words.insert(words.end(), {"-MM", "-MT", "x", source});
    const Ended ended = run(words, {}, 60);
    if (ended.status != 0)
        throw std::runtime_error(source + ": its headers cannot be found:\n" + ended.out);
    std::istringstream rule(ended.out);
    std::vector<fs::path> files;
    std::string name;
    for (rule >> name; rule >> name;)
        if (name != "\\" && fs::path(name).parent_path() != I2CPROOF_HOSTED_HEADERS)
            files.push_back(fs::canonical(name));
    return files;
}

/// Paths with blanks are not known here: the shipped slaves have none.
fs::path root_of(const fs::path &slave, const slave_description &description)
{
    std::vector<fs::path> paths = {slave};
    for (const std::string &source : strings(description.sources))
        for (const fs::path &one : files_of(source, description))
            paths.push_back(one);
    for (const std::string &one : strings(description.includes))
        paths.push_back(fs::canonical(one) / ".");
    return common_folder(paths);
}

/// What the preprocessor makes of `text`, as if it stood at `path`.
std::string preprocess(const std::string &text, const fs::path &path,
                       const slave_description &description)
{
    const TemporaryFolder folder;
    const fs::path marked = folder.path() / "marked.c";
    const fs::path out = folder.path() / "preprocessed.c";
    write_text(marked, text);
    std::vector<std::string> words = compiler_for(description);
    words.insert(words.end(), {"-E", "-iquote", path.parent_path().string()});
    words.insert(words.end(), {"-o", out.string(), marked.string()});
    const Ended ended = run(words, {}, 60);
    if (ended.status != 0)
        throw std::runtime_error(path.string() + ": cannot be preprocessed:\n" + ended.out);
    return read_text(out);
}

Source read_source(const fs::path &path, const fs::path &root, const slave_description &description)
{
    Source source = {fs::relative(path, root), path, read_text(path), {}};
    const Lexed lexed = lex(source.text);
    const std::string whole = preprocess(mark_parts(source.text, lexed), path, description);
    source.mutants =
        find_mutants(source.text, active_tokens(lexed, whole), find_names(lex(whole).tokens));
    return source;
}

} // namespace

std::string read_text(const fs::path &path)
{
    std::ostringstream text;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(path.string() + ": cannot be read");
    text << file.rdbuf();
    return text.str();
}

void write_text(const fs::path &path, const std::string &text)
{
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file)
        throw std::runtime_error(path.string() + ": cannot be written");
}

TemporaryFolder::TemporaryFolder()
{
    std::string pattern = (fs::temp_directory_path() / "i2cproof-mutation-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error(pattern + ": cannot be made");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Subject read_subject(const std::string &slave_path, const std::vector<std::string> &only)
{
    const fs::path slave = fs::canonical(slave_path);
    const Description description = read_description(slave.string());
    if (description->sources.count == 0)
        throw std::runtime_error(slave_path + ": no sources to change");
    Subject subject;
    subject.name = description->name;
    subject.root = root_of(slave, *description);
    subject.slave = fs::relative(slave, subject.root);
    for (const std::string &one : strings(description->sources)) {
        const fs::path path = fs::canonical(one);
        const std::string name = path.filename().string();
        if (only.empty() || std::find(only.begin(), only.end(), name) != only.end())
            subject.sources.push_back(read_source(path, subject.root, *description));
    }
    return subject;
}

void add_slave(Subject *subject, Subject further)
{
    for (const Source &more : further.sources) {
        const auto same = std::find_if(subject->sources.begin(), subject->sources.end(),
                                       [&](const Source &one) { return one.file == more.file; });
        if (same == subject->sources.end()) {
            subject->sources.push_back(more);
            subject->sources.back().path = fs::relative(more.file, subject->root);
        } else {
            add_mutants(&same->mutants, more.mutants);
        }
    }
    subject->others.push_back(std::move(further));
}

void leave_out_unused_functions()
{
    std::string words;
    for (const std::string &one : compiler())
        words += one + " ";
    words += "-ffunction-sections -fdata-sections -Wl,--gc-sections";
    if (setenv("CC", words.c_str(), 1) != 0)
        throw std::runtime_error("the environment is full");
}

// ---- the bench

struct Bench::Described {
    Description slave;
};

Bench::Bench(const Subject &subject) : subject_(subject), described_(std::make_shared<Described>())
{
    std::string message;
    fs::copy(subject.root, folder_.path() / "tree", fs::copy_options::recursive);
    fs::create_directories(cache() + "/i2cproof");
    described_->slave = read_description(slave());
    if (!compile(&original_code_, &message))
        throw std::runtime_error(subject.name + " cannot be built:\n" + message);
}

std::string Bench::slave() const
{
    return (folder_.path() / "tree" / subject_.slave).string();
}

std::string Bench::cache() const
{
    return (folder_.path() / "cache").string();
}

std::string Bench::out() const
{
    return (folder_.path() / "out").string();
}

/// Into the very cache that the program will look into, so that each mutant is compiled once.
bool Bench::compile(std::string *code, std::string *message)
{
    const std::string kept = cache() + "/i2cproof";
    slave_build_options options = {};
    options.cache_dir = kept.c_str();
    char text[SLAVE_MESSAGE_BYTES] = "";
    slave_built built;
    if (!slave_build(slave_native_recipe(), described_->slave.get(), &options, &built, text,
                     sizeof text)) {
        *message = text;
        return false;
    }
    *code = loaded_parts(read_text(built.path));
    slave_build_done(&built);
    return true;
}

bool Bench::has(const Source &source) const
{
    return std::any_of(subject_.sources.begin(), subject_.sources.end(),
                       [&](const Source &one) { return one.file == source.file; });
}

fs::path Bench::copy_of(const Source &source) const
{
    return folder_.path() / "tree" / fs::relative(source.file, subject_.root);
}

Bench::Build Bench::build(const Source &source, const Mutant &mutant)
{
    std::string code;
    std::string message;
    if (!has(source))
        return Build::SameCode;
    fs::remove_all(cache() + "/i2cproof");
    fs::create_directories(cache() + "/i2cproof");
    write_text(copy_of(source), apply(source.text, mutant));
    if (!compile(&code, &message))
        return Build::Refused;
    return code == original_code_ ? Build::SameCode : Build::Other;
}

void Bench::restore(const Source &source)
{
    if (has(source))
        write_text(copy_of(source), source.text);
}

} // namespace mutation
