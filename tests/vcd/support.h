#ifndef TESTS_VCD_SUPPORT_H
#define TESTS_VCD_SUPPORT_H

#include "vcd/vcd.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vcd_test
{

/// A writer into a string. `push` bytes at most are taken by each call (a sink with short writes).
class Trace
{
  public:
    explicit Trace(vcd_writer_config config = {}, size_t push = SIZE_MAX);
    ~Trace();
    Trace(const Trace &) = delete;
    Trace &operator=(const Trace &) = delete;

    vcd_writer *w() const
    {
        return writer;
    }
    vcd_signal var(vcd_var_type type, uint32_t width, const char *name) const;
    /// Finishes, expecting success, and gives the whole file.
    std::string text();
    std::string bytes;
    size_t max_push;

  private:
    vcd_writer *writer = nullptr;
};

/// What a reader told, one line an event, and how it ended.
struct Told {
    std::vector<std::string> events;
    vcd_status status = VCD_OK;
    vcd_error error{};
    /// All events as one text.
    std::string all() const;
};

/// Reads `file` in pieces of `piece` bytes.
Told read_text(const std::string &file, size_t piece = SIZE_MAX, size_t word_max_bytes = 0);

/// A fresh folder, removed with its files at the end.
class Folder
{
  public:
    Folder();
    ~Folder();
    std::string path(const std::string &name) const;

  private:
    std::string root;
};

std::string file_bytes(const std::string &path);

} // namespace vcd_test

#endif
