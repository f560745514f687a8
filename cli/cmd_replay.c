// `replay`: one case again, alone, with its waveform.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/debugger.h"
#include "cli/draw.h"
#include "cli/files.h"
#include "cli/report.h"
#include "cli/run_state.h"
#include "cli/runner.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RESULT_BYTES_MAX = 1 << 30 };

/// What is to be replayed. Texts that were read from a result live in `document`.
typedef struct {
    const char *slave_path;
    char id[PLAY_ID_BYTES + 16];
    cJSON *document;
} wanted;

// ---- finding N of the last run ------------------------------------------------------------------

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

static cJSON *read_result(const char *folder)
{
    char message[FILES_MESSAGE_BYTES];
    char *path = NULL;
    size_t bytes = 0;
    if (asprintf(&path, "%s/result.json", folder) < 0) {
        console_error("out of memory");
        return NULL;
    }
    char *text = file_read(path, RESULT_BYTES_MAX, &bytes, message, sizeof message);
    cJSON *document = text == NULL ? NULL : cJSON_ParseWithLength(text, bytes);
    if (text == NULL)
        console_error("%s", message);
    else if (document == NULL)
        console_error("%s: is no result of a run", path);
    free(text);
    free(path);
    return document;
}

static const cJSON *numbered(const cJSON *document, unsigned number)
{
    const cJSON *finding = NULL;
    cJSON_ArrayForEach(finding, cJSON_GetObjectItemCaseSensitive(document, "findings"))
    {
        const cJSON *own = cJSON_GetObjectItemCaseSensitive(finding, "number");
        if (cJSON_IsNumber(own) && own->valueint == (int)number)
            return finding;
    }
    return NULL;
}

static void take_run_options(cli_options *options, const cJSON *document)
{
    const cJSON *environment = cJSON_GetObjectItemCaseSensitive(document, "environment");
    const cJSON *seed = cJSON_GetObjectItemCaseSensitive(document, "seed");
    const cJSON *path = NULL;
    if (cJSON_IsNumber(seed) && seed->valuedouble >= 0 && seed->valuedouble < 9007199254740992.0)
        options->seed = (uint64_t)seed->valuedouble;
    options->long_runs = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(document, "long"));
    if (options->scenarios.count > 0)
        return;
    cJSON_ArrayForEach(path, cJSON_GetObjectItemCaseSensitive(environment, "scenario_paths"))
    {
        if (cJSON_IsString(path) && options->scenarios.count < OPTIONS_LIST_MAX)
            options->scenarios.at[options->scenarios.count++] = path->valuestring;
    }
}

/// A result says as which kind its slave was played, which --kind may have chosen.
static void take_kind(cli_options *options, const cJSON *document, const char *name)
{
    const cJSON *slave = NULL;
    cJSON_ArrayForEach(slave, cJSON_GetObjectItemCaseSensitive(document, "slaves"))
    {
        const char *own = text_of(slave, "name"), *kind = text_of(slave, "kind");
        if (options->kind == NULL && own != NULL && kind != NULL && strcmp(own, name) == 0 &&
            options_is_kind(kind))
            options->kind = kind;
    }
}

static bool find_numbered(wanted *w, cli_options *options, const char *number)
{
    w->document = read_result(out_folder(options));
    if (w->document == NULL)
        return false;
    const cJSON *environment = cJSON_GetObjectItemCaseSensitive(w->document, "environment");
    const cJSON *finding = numbered(w->document, (unsigned)strtoul(number, NULL, 10));
    const char *slave = finding == NULL ? NULL : text_of(finding, "slave");
    const char *id = finding == NULL ? NULL : text_of(finding, "case");
    const char *path = text_of(cJSON_GetObjectItemCaseSensitive(environment, "slave_paths"),
                               slave == NULL ? "" : slave);
    if (id == NULL) {
        console_error("the last run in %s has no finding %s", out_folder(options), number);
        return false;
    }
    if (w->slave_path == NULL)
        w->slave_path = path;
    if (w->slave_path == NULL) {
        console_error("%s/result.json: does not say where slave \"%s\" lies", out_folder(options),
                      slave == NULL ? "" : slave);
        return false;
    }
    const cJSON *point = cJSON_GetObjectItemCaseSensitive(finding, "point");
    if (cJSON_IsNumber(point))
        snprintf(w->id, sizeof w->id, "%.*s@%d", PLAY_ID_BYTES, id, point->valueint);
    else
        snprintf(w->id, sizeof w->id, "%.*s", PLAY_ID_BYTES, id);
    take_kind(options, w->document, slave == NULL ? "" : slave);
    take_run_options(options, w->document);
    return true;
}

// ---- what was asked -----------------------------------------------------------------------------

static bool is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 9;
}

