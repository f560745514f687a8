// Reads `NAME[@SPEED][,key=value]...` and writes its canonical form.
#include "models/masters/model.h"
#include "models/masters/nearest.h"
#include "models/masters/registry.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/// Keys that every master has.
typedef enum {
    COMMON_RP,
    COMMON_CB,
    COMMON_TF,
    COMMON_IDEAL,
    COMMON_THRESHOLD,
    COMMON_COUNT
} common;

static const char *const ideal_choice[] = {"0", "1", NULL};
static const char *const threshold_choice[] = {"30", "50", "70", NULL};
static const master_parameter common_parameter[COMMON_COUNT + 1] = {
    [COMMON_RP] = {"rp", "100 to 1M", "of the board", "pull-up of each line, ohm"},
    [COMMON_CB] = {"cb", "1pF to 10nF", "of the board", "capacitance of each line"},
    [COMMON_TF] = {"tf", "0us to 10us", "of the board", "70 % to 30 % of a line that is pulled"},
    [COMMON_IDEAL] = {"ideal", "0 or 1", "0", "1: edges take no time"},
    [COMMON_THRESHOLD] = {"threshold", "30, 50 or 70", "50", "the master's inputs, % of VDD"},
};
static const master_parameter_rule common_rule[COMMON_COUNT] = {
    [COMMON_RP] = {NULL, 100, 1000000, QUANTITY_RESISTANCE, false},
    [COMMON_CB] = {NULL, 1, 10000, QUANTITY_CAPACITANCE, false},
    [COMMON_TF] = {NULL, 0, 10000 * I2C_PS_PER_NS, QUANTITY_TIME, false},
    [COMMON_IDEAL] = {ideal_choice, 0, 0, QUANTITY_COUNT, false},
    [COMMON_THRESHOLD] = {threshold_choice, 0, 0, QUANTITY_COUNT, false},
};

const master_parameter *master_common_parameters(void)
{
    return common_parameter;
}

/// Where the reading is, and where its error goes.
typedef struct {
    master_spec *spec;
    const char *text;
    char *error;
    size_t error_bytes;
    uint32_t asked_hz;             ///< behind @; a model may make another clock of it
    uint64_t common[COMMON_COUNT]; ///< MASTER_NOT_GIVEN or as given
    bool given[MASTER_PARAMETER_MAX];
} reader;

__attribute__((format(printf, 2, 3))) static bool fail(const reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->error, r->error_bytes, format, args);
    va_end(args);
    return false;
}

static unsigned parameter_count(const master_model *model)
{
    unsigned count = 0;
    while (model->info.parameter[count].name != NULL)
        count++;
    assert(count <= MASTER_PARAMETER_MAX);
    return count;
}

// ---- values ---------------------------------------------------------------------------------

static void write_value(char *text, size_t text_bytes, const master_parameter_rule *rule,
                        uint64_t value)
{
    if (rule->choice != NULL)
        (void)snprintf(text, text_bytes, "%s", rule->choice[value]);
    else
        quantity_write(text, text_bytes, rule->kind, value);
}

static bool read_choice(const reader *r, const char *key, const char *const *choice,
                        const char *text, uint64_t *value)
{
    unsigned count = 0;
    for (; choice[count] != NULL; count++) {
        if (strcmp(choice[count], text) == 0) {
            *value = count;
            return true;
        }
    }
    char known[MASTER_TEXT_BYTES];
    nearest_list(known, sizeof known, text, choice, count);
    return fail(r, "%s has no %s \"%s\"; known: %s", r->spec->model->info.name, key, text, known);
}

/// A time, or a share of the period of the clock that stands behind @: it is read before.
static bool read_of_period(const reader *r, const char *text, uint64_t *value)
{
    char number[32];
    const size_t length = strlen(text);
    if (length == 0 || text[length - 1] != '%')
        return quantity_read(text, QUANTITY_TIME, value);
    (void)snprintf(number, sizeof number, "%.*s", (int)(length - 1), text);
    if (length > sizeof number || !quantity_read(number, QUANTITY_COUNT, value) || *value > 10000)
        return false;
    *value = I2C_PS_PER_S / r->asked_hz * *value / 100;
    return true;
}

