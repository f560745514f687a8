// `sweep`: how much of something a slave stands, on each of its masters.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/runner.h"
#include "cli/sweep_json.h"
#include "cli/sweep_report.h"
#include "cli/sweep_svg.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const cli_options *options;
    const lineup *lineup;
    sweep_request request;
    console console;
    out_file *json; ///< NULL: goes to stdout, or is not asked for
    json_writer writer;
    const char *name; ///< of the slave whose points are played
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

static int draw_map(const sweeping *w, const sweep *s)
{
    char message[FILES_MESSAGE_BYTES];
    sweep_map map;
    out_file *file = out_file_new(w->options->map, message, sizeof message);
    if (file == NULL) {
        console_error("%s", message);
        return EXIT_INPUT;
    }
    const sweep_status status = sweep_map_run(s, &map);
    console_progress_end(&w->console);
    bool fine = status == SWEEP_DONE;
    if (fine) {
        sweep_svg_write(file, s, &map);
        fine = out_file_commit(file, message, sizeof message);
        if (!fine)
            console_error("%s", message);
    } else {
        out_file_discard(file);
    }
    sweep_map_free(&map);
    return status != SWEEP_DONE ? exit_of(status) : fine ? EXIT_CLEAN : EXIT_INPUT;
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
        sweep_report(&w->console, &s);
        if (w->options->json != NULL)
            sweep_json_add(&w->writer, &s);
        if (w->options->map != NULL)
            exit_status = draw_map(w, &s);
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
    const int status = options->json != NULL ? sweep_to_json(&w) : sweep_all(&w);
    return console_close(&w.console) ? status : EXIT_INPUT;
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