static bool read_wanted(wanted *w, cli_options *options)
{
    const char *last = options->word_count == 0 ? "" : options->words[options->word_count - 1];
    *w = (wanted){0};
    if (options->word_count == 2)
        w->slave_path = options->words[0];
    if (options->word_count == 0 || options->word_count > 2 ||
        (options->word_count == 1 && !is_number(last))) {
        console_error("replay needs a slave file and a case, or the number of a finding");
        return false;
    }
    if (is_number(last))
        return find_numbered(w, options, last);
    if (strlen(last) >= sizeof w->id) {
        console_error("no case has an id as long as that");
        return false;
    }
    snprintf(w->id, sizeof w->id, "%s", last);
    return true;
}

/// The master in a case id stands behind the scenario: [SLAVE/]SCENARIO/MASTER[/VALUES].
static bool master_of_id(const char *id, char *text, size_t bytes)
{
    const char *at = id;
    for (unsigned i = 0; i < 2; i++) {
        char why[256];
        master_spec spec;
        const char *slash = strchr(at, '/');
        if (slash == NULL)
            return false;
        at = slash + 1;
        snprintf(text, bytes, "%.*s", (int)strcspn(at, "/"), at);
        if (master_spec_read(&spec, text, why, sizeof why))
            return true;
        // Without values a point stands right behind the master: nxt@12.
        char *point = strrchr(text, '@');
        if (point != NULL && is_number(point + 1)) {
            *point = '\0';
            if (master_spec_read(&spec, text, why, sizeof why))
                return true;
        }
    }
    return false;
}

// ---- playing it ---------------------------------------------------------------------------------

static bool the_case(void *ctx, uint32_t number, play_case *one)
{
    (void)number;
    *one = *(const play_case *)ctx;
    return true;
}

typedef struct {
    run_state *state;
    play_verdict verdict;
    uint32_t points;
    unsigned findings;
    char reason[sizeof((play_result *)0)->reason];
} taken;

/// A result that only the number of a sweep's points is wanted of.
static bool count_points(void *ctx, const play_case *one, const play_result *result,
                         const worker_log *log)
{
    (void)one;
    (void)log;
    *(uint32_t *)ctx = result->points;
    return true;
}

/// How many points the case's sweep has; 0 when it cannot be played to its first.
static uint32_t points_of(const runner_options *as, const play_case *one)
{
    char message[FILES_MESSAGE_BYTES];
    uint32_t points = 0;
    play_case whole = *one;
    runner_options runner = *as;
    whole.point = -1;
    runner.get_case_ctx = &whole;
    runner.on_result = count_points;
    runner.on_result_ctx = &points;
    (void)runner_play(&runner, message, sizeof message);
    return points;
}

/// A point that the sweep does not have was not played, and what was not played has not passed.
static bool has_point(const runner_options *as, const lineup_slave *from, const play_case *one,
                      const taken *t)
{
    const uint32_t points =
        one->point < 0 || t->points > 0 || t->findings > 0 ? 0 : points_of(as, one);
    if (points == 0)
        return true;
    console_error("%s: %s has no point %d: it has %u", from->path, one->id, one->point, points);
    return false;
}

static bool take_result(void *ctx, const play_case *one, const play_result *result,
                        const worker_log *log)
{
    taken *t = ctx;
    run_state_take(t->state, one, result, log);
    t->verdict = waivers_verdict(&t->state->slave[0].waived, result);
    t->points = result->points;
    t->findings = result->findings;
    snprintf(t->reason, sizeof t->reason, "%s", result->reason);
    return true;
}

/// Starts GTKWave and does not wait for it.
static bool open_wave(const char *folder, const char *wave)
{
    char path[DRAW_PATH_BYTES];
    const int stem = (int)(strlen(wave) - strlen(".vcd"));
    snprintf(path, sizeof path, "%s/%.*s.gtkw", folder, stem, wave);
    const pid_t pid = fork();
    if (pid == 0) {
        // -- so that a folder's name is never an option
        execlp("gtkwave", "gtkwave", path, (char *)NULL);
        console_error("cannot start gtkwave (package gtkwave): %s", strerror(errno));
        _exit(EXIT_INPUT);
    }
    if (pid < 0)
        console_error("cannot start gtkwave: %s", strerror(errno));
    return pid > 0;
}

static bool draw_it(const cli_options *options, const lineup *s, run_state *state,
                    const play_case *one, const console *c)
{
    char message[FILES_MESSAGE_BYTES] = "";
    char wave[sizeof state->groups.group[0].wave] = "";
    finding_group *group = state->groups.count > 0 ? &state->groups.group[0] : NULL;
    const draw_request request = {.from = &s->slave[0],
                                  .one = one,
                                  .finding = group == NULL ? NULL : &group->finding,
                                  .folder = out_folder(options),
                                  .columns = c->columns};
    if (!draw_case(&request, wave, sizeof wave, group == NULL ? NULL : &group->pictures, message,
                   sizeof message)) {
        console_error("%s", message);
        return false;
    }
    if (group != NULL)
        snprintf(group->wave, sizeof group->wave, "%s", wave);
    for (unsigned i = 0; i < state->groups.count; i++)
        report_finding(c, state, &state->groups.group[i], 0, 0);
    if (wave[0] == '\0')
        return true;
    fprintf(c->out, "wave  %s/%s\n", out_folder(options), wave);
    return !options->open || open_wave(out_folder(options), wave);
}

