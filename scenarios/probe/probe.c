// The order of the questions.
#include "scenarios/probe/probe_private.h"
#include "scenarios/probe/say.h"

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

bool probe_slower_master(master_spec *spec, uint32_t scl_hz)
{
    static const char *const textbook[] = {"fast", "standard", "standard@50k", "standard@10k"};
    char message[MASTER_TEXT_BYTES];
    for (unsigned i = 0; i < sizeof textbook / sizeof textbook[0]; i++)
        if (master_spec_read(spec, textbook[i], message, sizeof message) && spec->scl_hz < scl_hz)
            return true;
    return false;
}

/// What was learned while the slave began to hang is worth nothing.
static bool ask(bench *b, void (*question)(bench *b), bool *asked)
{
    question(b);
    *asked = !b->report->hung;
    return *asked;
}

static void ask_all(bench *b)
{
    probe_report *report = b->report;
    const bool told = ask(b, probe_ask_addresses, &report->addresses_asked) &&
                      ask(b, probe_ask_ready, &report->ready_asked) &&
                      ask(b, probe_ask_features, &report->features_asked);
    if (!told || !report->answers) {
        report->complete = told;
    } else if (b->options->without_data) {
        report->complete = ask(b, probe_ask_repeats, &report->data.repeats_asked);
    } else {
        report->complete = ask(b, probe_ask_data, &report->data_asked);
        report->data.repeats_asked = report->data_asked;
    }
    if (report->complete)
        bench_step(b, "");
}

static bool run(const probe_options *options, probe_report *report, void (*questions)(bench *b))
{
    bench b;
    memset(report, 0, sizeof *report);
    snprintf(report->master, sizeof report->master, "%s", options->master->text);
    report->scl_hz = options->master->scl_hz;
    const bool fine = bench_init(&b, options, report);
    if (fine)
        questions(&b);
    bench_free(&b);
    return fine;
}

bool probe_run(const probe_options *options, probe_report *report)
{
    return run(options, report, ask_all);
}

uint64_t probe_ready_ps(const probe_options *options, probe_report *report)
{
    if (!run(options, report, probe_ask_late) || !report->ready_asked || report->ready_ps == 0)
        return 0;
    return say_rounded_up(report->ready_ps);
}
