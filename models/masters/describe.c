#include "models/masters/describe.h"

#include "models/masters/quantity.h"

#include <stdio.h>
#include <string.h>

void master_describe_stretch(char *text, size_t text_bytes, const master_stretch *stretch)
{
    char limit[32];
    quantity_write(limit, sizeof limit, QUANTITY_TIME, stretch->limit_ps);
    if (stretch->kind == MASTER_GOES_ON && stretch->limit_ps == 0)
        (void)snprintf(text, text_bytes, "never waits for SCL");
    else if (stretch->limit_ps == I2C_NEVER_PS)
        (void)snprintf(text, text_bytes, "waits for SCL without limit");
    else
        (void)snprintf(text, text_bytes, "waits %s for SCL, then %s", limit,
                       stretch->kind == MASTER_WAITS ? "gives up" : "goes on without it");
}

void master_describe_sample(char *text, size_t text_bytes, const master_sample *sample)
{
    static const char *const by[] = {
        [MASTER_SAMPLES_AFTER_RISE] = "after SCL is high",
        [MASTER_SAMPLES_AFTER_RELEASE] = "after it lets go of SCL, high or not",
        [MASTER_SAMPLES_BEFORE_RELEASE] = "before it lets go of SCL",
        [MASTER_SAMPLES_NEVER] = "never",
    };
    if (sample->kind == MASTER_SAMPLES_NEVER) {
        (void)snprintf(text, text_bytes, "%s", by[sample->kind]);
        return;
    }
    char least[32];
    char most[32];
    quantity_write(least, sizeof least, QUANTITY_TIME, sample->least_ps);
    quantity_write(most, sizeof most, QUANTITY_TIME, sample->most_ps);
    const bool range = sample->least_ps != sample->most_ps;
    (void)snprintf(text, text_bytes, "%s%s%s %s", least, range ? " to " : "", range ? most : "",
                   by[sample->kind]);
}

void master_describe_known(char *text, size_t text_bytes, const i2c_known_violation *known)
{
    const char *behind = known->behind_stretch ? " behind a stretch" : "";
    const long long ns = (long long)(known->at_least_ps / (int64_t)I2C_PS_PER_NS);
    (void)snprintf(text, text_bytes, "%s%s %lld ns", i2c_timing_symbol(known->parameter), behind,
                   ns);
}

void master_describe_violations(char *text, size_t text_bytes, const master_spec *spec,
                                bool with_reasons)
{
    (void)snprintf(text, text_bytes, "%s", spec->known_count == 0 ? "none" : "");
    for (unsigned i = 0; i < spec->known_count; i++) {
        char one[64];
        master_describe_known(one, sizeof one, &spec->known[i]);
        const size_t used = strlen(text);
        (void)snprintf(text + used, text_bytes - used, "%s%s%s%s%s", i == 0 ? "" : ", ", one,
                       with_reasons ? " (" : "", with_reasons ? spec->known[i].why : "",
                       with_reasons ? ")" : "");
    }
}

const char *master_describe_mode(i2c_mode mode)
{
    static const char *const name[] = {[I2C_MODE_SM] = "Standard",
                                       [I2C_MODE_FM] = "Fast",
                                       [I2C_MODE_FMPLUS] = "Fast-plus",
                                       [I2C_MODE_HS] = "High-speed"};
    return name[mode];
}
