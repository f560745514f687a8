// What kinds avr and firmware cost, against bare simavr on the same program: simulated cycles of
// the part a second of this machine's CPU time, with live traffic on the bus. All run in turn on
// one core; the figures are medians of the ratios. This program contains simavr and is under GPL-3
// therefore.
//
//     bench_avr SLAVE-FILE [REPEATS]       (a slave of kind firmware)
#include "bench/measure.h"
#include "models/masters/master.h"
#include "scenarios/lang/lang.h"
#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/avr/avr.h"
#include "slave_under_test/kinds/avr/program.h"
#include "slave_under_test/kinds/avr/recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <sim_avr.h>
#pragma GCC diagnostic pop

slave_adapter_fn *const slave_adapters_more[] = {avr_adapter, NULL};

enum { REPEATS = 5, REPEATS_MAX = 99, KINDS = 2, SIMULATED_MS = 2000 };
static const double hook_limit_ns = 4;
// A hook counts three cycles for a basic block, two for a byte of memory
// (kinds/firmware/avr/avr.c): with this, the time of a hook is told too long.
enum { CYCLES_OF_A_HOOK = 3 };

typedef struct {
    const char *name;
    slave_kind kind;
    bool traffic;
    double limit; ///< of bare simavr; 0: told for comparison
} setup;

// Bare simavr has nothing at its pins, so the second is held against it without traffic, too.
static const setup setups[] = {{"kind avr, live traffic", SLAVE_AVR, true, 0.6},
                               {"kind avr, quiet bus", SLAVE_AVR, false, 0.6},
                               {"kind firmware, live traffic", SLAVE_FIRMWARE, true, 0},
                               {"kind firmware, quiet bus", SLAVE_FIRMWARE, false, 5}};
enum { SETUPS = sizeof setups / sizeof setups[0], NATIVE_QUIET = SETUPS - 1 };

// ---- bare -------------------------------------------------------------------------------------

static avr_program *link_program(const slave_description *slave)
{
    static avr_recipe made;
    static slave_built built;
    char text[8192] = "";
    const slave_build_options options = {0};
    avr_recipe_make(&made, slave->mcu, slave->cpu_hz);
    if (!slave_build(&made.recipe, slave, &options, &built, text, sizeof text))
        bench_fail(text);
    avr_program *program = avr_program_read(built.path, slave->path, text, sizeof text);
    slave_build_done(&built);
    if (program == NULL)
        bench_fail(text);
    return program;
}

/// Cycles a second of simavr as it comes, with its own peripherals and nothing at the pins.
static double bare_hz(const slave_description *slave, const avr_program *program)
{
    const avr_cycle_count_t cycles = (avr_cycle_count_t)slave->cpu_hz / 1000 * SIMULATED_MS;
    size_t bytes = 0;
    const unsigned char *flash = avr_program_flash(program, &bytes);
    avr_t *avr = avr_make_mcu_by_name(slave->mcu);
    if (avr == NULL || avr_init(avr) != 0)
        bench_fail("simavr does not know the part");
    avr->frequency = slave->cpu_hz;
    memcpy(avr->flash, flash, bytes);
    const double from_s = bench_cpu_s();
    while (avr->cycle < cycles)
        if (avr_run(avr) >= cpu_Done)
            bench_fail("bare simavr has stopped");
    const double took_s = bench_cpu_s() - from_s;
    // It is not given back: avr_terminate() of simavr 1.6 frees what it has not allocated.
    return (double)cycles / took_s;
}

// ---- on the bus -------------------------------------------------------------------------------

typedef struct {
    const slave_adapter *adapter;
    slave_image *image;
} built_slave;

static built_slave prepare(slave_description *slave, slave_kind kind)
{
    char text[8192] = "";
    const slave_build_options options = {0};
    slave->kind = kind;
    built_slave built = {.adapter = slave_adapter_find(kind == SLAVE_AVR ? "avr" : "firmware")};
    built.image = built.adapter->prepare(slave, &options, text, sizeof text);
    if (built.image == NULL)
        bench_fail(text);
    return built;
}

