// Writes docs/masters.md from the models: what they say of themselves is what people read.
#include "models/masters/describe.h"

#include <stdio.h>

static void write_parameters(const master_parameter *parameter)
{
    printf("| parameter | values | default | |\n|---|---|---|---|\n");
    for (; parameter->name != NULL; parameter++)
        printf("| `%s` | %s | %s | %s |\n", parameter->name, parameter->values, parameter->initial,
               parameter->about);
    printf("\n");
}

/// The spec of a model at one of its speeds, as they are listed.
static bool read_spec(master_spec *spec, const char *name, const char *speed)
{
    char text[MASTER_TEXT_BYTES];
    char error[MASTER_TEXT_BYTES];
    (void)snprintf(text, sizeof text, "%s@%s", name, speed);
    if (master_spec_read(spec, text, error, sizeof error))
        return true;
    (void)fprintf(stderr, "%s: %s\n", text, error);
    return false;
}

static bool write_board(const char *name, const char *speed)
{
    master_spec spec;
    if (!read_spec(&spec, name, speed))
        return false;
    char text[MASTER_DESCRIPTION_BYTES];
    printf("- `@%s`: %u Hz; board: %u ohm, %u pF, falls in %u ns%s", speed, (unsigned)spec.scl_hz,
           (unsigned)spec.wires.rp_ohm, (unsigned)spec.wires.cb_pf, (unsigned)spec.wires.tf_ns,
           spec.wires.ideal ? ", with ideal=0" : "");
    master_describe_violations(text, sizeof text, &spec, true);
    if (spec.known_count > 0)
        printf("; below its table on purpose, at the least: %s", text);
    master_describe_stretch(text, sizeof text, &spec.stretch);
    printf("; %s", text);
    master_describe_sample(text, sizeof text, &spec.data_sample);
    printf("; samples data %s", text);
    master_describe_sample(text, sizeof text, &spec.ack_sample);
    printf("; samples ACKs %s\n", text);
    return true;
}

static bool write_summary_row(const char *name, const char *speed)
{
    master_spec spec;
    if (!read_spec(&spec, name, speed))
        return false;
    char stretch[MASTER_DESCRIPTION_BYTES];
    char sample[MASTER_DESCRIPTION_BYTES];
    char below[MASTER_DESCRIPTION_BYTES];
    master_describe_stretch(stretch, sizeof stretch, &spec.stretch);
    master_describe_sample(sample, sizeof sample, &spec.data_sample);
    master_describe_violations(below, sizeof below, &spec, false);
    printf("| [`%s@%s`](#%s) | %u Hz, %s | %s | %s | %s |\n", name, speed, name,
           (unsigned)spec.scl_hz, master_describe_mode(spec.mode), stretch, sample, below);
    return true;
}

static bool write_summary(void)
{
    printf(
        "| master | clock, mode | a slave that holds SCL | samples data | below the table of its "
        "mode |\n|---|---|---|---|---|\n");
    bool good = true;
    for (unsigned i = 0; i < master_model_count(); i++) {
        const master_info *info = master_model_info(i);
        for (const char *const *speed = info->speeds; *speed != NULL; speed++)
            good = write_summary_row(info->name, *speed) && good;
    }
    printf("\n");
    return good;
}

static bool write_master(const master_info *info)
{
    bool good = true;
    printf("## %s\n\n%s.\n\n", info->name, info->about);
    printf("- Source: %s\n- Confidence: %s\n- Clock: %s\n", info->source, info->confidence,
           info->duty);
    printf("- Clock stretching: %s\n- Limits: %s\n", info->stretch, info->limits);
    printf("- Arbitration: %s\n- Not modelled: %s\n",
           info->arbitration != NULL ? info->arbitration : "none, it must be alone on its bus",
           info->not_modelled);
    for (const char *const *speed = info->speeds; *speed != NULL; speed++)
        good = write_board(info->name, *speed) && good;
    printf("\n");
    write_parameters(info->parameter);
    return good;
}

int main(void)
{
    printf("# Masters\n\n"
           "Generated from `models/masters/` (program `masters_doc`); a test compares it.\n\n");
    bool good = write_summary();
    printf("A master is written `NAME[@SPEED][,key=value]...`: `arduino@400k`, `nxt,fw=1.05`, "
           "`fast,timing=min,rp=3k3`.\nTimes need a unit. Besides their own parameters all masters "
           "have these:\n\n");
    write_parameters(master_common_parameters());
    for (unsigned i = 0; i < master_model_count(); i++)
        good = write_master(master_model_info(i)) && good;
    return good && fflush(stdout) == 0 ? 0 : 1;
}
