#include "cli/lineup.h"
#include "cli/id_meant.h"

#include "cli/console.h"
#include "cli/files.h"
#include "cli/runner.h"
#include "scenarios/lang/suite.h"
#include "scenarios/requirements/requirements.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MESSAGE_BYTES = 2048,
    DIAGNOSTIC_BYTES = 1 << 16,
    BUILD_WALL_MS = 120000,
    LOAD_WALL_MS = 10000
};
enum { NOTES_BYTES = 1 << 16 };

static bool out_of_memory(void)
{
    console_error("out of memory");
    return false;
}

// ---- scenarios ----------------------------------------------------------------------------------

typedef struct {
    char **at;
    size_t count, room;
} paths;

static bool paths_add(paths *list, char *path)
{
    if (path == NULL)
        return out_of_memory();
    if (list->count == list->room) {
        const size_t room = list->room == 0 ? 16 : list->room * 2;
        char **more = realloc(list->at, room * sizeof *more);
        if (more == NULL) {
            free(path);
            return out_of_memory();
        }
        list->at = more;
        list->room = room;
    }
    list->at[list->count++] = path;
    return true;
}

static void paths_free(paths *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->at[i]);
    free(list->at);
}

static int is_scenario(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 9 &&
           strcmp(entry->d_name + length - 9, ".scenario") == 0;
}

/// The *.scenario files of a folder in the order of their names' bytes, whatever the locale.
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_folder(paths *list, const char *folder)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_scenario, by_bytes);
    bool fine = count >= 0;
    if (count < 0)
        console_error("cannot read the folder %s: %s", folder, strerror(errno));
    if (count == 0)
        console_error("%s: has no file that ends in .scenario", folder);
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        if (fine && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
            path = NULL;
        fine = fine && paths_add(list, path);
        free(entries[i]);
    }
    free(entries);
    return fine && count > 0;
}

static bool gather_scenarios(paths *list, const option_list *given)
{
    for (unsigned i = 0; i < given->count; i++) {
        struct stat there;
        const bool folder = stat(given->at[i], &there) == 0 && S_ISDIR(there.st_mode);
        if (folder ? !add_folder(list, given->at[i]) : !paths_add(list, strdup(given->at[i])))
            return false;
    }
    return true;
}

static void print_diagnostics(const lang_diagnostics *diagnostics)
{
    char *text = malloc(DIAGNOSTIC_BYTES);
    if (text == NULL)
        return;
    lang_diagnostics_text(diagnostics, text, DIAGNOSTIC_BYTES);
    fputs(text, stderr);
    free(text);
}

enum { IDS_MAX = 1024, SCENARIOS_MAX = 4096 };

static size_t add_row_ids(const char **ids, size_t count)
{
    for (size_t i = 0; i < requirement_count() && count < IDS_MAX; i++)
        ids[count++] = requirement_at(i)->id;
    return count;
}

static bool row_known(void *ctx, const char *id, const char **near)
{
    const char *ids[IDS_MAX];
    (void)ctx;
    *near = i2c_nearest(id, ids, add_row_ids(ids, 0));
    return requirement_find(id) != NULL;
}

static bool master_known(void *ctx, const char *text, char *why, size_t why_bytes)
{
    master_spec spec;
    (void)ctx;
    return master_spec_read(&spec, text, why, why_bytes);
}

static bool compile_own(lineup *s, const paths *files)
{
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    if (diagnostics == NULL)
        return out_of_memory();
    const lang_options options = {
        .row_known = row_known, .beside = suite_program(), .master_known = master_known};
    const lang_status status = lang_compile_files(&s->own, (const char *const *)files->at,
                                                  files->count, &options, diagnostics);
    if (status == LANG_FAULTY)
        print_diagnostics(diagnostics);
    else if (status == LANG_NO_MEMORY)
        out_of_memory();
    lang_diagnostics_free(diagnostics);
    return status == LANG_OK;
}

bool lineup_open_scenarios(lineup *s, const cli_options *options)
{
    paths files = {0};
    *s = (lineup){0};
    s->program[s->program_count++] = suite_program();
    bool fine = gather_scenarios(&files, &options->scenarios);
    if (fine && files.count > 0) {
        fine = compile_own(s, &files);
        if (fine)
            s->program[s->program_count++] = s->own;
    }
    paths_free(&files);
    return fine;
}

// ---- slaves -------------------------------------------------------------------------------------

static void note_once(void *ctx, const char *text)
{
    lineup *s = ctx;
    for (unsigned i = 0; i < s->note_count; i++)
        if (strncmp(s->note[i], text, sizeof s->note[i] - 1) == 0)
            return;
    if (s->note_count < LINEUP_NOTES)
        snprintf(s->note[s->note_count++], sizeof s->note[0], "%s", text);
    console_error("%s", text);
}

