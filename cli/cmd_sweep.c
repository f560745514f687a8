// `sweep`: how much of something a slave stands, on each of its masters.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/html.h"
#include "cli/runner.h"
#include "cli/sweep_json.h"
#include "cli/sweep_page.h"
#include "cli/sweep_report.h"
#include "cli/sweep_svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

typedef struct {
    const cli_options *options;
    const lineup *lineup;
    sweep_request request;
    console console;
    out_file *json; ///< NULL: goes to stdout, or is not asked for
    json_writer writer;
    const char *name; ///< of the slave whose points are played
    html_page page;
} sweeping;

static void put_file(void *ctx, const char *text, size_t bytes)
{
    out_file_write(ctx, text, bytes);
}

static void put_stdout(void *ctx, const char *text, size_t bytes)
{
    (void)ctx;
    fwrite(text, 1, bytes, stdout);
}

static void show_progress(void *ctx, uint32_t done, uint32_t all)
{
    const sweeping *w = ctx;
    console_progress(&w->console, w->name, done, all);
}

static int exit_of(sweep_status status)
{
    switch (status) {
    case SWEEP_REFUSED:
        return EXIT_INPUT;
    case SWEEP_INTERRUPTED:
        return EXIT_SIGNAL + runner_caught();
    case SWEEP_BROKEN:
        return EXIT_OURS;
    case SWEEP_DONE:
        break;
    }
    return EXIT_CLEAN;
}

static int say(const char *message)
{
    console_error("%s", message);
    return EXIT_INPUT;
}

/// The map as a file of its own.
static int write_map(out_file *file, const sweep *s, const sweep_map *map)
{
    char message[FILES_MESSAGE_BYTES] = "out of memory";
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out != NULL) {
        sweep_svg_map(out, s, map);
        (void)fclose(out);
    }
    if (text != NULL)
        out_file_write(file, text, bytes);
    else
        out_file_discard(file);
    const bool fine = text != NULL && out_file_commit(file, message, sizeof message);
    free(text);
    return fine ? EXIT_CLEAN : say(message);
}

static int draw_map(const sweeping *w, const sweep *s, sweep_map *map)
{
    char message[FILES_MESSAGE_BYTES];
    out_file *file = out_file_new(w->options->map, message, sizeof message);
    if (file == NULL)
        return say(message);
    const sweep_status status = sweep_map_run(s, map);
    console_progress_end(&w->console);
    if (status == SWEEP_DONE)
        return write_map(file, s, map);
    out_file_discard(file);
    return exit_of(status);
}

static int report_sweep(sweeping *w, const sweep *s)
{
    sweep_map map = {0};
    int exit_status = EXIT_CLEAN;
    sweep_report(&w->console, s);
    if (w->options->json != NULL)
        sweep_json_add(&w->writer, s);
    if (w->options->map != NULL)
        exit_status = draw_map(w, s, &map);
    if (exit_status == EXIT_CLEAN)
        sweep_page_add(w->page.out, s, w->options->map == NULL ? NULL : &map);
    sweep_map_free(&map);
    return exit_status;
}

/// The slave fails before anything is asked of it.
static bool fails_undisturbed(const sweep *s)
{
    const unsigned at = sweep_is_time(s->axis.what) ? 0 : s->line.count - 1;
    for (unsigned i = 0; s->axis.what == SWEEP_SPEED && i < s->line.count; i++)
        if (s->line.point[i].outcome.failed == 0)
            return false;
    return s->line.point[at].outcome.failed != 0;
}

static int sweep_one(sweeping *w, const lineup_slave *slave, const master_spec *spec)
{
    sweep s = {.request = w->request,
               .options = w->options,
               .lineup = w->lineup,
               .slave = slave,
               .master = spec,
               .on_progress = show_progress,
               .on_progress_ctx = w};
    w->name = slave->description->name;
    const sweep_status status = sweep_measure(&s);
    int exit_status = exit_of(status);
    console_progress_end(&w->console);
    if (status == SWEEP_DONE) {
        exit_status = report_sweep(w, &s);
        if (exit_status == EXIT_CLEAN && fails_undisturbed(&s))
            exit_status = EXIT_FOUND;
    }
    sweep_free(&s);
    return exit_status;
}

