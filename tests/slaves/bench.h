// What tests of slaves share: a hand-made description, a slave on a bus, and a master that is
// clocked by hand, edge by edge.
#ifndef TESTS_SLAVES_BENCH_H
#define TESTS_SLAVES_BENCH_H

extern "C" {
#include "sim/sim.h"
#include "slave_under_test/kind.h"
}

#include <cstdint>
#include <filesystem>
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
    std::string path(const std::string &name) const
    {
        return (at_ / name).string();
    }
    std::string write(const std::string &name, const std::string &text) const;

  private:
    std::filesystem::path at_;
};

/// A slave_description made by hand.
class Description
{
  public:
    Description &sources(std::vector<std::string> paths);
    Description &defines(std::vector<std::string> defines);
    Description &includes(std::vector<std::string> folders);
    Description &flags(std::vector<std::string> flags);
    Description &watches(std::vector<std::string> names);
    Description &object(const std::string &path);
    /// Makes it firmware for that part.
    Description &mcu(const std::string &part, uint32_t clock_hz);
    /// Makes it one of kind avr: from its sources, or from a program that is linked already.
    Description &avr(const std::string &elf = "");
    const slave_description *get();

  private:
    static slave_strings strings(std::vector<const char *> &at, const std::vector<std::string> &s);
    std::vector<std::string> sources_, defines_, includes_, watch_, flags_;
    std::vector<const char *> at_[5];
    std::string object_, part_, elf_;
    bool avr_ = false;
    uint32_t clock_hz_ = 0;
    slave_description made_ = {};
};

/// A prepared slave; `message` says why not when `image` is NULL.
struct Prepared {
    slave_image *image = nullptr;
    std::string message;
    std::vector<std::string> notes;
    const slave_adapter *adapter; ///< of its kind

    explicit Prepared(Description &description, const std::string &cache = "")
        : Prepared(description.get(), cache)
    {
    }
    explicit Prepared(const slave_description *description, const std::string &cache = "");
    ~Prepared();
    Prepared(const Prepared &) = delete;
    Prepared &operator=(const Prepared &) = delete;
};

/// One case: a bus, the slave on it, and a master of 100 kHz that samples in mid-high.
class Bench
{
  public:
    explicit Bench(Prepared &slave, const slave_attach_options &options = {},
                   i2c_trace *trace = nullptr);
    ~Bench();
    Bench(const Bench &) = delete;
    Bench &operator=(const Bench &) = delete;

    void wait_us(uint64_t us);
    void start(); ///< also Sr
    void stop();
    bool bit(bool value);     ///< clocks one bit; returns what SDA was
    bool write(uint8_t byte); ///< true: acknowledged
    uint8_t read(bool ack);
    void set(i2c_line line, bool high);
    bool level(i2c_line line) const;
    bool slave_pulls(i2c_line line) const;
    int64_t get(const char *variable);
    /// Writes and then reads `count` bytes with Sr; true when all was acknowledged.
    bool transfer(uint8_t addr7, const std::vector<uint8_t> &out, size_t count,
                  std::vector<uint8_t> *in);
    /// The time for which SCL has been waited for, longest.
    uint64_t longest_wait_us() const
    {
        return longest_wait_us_;
    }

    uint64_t slowness = 1; ///< the master's clock is 100 kHz divided by it
    i2c_sim *sim = nullptr;
    slave_instance *slave = nullptr;
    std::vector<slave_call> calls;
    std::vector<std::string> findings;

  private:
    void high();
    Prepared &prepared_;
    i2c_node master_ = 0;
    uint64_t longest_wait_us_ = 0;
};

#endif
