// What a slave in Verilog costs beside its own model: `bench_rtl FILE.slave [REPEATS]`.
//
// The bare loop calls the generated model and nothing else: clock up, eval, clock down, eval, as
// the main() does that Verilator's manual begins with. It is built from the very object that the
// slave runs from, so that compiler, flags and code are the same.
#include "bench/measure.h"
#include "scenarios/lang/lang.h"
#include "sim/sim.h"
#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/rtl/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EDGES = 20000000, REPEATS = 9, REPEATS_MAX = 99 };

static i2c_sim *new_bus(void)
{
    i2c_sim *sim = NULL;
    const i2c_sim_config config = {.wires = {.ideal = true, .rp_ohm = 2200, .cb_pf = 100},
                                   .seed = 1,
                                   .budget_ps = I2C_NEVER_PS};
    if (i2c_sim_new(&sim, &config) != I2C_OK)
        exit(2);
    return sim;
}

/// ns an edge of the clock, with the slave on an idle bus; 0: it rests there, which is no speed.
static double idle_ns(const slave_adapter *adapter, slave_image *image)
{
    i2c_sim *sim = new_bus();
    const slave_attach_options options = {.threshold = I2C_AT_50, .seed = 1};
    slave_instance *slave = adapter->attach(image, sim, &options);
    i2c_sim_run(sim, 20 * I2C_PS_PER_US);
    const uint64_t edges = image->link->state(image->model)->edges;
    const double begin_s = bench_cpu_s();
    i2c_sim_run(sim, i2c_sim_now_ps(sim) + (uint64_t)EDGES * I2C_PS_PER_S / (2 * image->clock_hz));
    const double spent_s = bench_cpu_s() - begin_s;
    const bool rested = image->link->state(image->model)->has_rested;
    const uint64_t made = image->link->state(image->model)->edges - edges;
    adapter->detach(slave);
    i2c_sim_free(sim);
    return rested ? 0 : 1e9 * spent_s / (double)made;
}

static double bare_ns(const slave_image *image)
{
    image->link->fresh(image->model, 1, RTL_SCL_HIGH | RTL_SDA_HIGH | RTL_IN_RESET);
    image->link->bare(image->model, 100);
    image->link->put(image->model, RTL_SCL_HIGH | RTL_SDA_HIGH, 0);
    const double begin_s = bench_cpu_s();
    image->link->bare(image->model, EDGES);
    return 1e9 * (bench_cpu_s() - begin_s) / EDGES;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        bench_fail("usage: bench_rtl SLAVE-FILE [REPEATS]");
    const unsigned repeats = bench_repeats(argc, argv, REPEATS, REPEATS_MAX);
    double bare[REPEATS_MAX], idle[REPEATS_MAX], ratio[REPEATS_MAX];
    char message[SLAVE_MESSAGE_BYTES] = "";
    const slave_adapter *adapter = slave_adapter_find("rtl");
    const slave_build_options options = {.cache_dir = NULL};
    slave_description *slave = bench_read_slave(argv[1]);
    slave_image *image = adapter->prepare(slave, &options, message, sizeof message);
    if (image == NULL)
        bench_fail(message);
    for (unsigned i = 0; i < repeats; i++) {
        bare[i] = bare_ns(image);
        idle[i] = idle_ns(adapter, image);
        ratio[i] = bare[i] / idle[i];
    }
    adapter->discard(image);
    lang_slave_free(slave);
    const double speed = 100 * bench_median(ratio, repeats);
    (void)printf("bare verilated loop  %8.3f ns an edge of the clock\n",
                 bench_median(bare, repeats));
    if (bench_median(idle, repeats) <= 0) {
        (void)printf("slave on idle bus    rests: its edges are counted, not computed\n");
        return 0;
    }
    (void)printf("slave on idle bus    %8.3f ns\n", bench_median(idle, repeats));
    (void)printf("speed                %8.0f %% of the bare loop (limit 70 %%, %s)\n", speed,
                 speed >= 70 ? "met" : "MISSED");
    return speed >= 70 ? 0 : 1;
}