/// $XDG_CACHE_HOME/i2cproof or ~/.cache/i2cproof. The XDG specification ignores relative paths.
static char *cache_folder(void)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int made = -1;
    if (cache != NULL && cache[0] == '/')
        made = asprintf(&path, "%s/i2cproof", cache);
    else if (home != NULL && home[0] == '/')
        made = asprintf(&path, "%s/.cache/i2cproof", home);
    return made < 0 ? NULL : path;
}

static bool read_slave(lineup_slave *one, lineup_depth depth)
{
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    if (diagnostics == NULL)
        return out_of_memory();
    const lang_status status =
        depth == LINEUP_PROBED
            ? lang_slave_read_unaddressed(&one->description, one->path, diagnostics)
            : lang_slave_read_file(&one->description, one->path, diagnostics);
    if (status == LANG_FAULTY)
        print_diagnostics(diagnostics);
    else if (status == LANG_NO_MEMORY)
        out_of_memory();
    lang_diagnostics_free(diagnostics);
    return status == LANG_OK;
}

/// What an id could have been meant to be, for a message; "" when nothing is near.
static const char *meant(const char *id, char *text, size_t bytes)
{
    const char *near = id_meant(id);
    snprintf(text, bytes, "%s%s%s", near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
             near == NULL ? "" : "?");
    return text;
}

/// Findings are named by a rule, or by the row that a scenario's expectation covers.
static bool is_known(const char *id)
{
    for (unsigned i = 0; play_rule_at(i) != NULL; i++)
        if (strcmp(play_rule_at(i)->id, id) == 0)
            return true;
    // Findings are compared in upper case alone.
    const requirement_row *row = requirement_find(id);
    return i2c_rule_find(id) != NULL || (row != NULL && strcmp(row->id, id) == 0);
}

static const char *scenario_name(const lang_program *program, uint32_t i)
{
    return lang_text(program, program->scenarios[i].name);
}

/// Whether a scenario exists; if not, `*near` is the one that was meant, or NULL.
static bool scenario_exists(const lineup *s, const char *name, const char **near)
{
    const char *names[SCENARIOS_MAX];
    size_t count = 0;
    for (unsigned p = 0; p < s->program_count; p++)
        for (uint32_t i = 0; i < s->program[p]->scenario_count; i++) {
            const char *one = scenario_name(s->program[p], i);
            if (strcmp(one, name) == 0)
                return true;
            if (count < SCENARIOS_MAX)
                names[count++] = one;
        }
    *near = i2c_nearest(name, names, count);
    return false;
}

static bool expectation_exists(const lineup *s, const slave_description *slave)
{
    char text[96];
    const char *near = NULL;
    const slave_place *place = &slave->declared[SLAVE_KEY_EXPECT];
    if (slave->expect_fail != NULL && !is_known(slave->expect_fail)) {
        console_error("%s:%u:%u: expect fail: there is no rule %s%s (i2cproof list rules)",
                      place->path, place->line, place->column, slave->expect_fail,
                      meant(slave->expect_fail, text, sizeof text));
        return false;
    }
    if (slave->expect_scenario == NULL || scenario_exists(s, slave->expect_scenario, &near))
        return true;
    console_error("%s:%u:%u: expect fail: there is no scenario %s%s%s%s (i2cproof list scenarios)",
                  place->path, place->line, place->column, slave->expect_scenario,
                  near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                  near != NULL ? "?" : "");
    return false;
}

void lineup_expect_text(const slave_description *slave, char text[LINEUP_EXPECT_BYTES])
{
    if (slave->expect_fail == NULL)
        snprintf(text, LINEUP_EXPECT_BYTES, "pass");
    else if (slave->expect_scenario == NULL)
        snprintf(text, LINEUP_EXPECT_BYTES, "fail %s", slave->expect_fail);
    else
        snprintf(text, LINEUP_EXPECT_BYTES, "fail %s in %s", slave->expect_fail,
                 slave->expect_scenario);
}

/// A row, rule or scenario that does not exist would wait for its finding for ever.
static bool ids_exist(const lineup *s, const lineup_slave *one)
{
    char near[96];
    const slave_description *slave = one->description;
    bool fine = expectation_exists(s, slave);
    for (uint32_t i = 0; i < slave->waiver_count; i++) {
        const slave_waiver *waiver = &slave->waivers[i];
        if (is_known(waiver->row))
            continue;
        console_error("%s:%u:%u: accept: there is no requirement or rule %s%s", waiver->place.path,
                      waiver->place.line, waiver->place.column, waiver->row,
                      meant(waiver->row, near, sizeof near));
        fine = false;
    }
    return fine;
}