static bool read_value(const reader *r, const char *key, const master_parameter_rule *rule,
                       const char *text, uint64_t *value)
{
    static const char *const example[] = {
        [QUANTITY_TIME] = "a time such as 600ns",
        [QUANTITY_OF_PERIOD] = "a time such as 600ns or a share of the period such as 20%",
        [QUANTITY_RESISTANCE] = "a resistance such as 4k7",
        [QUANTITY_CAPACITANCE] = "a capacitance such as 100pF",
        [QUANTITY_FREQUENCY] = "a frequency such as 400k",
        [QUANTITY_COUNT] = "a number",
    };
    if (rule->choice != NULL)
        return read_choice(r, key, rule->choice, text, value);
    const bool read = rule->kind == QUANTITY_OF_PERIOD ? read_of_period(r, text, value)
                                                       : quantity_read(text, rule->kind, value);
    if (!read)
        return fail(r, "%s: %s=%s is not %s", r->spec->model->info.name, key, text,
                    example[rule->kind]);
    if (*value >= rule->min && *value <= rule->max)
        return true;
    char low[32];
    char high[32];
    quantity_write(low, sizeof low, rule->kind, rule->min);
    quantity_write(high, sizeof high, rule->kind, rule->max);
    return fail(r, "%s: %s=%s is out of range: %s to %s", r->spec->model->info.name, key, text, low,
                high);
}

static bool unknown_key(const reader *r, const char *key)
{
    const master_parameter *parameter = r->spec->model->info.parameter;
    const unsigned own = parameter_count(r->spec->model);
    const char *name[MASTER_PARAMETER_MAX + COMMON_COUNT];
    for (unsigned i = 0; i < own; i++)
        name[i] = parameter[i].name;
    for (unsigned i = 0; i < COMMON_COUNT; i++)
        name[own + i] = common_parameter[i].name;
    char known[2 * MASTER_TEXT_BYTES];
    nearest_list(known, sizeof known, key, name, own + COMMON_COUNT);
    return fail(r, "%s has no parameter \"%s\"; known: %s", r->spec->model->info.name, key, known);
}

/// Reads one `key=value`, cut out of the text and NUL-terminated.
static bool read_setting(reader *r, char *setting)
{
    char *equals = strchr(setting, '=');
    if (equals == NULL)
        return fail(r, "\"%s\": expected key=value behind the comma, got \"%s\"", r->text, setting);
    *equals = '\0';
    const char *text = equals + 1;
    const master_model *model = r->spec->model;
    for (unsigned i = 0; model->info.parameter[i].name != NULL; i++) {
        if (strcmp(model->info.parameter[i].name, setting) != 0)
            continue;
        if (r->given[i])
            return fail(r, "\"%s\": %s is given twice", r->text, setting);
        r->given[i] = true;
        return read_value(r, setting, &model->rule[i], text, &r->spec->value[i]);
    }
    for (unsigned i = 0; i < COMMON_COUNT; i++) {
        if (strcmp(common_parameter[i].name, setting) != 0)
            continue;
        if (r->common[i] != MASTER_NOT_GIVEN)
            return fail(r, "\"%s\": %s is given twice", r->text, setting);
        return read_value(r, setting, &common_rule[i], text, &r->common[i]);
    }
    return unknown_key(r, setting);
}

// ---- name and speed -------------------------------------------------------------------------

static bool find_model(reader *r, const char *name)
{
    r->spec->model = registry_find(name);
    if (r->spec->model != NULL)
        return true;
    const char *names[NEAREST_NAME_MAX];
    const unsigned count = master_model_count();
    for (unsigned i = 0; i < count; i++)
        names[i] = master_model_info(i)->name;
    char known[2 * MASTER_TEXT_BYTES];
    nearest_list(known, sizeof known, name, names, count);
    return fail(r, "no master \"%s\"; known: %s", name, known);
}

static bool read_speed(reader *r, const char *speed)
{
    const master_model *model = r->spec->model;
    uint64_t hz = 0;
    if (!quantity_read(speed, QUANTITY_FREQUENCY, &hz))
        return fail(r, "%s@%s: \"%s\" is not a frequency such as %s", model->info.name, speed,
                    speed, model->info.speeds[0]);
    if (hz < model->hz_min || hz > model->hz_max) {
        char low[32];
        char high[32];
        quantity_write(low, sizeof low, QUANTITY_FREQUENCY, model->hz_min);
        quantity_write(high, sizeof high, QUANTITY_FREQUENCY, model->hz_max);
        return fail(r, "%s@%s is out of range: %sHz to %sHz", model->info.name, speed, low, high);
    }
    r->asked_hz = (uint32_t)hz;
    r->spec->scl_hz = r->asked_hz;
    return true;
}

