// `run`: plays the suite on slaves and writes the folder of results.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/coverage.h"
#include "cli/draw.h"
#include "cli/files.h"
#include "cli/junit.h"
#include "cli/report.h"
#include "cli/report_html.h"
#include "cli/result_json.h"
#include "cli/run_state.h"
#include "cli/runner.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

unsigned default_jobs(void)
{
    cpu_set_t cpus;
    if (sched_getaffinity(0, sizeof cpus, &cpus) != 0)
        return 1;
    const int count = CPU_COUNT(&cpus);
    return count < 1 ? 1 : (unsigned)count;
}

const char *out_folder(const cli_options *options)
{
    return options->out == NULL ? "i2cproof-out" : options->out;
}

/// The files of a run: two in the folder, and copies where they were asked for.
typedef struct {
    const char *folder;
    char *json_path, *junit_path, *html_path, *info_path;
    out_file *json, *junit;
    out_file *json_copy, *junit_copy; ///< NULL: not asked for
    bool json_to_stdout;
} outputs;

static bool say(const char *message)
{
    console_error("%s", message);
    return false;
}

static out_file *open_one(const char *path)
{
    char message[FILES_MESSAGE_BYTES];
    out_file *file = path == NULL ? NULL : out_file_new(path, message, sizeof message);
    if (file == NULL)
        say(path == NULL ? "out of memory" : message);
    return file;
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static bool outputs_open(outputs *o, const cli_options *options)
{
    char message[FILES_MESSAGE_BYTES];
    *o = (outputs){.folder = out_folder(options),
                   .json_to_stdout = options->json != NULL && strcmp(options->json, "-") == 0};
    if (!folder_make(o->folder, message, sizeof message))
        return say(message);
    o->json_path = join(o->folder, "result.json");
    o->junit_path = join(o->folder, "junit.xml");
    o->html_path = join(o->folder, "report.html");
    o->info_path = join(o->folder, "coverage.info");
    if ((o->json = open_one(o->json_path)) == NULL || (o->junit = open_one(o->junit_path)) == NULL)
        return false;
    if (options->json != NULL && !o->json_to_stdout &&
        (o->json_copy = open_one(options->json)) == NULL)
        return false;
    return options->junit == NULL || (o->junit_copy = open_one(options->junit)) != NULL;
}

static void outputs_discard(outputs *o)
{
    out_file_discard(o->json);
    out_file_discard(o->junit);
    out_file_discard(o->json_copy);
    out_file_discard(o->junit_copy);
    free(o->json_path);
    free(o->junit_path);
    free(o->html_path);
    free(o->info_path);
    *o = (outputs){0};
}

static bool commit(out_file **file)
{
    char message[FILES_MESSAGE_BYTES];
    out_file *one = *file;
    *file = NULL;
    return one == NULL || out_file_commit(one, message, sizeof message) || say(message);
}

static bool copy(const char *from, out_file *to)
{
    char message[FILES_MESSAGE_BYTES];
    size_t bytes = 0;
    if (to == NULL)
        return true;
    char *text = file_read(from, SIZE_MAX - 1, &bytes, message, sizeof message);
    if (text == NULL)
        return say(message);
    out_file_write(to, text, bytes);
    free(text);
    return true;
}

/// A reader that has gone is no error.
static bool json_to_stdout(const outputs *o)
{
    char message[FILES_MESSAGE_BYTES];
    errno = 0;
    if (file_copy_to(o->json_path, STDOUT_FILENO, "standard output", message, sizeof message) ||
        errno == EPIPE)
        return true;
    return say(message);
}

static bool outputs_commit(outputs *o)
{
    if (!commit(&o->json) || !commit(&o->junit))
        return false;
    if (!copy(o->json_path, o->json_copy) || !commit(&o->json_copy) ||
        !copy(o->junit_path, o->junit_copy) || !commit(&o->junit_copy))
        return false;
    return !o->json_to_stdout || json_to_stdout(o);
}

// ---- playing ------------------------------------------------------------------------------------

typedef struct {
    const cli_options *options;
    const lineup *lineup;
    const command_run_listener *listener; ///< may be NULL
    console console;
    outputs outputs;
    run_state state;
    recorder *recorder; ///< while a slave is played that is `in_place`
    bool undrawn;       ///< a wave could not be written
    uint64_t last_progress_ms;
} run;

static uint64_t wall_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool group_is_on_wire(const finding_group *group)
{
    return group_is_numbered(group) && group->finding.verdict != PLAY_ERROR &&
           group->finding.verdict != PLAY_INCONCLUSIVE;
}

/// Of a case that cannot be played again the wave is drawn at once, where it stands for a finding.
static bool draw_at_once(run *r, const play_case *one)
{
    char message[FILES_MESSAGE_BYTES] = "";
    group_table *groups = &r->state.groups;
    for (unsigned i = 0; i < groups->count && i < DRAW_GROUPS_MAX; i++) {
        finding_group *group = &groups->group[i];
        if (group->slave != r->state.now || group->shown.index != one->index ||
            !group_is_on_wire(group))
            continue;
        play_case shown = *one;
        if (shown.sweep >= 0)
            shown.point = group->finding.point;
        const draw_request request = {.from = &r->lineup->slave[r->state.now],
                                      .one = &shown,
                                      .finding = &group->finding,
                                      .folder = r->outputs.folder,
                                      .columns = r->console.columns,
                                      .drawings = true};
        pictures_free(&group->pictures);
        if (!draw_recorded(&request, r->recorder, group->wave, sizeof group->wave, &group->pictures,
                           message, sizeof message))
            return say(message);
    }
    return true;
}

static bool draw_any_at_once(run *r, const play_case *one, const play_result *result)
{
    char message[FILES_MESSAGE_BYTES] = "", wave[DRAW_PATH_BYTES];
    const draw_request request = {
        .from = &r->lineup->slave[r->state.now], .one = one, .folder = r->outputs.folder};
    if (r->recorder == NULL || r->options->vcd == VCD_NONE)
        return true;
    if (r->options->vcd == VCD_ALL && result->verdict != PLAY_NOT_APPLICABLE &&
        !draw_recorded(&request, r->recorder, wave, sizeof wave, NULL, message, sizeof message))
        return say(message);
    return draw_at_once(r, one);
}

static bool take_result(void *ctx, const play_case *one, const play_result *result,
                        const worker_log *log)
{
    run *r = ctx;
    run_state_take(&r->state, one, result, log);
    if (r->listener != NULL)
        r->listener->on_result(r->listener->ctx, one, result);
    if (!draw_any_at_once(r, one, result))
        r->undrawn = r->state.stopped = true;
    if (r->options->stop_at_first && (r->state.counted > 0 || r->state.errors > 0))
        r->state.stopped = true;
    return !r->state.stopped && out_file_error(r->outputs.json) == 0 &&
           out_file_error(r->outputs.junit) == 0;
}

static void show_progress(void *ctx, uint32_t done)
{
    run *r = ctx;
    const lineup_slave *from = &r->lineup->slave[r->state.now];
    const uint64_t now = wall_ms();
    if (now - r->last_progress_ms < 100)
        return;
    r->last_progress_ms = now;
    console_progress(&r->console, from->description->name, done, play_set_count(from->set));
}

static runner_status play_slave(run *r, unsigned number)
{
    char message[FILES_MESSAGE_BYTES];
    const lineup_slave *from = &r->lineup->slave[number];
    const runner_options options = {.set = from->set,
                                    .adapter = from->adapter,
                                    .image = from->image,
                                    .limits = {.jobs = r->options->jobs},
                                    .count = play_set_count(from->set),
                                    .on_result = take_result,
                                    .on_result_ctx = r,
                                    .on_progress = r->console.progress ? show_progress : NULL,
                                    .on_progress_ctx = r,
                                    .recorder = r->recorder};
    r->state.now = number;
    if (!from->adapter->in_place) // it would be what a probe has left of it
        features_probe(&r->state.slave[number].undeclared, from);
    if (r->state.junit != NULL)
        junit_suite_begin(r->state.junit, from->description->name);
    const runner_status status = runner_play(&options, message, sizeof message);
    if (r->state.junit != NULL)
        junit_suite_end(r->state.junit, &r->state);
    console_progress_end(&r->console);
    if (status == RUNNER_FAILED)
        console_error("%s", message);
    return status;
}

static runner_status play_slaves(run *r)
{
    for (unsigned i = 0; i < r->lineup->slave_count; i++) {
        const runner_status status = play_slave(r, i);
        if (status != RUNNER_DONE)
            return status;
    }
    return RUNNER_DONE;
}

// ---- waves --------------------------------------------------------------------------------------

static bool draw(const draw_request *request, char *wave, size_t wave_bytes, pictures *made)
{
    char message[FILES_MESSAGE_BYTES] = "";
    if (draw_case(request, wave, wave_bytes, made, message, sizeof message))
        return true;
    return say(message);
}

static bool draw_finding(const run *r, finding_group *group)
{
    const lineup_slave *from = &r->lineup->slave[group->slave];
    play_case good[GOOD_RUNS];
    play_case one = group->shown;
    if (one.sweep >= 0)
        one.point = group->finding.point;
    const draw_request request = {
        .from = from,
        .one = &one,
        .finding = &group->finding,
        .folder = r->outputs.folder,
        .columns = r->console.columns,
        .drawings = true,
        .good = good,
        .goods = good_runs(from->set, &r->state.slave[group->slave].passed, &one, good)};
    return draw(&request, group->wave, sizeof group->wave, &group->pictures);
}

static bool draw_findings(run *r)
{
    unsigned drawn = 0;
    group_table *groups = &r->state.groups;
    for (unsigned i = 0; i < groups->count && drawn < DRAW_GROUPS_MAX; i++) {
        finding_group *group = &groups->group[i];
        if (!group_is_on_wire(group))
            continue;
        if (runner_caught() != 0 || !draw_finding(r, group))
            return runner_caught() != 0;
        drawn++;
    }
    return true;
}

static bool draw_all(run *r)
{
    char wave[DRAW_PATH_BYTES];
    for (unsigned i = 0; i < r->lineup->slave_count; i++) {
        const lineup_slave *from = &r->lineup->slave[i];
        for (uint32_t k = 0; k < play_set_count(from->set) && runner_caught() == 0; k++) {
            play_case one;
            char reason[256];
            const draw_request request = {.from = from, .one = &one, .folder = r->outputs.folder};
            play_set_case(from->set, k, &one);
            if (play_case_applies(from->set, &one, reason, sizeof reason) &&
                !draw(&request, wave, sizeof wave, NULL))
                return false;
        }
    }
    return true;
}

static bool draw_waves(run *r)
{
    group_sort(&r->state.groups);
    if (r->options->vcd == VCD_NONE || r->recorder != NULL)
        return true;
    draw_clear(r->outputs.folder);
    return draw_findings(r) && (r->options->vcd != VCD_ALL || draw_all(r));
}

// ---- the command --------------------------------------------------------------------------------

static bool reports_open(run *r)
{
    char message[FILES_MESSAGE_BYTES];
    r->state.json = result_json_new(r->outputs.json, r->options, r->lineup);
    if (r->state.json == NULL)
        return say("out of memory");
    r->state.junit = junit_new(r->outputs.junit, r->outputs.folder, message, sizeof message);
    return r->state.junit != NULL || say(message);
}

static bool reports_finish(run *r, int argc, char *const *argv)
{
    char message[FILES_MESSAGE_BYTES];
    result_json_finish(r->state.json, &r->state, argc, argv);
    r->state.json = NULL;
    const bool fine = junit_finish(r->state.junit, message, sizeof message);
    r->state.junit = NULL;
    return fine || say(message);
}

static bool write_coverage(const run *r)
{
    char message[FILES_MESSAGE_BYTES] = "out of memory";
    return !r->options->coverage ||
           (r->outputs.info_path != NULL &&
            coverage_write(&r->state, r->outputs.info_path, message, sizeof message)) ||
           say(message);
}

static bool write_page(const run *r)
{
    char message[FILES_MESSAGE_BYTES] = "out of memory";
    return (r->outputs.html_path != NULL &&
            report_html_write(&r->state, r->outputs.html_path, message, sizeof message)) ||
           say(message);
}

static void reports_free(run *r)
{
    result_json_free(r->state.json);
    junit_free(r->state.junit);
    r->state.json = NULL;
    r->state.junit = NULL;
}

/// A slave whose cases cannot be played again has a process that is not ours, too.
static bool take_place(run *r)
{
    for (unsigned i = 0; i < r->lineup->slave_count; i++) {
        if (!r->lineup->slave[i].adapter->in_place || r->recorder != NULL)
            continue;
        r->recorder = recorder_new();
        if (r->recorder == NULL)
            return say("out of memory");
        if (r->options->vcd != VCD_NONE)
            draw_clear(r->outputs.folder);
    }
    if (r->recorder == NULL)
        runner_catch_signals();
    return true;
}

static int run_all(run *r, int argc, char *const *argv)
{
    const uint64_t begin = wall_ms();
    if (!take_place(r))
        return EXIT_OURS;
    if (!reports_open(r))
        return EXIT_INPUT;
    const runner_status status = play_slaves(r);
    if (status == RUNNER_FAILED)
        return EXIT_OURS;
    if (r->undrawn)
        return EXIT_INPUT;
    r->state.caught = runner_caught();
    if (r->options->coverage && !coverage_take(&r->state)) // before cases are played again
        return EXIT_OURS;
    if ((status == RUNNER_DONE || r->state.stopped) && !draw_waves(r))
        return EXIT_INPUT;
    r->state.caught = runner_caught();
    r->state.wall_ms = wall_ms() - begin;
    group_sort(&r->state.groups);
    if (!reports_finish(r, argc, argv) || !outputs_commit(&r->outputs) || !write_page(r) ||
        !write_coverage(r))
        return EXIT_INPUT;
    report_run(&r->console, &r->state, r->outputs.folder);
    const int exit_status = run_state_exit(&r->state);
    if (exit_status == EXIT_INPUT)
        console_error("nothing was tested: no case is applicable");
    return console_close(&r->console) ? exit_status : EXIT_INPUT;
}

static int run_with(const cli_options *options, const lineup *s, baseline *known, int argc,
                    char *const *argv, const command_run_listener *listener)
{
    run r = {.options = options, .lineup = s, .listener = listener};
    int status = EXIT_INPUT;
    if (!run_state_init(&r.state, options, s, known)) {
        console_error("out of memory");
        return EXIT_OURS;
    }
    if (outputs_open(&r.outputs, options)) {
        r.console = console_new(r.outputs.json_to_stdout);
        status = run_all(&r, argc, argv);
        reports_free(&r);
    }
    outputs_discard(&r.outputs);
    run_state_free(&r.state);
    recorder_free(r.recorder);
    return status;
}

/// NULL with status 2 when it was given and cannot be read.
static baseline *read_baseline(const cli_options *options, int *status)
{
    char message[FILES_MESSAGE_BYTES];
    baseline *known = NULL;
    *status = EXIT_CLEAN;
    if (options->baseline != NULL &&
        (known = baseline_read(options->baseline, message, sizeof message)) == NULL) {
        console_error("%s", message);
        *status = EXIT_INPUT;
    }
    return known;
}

int command_run_lineup(const cli_options *options, const lineup *s, int argc, char *const *argv,
                       const command_run_listener *listener)
{
    int status;
    baseline *known = read_baseline(options, &status);
    if (status == EXIT_CLEAN)
        status = run_with(options, s, known, argc, argv, listener);
    baseline_free(known);
    return status;
}

int command_run(const cli_options *given, int argc, char *const *argv)
{
    cli_options options = *given;
    lineup s = {0};
    int status;
    if (!options.jobs_given)
        options.jobs = default_jobs();
    if (options.word_count == 0) {
        console_error("run needs a slave file (i2cproof list slaves shows those that are shipped)");
        return EXIT_INPUT;
    }
    baseline *known = read_baseline(&options, &status);
    if (status == EXIT_CLEAN) {
        status = EXIT_INPUT;
        if (lineup_open(&s, &options, options.words, options.word_count, LINEUP_BUILT))
            status = run_with(&options, &s, known, argc, argv, NULL);
        lineup_close(&s);
    }
    baseline_free(known);
    return status;
}
