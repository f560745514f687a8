// What the engine costs per SCL clock, in units of the hand-written loop (loop.h): the textbook
// master, the hosted register slave, every rule on. Loop and engine run in turn on one core and are
// timed in CPU time, so that the machine's mood falls on both; the median of the ratios is the
// figure.
//
//     bench_engine SLAVE-FILE [REPEATS]
#include "bench/loop.h"
#include "bench/measure.h"
#include "cli/wave_vcd.h"
#include "models/masters/master.h"
#include "scenarios/lang/lang.h"
#include "slave_under_test/kind.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRANSFERS = 20000, REPEATS = 9, REPEATS_MAX = 99, SEED = 1 };

typedef struct {
    const char *name;
    const char *master;
    bool trace; ///< the binary ring is on, as it is in every run
    bool rules_off;
    const char *vcd; ///< the file that wires and pulls are written to; NULL: none
    double limit;    ///< units that it may cost; 0: told for comparison
} setup;

static const char vcd_path[] = "bench_engine.vcd";
static const char no_disk_path[] = "/dev/null"; // without what the system takes for a file's pages

static const setup setups[] = {
    {.name = "ideal wires, every rule, no trace", .master = "standard,ideal=1", .limit = 6.0},
    {.name = "ideal wires, no rules, no trace", .master = "standard,ideal=1", .rules_off = true},
    {.name = "RC wires, every rule, no trace", .master = "standard", .limit = 8.0},
    {.name = "ideal wires, every rule, trace ring", .master = "standard,ideal=1", .trace = true},
    {.name = "ideal wires, every rule, VCD",
     .master = "standard,ideal=1",
     .trace = true,
     .vcd = vcd_path},
    {.name = "ideal wires, every rule, VCD to null",
     .master = "standard,ideal=1",
     .trace = true,
     .vcd = no_disk_path},
};
enum { SETUPS = sizeof setups / sizeof setups[0] };
enum { PLAIN = 0, WITH_VCD = SETUPS - 2, WITH_VCD_TO_NULL = SETUPS - 1 };

// A VCD of wires and pulls may add so much to the plain engine, and cost so much a value change.
static const double vcd_limit = 3.5;
static const double change_limit_ns = 20;

static slave_image *prepare(const slave_description *slave, const slave_adapter **adapter)
{
    char text[8192];
    *adapter = slave_adapter_find("hosted");
    const slave_build_options options = {0};
    slave_image *image = (*adapter)->prepare(slave, &options, text, sizeof text);
    if (image == NULL)
        bench_fail(text);
    return image;
}

/// A bus with master and slave, ready to run.
typedef struct {
    i2c_sim *sim;
    master *master;
    slave_instance *slave;
    wave_vcd *vcd; ///< NULL: none is written
} world;

static void on_trace_full(void *ctx, const i2c_trace *trace)
{
    const world *w = ctx;
    if (w->vcd != NULL)
        wave_vcd_take(w->vcd, trace);
}

static void build(world *w, const setup *s, const slave_adapter *adapter, slave_image *image,
                  const slave_description *slave, i2c_trace *trace)
{
    i2c_trace_clear(trace);
    *w = (world){0};
    master_spec spec;
    char error[MASTER_TEXT_BYTES];
    if (!master_spec_read(&spec, s->master, error, sizeof error))
        bench_fail(error);
    const i2c_sim_config config = {.wires = spec.wires,
                                   .budget_ps = I2C_NEVER_PS,
                                   .trace = s->trace ? trace : NULL,
                                   .on_trace_full = on_trace_full,
                                   .on_trace_full_ctx = w,
                                   .rules_off = s->rules_off};
    if (i2c_sim_new(&w->sim, &config) != I2C_OK || master_new(&w->master, &spec) != I2C_OK)
        bench_fail("out of memory");
    const slave_attach_options options = {.threshold = spec.threshold};
    w->slave = adapter->attach(image, w->sim, &options);
    if (w->slave == NULL || master_attach(w->master, w->sim) != I2C_OK)
        bench_fail("the simulation's tables are full");
    i2c_profile profile;
    lang_profile_fill(&profile, slave);
    i2c_sim_set_profile(w->sim, adapter->node(w->slave), &profile);
    const i2c_master_profile judged = master_spec_profile(&spec);
    i2c_sim_set_master_profile(w->sim, master_node(w->master), &judged);
    i2c_sim_run(w->sim, I2C_PS_PER_MS);
}

