// `probe`: asks slaves on the bus what they are, and says the answers as lines of their files.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/json_writer.h"
#include "cli/probe_apart.h"
#include "cli/probe_file.h"

#include <stdio.h>
#include <stdlib.h>

enum { WHY_BYTES = 512 };

// ---- for a program ------------------------------------------------------------------------------

static void put_stdout(void *ctx, const char *text, size_t bytes)
{
    (void)ctx;
    fwrite(text, 1, bytes, stdout);
}

static void line_to_json(json_writer *w, const probe_line *line)
{
    json_object(w, JSON_INLINE);
    json_key_string(w, "key", line->key);
    json_key_string(w, "text", line->text);
    json_key_string(w, "how", line->how);
    json_key_string(w, "stand", probe_stand_text(line->stand));
    json_key_bool(w, "present", line->present);
    if (line->line > 0)
        json_key_uint(w, "line", line->line);
    if (line->declared[0] != '\0')
        json_key_string(w, "declared", line->declared);
    json_close(w);
}

static void slave_to_json(json_writer *w, const lineup_slave *one, const probe_report *report,
                          const probe_lines *lines, const char *why)
{
    json_object(w, JSON_LINES);
    json_key_string(w, "slave", one->description->name);
    json_key_string(w, "path", one->path);
    json_key_string(w, "master", report->master);
    json_key_uint(w, "transfers", report->transfers);
    json_key_bool(w, "complete", report->complete);
    if (why[0] != '\0')
        json_key_string(w, "reason", why);
    json_key(w, "lines");
    json_array(w, JSON_LINES);
    for (unsigned i = 0; i < lines->count; i++)
        line_to_json(w, &lines->line[i]);
    json_close(w);
    json_close(w);
}

// ---- the command --------------------------------------------------------------------------------

static bool choose_master(master_spec *spec, const cli_options *options, const lineup_slave *one)
{
    char why[WHY_BYTES] = "";
    if (options->masters.count > 0 && lineup_is_file_master(options->masters.at[0])) {
        console_error("--master: probe asks with a master of the library, not one of a file");
        return false;
    }
    const bool fine = options->masters.count > 0
                          ? master_spec_read(spec, options->masters.at[0], why, sizeof why)
                          : probe_default_master(spec, one->description, why, sizeof why);
    if (!fine)
        console_error("%s: %s", options->masters.count > 0 ? "--master" : one->path, why);
    return fine;
}

/// Asks; when the slave answers nothing and no master was named, slower ones do, too. What the
/// first one found stands when none finds more.
static bool ask(const cli_options *options, const lineup_slave *one, const master_spec *asker,
                probe_report *report, char *why)
{
    master_spec slower = *asker;
    probe_report *other = malloc(sizeof *other);
    bool complete = probe_apart(one, asker, PROBE_ALL, report, why, WHY_BYTES);
    bool silent = !report->answers && (complete || report->hung);
    while (other != NULL && silent && options->masters.count == 0 &&
           probe_slower_master(&slower, slower.scl_hz)) {
        char other_why[WHY_BYTES] = "";
        const bool done = probe_apart(one, &slower, PROBE_ALL, other, other_why, WHY_BYTES);
        if (!other->answers)
            continue;
        *report = *other;
        snprintf(report->silent, sizeof report->silent, "%s", asker->text);
        snprintf(why, WHY_BYTES, "%s", other_why);
        complete = done;
        silent = false;
    }
    free(other);
    return complete;
}

static int probe_one(const cli_options *options, const lineup_slave *one, json_writer *w)
{
    probe_report report;
    char why[WHY_BYTES] = "";
    master_spec asker;
    if (!choose_master(&asker, options, one))
        return EXIT_INPUT;
    probe_lines *lines = malloc(sizeof *lines);
    if (lines == NULL) {
        console_error("out of memory");
        return EXIT_OURS;
    }
    const bool complete = ask(options, one, &asker, &report, why);
    probe_say(lines, &report, one->description);
    if (w != NULL)
        slave_to_json(w, one, &report, lines, why);
    else
        probe_file_print(one, &report, lines, why);
    free(lines);
    if (!complete)
        console_error("%s: %s", one->path, why);
    return complete && report.answers ? EXIT_CLEAN : EXIT_FOUND;
}

static int probe_all(const cli_options *options, const lineup *s)
{
    json_writer writer;
    json_writer *w = options->as_json ? &writer : NULL;
    int status = EXIT_CLEAN;
    if (w != NULL) {
        json_start(w, put_stdout, NULL);
        json_array(w, JSON_LINES);
    }
    for (unsigned i = 0; i < s->slave_count; i++) {
        const int one = probe_one(options, &s->slave[i], w);
        status = one > status ? one : status;
    }
    if (w != NULL) {
        json_close(w);
        json_finish(w);
    }
    return status;
}

int command_probe(const cli_options *options)
{
    lineup s = {0};
    int status = EXIT_INPUT;
    if (options->word_count == 0) {
        console_error("probe needs a slave file");
        return EXIT_INPUT;
    }
    if (options->masters.count > 1) {
        console_error("probe asks with one master; run it again for another");
        return EXIT_INPUT;
    }
    if (lineup_open(&s, options, options->words, options->word_count, LINEUP_PROBED))
        status = probe_all(options, &s);
    lineup_close(&s);
    return status;
}
