// What a slave in Verilog costs beside its own model: `bench_rtl FILE.slave [REPEATS]`.
//
// The bare loop calls the generated model and nothing else: clock up, eval, clock down, eval, as
// the main() does that Verilator's manual begins with. It is built from the very object that the
// slave runs from, so that compiler, flags and code are the same.
#include "scenarios/lang/lang.h"
#include "sim/sim.h"
#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/rtl/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EDGES = 20000000, REPEATS = 9, REPEATS_MAX = 99 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

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

/// ns an edge of the clock, with the slave on an idle bus.
static double idle_ns(const slave_adapter *adapter, slave_image *image)
{
    i2c_sim *sim = new_bus();
    const slave_attach_options options = {.threshold = I2C_AT_50, .seed = 1};
    slave_instance *slave = adapter->attach(image, sim, &options);
    i2c_sim_run(sim, 20 * I2C_PS_PER_US);
    const uint64_t edges = image->link->state(image->model)->edges;
    const double begin_s = now_s();
    i2c_sim_run(sim, i2c_sim_now_ps(sim) + (uint64_t)EDGES * I2C_PS_PER_S / (2 * image->clock_hz));
    const double spent_s = now_s() - begin_s;
    const uint64_t made = image->link->state(image->model)->edges - edges;
    adapter->detach(slave);
    i2c_sim_free(sim);
    return 1e9 * spent_s / (double)made;
}

static double bare_ns(const slave_image *image)
{
    image->link->fresh(image->model, 1, RTL_SCL_HIGH | RTL_SDA_HIGH | RTL_IN_RESET);
    image->link->bare(image->model, 100);
    image->link->put(image->model, RTL_SCL_HIGH | RTL_SDA_HIGH, 0);
    const double begin_s = now_s();
    image->link->bare(image->model, EDGES);
    return 1e9 * (now_s() - begin_s) / EDGES;
}

static slave_image *prepare(const slave_adapter *adapter, const char *path)
{
    char message[SLAVE_MESSAGE_BYTES] = "";
    slave_description *slave = NULL;
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    const slave_build_options options = {.cache_dir = NULL};
    slave_image *image = lang_slave_read_file(&slave, path, diagnostics) == LANG_OK
                             ? adapter->prepare(slave, &options, message, sizeof message)
                             : NULL;
    if (image == NULL)
        (void)fprintf(stderr, "%s: %s\n", path, message);
    lang_diagnostics_free(diagnostics);
    return image;
}

int main(int argc, char **argv)
{
    const slave_adapter *adapter = slave_adapter_find("rtl");
    const int repeats = argc > 2 ? atoi(argv[2]) : REPEATS;
    double bare[REPEATS_MAX], idle[REPEATS_MAX], ratio[REPEATS_MAX];
    if (argc < 2 || repeats < 1 || repeats > REPEATS_MAX) {
        (void)fprintf(stderr, "bench_rtl FILE.slave [REPEATS]\n");
        return 2;
    }
    slave_image *image = prepare(adapter, argv[1]);
    if (image == NULL)
        return 2;
    for (int i = 0; i < repeats; i++) {
        bare[i] = bare_ns(image);
        idle[i] = idle_ns(adapter, image);
        ratio[i] = bare[i] / idle[i];
    }
    adapter->discard(image);
    qsort(bare, (size_t)repeats, sizeof *bare, by_size);
    qsort(idle, (size_t)repeats, sizeof *idle, by_size);
    qsort(ratio, (size_t)repeats, sizeof *ratio, by_size);
    const double speed = 100 * ratio[repeats / 2];
    (void)printf("bare verilated loop  %8.3f ns an edge of the clock\n", bare[repeats / 2]);
    (void)printf("slave on idle bus    %8.3f ns\n", idle[repeats / 2]);
    (void)printf("speed                %8.0f %% of the bare loop (limit 70 %%, %s)\n", speed,
                 speed >= 70 ? "met" : "MISSED");
    return speed >= 70 ? 0 : 1;
}