static bool names_differ(const lineup *s, unsigned count)
{
    const lineup_slave *last = &s->slave[count - 1];
    for (unsigned i = 0; i + 1 < count; i++)
        if (strcmp(s->slave[i].description->name, last->description->name) == 0) {
            console_error("%s and %s: two slaves of one name, \"%s\"", s->slave[i].path, last->path,
                          last->description->name);
            return false;
        }
    return true;
}

static bool add_master(lineup_slave *one, const char *text, const char *origin)
{
    char why[MESSAGE_BYTES] = "";
    master_spec spec;
    if (!master_spec_read(&spec, text, why, sizeof why)) {
        console_error("%s%s%s", origin, origin[0] == '\0' ? "" : ": ", why);
        return false;
    }
    for (unsigned i = 0; i < one->master_count; i++)
        if (strcmp(one->master[i].text, spec.text) == 0)
            return true;
    if (one->master_count == LINEUP_MASTER_MAX) {
        console_error("more than %d masters", LINEUP_MASTER_MAX);
        return false;
    }
    one->master[one->master_count++] = spec;
    return true;
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
        char why[MESSAGE_BYTES];
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
        char place[MESSAGE_BYTES];
        snprintf(place, sizeof place, "%s:%u: tolerates",
                 slave_key_path(slave, SLAVE_KEY_TOLERATES), t->line);
        if (t->master != NULL && !has_master(one, t->master) && !add_master(one, t->master, place))
            return false;
    }
    return true;
}

static bool choose_masters(lineup_slave *one, const cli_options *options)
{
    const slave_description *slave = one->description;
    for (unsigned i = 0; i < options->masters.count; i++) {
        const char *text = options->masters.at[i];
        const bool fine =
            strcmp(text, "all") == 0 ? add_all_masters(one) : add_master(one, text, "--master");
        if (!fine)
            return false;
    }
    if (options->masters.count > 0)
        return true;
    for (uint32_t i = 0; i < slave->master_count; i++) {
        char place[MESSAGE_BYTES];
        const slave_place *at = &slave->masters[i].place;
        snprintf(place, sizeof place, "%s:%u:%u", at->path, at->line, at->column);
        if (!add_master(one, slave->masters[i].text, place))
            return false;
    }
    return slave->master_count > 0 || (add_default_masters(one) && add_masters_of_promises(one));
}

static bool list_cases(const lineup *s, lineup_slave *one, const cli_options *options)
{
    char why[MESSAGE_BYTES] = "";
    const play_set_options set_options = {.programs = s->program,
                                          .program_count = s->program_count,
                                          .masters = one->master,
                                          .master_count = one->master_count,
                                          .seed = options->seed,
                                          .quick = options->quick,
                                          .long_runs = options->long_runs,
                                          .filter = options->filter};
    one->set = play_set_new(one->description, &set_options, why, sizeof why);
    if (one->set == NULL)
        console_error("%s: %s", one->path, why);
    return one->set != NULL;
}

static const char *kind_name(slave_kind kind)
{
    static const char *const names[] = {"hosted", "firmware", "avr", "rtl", "systemc"};
    return kind < SLAVE_KIND_COUNT ? names[kind] : "unknown";
}

/// What the process that builds a slave first leaves to its parent.
typedef struct {
    bool built;
    size_t note_bytes;
    char why[MESSAGE_BYTES * 4];
    char note[NOTES_BYTES]; ///< texts, each with its NUL
} build_told;

typedef struct {
    lineup_slave *one;
    const char *cache;
    build_told *told;
} build_job;

static void keep_note(void *ctx, const char *text)
{
    build_told *told = ctx;
    const size_t bytes = strlen(text) + 1;
    if (bytes > sizeof told->note - told->note_bytes)
        return;
    memcpy(told->note + told->note_bytes, text, bytes);
    told->note_bytes += bytes;
}

static void begin_step(void *ctx, slave_build_step step)
{
    (void)ctx;
    if (step == SLAVE_LOADS)
        runner_apart_step(LOAD_WALL_MS, "its constructor");
    else
        runner_apart_step(BUILD_WALL_MS, "the process that compiled it");
}

/// Gives the slave back as well: a destructor is the slave's code, too.
static bool build_apart(void *ctx)
{
    const build_job *job = ctx;
    build_told *told = job->told;
    const slave_adapter *adapter = job->one->adapter;
    const slave_build_options options = {
        .cache_dir = job->cache, .note = keep_note, .note_ctx = told, .step = begin_step};
    runner_apart_step(BUILD_WALL_MS, "the process that compiled it");
    slave_image *image =
        adapter->prepare(job->one->description, &options, told->why, sizeof told->why);
    told->built = image != NULL;
    if (image == NULL)
        return true;
    runner_apart_step(LOAD_WALL_MS, "its destructor");
    adapter->discard(image);
    return true;
}

static void give_notes(lineup *s, const build_told *told)
{
    for (size_t i = 0; i < told->note_bytes; i += strlen(told->note + i) + 1)
        note_once(s, told->note + i);
}

