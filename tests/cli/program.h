// Runs the real program as a person or a CI server does.
#ifndef TESTS_CLI_PROGRAM_H
#define TESTS_CLI_PROGRAM_H

#include <cjson/cJSON.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// A folder that is gone after the test.
class Folder
{
  public:
    Folder();
    ~Folder();
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    std::string path(const std::string &name) const;
    std::string write(const std::string &name, const std::string &text) const;
    /// Names of what lies in it, sorted, with slashes, as far as they are files.
    std::vector<std::string> files() const;

  private:
    std::filesystem::path at_;
};

struct Outcome {
    int status;      // of exit; 128 + signal when it was killed
    std::string out; // stdout
    std::string err; // stderr
    long peak_kb;    // of the largest process
    // what a failing test shows
    std::string command;
};
std::ostream &operator<<(std::ostream &out, const Outcome &outcome);

struct How {
    std::vector<std::string> environment; // NAME=VALUE, or NAME to unset it
    std::string folder;                   // to run in; "" the present one
    std::string program;                  // another one; "" i2cproof
    std::string stdout_to;                // a path; "" captured
    std::function<void()> in_child;       // before exec
    std::function<void(int)> started;     // with its process id
};

using Words = std::vector<std::string>;
Outcome i2cproof(const Words &words, const How &how = {});

std::string read_file(const std::string &path);
bool contains(const std::string &text, const std::string &part);

using Json = std::unique_ptr<cJSON, decltype(&cJSON_Delete)>;
/// NULL when it is no JSON from the first to the last byte.
Json parse_json(const std::string &text);
std::string text_at(const cJSON *object, const char *key);
double number_at(const cJSON *object, const char *key);
const cJSON *at(const cJSON *object, const char *key);
/// The document without its object `environment`.
std::string without_environment(const std::string &text);

/// A slave that works, as a .slave file with blanks in `folder`; gives its path.
std::string good_slave();
std::string data(const std::string &name);
/// A run of the whole suite takes its time; most tests need a few cases only.
Words quick_run(const std::string &slave, const Folder &folder);
/// Of mischief.slave, which does to its process what each byte tells it.
Words mischief_run(const Folder &folder, const Words &more = {});
/// What a run left in out/ of the folder.
Json result_of(const Folder &folder);
const cJSON *case_of(const Json &result, const std::string &id);

#endif
