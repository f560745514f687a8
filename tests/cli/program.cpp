#include "tests/cli/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;

Folder::Folder()
{
    std::string pattern = (fs::temp_directory_path() / "i2cproof-test-XXXXXX").string();
    at_ = mkdtemp(pattern.data());
}

Folder::~Folder()
{
    std::error_code ignored;
    fs::remove_all(at_, ignored);
}

std::string Folder::path(const std::string &name) const
{
    return (at_ / name).string();
}

std::string Folder::write(const std::string &name, const std::string &text) const
{
    fs::create_directories((at_ / name).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
}

std::vector<std::string> Folder::files() const
{
    std::vector<std::string> names;
    for (const auto &entry : fs::recursive_directory_iterator(at_))
        if (!entry.is_directory())
            names.push_back(fs::relative(entry.path(), at_).string());
    std::sort(names.begin(), names.end());
    return names;
}

std::ostream &operator<<(std::ostream &out, const Outcome &outcome)
{
    return out << outcome.command << "\nstatus " << outcome.status << "\nstdout:\n"
               << outcome.out << "\nstderr:\n"
               << outcome.err;
}

std::string read_file(const std::string &path)
{
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

namespace
{

[[noreturn]] void be_program(std::vector<std::string> words, const How &how, const std::string &out,
                             const std::string &err)
{
    const std::string to = how.stdout_to.empty() ? out : how.stdout_to;
    dup2(open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    for (const std::string &variable : how.environment) {
        const size_t is = variable.find('=');
        if (is == std::string::npos)
            unsetenv(variable.c_str());
        else
            setenv(variable.substr(0, is).c_str(), variable.c_str() + is + 1, 1);
    }
    if (!how.folder.empty() && chdir(how.folder.c_str()) != 0)
        _exit(126);
    if (how.in_child)
        how.in_child();
    std::vector<char *> argv;
    const std::string program = how.program.empty() ? I2CPROOF_PROGRAM : how.program;
    words.insert(words.begin(), program);
    for (std::string &word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
}

} // namespace

Outcome i2cproof(const Words &words, const How &how)
{
    const Folder folder;
    const std::string out = folder.path("out");
    const std::string err = folder.path("err");
    Outcome outcome = {};
    outcome.command = how.program.empty() ? "i2cproof" : how.program;
    for (const std::string &word : words)
        outcome.command += " " + word;
    const pid_t pid = fork();
    if (pid == 0)
        be_program(words, how, out, err);
    if (how.started)
        how.started(pid);
    int status = 0;
    rusage used = {};
    EXPECT_EQ(wait4(pid, &status, 0, &used), pid);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome.out = read_file(out);
    outcome.err = read_file(err);
    outcome.peak_kb = used.ru_maxrss;
    return outcome;
}

Json parse_json(const std::string &text)
{
    return {cJSON_ParseWithLengthOpts(text.c_str(), text.size() + 1, nullptr, 1), cJSON_Delete};
}

const cJSON *at(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

std::string text_at(const cJSON *object, const char *key)
{
    const cJSON *member = at(object, key);
    return cJSON_IsString(member) ? member->valuestring : "no string " + std::string(key);
}

double number_at(const cJSON *object, const char *key)
{
    const cJSON *member = at(object, key);
    return cJSON_IsNumber(member) ? member->valuedouble : -1;
}

std::string without_environment(const std::string &text)
{
    const Json document = parse_json(text);
    if (document == nullptr)
        return "no JSON";
    cJSON_DeleteItemFromObjectCaseSensitive(document.get(), "environment");
    char *printed = cJSON_Print(document.get());
    std::string rest = printed;
    free(printed);
    return rest;
}

std::string good_slave()
{
    return data("good.slave");
}

std::string data(const std::string &name)
{
    return std::string(CLI_TEST_DATA) + "/" + name;
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

Words quick_run(const std::string &slave, const Folder &folder)
{
    return {"run", slave, "--filter", "ack.*", "--quick", "--out", folder.path("out")};
}

Words mischief_run(const Folder &folder, const Words &more)
{
    Words words = {"run",   data("mischief.slave"), "--scenarios", data("mischief.scenario"),
                   "--out", folder.path("out")};
    if (std::find(more.begin(), more.end(), "--filter") == more.end())
        words.insert(words.end(), {"--filter", "mischief.*"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Json result_of(const Folder &folder)
{
    return parse_json(read_file(folder.path("out/result.json")));
}

const cJSON *case_of(const Json &result, const std::string &id)
{
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, at(result.get(), "cases"))
    {
        if (text_at(one, "id") == id)
            return one;
    }
    return nullptr;
}