static void set_defaults(reader *r)
{
    const master_model *model = r->spec->model;
    bool read = read_speed(r, model->info.speeds[0]);
    for (unsigned i = 0; model->info.parameter[i].name != NULL; i++) {
        if (model->rule[i].optional)
            r->spec->value[i] = MASTER_NOT_GIVEN;
        else
            read = read_value(r, model->info.parameter[i].name, &model->rule[i],
                              model->info.parameter[i].initial, &r->spec->value[i]) &&
                   read;
    }
    assert(read); // a default that its own rule refuses
}

// ---- the board ------------------------------------------------------------------------------

static void apply_common(const reader *r)
{
    i2c_wires *wires = &r->spec->wires;
    if (r->common[COMMON_RP] != MASTER_NOT_GIVEN)
        wires->rp_ohm = (uint32_t)r->common[COMMON_RP];
    if (r->common[COMMON_CB] != MASTER_NOT_GIVEN)
        wires->cb_pf = (uint32_t)r->common[COMMON_CB];
    if (r->common[COMMON_TF] != MASTER_NOT_GIVEN)
        wires->tf_ns = (uint32_t)(r->common[COMMON_TF] / I2C_PS_PER_NS);
    if (r->common[COMMON_IDEAL] != MASTER_NOT_GIVEN)
        wires->ideal = r->common[COMMON_IDEAL] == 1;
    if (r->common[COMMON_THRESHOLD] != MASTER_NOT_GIVEN)
        r->spec->threshold = (i2c_threshold)r->common[COMMON_THRESHOLD];
}

static bool board_is_sound(const reader *r)
{
    const i2c_wires *wires = &r->spec->wires;
    if (r->common[COMMON_TF] != MASTER_NOT_GIVEN && r->common[COMMON_TF] % I2C_PS_PER_NS != 0)
        return fail(r, "%s: tf is a whole number of ns", r->spec->model->info.name);
    if ((uint64_t)wires->rp_ohm * wires->cb_pf >> 31 != 0)
        return fail(r, "%s: rp times cb is out of range: at most 2.147 ms",
                    r->spec->model->info.name);
    return true;
}

// ---- canonical text -------------------------------------------------------------------------

static void append(char *text, const char *key, const char *value)
{
    const size_t used = strlen(text);
    (void)snprintf(text + used, MASTER_TEXT_BYTES - used, ",%s=%s", key, value);
}

static void write_speed(master_spec *spec, uint32_t asked_hz)
{
    const master_info *info = &spec->model->info;
    uint64_t usual = 0;
    (void)quantity_read(info->speeds[0], QUANTITY_FREQUENCY, &usual);
    if (info->speeds[1] == NULL && asked_hz == usual)
        return;
    char speed[32];
    quantity_write(speed, sizeof speed, QUANTITY_FREQUENCY, asked_hz);
    const size_t used = strlen(spec->text);
    (void)snprintf(spec->text + used, MASTER_TEXT_BYTES - used, "@%s", speed);
}

/// Only what differs from the defaults, in a fixed order: the same master has one name.
static bool write_text(const reader *r, const master_spec *initial, const master_spec *board)
{
    master_spec *spec = r->spec;
    (void)snprintf(spec->text, sizeof spec->text, "%s", spec->model->info.name);
    write_speed(spec, r->asked_hz);
    char value[64];
    for (unsigned i = 0; spec->model->info.parameter[i].name != NULL; i++) {
        if (spec->value[i] == initial->value[i])
            continue;
        write_value(value, sizeof value, &spec->model->rule[i], spec->value[i]);
        append(spec->text, spec->model->info.parameter[i].name, value);
    }
    const uint64_t preset[COMMON_COUNT] = {board->wires.rp_ohm, board->wires.cb_pf,
                                           board->wires.tf_ns * I2C_PS_PER_NS, board->wires.ideal,
                                           board->threshold};
    for (unsigned i = 0; i < COMMON_COUNT; i++) {
        if (r->common[i] == MASTER_NOT_GIVEN || r->common[i] == preset[i])
            continue;
        write_value(value, sizeof value, &common_rule[i], r->common[i]);
        append(spec->text, common_parameter[i].name, value);
    }
    if (strlen(spec->text) + 1 == sizeof spec->text)
        return fail(r, "%s: too many parameters for a name of %d characters",
                    spec->model->info.name, MASTER_TEXT_BYTES - 2);
    return true;
}

// ---- reading --------------------------------------------------------------------------------

