// The order of the questions.
#include "scenarios/probe/probe_private.h"

#include <stdio.h>
#include <string.h>

bool probe_default_master(master_spec *spec, const slave_description *slave, char *message,
                          size_t message_bytes)
{
    static const char *const textbook[] = {"fastplus", "fast", "standard"};
    for (unsigned i = 0; i < sizeof textbook / sizeof textbook[0]; i++) {
        if (!master_spec_read(spec, textbook[i], message, message_bytes))
            return false;
        if (spec->scl_hz <= slave->scl_max_hz)
            return true;
    }
    char text[MASTER_TEXT_BYTES];
    snprintf(text, sizeof text, "standard@%u", slave->scl_max_hz);
    return master_spec_read(spec, text, message, message_bytes);
}

const char *probe_stand_text(probe_stand stand)
{
#define TEXT(name, text) text,
    static const char *const texts[] = {PROBE_STAND_MAP(TEXT)};
#undef TEXT
    return texts[stand];
}

static void ask_all(bench *b)
{
    probe_ask_addresses(b);
    probe_ask_ready(b);
    probe_ask_features(b);
    if (!b->options->without_data && b->report->answers)
        probe_ask_data(b);
    b->report->complete = true;
    bench_step(b, "");
}

bool probe_run(const probe_options *options, probe_report *report)
{
    bench b;
    memset(report, 0, sizeof *report);
    snprintf(report->master, sizeof report->master, "%s", options->master->text);
    const bool fine = bench_init(&b, options, report);
    if (fine)
        ask_all(&b);
    bench_free(&b);
    return fine;
}