/// A slave that one master cannot be swept on is still swept on the others.
static int sweep_all(sweeping *w)
{
    int worst = EXIT_CLEAN;
    bool done = false;
    for (unsigned i = 0; i < w->lineup->slave_count; i++)
        for (unsigned k = 0; k < w->lineup->slave[i].master_count; k++) {
            const int one = sweep_one(w, &w->lineup->slave[i], &w->lineup->slave[i].master[k]);
            if (one > EXIT_INPUT)
                return one;
            done = done || one != EXIT_INPUT;
            worst = one != EXIT_INPUT && one > worst ? one : worst;
        }
    return done ? worst : EXIT_INPUT;
}

static int sweep_to_json(sweeping *w)
{
    char message[FILES_MESSAGE_BYTES];
    const bool to_stdout = strcmp(w->options->json, "-") == 0;
    if (!to_stdout && (w->json = out_file_new(w->options->json, message, sizeof message)) == NULL) {
        console_error("%s", message);
        return EXIT_INPUT;
    }
    json_start(&w->writer, to_stdout ? put_stdout : put_file, w->json);
    sweep_json_begin(&w->writer, w->options);
    const int status = sweep_all(w);
    sweep_json_end(&w->writer);
    if (to_stdout)
        return status;
    if (status > EXIT_FOUND) {
        out_file_discard(w->json);
        return status;
    }
    if (out_file_commit(w->json, message, sizeof message))
        return status;
    console_error("%s", message);
    return EXIT_INPUT;
}

static bool one_map(const lineup *s, const cli_options *options)
{
    unsigned sweeps = 0;
    for (unsigned i = 0; i < s->slave_count; i++)
        sweeps += s->slave[i].master_count;
    if (options->map == NULL || sweeps == 1)
        return true;
    console_error("--map: draws one slave on one master; --master names it");
    return false;
}

/// Writes the page of a sweep that was done.
static int page_end(sweeping *w, int status)
{
    char path[PATH_BYTES];
    char message[FILES_MESSAGE_BYTES];
    const char *folder = out_folder(w->options);
    if (status > EXIT_FOUND) {
        html_page_discard(&w->page);
        return status;
    }
    snprintf(path, sizeof path, "%s/sweep.html", folder);
    if (!folder_make(folder, message, sizeof message)) {
        html_page_discard(&w->page);
        return say(message);
    }
    if (!html_page_close(&w->page, path, message, sizeof message))
        return say(message);
    fprintf(w->console.out, "report  %s\n", path);
    return status;
}

static int sweep_lineup(const cli_options *options, const sweep_request *request, const lineup *s)
{
    sweeping w = {.options = options, .lineup = s, .request = *request};
    for (unsigned i = 0; i < s->slave_count; i++)
        if (!sweep_applies(request, &s->slave[i]))
            return EXIT_INPUT;
    if (!one_map(s, options))
        return EXIT_INPUT;
    w.console = console_new(options->json != NULL && strcmp(options->json, "-") == 0);
    runner_catch_signals();
    if (!html_page_open(&w.page, "i2cproof: sweep"))
        return say("out of memory");
    const int status = options->json != NULL ? sweep_to_json(&w) : sweep_all(&w);
    const int page_status = page_end(&w, status);
    return console_close(&w.console) ? page_status : EXIT_INPUT;
}

int command_sweep(const cli_options *given)
{
    cli_options options = *given;
    sweep_request request;
    lineup s = {0};
    int status = EXIT_INPUT;
    if (!options.jobs_given)
        options.jobs = default_jobs();
    if (!sweep_request_read(&request, &options))
        return EXIT_INPUT;
    if (lineup_open(&s, &options, options.words + 1, options.word_count - 1, LINEUP_BUILT))
        status = sweep_lineup(&options, &request, &s);
    lineup_close(&s);
    return status;
}
