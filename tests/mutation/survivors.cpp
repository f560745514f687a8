#include "tests/mutation/survivors.h"

#include <sstream>
#include <stdexcept>

namespace mutation
{

namespace
{

class Reader
{
  public:
    Reader(const std::string &text, const std::string &path) : in_(text), path_(path)
    {
    }

    Survivors run()
    {
        for (std::string line; std::getline(in_, line);) {
            number_++;
            take(line);
        }
        finish();
        return survivors_;
    }

  private:
    [[noreturn]] void fail(unsigned line, const std::string &message) const
    {
        throw std::runtime_error(path_ + ":" + std::to_string(line) + ": " + message);
    }

    void take(const std::string &line)
    {
        const size_t indent = line.find_first_not_of(' ');
        if (indent == std::string::npos || line[indent] == '#')
            return;
        if (indent == 0) {
            finish();
            key_ = line + "\n";
            first_line_ = number_;
            expected_ = "line";
        } else if (key_.empty()) {
            fail(number_, "an entry begins with slave, file and function");
        } else if (indent > 4 && expected_.empty()) {
            known_.why += " " + line.substr(indent);
        } else {
            take_word(line.substr(indent));
        }
    }

    void take_word(const std::string &line)
    {
        const std::string word = line.substr(0, line.find(' '));
        const size_t rest = line.find_first_not_of(' ', word.size());
        if (word == expected_ && expected_ != "reason") {
            key_ += line + "\n";
            expected_ = word == "line" ? "change" : "reason";
        } else if (expected_ == "reason" && (word == "equivalent" || word == "open")) {
            known_ = {word == "equivalent", rest == std::string::npos ? "" : line.substr(rest),
                      first_line_};
            expected_.clear();
        } else {
            fail(number_, expected_ == "reason" ? "expected equivalent or open, and the reason"
                                                : "expected " + expected_);
        }
    }

    void finish()
    {
        if (key_.empty())
            return;
        if (!expected_.empty())
            fail(first_line_, "an entry without its " + expected_);
        if (known_.why.size() < 10)
            fail(first_line_, "an entry without a reason");
        if (!survivors_.emplace(key_, known_).second)
            fail(first_line_, "this one stands twice");
        key_.clear();
    }

    std::istringstream in_;
    std::string path_;
    unsigned number_ = 0, first_line_ = 0;
    std::string key_, expected_;
    Known known_ = {};
    Survivors survivors_;
};

} // namespace

std::string key_of(const std::string &slave, const std::string &file, const Mutant &mutant)
{
    const std::string number = mutant.number > 1 ? " " + std::to_string(mutant.number) : "";
    return slave + " " + file + " " + mutant.function + "\n" + "line    " + mutant.text + "\n" +
           "change" + number + "  " + mutant.change + "\n";
}

Survivors read_survivors(const std::string &text, const std::string &path)
{
    return Reader(text, path).run();
}

} // namespace mutation
