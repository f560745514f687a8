#include "bench/measure.h"

#include "scenarios/lang/lang.h"

#include <errno.h> // program_invocation_short_name: _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double bench_cpu_s(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
        bench_fail("there is no clock of CPU time");
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, unsigned count)
{
    qsort(values, count, sizeof values[0], by_size);
    return values[count / 2];
}

unsigned bench_repeats(int argc, char **argv, unsigned usual, unsigned most)
{
    char *end = NULL;
    if (argc <= 2)
        return usual;
    const unsigned long repeats = strtoul(argv[2], &end, 10);
    if (*end != '\0' || repeats < 1 || repeats > most) {
        (void)fprintf(stderr, "%s: REPEATS is 1 to %u\n", program_invocation_short_name, most);
        exit(2);
    }
    return (unsigned)repeats;
}

slave_description *bench_read_slave(const char *path)
{
    char text[8192];
    slave_description *slave = NULL;
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    if (diagnostics == NULL || lang_slave_read_file(&slave, path, diagnostics) != LANG_OK) {
        if (diagnostics != NULL)
            lang_diagnostics_text(diagnostics, text, sizeof text);
        bench_fail(diagnostics != NULL ? text : "out of memory");
    }
    lang_diagnostics_free(diagnostics);
    slave->watch.count = 0;
    return slave;
}

_Noreturn void bench_fail(const char *what)
{
    (void)fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    exit(2);
}
