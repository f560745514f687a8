// Cost of one value change, all told: calls, formatting, time lines and write().
//
//     bench_vcd [FILE [MILLIONS]]      FILE: /dev/null, changes: 20 million a round
//
// Three rounds of traffic as an I2C trace has it: one change at each time (an edge and who made it
// alternate), the same given as edges, and a mix with an 8-bit vector every fourth change. CPU time
// of the best of five.

#define _POSIX_C_SOURCE 200809L

#include "vcd/vcd.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void trace(vcd_writer *w, const vcd_signal *lines, vcd_signal byte, uint64_t changes,
                  bool mixed)
{
    uint64_t now_ps = 0;
    for (uint64_t i = 0; i < changes; i++) {
        now_ps += 1250000 + (i & 7) * 1000;
        (void)vcd_writer_time(w, now_ps);
        if (mixed && (i & 3) == 3)
            (void)vcd_writer_int(w, byte, i >> 2);
        else
            (void)vcd_writer_bit(w, lines[i & 3], (i >> 2 & 1) ? VCD_1 : VCD_0);
    }
}

static void trace_edges(vcd_writer *w, const vcd_signal *lines, uint64_t changes)
{
    vcd_edge edges[250];
    uint64_t now_ps = 0;
    for (uint64_t i = 0; i < changes;) {
        size_t count = 0;
        for (; count < sizeof edges / sizeof edges[0] && i < changes; i++) {
            now_ps += 1250000 + (i & 7) * 1000;
            edges[count++] = (vcd_edge){now_ps, lines[i & 3], (i >> 2 & 1) ? VCD_1 : VCD_0};
        }
        (void)vcd_writer_edges(w, edges, count);
    }
}

typedef enum { BITS, EDGES, MIXED, ROUNDS } kind;

static double round_ns(const char *path, uint64_t changes, kind what)
{
    static const char *const names[] = {"scl", "sda", "scl_pull", "sda_pull"};
    const vcd_writer_config config = {.timescale = 1, .unit = VCD_PS};
    vcd_error error;
    vcd_writer *w = NULL;
    vcd_signal lines[4];
    vcd_signal byte = 0;
    const vcd_var byte_var = {.type = VCD_VAR_REG, .width = 8, .name = "byte"};
    if (vcd_writer_open_path(&w, path, &config, &error) != VCD_OK) {
        (void)fprintf(stderr, "bench_vcd: %s\n", error.text);
        exit(2);
    }
    const double before = cpu_ns();
    for (int i = 0; i < 4; i++) {
        const vcd_var var = {.type = VCD_VAR_WIRE, .width = 1, .name = names[i]};
        if (vcd_writer_var(w, &var, &lines[i]) != VCD_OK)
            break;
    }
    if (vcd_writer_var(w, &byte_var, &byte) == VCD_OK && vcd_writer_start(w, 0) == VCD_OK) {
        if (what == EDGES)
            trace_edges(w, lines, changes);
        else
            trace(w, lines, byte, changes, what == MIXED);
    }
    if (vcd_writer_finish(w) != VCD_OK) {
        (void)fprintf(stderr, "bench_vcd: %s\n", vcd_writer_error(w)->text);
        exit(2);
    }
    const double spent = cpu_ns() - before;
    vcd_writer_free(w);
    return spent / (double)changes;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "/dev/null";
    const unsigned long millions = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;
    if (millions < 1 || millions > 10000) {
        (void)fprintf(stderr, "bench_vcd: millions of changes: 1 to 10000\n");
        return 2;
    }
    static const char *const names[ROUNDS] = {"bits", "bits as edges", "bits and a byte"};
    for (kind what = BITS; what < ROUNDS; what++) {
        double best = 1e9;
        for (int i = 0; i < 5; i++) {
            const double ns = round_ns(path, millions * 1000000u, what);
            if (ns < best)
                best = ns;
        }
        (void)printf("%s: %.1f ns a value change\n", names[what], best);
    }
    return 0;
}