/// What the next transfers read, as the loop's slave gets it.
static uint64_t fill(const slave_adapter *adapter, slave_instance *slave, uint64_t *random)
{
    static const char *const names[LOOP_READ_BYTES] = {"scratch[0]", "scratch[1]", "scratch[2]",
                                                       "scratch[3]", "scratch[4]", "scratch[5]",
                                                       "scratch[6]", "scratch[7]"};
    uint8_t bytes[LOOP_READ_BYTES];
    const uint64_t sum = loop_data(random, bytes);
    for (unsigned i = 0; i < LOOP_READ_BYTES; i++)
        if (adapter->set(slave, names[i], bytes[i]) != SLAVE_OK)
            bench_fail("the slave has no variable scratch[8]");
    return sum;
}

/// Reads the slave's eight bytes again and again; each must come as it was set.
static void transfers(const world *w, const slave_adapter *adapter, uint8_t address)
{
    const uint8_t pointer = LOOP_POINTER;
    uint8_t bytes[LOOP_READ_BYTES];
    const master_message messages[] = {
        {.begin = MASTER_START,
         .addressed = true,
         .address = address,
         .count = 1,
         .data = &pointer},
        {.begin = MASTER_JOIN,
         .addressed = true,
         .address = address | 1,
         .count = LOOP_READ_BYTES,
         .into = bytes,
         .stop = true},
    };
    const master_transfer transfer = {messages, 2};
    master_outcome outcome = {0};
    uint64_t random = SEED;
    for (unsigned i = 0; i < TRANSFERS; i++) {
        const uint64_t expected = fill(adapter, w->slave, &random);
        master_run(w->master, &transfer, &outcome);
        uint64_t sum = 0;
        for (unsigned k = 0; k < LOOP_READ_BYTES; k++)
            sum += bytes[k];
        if (outcome.end != MASTER_DONE || sum != expected)
            bench_fail("a transfer did not go through");
    }
}

static void open_vcd(world *w, const char *path, const i2c_trace *trace)
{
    char message[256];
    wave_facts facts;
    wave_facts_init(&facts);
    facts.scale_ps = 1000; // these masters and this slave keep to whole nanoseconds
    facts.whole = true;
    const wave_vcd_config config = {.facts = &facts, .tables = trace, .wires_only = true};
    w->vcd = wave_vcd_open(path, &config, message, sizeof message);
    if (w->vcd == NULL)
        bench_fail(message);
}

static void finish_vcd(world *w, const i2c_trace *trace)
{
    char message[256];
    if (!wave_vcd_finish(w->vcd, trace, message, sizeof message))
        bench_fail(message);
    wave_vcd_free(w->vcd);
}

/// Value changes that a VCD of wires and pulls has, a clock: levels, and pulls of the two nodes.
static double changes_a_clock(const i2c_trace *trace)
{
    uint64_t changes = 0;
    uint64_t clocks = 0;
    for (uint64_t i = 0; i < i2c_trace_kept(trace); i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        changes += r->kind == I2C_RECORD_LEVEL || r->kind == I2C_RECORD_PULLS;
        clocks += r->kind == I2C_RECORD_LEVEL && r->a == I2C_SCL && r->b != 0;
    }
    return (double)changes / (double)clocks;
}

/// CPU time that the engine's transfers took for setting the slave's bytes, which is no part of
/// them.
static double fills_s(const world *w, const slave_adapter *adapter)
{
    uint64_t random = SEED;
    const double begin_s = bench_cpu_s();
    for (unsigned i = 0; i < TRANSFERS; i++)
        (void)fill(adapter, w->slave, &random);
    return bench_cpu_s() - begin_s;
}

/// CPU time of one SCL clock.
static double engine_s(const setup *s, const slave_adapter *adapter, slave_image *image,
                       const slave_description *slave, i2c_trace *trace)
{
    world w;
    build(&w, s, adapter, image, slave, trace);
    if (s->vcd != NULL)
        open_vcd(&w, s->vcd, trace);
    const double begin_s = bench_cpu_s();
    transfers(&w, adapter, (uint8_t)(slave->addr7 << 1));
    if (s->vcd != NULL)
        finish_vcd(&w, trace);
    const double span_s = bench_cpu_s() - begin_s - fills_s(&w, adapter);
    if (i2c_sim_rules(w.sim)->findings != 0)
        bench_fail(i2c_sim_rules(w.sim)->finding[0].message);
    adapter->detach(w.slave);
    master_free(w.master);
    i2c_sim_free(w.sim);
    return span_s / ((double)TRANSFERS * LOOP_CLOCKS);
}

static uint64_t loop_sum(uint64_t times)
{
    uint8_t bytes[LOOP_READ_BYTES];
    uint64_t random = SEED;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < times; i++)
        sum += loop_data(&random, bytes);
    return sum;
}

static double loop_s(uint64_t run(uint64_t times, uint64_t seed))
{
    const uint64_t times = (uint64_t)TRANSFERS * 10;
    const double begin_s = bench_cpu_s();
    const uint64_t sum = run(times, SEED);
    const double span_s = bench_cpu_s() - begin_s;
    if (sum != loop_sum(times))
        bench_fail("the loop read wrong bytes");
    return span_s / ((double)times * LOOP_CLOCKS);
}

