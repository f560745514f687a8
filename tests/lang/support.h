/// Compiles texts and holds what comes of it.
#ifndef TESTS_LANG_SUPPORT_H
#define TESTS_LANG_SUPPORT_H

extern "C" {
#include "scenarios/lang/eval.h"
#include "scenarios/lang/lang.h"
}

#include <string>
#include <vector>

class Compiled
{
  public:
    explicit Compiled(const std::string &text, const lang_options *options = nullptr);
    explicit Compiled(const std::vector<std::string> &texts, const lang_options *options = nullptr);
    ~Compiled();
    Compiled(const Compiled &) = delete;
    Compiled &operator=(const Compiled &) = delete;

    const lang_node &node(uint32_t index) const;
    const lang_node &statement(unsigned i) const; ///< of the first scenario
    std::vector<lang_node> list(uint32_t first) const;
    std::string text(uint32_t offset) const;
    const lang_scenario &scenario(unsigned i = 0) const;
    std::string messages() const;

    lang_status status;
    lang_program *program = nullptr;
    lang_diagnostics *diagnostics;
};

class Slave
{
  public:
    explicit Slave(const std::string &text, const std::string &path = "some/where.slave");
    ~Slave();
    Slave(const Slave &) = delete;
    Slave &operator=(const Slave &) = delete;
    std::string messages() const;
    const slave_description *operator->() const;

    lang_status status;
    slave_description *description = nullptr;
    lang_diagnostics *diagnostics;
};

/// A scenario "t" of these statement lines, which it indents.
std::string scenario_of(const std::string &statements);
/// A slave of these keys and the ones that must be there, where they are not.
std::string slave_of(const std::string &keys);
std::string read_text(const std::string &path);
/// "line:column message" of the first mistake.
std::string first_mistake(const lang_diagnostics *diagnostics);

#endif