static bool read_parts(reader *r, char *copy)
{
    char *settings = strchr(copy, ',');
    if (settings != NULL)
        *settings++ = '\0';
    char *speed = strchr(copy, '@');
    if (speed != NULL)
        *speed++ = '\0';
    if (r->spec->model == NULL && !find_model(r, copy))
        return false;
    set_defaults(r);
    const master_spec initial = *r->spec;
    if (speed != NULL && !read_speed(r, speed))
        return false;
    while (settings != NULL) {
        char *setting = settings;
        settings = strchr(setting, ',');
        if (settings != NULL)
            *settings++ = '\0';
        if (!read_setting(r, setting))
            return false;
    }
    r->spec->asked_hz = r->asked_hz;
    r->spec->mode = master_mode_of(r->spec->scl_hz);
    r->spec->model->preset(r->spec);
    const master_spec board = *r->spec;
    apply_common(r);
    if (!board_is_sound(r))
        return false;
    if (r->spec->model->finish != NULL)
        r->spec->model->finish(r->spec);
    return write_text(r, &initial, &board);
}

void master_spec_clocks(const master_spec *spec, uint32_t *least_hz, uint32_t *most_hz)
{
    *least_hz = spec->model->hz_min;
    *most_hz = spec->model->hz_max;
}

bool master_is_of_file(const char *name)
{
    return strcmp(name, "rtl") == 0 || strcmp(name, "sketch") == 0;
}

const master_info *master_spec_info(const master_spec *spec)
{
    return &spec->model->info;
}

void master_spec_share_wires(master_spec *spec, const i2c_wires *wires)
{
    spec->wires = *wires;
    spec->known_count = 0;
    if (spec->model->finish != NULL)
        spec->model->finish(spec);
}

bool master_spec_read(master_spec *spec, const char *text, char *error, size_t error_bytes)
{
    return master_spec_read_model(spec, NULL, text, error, error_bytes);
}

bool master_spec_read_model(master_spec *spec, const master_model *model, const char *text,
                            char *error, size_t error_bytes)
{
    memset(spec, 0, sizeof *spec);
    spec->model = model;
    reader r = {.spec = spec, .text = text, .error_bytes = error_bytes};
    r.error = error;
    for (unsigned i = 0; i < COMMON_COUNT; i++)
        r.common[i] = MASTER_NOT_GIVEN;
    char copy[MASTER_TEXT_BYTES];
    if (strlen(text) >= sizeof copy)
        return fail(&r, "the name of a master has at most %d characters", MASTER_TEXT_BYTES - 1);
    memcpy(copy, text, strlen(text) + 1);
    return read_parts(&r, copy);
}

static void know(master_spec *spec, const i2c_known_violation *known)
{
    assert(spec->known_count < MASTER_KNOWN_MAX);
    spec->known[spec->known_count++] = *known;
}

void master_spec_knows(master_spec *spec, i2c_timing_parameter parameter, uint64_t at_least_ps,
                       const char *why)
{
    know(spec, &(i2c_known_violation){parameter, (int64_t)at_least_ps, why, false});
}

void master_spec_knows_behind_stretch(master_spec *spec, i2c_timing_parameter parameter,
                                      const char *why)
{
    know(spec, &(i2c_known_violation){parameter, 0, why, true});
}

void master_spec_knows_early_sda(master_spec *spec, uint64_t early_ps, const char *why)
{
    if (early_ps != 0)
        know(spec, &(i2c_known_violation){I2C_T_HD_DAT, -(int64_t)early_ps, why, false});
}

void master_spec_samples_after_rise(master_spec *spec, const uint64_t sample_ps[2])
{
    const bool odd_first = sample_ps[0] < sample_ps[1];
    spec->data_sample = (master_sample){MASTER_SAMPLES_AFTER_RISE, sample_ps[odd_first ? 0 : 1],
                                        sample_ps[odd_first ? 1 : 0]};
    spec->ack_sample = (master_sample){MASTER_SAMPLES_AFTER_RISE, sample_ps[0], sample_ps[0]};
}

i2c_master_profile master_spec_profile(const master_spec *spec)
{
    return (i2c_master_profile){
        .mode = spec->mode,
        .known = spec->known,
        .known_count = spec->known_count,
        .push_pull_sda = spec->model->push_pull_sda,
        .goes_on = spec->stretch.kind == MASTER_GOES_ON,
        .stretch_limit_ps = spec->stretch.limit_ps,
    };
}

i2c_mode master_mode_of(uint32_t scl_hz)
{
    if (scl_hz <= 100000)
        return I2C_MODE_SM;
    return scl_hz <= 400000 ? I2C_MODE_FM : I2C_MODE_FMPLUS;
}
