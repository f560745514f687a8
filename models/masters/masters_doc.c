// Writes docs/masters.md from the models: what they say of themselves is what people read.
#include "models/masters/master.h"
#include "models/masters/quantity.h"

#include <stdio.h>

static void write_parameters(const master_parameter *parameter)
{
    printf("| parameter | values | default | |\n|---|---|---|---|\n");
    for (; parameter->name != NULL; parameter++)
        printf("| `%s` | %s | %s | %s |\n", parameter->name, parameter->values, parameter->initial,
               parameter->about);
    printf("\n");
}

static void write_stretch(const master_stretch *stretch)
{
    char limit[32];
    quantity_write(limit, sizeof limit, QUANTITY_TIME, stretch->limit_ps);
    if (stretch->kind == MASTER_GOES_ON && stretch->limit_ps == 0)
        printf("; never waits for SCL");
    else if (stretch->limit_ps == I2C_NEVER_PS)
        printf("; waits for SCL without limit");
    else
        printf("; waits %s for SCL, then %s", limit,
               stretch->kind == MASTER_WAITS ? "gives up" : "goes on without it");
}

static void write_sample(const char *what, const master_sample *sample)
{
    static const char *const text[] = {
        [MASTER_SAMPLES_AFTER_RISE] = "after SCL is high",
        [MASTER_SAMPLES_AFTER_RELEASE] = "after it lets go of SCL, high or not",
        [MASTER_SAMPLES_BEFORE_RELEASE] = "before it lets go of SCL",
        [MASTER_SAMPLES_NEVER] = "never",
    };
    printf("; samples %s ", what);
    if (sample->kind != MASTER_SAMPLES_NEVER) {
        char least[32];
        char most[32];
        quantity_write(least, sizeof least, QUANTITY_TIME, sample->least_ps);
        quantity_write(most, sizeof most, QUANTITY_TIME, sample->most_ps);
        const bool range = sample->least_ps != sample->most_ps;
        printf("%s%s%s ", least, range ? " to " : "", range ? most : "");
    }
    printf("%s", text[sample->kind]);
}

static void write_board(const char *name, const char *speed)
{
    char text[MASTER_TEXT_BYTES];
    char error[MASTER_TEXT_BYTES];
    master_spec spec;
    (void)snprintf(text, sizeof text, "%s@%s", name, speed);
    if (!master_spec_read(&spec, text, error, sizeof error)) {
        printf("- `@%s`: %s\n", speed, error);
        return;
    }
    printf("- `@%s`: %u Hz; board: %u ohm, %u pF, falls in %u ns", speed, (unsigned)spec.scl_hz,
           (unsigned)spec.wires.rp_ohm, (unsigned)spec.wires.cb_pf, (unsigned)spec.wires.tf_ns);
    for (unsigned i = 0; i < spec.known_count; i++)
        printf("%s %s%s from %lld ns (%s)", i == 0 ? "; below its table on purpose:" : ",",
               i2c_timing_symbol(spec.known[i].parameter),
               spec.known[i].behind_stretch ? " behind a stretch" : "",
               (long long)(spec.known[i].at_least_ps / (int64_t)I2C_PS_PER_NS), spec.known[i].why);
    write_stretch(&spec.stretch);
    write_sample("data", &spec.data_sample);
    write_sample("ACKs", &spec.ack_sample);
    printf("\n");
}

static void write_master(const master_info *info)
{
    printf("## %s\n\n%s.\n\n", info->name, info->about);
    printf("- Source: %s\n- Confidence: %s\n- Clock: %s\n", info->source, info->confidence,
           info->duty);
    printf("- Clock stretching: %s\n- Limits: %s\n", info->stretch, info->limits);
    printf("- Arbitration: %s\n- Not modelled: %s\n",
           info->arbitration != NULL ? info->arbitration : "none, it must be alone on its bus",
           info->not_modelled);
    for (const char *const *speed = info->speeds; *speed != NULL; speed++)
        write_board(info->name, *speed);
    printf("\n");
    write_parameters(info->parameter);
}

int main(void)
{
    printf("# Masters\n\n"
           "Generated from `models/masters/` (program `masters_doc`); a test compares it.\n\n"
           "A master is written `NAME[@SPEED][,key=value]...`: `arduino@400k`, `nxt,fw=1.05`, "
           "`fast,timing=min,rp=3k3`.\nTimes need a unit. Besides their own parameters all masters "
           "have these:\n\n");
    write_parameters(master_common_parameters());
    for (unsigned i = 0; i < master_model_count(); i++)
        write_master(master_model_info(i));
    return fflush(stdout) == 0 ? 0 : 1;
}