static bool told(const char *name, double figure, const char *unit, double limit)
{
    printf("%-38s %6.2f %s", name, figure, unit);
    if (limit > 0)
        printf("  limit %.1f: %s", limit, figure <= limit ? "met" : "MISSED");
    return limit <= 0 || figure <= limit;
}

/// What one setup costs: medians of as many runs, each beside one of the loop.
typedef struct {
    double units, ns, loop_ns;
    double lean_units, lean_ns; ///< by the loop that is inlined
} cost;

static cost measure(const setup *s, const slave_adapter *adapter, slave_image *image,
                    const slave_description *slave, i2c_trace *trace, unsigned repeats)
{
    double units[REPEATS_MAX];
    double ns[REPEATS_MAX];
    double loop_ns[REPEATS_MAX];
    double lean_units[REPEATS_MAX];
    double lean_ns[REPEATS_MAX];
    for (unsigned i = 0; i < repeats; i++) {
        loop_ns[i] = loop_s(loop_apart_run) * 1e9;
        lean_ns[i] = loop_s(loop_run) * 1e9;
        ns[i] = engine_s(s, adapter, image, slave, trace) * 1e9;
        units[i] = ns[i] / loop_ns[i];
        lean_units[i] = ns[i] / lean_ns[i];
    }
    return (cost){.units = bench_median(units, repeats),
                  .ns = bench_median(ns, repeats),
                  .loop_ns = bench_median(loop_ns, repeats),
                  .lean_units = bench_median(lean_units, repeats),
                  .lean_ns = bench_median(lean_ns, repeats)};
}

/// What a VCD adds to the plain engine; returns whether that is within the limits.
static bool tell_vcd(const char *where, const cost *with, const cost *plain, double changes)
{
    char name[64];
    (void)snprintf(name, sizeof name, "a VCD of wires and pulls%s adds", where);
    bool met = told(name, with->units - plain->units, "units", vcd_limit);
    printf("  (%.1f ns a clock; %.1f units by the lean loop)\n", with->ns - plain->ns,
           with->lean_units - plain->lean_units);
    met &=
        told("that is, a value change", (with->ns - plain->ns) / changes, "ns   ", change_limit_ns);
    printf("\n");
    return met;
}

/// Tells all figures; returns whether every limit is met.
static bool tell_all(const slave_adapter *adapter, slave_image *image,
                     const slave_description *slave, i2c_trace *trace, unsigned repeats)
{
    cost costs[SETUPS];
    bool met = true;
    for (unsigned k = 0; k < SETUPS; k++) {
        costs[k] = measure(&setups[k], adapter, image, slave, trace, repeats);
        met &= told(setups[k].name, costs[k].units, "units", setups[k].limit);
        printf("  (%.1f ns a clock, loop %.2f ns; %.1f units by the lean loop, %.2f ns)\n",
               costs[k].ns, costs[k].loop_ns, costs[k].lean_units, costs[k].lean_ns);
    }
    const double changes = changes_a_clock(trace);
    met &= tell_vcd("", &costs[WITH_VCD], &costs[PLAIN], changes);
    met &= tell_vcd(" to null", &costs[WITH_VCD_TO_NULL], &costs[PLAIN], changes);
    (void)remove(vcd_path);
    return met;
}

/// The VCD is written where nobody keeps files, and is gone whoever stops listening.
static void enter_folder(char *made)
{
    (void)signal(SIGPIPE, SIG_IGN);
    if (mkdtemp(made) == NULL || chdir(made) != 0)
        bench_fail("no folder for the VCD can be made in /tmp");
}

int main(int argc, char **argv)
{
    if (argc < 2)
        bench_fail("usage: bench_engine SLAVE-FILE [REPEATS]");
    const unsigned repeats = bench_repeats(argc, argv, REPEATS, REPEATS_MAX);
    slave_description *slave = bench_read_slave(argv[1]);
    const slave_adapter *adapter = NULL;
    slave_image *image = prepare(slave, &adapter);
    const uint32_t capacity = 1u << 16;
    void *memory = malloc(i2c_trace_bytes(capacity));
    if (memory == NULL)
        bench_fail("out of memory");
    i2c_trace *trace = i2c_trace_init(memory, capacity);
    char folder[] = "/tmp/bench_engine.XXXXXX";
    enter_folder(folder);
    const bool met = tell_all(adapter, image, slave, trace, repeats);
    (void)rmdir(folder);
    free(memory);
    adapter->discard(image);
    lang_slave_free(slave);
    return met ? 0 : 1;
}