/// Writes four bytes and reads four: every second millisecond is traffic.
static void transfer(master *m, uint8_t addr7)
{
    static const uint8_t data[4] = {1, 2, 3, 4};
    uint8_t bytes[4];
    const master_message messages[] = {{.begin = MASTER_START,
                                        .addressed = true,
                                        .address = (uint8_t)(addr7 << 1),
                                        .count = sizeof data,
                                        .data = data},
                                       {.begin = MASTER_JOIN,
                                        .addressed = true,
                                        .address = (uint8_t)(addr7 << 1 | 1),
                                        .count = sizeof bytes,
                                        .into = bytes,
                                        .stop = true}};
    const master_transfer all = {messages, 2};
    master_outcome outcome = {0};
    master_run(m, &all, &outcome);
    if (outcome.end != MASTER_DONE)
        bench_fail("a transfer did not go through");
}

static double live_hz(const slave_description *slave, const built_slave *built, bool traffic)
{
    master_spec spec;
    char error[MASTER_TEXT_BYTES];
    i2c_sim *sim = NULL;
    master *m = NULL;
    if (!master_spec_read(&spec, "standard", error, sizeof error))
        bench_fail(error);
    const i2c_sim_config config = {.wires = spec.wires, .budget_ps = I2C_NEVER_PS};
    if (i2c_sim_new(&sim, &config) != I2C_OK || master_new(&m, &spec) != I2C_OK)
        bench_fail("out of memory");
    const slave_attach_options options = {.threshold = spec.threshold};
    slave_instance *s = built->adapter->attach(built->image, sim, &options);
    if (s == NULL || master_attach(m, sim) != I2C_OK)
        bench_fail("the simulation's tables are full");
    i2c_sim_run(sim, I2C_PS_PER_MS);
    const double from_s = bench_cpu_s();
    const uint64_t from_ps = i2c_sim_now_ps(sim), end_ps = SIMULATED_MS * I2C_PS_PER_MS;
    while (i2c_sim_now_ps(sim) < end_ps) {
        if (traffic)
            transfer(m, slave->addr7);
        i2c_sim_run(sim, i2c_sim_now_ps(sim) + I2C_PS_PER_MS);
    }
    const double took_s = bench_cpu_s() - from_s;
    const double simulated_s = (double)(i2c_sim_now_ps(sim) - from_ps) / (double)I2C_PS_PER_S;
    built->adapter->detach(s);
    master_free(m);
    i2c_sim_free(sim);
    return simulated_s * slave->cpu_hz / took_s;
}

// ---- figures ----------------------------------------------------------------------------------

static bool tell(const char *what, double hz, double ratio, double limit)
{
    printf("%-32s %7.1f million cycles/s   %5.2f of bare simavr", what, hz / 1e6, ratio);
    if (limit > 0)
        printf("   limit %.1f, %s", limit, ratio >= limit ? "met" : "MISSED");
    putchar('\n');
    return ratio >= limit;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        bench_fail("usage: bench_avr SLAVE-FILE [REPEATS]");
    const unsigned repeats = bench_repeats(argc, argv, REPEATS, REPEATS_MAX);
    slave_description *slave = bench_read_slave(argv[1]);
    avr_program *program = link_program(slave);
    const built_slave exact = prepare(slave, SLAVE_AVR), native = prepare(slave, SLAVE_FIRMWARE);
    double bare[REPEATS_MAX], hz[SETUPS][REPEATS_MAX], ratio[SETUPS][REPEATS_MAX];
    for (unsigned i = 0; i < repeats; i++) {
        bare[i] = bare_hz(slave, program);
        for (unsigned k = 0; k < SETUPS; k++) {
            const built_slave *one = setups[k].kind == SLAVE_AVR ? &exact : &native;
            hz[k][i] = live_hz(slave, one, setups[k].traffic);
            ratio[k][i] = hz[k][i] / bare[i];
        }
    }
    printf("%-32s %7.1f million cycles/s\n", "bare simavr", bench_median(bare, repeats) / 1e6);
    bool met = true;
    for (unsigned k = 0; k < SETUPS; k++)
        met = tell(setups[k].name, bench_median(hz[k], repeats), bench_median(ratio[k], repeats),
                   setups[k].limit) &&
              met;
    const double hook_ns = CYCLES_OF_A_HOOK * 1e9 / bench_median(hz[NATIVE_QUIET], repeats);
    printf("%-32s %7.2f ns at most   limit %.0f, %s\n", "a hook of kind firmware", hook_ns,
           hook_limit_ns, hook_ns <= hook_limit_ns ? "met" : "MISSED");
    met = met && hook_ns <= hook_limit_ns;
    built_slave all[KINDS] = {exact, native};
    for (unsigned k = 0; k < KINDS; k++)
        all[k].adapter->discard(all[k].image);
    avr_program_free(program);
    lang_slave_free(slave);
    return met ? 0 : 1;
}