/// Loading an object runs code of the slave, and one that is cut short faults in the loader: a
/// process of its own goes first, and only what it has survived is done here.
static bool survives_loading(lineup *s, lineup_slave *one)
{
    char end[256] = "";
    build_told *told =
        mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (told == MAP_FAILED)
        return out_of_memory();
    build_job job = {.one = one, .cache = s->cache, .told = told};
    const runner_limits limits = {.case_ms = BUILD_WALL_MS, .memory_bytes = UINT64_C(1) << 40};
    const bool survived = runner_apart(&limits, build_apart, &job, end, sizeof end);
    const bool fine = survived && told->built;
    told->note[NOTES_BYTES - 1] = '\0';
    give_notes(s, told);
    if (!survived)
        console_error("%s: cannot be loaded: %s", one->path, end);
    else if (!fine)
        console_error("%s", told->why);
    munmap(told, sizeof *told);
    return fine;
}

/// The slave whose constructors or destructors may be running in this process. A slave that left
/// it from there, though it did not do so before, would decide our exit status.
static const char *in_slave_path;

static void on_slave_exit(int status, void *unused)
{
    (void)unused;
    if (in_slave_path == NULL)
        return;
    console_error("%s: cannot be loaded: it called exit(%d)", in_slave_path, status);
    _exit(EXIT_INPUT);
}

static void guard_exit(const char *path)
{
    static bool guarded;
    if (!guarded)
        guarded = on_exit(on_slave_exit, NULL) == 0;
    in_slave_path = path;
}

static bool build_slave(lineup *s, lineup_slave *one)
{
    char why[MESSAGE_BYTES * 4] = "";
    const char *kind = kind_name(one->description->kind);
    const slave_build_options options = {.cache_dir = s->cache, .note = note_once, .note_ctx = s};
    one->adapter = slave_adapter_find(kind);
    if (one->adapter == NULL) {
        const slave_place *at = &one->description->declared[SLAVE_KEY_KIND];
        console_error("%s:%u:%u: %s", at->path, at->line, at->column, slave_adapter_missing(kind));
        return false;
    }
    if (!survives_loading(s, one))
        return false;
    guard_exit(one->path);
    one->image = one->adapter->prepare(one->description, &options, why, sizeof why);
    guard_exit(NULL);
    if (one->image == NULL)
        console_error("%s", why);
    return one->image != NULL;
}

static bool cases_match(const lineup *s, const cli_options *options)
{
    uint64_t cases = 0;
    for (unsigned i = 0; i < s->slave_count; i++)
        cases += play_set_count(s->slave[i].set);
    if (cases > 0)
        return true;
    if (options->filter != NULL)
        console_error("--filter: no case matches \"%s\" (i2cproof list cases shows all)",
                      options->filter);
    else
        console_error("there is no case to play");
    return false;
}

static bool take_slaves(lineup *s, const cli_options *options, lineup_depth depth)
{
    for (unsigned i = 0; i < s->slave_count; i++)
        if (!read_slave(&s->slave[i], depth) || !ids_exist(s, &s->slave[i]) ||
            !names_differ(s, i + 1) || !choose_masters(&s->slave[i], options))
            return false;
    if (depth == LINEUP_READ)
        return true;
    for (unsigned i = 0; depth != LINEUP_PROBED && i < s->slave_count; i++)
        if (!list_cases(s, &s->slave[i], options))
            return false;
    if (depth != LINEUP_PROBED && s->slave_count > 0 && !cases_match(s, options))
        return false;
    for (unsigned i = 0; depth >= LINEUP_BUILT && i < s->slave_count; i++)
        if (!build_slave(s, &s->slave[i]))
            return false;
    return true;
}

bool lineup_open(lineup *s, const cli_options *options, const char *const *given, unsigned count,
                 lineup_depth depth)
{
    if (!lineup_open_scenarios(s, options))
        return false;
    s->slave = calloc(count + 1, sizeof *s->slave);
    if (s->slave == NULL)
        return out_of_memory();
    for (unsigned i = 0; i < count; i++)
        s->slave[i].path = given[i];
    s->slave_count = count;
    s->cache = cache_folder();
    if (s->cache == NULL && depth >= LINEUP_BUILT)
        note_once(s, "no HOME or XDG_CACHE_HOME: compiled slaves are not kept");
    return take_slaves(s, options, depth);
}

void lineup_close(lineup *s)
{
    for (unsigned i = 0; i < s->slave_count; i++) {
        lineup_slave *one = &s->slave[i];
        play_set_free(one->set);
        guard_exit(one->path);
        if (one->image != NULL)
            one->adapter->discard(one->image);
        guard_exit(NULL);
        lang_slave_free(one->description);
    }
    free(s->slave);
    free(s->cache);
    lang_program_free(s->own);
    *s = (lineup){0};
}
