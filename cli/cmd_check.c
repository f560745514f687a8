// `check`: reads and builds what it is given, counts cases, and says how long a run will take.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/estimate.h"
#include "cli/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_with(const char *text, const char *ending)
{
    const size_t length = strlen(text);
    const size_t tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

static bool is_folder(const char *path)
{
    struct stat there;
    return stat(path, &there) == 0 && S_ISDIR(there.st_mode);
}

/// Scenario files become --scenarios; what is left are slaves.
static bool sort_files(const cli_options *given, cli_options *options, const char **slaves,
                       unsigned *count)
{
    *options = *given;
    *count = 0;
    for (unsigned i = 0; i < given->word_count; i++) {
        const char *path = given->words[i];
        if (ends_with(path, ".slave") || is_folder(path)) { // reading a folder says what is wrong
            slaves[(*count)++] = path;
        } else if (!ends_with(path, ".scenario")) {
            console_error("%s: neither a .slave nor a .scenario file", path);
            return false;
        } else if (options->scenarios.count == OPTIONS_LIST_MAX) {
            console_error("more than %d scenario files", OPTIONS_LIST_MAX);
            return false;
        } else {
            options->scenarios.at[options->scenarios.count++] = path;
        }
    }
    return true;
}

static void report_slave(const lineup_slave *one)
{
    const slave_description *slave = one->description;
    const uint32_t count = play_set_count(one->set);
    tally_reasons reasons = {0};
    uint32_t not_applicable = 0;
    for (uint32_t i = 0; i < count; i++) {
        play_case c;
        char reason[256] = "";
        play_set_case(one->set, i, &c);
        if (play_case_applies(one->set, &c, reason, sizeof reason))
            continue;
        not_applicable++;
        tally_reason_add(&reasons, tally_other_form(slave, reason) ? "other data forms" : reason);
    }
    tally_reasons_sort(&reasons);
    printf("%s: slave %s, address 0x%02X (8-bit 0x%02X), %u cases on %u master%s, %u n/a\n",
           one->path, slave->name, slave->addr7, slave->addr7 << 1, count, one->master_count,
           one->master_count == 1 ? "" : "s", not_applicable);
    for (unsigned i = 0; i < reasons.count; i++)
        printf("    %s (%" PRIu64 ")\n", reasons.reason[i].text, reasons.reason[i].cases);
}

/// UM10204 table 4. Where the address could be the first byte on the wire, the 7-bit form is told.
static void warn_reserved(const slave_description *slave)
{
    enum { FIRST_FREE = 0x08, LAST_FREE = 0x77 };
    const uint8_t addr7 = slave->addr7;
    char form[48] = "";
    if (addr7 >= FIRST_FREE && addr7 <= LAST_FREE)
        return;
    if (addr7 > LAST_FREE)
        snprintf(form, sizeof form, "; 8-bit form of 0x%02X?", addr7 >> 1);
    for (uint32_t i = 0; i < slave->line_count; i++) {
        const slave_place *at = &slave->lines[i].from;
        if (slave->lines[i].key == SLAVE_KEY_ADDRESS)
            fprintf(stderr, "%s:%u:%u: warning: 0x%02X is reserved (UM10204 table 4)%s\n", at->path,
                    at->line, at->column, addr7, form);
    }
}

static void report_time(const lineup_slave *one, unsigned jobs)
{
    estimate time = {0};
    if (!estimate_run(one, jobs, &time))
        return;
    if (time.run_ms < 1000)
        printf("    a run takes about %" PRIu64 " ms", time.run_ms);
    else
        printf("    a run takes about %.1f s", (double)time.run_ms / 1000);
    printf(" with %u worker%s (%u of %u cases were tried)\n", jobs, jobs == 1 ? "" : "s",
           time.played, time.cases);
}

int command_check(const cli_options *given)
{
    cli_options options;
    lineup s = {0};
    unsigned count = 0;
    int status = EXIT_INPUT;
    const char **slaves = calloc((size_t)given->word_count + 1, sizeof *slaves);
    if (given->word_count == 0)
        console_error("check needs .slave or .scenario files");
    else if (slaves != NULL && sort_files(given, &options, slaves, &count) &&
             lineup_open(&s, &options, slaves, count, LINEUP_BUILT))
        status = EXIT_CLEAN;
    if (status == EXIT_CLEAN && s.own != NULL)
        printf("%u scenario%s compiled\n", s.own->scenario_count,
               s.own->scenario_count == 1 ? "" : "s");
    for (unsigned i = 0; status == EXIT_CLEAN && i < s.slave_count; i++) {
        warn_reserved(s.slave[i].description);
        report_slave(&s.slave[i]);
        report_time(&s.slave[i], default_jobs());
    }
    lineup_close(&s);
    free(slaves);
    return status;
}
