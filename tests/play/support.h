/// Plays scenarios that are given as text on a slave that is given as text.
#ifndef TESTS_PLAY_SUPPORT_H
#define TESTS_PLAY_SUPPORT_H

extern "C" {
#include "scenarios/play/play.h"
}

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// A slave file of these lines and the ones that must be there; the slave is data/scripted.c,
/// called "s", at 0x50.
std::string scripted(const std::string &keys = "");
/// A scenario "t" of these lines, which it indents.
std::string scenario_t(const std::string &lines);

struct Options {
    std::vector<std::string> masters = {"standard"};
    uint64_t seed = 1;
    bool quick = false;
    bool long_runs = false;
    std::string filter; ///< "": none
    bool traced = false;
    const slave_adapter *adapter = nullptr; ///< plays in place of the hosted one, which prepares
};

/// A result and the case it is of.
struct Played {
    play_case one;
    play_result result;
    unsigned long allocated; ///< allocations while it was played
    const play_finding &first() const
    {
        return result.finding[0];
    }
    std::string verdict() const
    {
        return play_verdict_text(result.verdict);
    }
    /// All that was found, for messages of failing tests.
    std::string told() const;
};

class Stage
{
  public:
    /// `slave` is the text of a slave file; a name that ends with .slave is a shipped one.
    /// `scenarios` is text; "": the suite.
    Stage(const std::string &slave, const std::string &scenarios, const Options &options = {});
    ~Stage();
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;

    bool ready() const
    {
        return stage_ != nullptr;
    }
    const std::string &message() const
    {
        return message_;
    }
    uint32_t count() const;
    play_case at(uint32_t i) const;
    std::vector<std::string> ids() const;
    const play_set *set() const
    {
        return set_;
    }
    unsigned worlds = 0; ///< simulations that have ended so far
    /// Looks at each of them when it has ended; for those that are traced.
    std::function<void(const i2c_trace &)> look;
    Played play(uint32_t i = 0);
    Played play(const std::string &id);
    Played play(const play_case &one);

  private:
    bool read_slave(const std::string &text);
    bool compile(const std::string &text);
    bool make_set(const Options &options);
    bool make_stage(bool traced, const slave_adapter *adapter);
    void world_ends();

    std::string message_;
    slave_description *slave_ = nullptr;
    lang_program *own_ = nullptr;
    const lang_program *programs_[1] = {nullptr};
    std::vector<master_spec> masters_;
    play_set *set_ = nullptr;
    slave_image *image_ = nullptr;
    play_stage *stage_ = nullptr;
    std::vector<uint64_t> trace_memory_;
    i2c_trace *trace_ = nullptr;
    std::string filter_;
    const char *filters_ = nullptr;
};

/// The one case of the suite that `filter` leaves of a shipped slave with this master.
Played play_case_of(const std::string &slave, const std::string &master, const std::string &filter,
                    uint64_t seed);

/// The first case of a scenario of these lines, on one master.
Played played(const std::string &lines, const std::string &keys = "",
              const std::string &master = "standard");

/// Calls of malloc(), calloc() and realloc() by this program so far.
extern "C" unsigned long allocations;

#endif
