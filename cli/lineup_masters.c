// The masters that a slave meets.
#include "cli/console.h"
#include "cli/lineup_private.h"

#include <stdio.h>
#include <string.h>

static bool add_spec(lineup_slave *one, const master_spec *spec)
{
    for (unsigned i = 0; i < one->master_count; i++)
        if (strcmp(one->master[i].text, spec->text) == 0) {
            if (one->master[i].made_of == spec->made_of)
                return true;
            console_error("two masters of one name, \"%s\"", spec->text);
            return false;
        }
    if (one->master_count == LINEUP_MASTER_MAX) {
        console_error("more than %d masters", LINEUP_MASTER_MAX);
        return false;
    }
    one->master[one->master_count++] = *spec;
    return true;
}

static bool add_master(lineup_slave *one, const char *text, const char *origin)
{
    char why[LINEUP_MESSAGE_BYTES] = "";
    master_spec spec;
    if (master_spec_read(&spec, text, why, sizeof why))
        return add_spec(one, &spec);
    console_error("%s%s%s", origin, origin[0] == '\0' ? "" : ": ", why);
    return false;
}

static bool add_all_masters(lineup_slave *one)
{
    for (unsigned i = 0; i < master_model_count(); i++)
        if (!add_master(one, master_model_info(i)->name, ""))
            return false;
    return true;
}

static bool add_default_masters(lineup_slave *one)
{
    static const char *const textbook[] = {"standard", "fast", "fastplus", "hs@1700k", "hs"};
    if (!add_master(one, "arduino@100k", ""))
        return false;
    for (unsigned i = 0; i < sizeof textbook / sizeof textbook[0]; i++) {
        master_spec spec;
        char why[LINEUP_MESSAGE_BYTES];
        if (!master_spec_read(&spec, textbook[i], why, sizeof why)) {
            console_error("%s", why);
            return false;
        }
        if (spec.scl_hz <= one->description->scl_max_hz && !add_master(one, textbook[i], ""))
            return false;
    }
    return true;
}

static bool has_master(const lineup_slave *one, const char *name)
{
    for (unsigned i = 0; i < one->master_count; i++)
        if (strcmp(master_spec_info(&one->master[i])->name, name) == 0)
            return true;
    return false;
}

/// What it promises on a master is held against it in each run.
static bool add_masters_of_promises(lineup_slave *one)
{
    const slave_description *slave = one->description;
    for (uint32_t i = 0; i < slave->tolerance_count; i++) {
        const slave_tolerance *t = &slave->tolerances[i];
        char place[LINEUP_MESSAGE_BYTES];
        snprintf(place, sizeof place, "%s:%u: tolerates",
                 slave_key_path(slave, SLAVE_KEY_TOLERATES), t->line);
        if (t->master != NULL && !has_master(one, t->master) && !add_master(one, t->master, place))
            return false;
    }
    return true;
}

/// As --master names it: also of a file.
static bool add_named(lineup *s, lineup_slave *one, const char *text, const cli_options *options)
{
    master_spec spec;
    if (strcmp(text, "all") == 0)
        return add_all_masters(one);
    if (!lineup_is_file_master(text))
        return add_master(one, text, "--master");
    return lineup_file_master_spec(s, text, options, &spec) && add_spec(one, &spec);
}

bool lineup_choose_masters(lineup *s, lineup_slave *one, const cli_options *options)
{
    const slave_description *slave = one->description;
    for (unsigned i = 0; i < options->masters.count; i++)
        if (!add_named(s, one, options->masters.at[i], options))
            return false;
    if (options->masters.count > 0)
        return true;
    for (uint32_t i = 0; i < slave->master_count; i++) {
        char place[LINEUP_MESSAGE_BYTES];
        const slave_place *at = &slave->masters[i].place;
        snprintf(place, sizeof place, "%s:%u:%u", at->path, at->line, at->column);
        if (!add_master(one, slave->masters[i].text, place))
            return false;
    }
    return slave->master_count > 0 || (add_default_masters(one) && add_masters_of_promises(one));
}
