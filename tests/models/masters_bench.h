// A bus with one master on it, and a list of what happened, for the tests of masters and parts.
#ifndef TESTS_MODELS_MASTERS_BENCH_H
#define TESTS_MODELS_MASTERS_BENCH_H

extern "C" {
#include "models/masters/master.h"
#include "models/masters/wire.h"
#include "models/parts/neighbour.h"
#include "models/parts/rival.h"
#include "sim/sim.h"
}

#include <cstdint>
#include <string>
#include <vector>

struct Edge {
    uint64_t at_ps;
    i2c_line line;
    bool high;
    uint32_t makers;
};

// A clock as the master makes it.
struct OwnClock {
    uint64_t pull_ps, release_ps;
};

struct Message {
    master_begin begin = MASTER_START;
    int address = -1; // first byte, -1: a void message
    std::vector<uint8_t> data = {};
    uint32_t reads = 0;
    bool stop = true;
    bool past_nack = false;
    std::vector<uint8_t> acks = {};
};

class Bench
{
  public:
    // `traced`: own_clocks() can be asked for.
    explicit Bench(const std::string &master_text, uint64_t seed = 1,
                   uint64_t budget_ps = 10 * I2C_PS_PER_S, bool traced = false);
    ~Bench();
    Bench(const Bench &) = delete;
    Bench &operator=(const Bench &) = delete;

    master_outcome run(const std::vector<Message> &messages);
    bool can(const std::vector<Message> &messages, std::string *why = nullptr,
             bool cut_is_fine = false);
    // What the monitor decoded so far: "S 0x50+W A 0x12 N P".
    std::string decoded() const;
    // The same without what belongs to no message: a controller code and the Sr behind it.
    std::string transfers() const;
    // The edges since the first one, in us: "     5.000 SCL v".
    std::string edges() const;
    // The edges of a line from an instant on, in ticks behind it: "0v 1^ ...". Up to a quarter of
    // a tick late counts as on it.
    std::string ticks(i2c_line line, uint64_t origin_ps, uint64_t tick_ps) const;
    uint64_t first_fall_ps(i2c_line line) const;
    void forget();
    // What the master did to SCL, whatever others made of it: for each of its STARTs, the clocks
    // until the next one or the end.
    std::vector<std::vector<OwnClock>> own_clocks() const;
    // SDA, or SCL, just before an instant, at 50 % of VDD.
    bool level_before(i2c_line line, uint64_t at_ps) const;
    // The edges of a line since the first edge of all, in us: "5v 10^ 15v". On ideal wires.
    std::string edges_us(i2c_line line) const;
    // A right slave that ACKs up to `takes` bytes and reads 0xA5 0x3C ...; before the first
    // transfer.
    void add_slave(uint8_t addr7, uint32_t takes = NEIGHBOUR_TAKES_ALL, unsigned stretch_clock = 0,
                   uint64_t stretch_ps = 0);
    // Holds SCL low from its `nth` fall (1: the first) for `ps`, once.
    void hold_scl(unsigned nth, uint64_t ps, i2c_role role = I2C_ROLE_FAULT);
    // Pulls SDA from `at_ps` on for `ps`, once.
    void pull_sda(uint64_t at_ps, uint64_t ps);
    // A second master, called "rival", on the same wires.
    void add_rival(const std::string &master_text);
    // Its transfer comes with the next run()'s, which returns when both have ended.
    void arm_rival(const std::vector<Message> &messages, uint64_t after_ps = 0);
    // Notes in `looked` what the master does to the lines at `at_ps`, once.
    void look(uint64_t at_ps);
    void run_for(uint64_t ps)
    {
        i2c_sim_run(sim, i2c_sim_now_ps(sim) + ps);
    }

    i2c_sim *sim = nullptr;
    master *m = nullptr;
    master_spec spec = {};
    neighbour slave = {};
    master *second = nullptr;
    master_spec second_spec = {};
    rival other = {};
    std::vector<std::vector<uint8_t>> second_got;
    std::vector<uint8_t> written; // what the slave took
    std::vector<Edge> edge_list;
    std::vector<i2c_event> events;
    std::vector<i2c_finding> findings;
    i2c_drive looked[2] = {I2C_RELEASED, I2C_RELEASED}; // by i2c_line
    std::vector<std::vector<uint8_t>> got; // what the read messages of the last run read

  private:
    static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps);
    static void on_event(void *ctx, const i2c_event *event);
    static void on_finding(void *ctx, const i2c_finding *finding);
    static void on_holder_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps);
    static void let_go(void *ctx, uint64_t now_ps);
    static void pull_or_let_go(void *ctx, uint64_t now_ps);
    std::vector<uint64_t> trace_memory;
    i2c_trace *trace = nullptr;
    static void build(const std::vector<Message> &messages, std::vector<master_message> *out,
                      std::vector<std::vector<uint8_t>> *into);
    std::vector<Message> second_messages;
    std::vector<master_message> second_list;
    master_transfer second_transfer = {};
    i2c_node holder = 0;
    i2c_timer holder_timer = {};
    unsigned falls_until_hold = 0;
    uint64_t hold_ps = 0;
    i2c_node hand = 0;
    i2c_timer hand_timer = {};
    uint64_t hand_ps = 0;
    i2c_timer look_timer = {};
};

struct Refusal {
    std::vector<Message> messages;
    const char *why; // empty: it can
};

// What the master says of each transfer, on a fresh bus.
void expect_refusals(const std::string &text, const std::vector<Refusal> &table);

// SCL of a master that turns it at each tick, as Bench::ticks() writes it: tick_clocks(17, 20) is
// "17v 18^ 19v 20^"; tick_rises() begins with a rise.
std::string tick_clocks(int from, int to);
std::string tick_rises(int from, int to);

// Compares with tests/models/golden/NAME.txt; I2CPROOF_UPDATE_GOLDEN=1 writes it instead.
void expect_golden(const std::string &name, const std::string &text);

#endif