static int replay_case(const cli_options *options, const lineup *s, run_state *state,
                       const play_case *one)
{
    char message[FILES_MESSAGE_BYTES];
    const console c = console_new(false);
    const lineup_slave *from = &s->slave[0];
    taken t = {.state = state};
    const runner_options runner = {
        .set = from->set,
        .adapter = from->adapter,
        .image = from->image,
        .limits = {.jobs = options->jobs_given && options->jobs == 0 ? 0 : 1},
        .numbers_accesses = options->gdb,
        .count = 1,
        .get_case = the_case,
        .get_case_ctx = (void *)one,
        .on_result = take_result,
        .on_result_ctx = &t};
    runner_catch_signals();
    const runner_status status = runner_play(&runner, message, sizeof message);
    if (status == RUNNER_INTERRUPTED)
        return EXIT_SIGNAL + runner_caught();
    if (status == RUNNER_FAILED) {
        console_error("%s", message);
        return EXIT_OURS;
    }
    if (!has_point(&runner, from, one, &t))
        return EXIT_INPUT;
    group_sort(&state->groups);
    if (t.verdict != PLAY_NOT_APPLICABLE && !draw_it(options, s, state, one, &c))
        return EXIT_INPUT;
    fprintf(c.out, "%s  %s%s%s\n", play_verdict_text(t.verdict), one->id,
            t.reason[0] == '\0' ? "" : ": ", t.reason);
    if (t.verdict == PLAY_NOT_APPLICABLE)
        return EXIT_INPUT;
    if (options->gdb) {
        const finding_group *first = state->groups.count > 0 ? &state->groups.group[0] : NULL;
        debugger_run(options, from->path, one->id, first == NULL ? NULL : &first->finding);
        return EXIT_INPUT;
    }
    return console_close(&c) ? run_state_exit(state) : EXIT_INPUT;
}

/// Under gdb: the access at which it wants to stop.
static bool stop_where_asked(const cli_options *options, const lineup_slave *slave)
{
    slave_move access;
    if (options->stop_at == NULL)
        return true;
    if (!debugger_read_stop(options->stop_at, &access) || slave->adapter->stop_at == NULL) {
        console_error("--stop-at: is for gdb, which replay --gdb starts");
        return false;
    }
    slave->adapter->stop_at(slave->image, access);
    return true;
}

static int replay_in(const cli_options *options, const lineup *s, const char *id)
{
    play_case one;
    run_state state;
    if (!play_set_find(s->slave[0].set, id, &one)) {
        console_error("%s: has no case \"%s\" (i2cproof list cases %s shows all)", s->slave[0].path,
                      id, s->slave[0].path);
        return EXIT_INPUT;
    }
    if (!stop_where_asked(options, &s->slave[0]))
        return EXIT_INPUT;
    if (!run_state_init(&state, options, s, NULL)) {
        console_error("out of memory");
        return EXIT_OURS;
    }
    const int status = replay_case(options, s, &state, &one);
    run_state_free(&state);
    return status;
}

/// A case id has the name that a master in Verilog gives itself; the run says where it lies.
static void take_master_files(cli_options *options, const cJSON *document)
{
    const cJSON *environment = cJSON_GetObjectItemCaseSensitive(document, "environment");
    const cJSON *file = NULL;
    cJSON_ArrayForEach(file, cJSON_GetObjectItemCaseSensitive(environment, "master_files"))
    {
        if (cJSON_IsString(file) && options->masters.count < OPTIONS_LIST_MAX)
            options->masters.at[options->masters.count++] = file->valuestring;
    }
}

int command_replay(const cli_options *given)
{
    cli_options options = *given;
    lineup s = {0};
    wanted w;
    char own_master[MASTER_TEXT_BYTES];
    int status = EXIT_INPUT;
    if (read_wanted(&w, &options)) {
        if (options.masters.count == 0 && master_of_id(w.id, own_master, sizeof own_master))
            options.masters = (option_list){.at = {own_master}, .count = 1};
        else if (options.masters.count == 0)
            take_master_files(&options, w.document);
        if (lineup_open(&s, &options, &w.slave_path, 1, LINEUP_BUILT))
            status = replay_in(&options, &s, w.id);
        lineup_close(&s);
    }
    cJSON_Delete(w.document);
    return status;
}
