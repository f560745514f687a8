// What the tests of waveforms share: folders, traces made by hand and by simulation, and a VCD as
// values over time.
#pragma once

extern "C" {
#include "cli/wave.h"
#include "cli/wave_decode.h"
#include "cli/wave_gtkw.h"
#include "cli/wave_vcd.h"
#include "models/masters/master.h"
#include "models/parts/neighbour.h"
}

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace wave_test
{

constexpr uint64_t US = 1000000;

// A folder that goes with the test.
class Folder
{
  public:
    Folder();
    ~Folder();
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    std::string path(const std::string &name) const;

  private:
    std::string folder;
};

std::string file_text(const std::string &path);

// What a command writes to stdout and stderr; `*status` its exit status.
std::string output_of(const std::string &command, int *status);
// vcd2fst takes the file and says nothing.
void expect_vcd2fst_takes(const std::string &path);

// A trace in memory of its own.
class Trace
{
  public:
    explicit Trace(uint32_t capacity = 1 << 12);
    i2c_trace *get() const
    {
        return trace;
    }
    void node(const char *name);
    void level(uint64_t at_ps, i2c_line line, bool high);
    // Sets the pulls, and the level that they make.
    void pulls(uint64_t at_ps, i2c_line line, uint32_t nodes);
    void event(uint64_t at_ps, i2c_event_kind kind, uint8_t value = 0, unsigned flags = 0);

  private:
    std::vector<uint64_t> memory;
    i2c_trace *trace;
    bool high[2] = {true, true};
};

// Facts as a first look at the trace gives them.
wave_facts facts_of(const i2c_trace *trace);

// The whole trace as a VCD; the message of a failure, or "".
std::string write_vcd(const std::string &path, const i2c_trace *trace, const wave_facts &facts,
                      bool strict = false);

// Values of each signal over time, by path: "bus.scl". Bits as digits, strings as they are.
struct Waves {
    uint64_t timescale_ps = 0;
    std::map<std::string, std::map<uint64_t, std::string>> values;

    std::string at(const std::string &path, uint64_t time) const;
    // The values that a signal takes one after another, without the first.
    std::vector<std::string> changes(const std::string &path) const;
};
Waves read_vcd(const std::string &path);

// A master and a right slave at 0x26 that gives 0xA5, 0x3C, 0x00, 0xFF, recorded.
class Bus
{
  public:
    explicit Bus(const std::string &master_text, uint32_t capacity = 1 << 14,
                 i2c_trace_full_fn *on_full = nullptr, void *ctx = nullptr);
    ~Bus();
    Bus(const Bus &) = delete;
    Bus &operator=(const Bus &) = delete;
    void write(const std::vector<uint8_t> &bytes, bool stop = true);
    // Joined to what went before when that had no STOP.
    std::vector<uint8_t> read(uint32_t count);
    i2c_trace *trace() const
    {
        return recorded.get();
    }
    // Those of its trace, to the present time.
    wave_facts facts() const;

  private:
    void run(const master_message &message);

    Trace recorded;
    master_spec spec = {};
    i2c_sim *sim = nullptr;
    master *m = nullptr;
    neighbour slave = {};
    std::vector<master_message> open; // messages that wait for the one with the STOP
    std::vector<std::vector<uint8_t>> kept;
};

} // namespace wave_test
