// Masters as files write them: `nxt`, `arduino@100k,rp=4700`. A file means every master that has
// what it writes, whatever else that one is.
#include "scenarios/play/play_private.h"

#include <stdio.h>
#include <string.h>

/// The number of a model's own parameter, or of one that all masters have; -1: none of that name.
static int parameter_index(const master_parameter *list, const char *key, size_t length)
{
    for (int i = 0; list[i].name != NULL; i++)
        if (strlen(list[i].name) == length && strncmp(list[i].name, key, length) == 0)
            return i;
    return -1;
}

static const master_info *model_named(const char *written)
{
    const size_t length = strcspn(written, "@,");
    for (unsigned i = 0; i < master_model_count(); i++) {
        const master_info *info = master_model_info(i);
        if (strlen(info->name) == length && strncmp(info->name, written, length) == 0)
            return info;
    }
    return NULL;
}

/// Whether both have the same value of the parameter that `key` begins with.
static bool same_parameter(const master_spec *a, const master_spec *b, const master_info *info,
                           const char *key)
{
    const size_t length = strcspn(key, "=");
    const int own = parameter_index(info->parameter, key, length);
    if (own >= 0)
        return a->value[own] == b->value[own];
    return a->threshold == b->threshold && a->wires.ideal == b->wires.ideal &&
           (strncmp(key, "rp=", 3) != 0 || a->wires.rp_ohm == b->wires.rp_ohm) &&
           (strncmp(key, "cb=", 3) != 0 || a->wires.cb_pf == b->wires.cb_pf) &&
           (strncmp(key, "tf=", 3) != 0 || a->wires.tf_ns == b->wires.tf_ns);
}

bool play_on_master(const void *ctx, const char *written)
{
    const master_spec *spec = ctx;
    const master_info *info = model_named(written);
    master_spec wanted;
    char why[MASTER_TEXT_BYTES];
    if (master_is_of_file(written))
        return strcmp(master_spec_info(spec)->name, written) == 0;
    if (info == NULL || !master_spec_read(&wanted, written, why, sizeof why) ||
        wanted.model != spec->model)
        return false;
    if (strchr(written, '@') != NULL && wanted.scl_hz != spec->scl_hz)
        return false;
    for (const char *at = strchr(written, ','); at != NULL; at = strchr(at + 1, ','))
        if (!same_parameter(&wanted, spec, info, at + 1))
            return false;
    return true;
}

const uint64_t *play_waits_ps(const master_spec *spec)
{
    static const uint64_t not_at_all = 0;
    for (unsigned i = 0; i < spec->known_count; i++)
        if (spec->known[i].parameter == I2C_T_HIGH && spec->known[i].behind_stretch)
            return &not_at_all;
    return &spec->stretch.limit_ps;
}

/// What it promises to stand on one master, it promises to stand there.
static bool promised_on(const slave_description *slave, const master_spec *spec)
{
    for (uint32_t i = 0; i < slave->tolerance_count; i++)
        if (slave->tolerances[i].master != NULL &&
            play_on_master(spec, slave->tolerances[i].master))
            return true;
    return false;
}

/// A file that names `nxt` means the NXT as it is by default, on whatever board.
bool written_by_slave(const slave_description *slave, const master_spec *spec)
{
    for (uint32_t i = 0; i < slave->master_count; i++) {
        master_spec named;
        char why[MASTER_TEXT_BYTES];
        if (master_spec_read(&named, slave->masters[i].text, why, sizeof why) &&
            named.model == spec->model && named.scl_hz == spec->scl_hz &&
            memcmp(named.value, spec->value, sizeof named.value) == 0)
            return true;
    }
    return promised_on(slave, spec);
}

bool written_by_scenario(const lang_program *program, const lang_scenario *scenario,
                         const master_spec *spec)
{
    for (uint32_t i = scenario->masters; i != LANG_NONE; i = lang_at(program, i)->next)
        if (play_on_master(spec, lang_text(program, lang_at(program, i)->a)))
            return true;
    return scenario->masters == LANG_NONE && spec->own_time_ps == 0;
}

/// `key=value` of the master's text that `settings` do not change, and those.
void written_with_settings(const char *base, const char *settings, char *text, size_t bytes)
{
    size_t used = (size_t)snprintf(text, bytes, "%.*s", (int)strcspn(base, ","), base);
    for (const char *at = strchr(base, ','); at != NULL; at = strchr(at + 1, ',')) {
        const size_t length = strcspn(at + 1, ",") + 1;
        const size_t key = strcspn(at + 1, "=") + 1;
        bool kept = true;
        for (const char *s = settings; s != NULL; s = strchr(s, ',')) {
            s += *s == ',';
            kept = kept && strncmp(s, at + 1, key) != 0;
        }
        if (kept && used < bytes)
            used += (size_t)snprintf(text + used, bytes - used, "%.*s", (int)length, at);
    }
    if (used < bytes)
        snprintf(text + used, bytes - used, ",%s", settings);
}
