#define _GNU_SOURCE // strdup
#include "slave_under_test/kinds/rtl/verilate.h"

#include "slave_under_test/kinds/rtl/design.h"
#include "slave_under_test/kinds/rtl/generated.h"
#include "slave_under_test/kinds/rtl/wrapper.h"
#include "slave_under_test/kinds/spawn.h"
#include "slave_under_test/kinds/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 256, OUTPUT_BYTES = 1 << 15 };

struct rtl_recipe {
    slave_recipe recipe;
    const slave_description *slave;
    char *word[WORDS_MAX]; ///< all that the result hangs on, and flags of the linker
    unsigned words;
    const char *link[8];
    char include[2][SLAVE_PATH_BYTES];
    const char *compile[32];
};

static const char *verilator(void)
{
    const char *name = getenv("VERILATOR");
    return name != NULL && *name != '\0' ? name : "verilator";
}

/// Where its headers lie; Debian's place without a word of it.
static const char *root(void)
{
    const char *set = getenv("VERILATOR_ROOT");
    return set != NULL && *set != '\0' ? set : "/usr/share/verilator";
}

// ---- calling it -----------------------------------------------------------------------------

typedef struct {
    char *word[WORDS_MAX];
    unsigned count;
    bool full;
} words;

static void add(words *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(words *w, const char *format, ...)
{
    char text[SLAVE_PATH_BYTES + 64];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char *kept = w->count + 1 < WORDS_MAX ? strdup(text) : NULL;
    w->full = w->full || kept == NULL;
    if (kept != NULL)
        w->word[w->count++] = kept;
}

static void drop(words *w)
{
    for (unsigned i = 0; i < w->count; i++)
        free(w->word[i]);
    w->count = 0;
}

static bool run(words *w, char *output, size_t bytes)
{
    w->word[w->count] = NULL;
    if (!w->full)
        return spawn_wait((const char *const *)w->word, output, bytes);
    (void)snprintf(output, bytes, "too many sources, folders or flags");
    return false;
}

/// Folders, macros and flags of the slave's file, and its sources.
static void add_slave(words *w, const slave_description *s)
{
    for (uint32_t i = 0; i < s->includes.count; i++)
        add(w, "-I%s", s->includes.at[i]);
    for (uint32_t i = 0; i < s->defines.count; i++)
        add(w, "-D%s", s->defines.at[i]);
    for (uint32_t i = 0; i < s->flags.count; i++)
        add(w, "%s", s->flags.at[i]);
    for (uint32_t i = 0; i < s->sources.count; i++)
        add(w, "%s%s", s->sources.at[i][0] == '-' ? "./" : "", s->sources.at[i]);
}

/// The netlist of the design; without a top module that of all modules.
static bool write_netlist(const slave_description *s, const char *top, const char *path,
                          const char *folder, char *output, size_t bytes)
{
    words w = {.count = 0};
    add(&w, "%s", verilator());
    add(&w, "--xml-only");
    add(&w, "--xml-output");
    add(&w, "%s", path);
    add(&w, "-Mdir");
    add(&w, "%s", folder);
    add(&w, "-Wno-fatal");
    if (top != NULL) {
        add(&w, "--flatten");
        add(&w, "-Wwarn-UNDRIVEN");
        add(&w, "--top-module");
        add(&w, "%s", top);
        for (uint32_t i = 0; i < s->parameters.count; i++)
            add(&w, "-G%s", s->parameters.at[i]);
    }
    add_slave(&w, s);
    const bool written = run(&w, output, bytes);
    drop(&w);
    return written;
}

// ---- what can be wrong ----------------------------------------------------------------------

static bool has_no_top(const slave_description *s, const char *folder, char *message, size_t bytes)
{
    char path[SLAVE_PATH_BYTES], modules[512], output[OUTPUT_BYTES];
    rtl_design design;
    (void)snprintf(path, sizeof path, "%s/modules.xml", folder);
    if (!write_netlist(s, NULL, path, folder, output, sizeof output))
        return false; // the sources themselves are faulty
    (void)rtl_design_read(&design, path);
    const bool there =
        design.netlist != NULL && rtl_design_tell_modules(&design, s->top, modules, sizeof modules);
    if (!there && s->top == NULL)
        (void)rtl_fails_at(s, &s->declared[SLAVE_KEY_KIND], message, bytes,
                           "kind rtl needs `top MODULE`; modules in the sources: %s", modules);
    else if (!there)
        (void)rtl_fails_at(s, &s->declared[SLAVE_KEY_TOP], message, bytes,
                           "top: there is no module %s; modules in the sources: %s", s->top,
                           modules);
    rtl_design_free(&design);
    return !there;
}

static bool has_no_parameter(const slave_description *s, const char *output, char *message,
                             size_t bytes)
{
    const char *found = strstr(output, "Parameters from the command line were not found");
    char name[RTL_NAME_BYTES];
    for (uint32_t i = 0; found != NULL && i < s->parameters.count; i++) {
        const slave_place place = slave_word_place(s, SLAVE_KEY_PARAMETER, &s->parameters, i);
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(s->parameters.at[i], "="),
                       s->parameters.at[i]);
        const char *behind = strstr(found, name);
        if (behind != NULL)
            return !rtl_fails_at(s, &place, message, bytes,
                                 "parameter: module %s has none named %s", s->top, name);
    }
    return false;
}

/// Verilator's own words, below a line that says which key led there.
static bool refused(const slave_description *s, const char *output, char *message, size_t bytes)
{
    const bool delays = strstr(output, "%Error-NEEDTIMINGOPT") != NULL;
    return rtl_fails_at(
        s, &s->declared[SLAVE_KEY_SOURCES], message, bytes, "sources do not compile:\n%s%s", output,
        delays
            ? "\nkind rtl runs what can be synthesized: a design has no delays (#) and no `wait` "
              "of its own, its time is its clock"
            : "");
}

/// It is a master's: what is watched is what we need, and its further inputs are driven.
static bool is_master(const slave_description *s)
{
    return s->watch.count > 0 && s->watch.place == NULL;
}

static bool watches_are_there(const slave_description *s, const rtl_design *design, char *message,
                              size_t bytes)
{
    char near[RTL_NAME_BYTES], text[320];
    for (uint32_t i = 0; i < s->watch.count; i++) {
        if (i == RTL_WATCH_MAX)
            return slave_watch_too_many(s, i, RTL_WATCH_MAX, message, bytes);
        if (rtl_design_has(design, s->top, s->watch.at[i], near, sizeof near))
            continue;
        if (is_master(s))
            return rtl_fails_at(s, &s->declared[SLAVE_KEY_TOP], message, bytes,
                                "top: module %s has no port %s, which a master needs", s->top,
                                s->watch.at[i]);
        (void)snprintf(text, sizeof text, "module %s has no signal %s%s%s%s", s->top,
                       s->watch.at[i], near[0] == '\0' ? "" : "; did you mean ", near,
                       near[0] == '\0' ? "" : "?");
        return slave_watch_fails(s, i, text, message, bytes);
    }
    return true;
}

/// Verilator says of outputs that nothing drives where they are declared.
static bool pins_are_driven(const rtl_plan *plan, const char *output, char *message, size_t bytes)
{
    static const slave_pin_role roles[] = {SLAVE_PIN_SDA_OE, SLAVE_PIN_SCL_OE, SLAVE_PIN_SDA_O,
                                           SLAVE_PIN_SCL_O};
    char wanted[RTL_NAME_BYTES + 40], line[24];
    for (unsigned i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const rtl_port *port = plan->port[roles[i]] == NULL
                                   ? NULL
                                   : rtl_design_port(plan->design, plan->port[roles[i]]);
        if (port == NULL)
            continue;
        (void)snprintf(wanted, sizeof wanted, "Signal is not driven: '%s'", port->name);
        (void)snprintf(line, sizeof line, ":%u:", port->line);
        const char *found = strstr(output, wanted);
        const char *start = found;
        while (start != NULL && start > output && start[-1] != '\n')
            start--;
        const char *at = start == NULL ? NULL : strstr(start, line);
        if (at == NULL || at > found)
            continue;
        const slave_pin *pin = &plan->slave->pins[roles[i]];
        return rtl_fails_at(plan->slave,
                            pin->name != NULL ? &pin->place : &plan->slave->declared[SLAVE_KEY_TOP],
                            message, bytes, "pins: nothing in module %s drives its output %s",
                            plan->slave->top, port->name);
    }
    return true;
}

// ---- translating ----------------------------------------------------------------------------

/// Opens the signals to us that are watched.
static bool write_control(const slave_description *s, const char *path)
{
    FILE *file = fopen(path, "wbe");
    if (file == NULL)
        return false;
    (void)fputs("`verilator_config\n", file);
    for (uint32_t i = 0; i < s->watch.count; i++) {
        const char *dot = strrchr(s->watch.at[i], '.');
        const char *leaf = dot == NULL ? s->watch.at[i] : dot + 1;
        (void)fprintf(file, "public_flat_rw -module \"*\" -var \"%.*s\"\n", (int)strcspn(leaf, "["),
                      leaf);
    }
    return fclose(file) == 0;
}

static bool make_cpp(const slave_description *s, const char *folder, char *output, size_t bytes)
{
    static const char *const flags[] = {"--cc",         "--flatten",   "--MMD",  "-O3",
                                        "-Wno-fatal",   "--prefix",    "Vdut",   "--x-assign",
                                        "unique",       "--x-initial", "unique", "--top-module",
                                        "i2cproof_top", "-Mdir"};
    words w = {.count = 0};
    add(&w, "%s", verilator());
    for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; i++)
        add(&w, "%s", flags[i]);
    add(&w, "%s", folder);
    add(&w, "%s/watched.vlt", folder);
    add_slave(&w, s);
    add(&w, "%s/i2cproof_top.v", folder);
    const bool made = run(&w, output, bytes);
    drop(&w);
    return made;
}

/// What was read, and the files of ours that are compiled with it.
static bool write_dependencies(const char *folder)
{
    static const char *const own[] = {I2CPROOF_RTL_SOURCES "/rtl_model.cpp",
                                      I2CPROOF_RTL_SOURCES "/rtl_link.h",
                                      I2CPROOF_RTL_SOURCES "/rtl_prints.h"};
    char path[SLAVE_PATH_BYTES + 16];
    (void)snprintf(path, sizeof path, "%s/Vdut__ver.d", folder);
    FILE *from = fopen(path, "rbe");
    (void)snprintf(path, sizeof path, "%s/" SLAVE_TRANSLATED_FROM, folder);
    FILE *to = from == NULL ? NULL : fopen(path, "wbe");
    bool fine = to != NULL;
    for (int c; fine && (c = getc(from)) != EOF && c != '\n';)
        fine = putc(c, to) != EOF;
    for (unsigned i = 0; fine && i < sizeof own / sizeof own[0]; i++)
        fine = fprintf(to, " %s", own[i]) > 0;
    if (from != NULL)
        (void)fclose(from);
    return to != NULL && fclose(to) == 0 && fine;
}

static void tell_idle_inputs(const rtl_plan *plan, char *message, size_t bytes)
{
    char idle[512];
    rtl_wrapper_tell_idle(plan, idle, sizeof idle);
    const size_t length = strlen(message);
    if (idle[0] != '\0' && length < bytes)
        (void)snprintf(message + length, bytes - length,
                       "%s%s: inputs that stay 0: %s (to change that: input NAME=VALUE)",
                       length > 0 ? "\n" : "", plan->slave->path, idle);
}

static bool translate_design(const rtl_plan *plan, const char *folder, char *message, size_t bytes)
{
    char path[SLAVE_PATH_BYTES + 24], warnings[OUTPUT_BYTES], output[256];
    const slave_description *s = plan->slave;
    const rtl_generated_options options = {.has_clock = s->clock_hz != 0,
                                           .scl_inout = rtl_wrapper_inout(plan, SLAVE_PIN_SCL),
                                           .sda_inout = rtl_wrapper_inout(plan, SLAVE_PIN_SDA),
                                           .watched = &s->watch};
    (void)snprintf(path, sizeof path, "%s/i2cproof_top.v", folder);
    bool fine = rtl_wrapper_write(plan, path);
    (void)snprintf(path, sizeof path, "%s/watched.vlt", folder);
    if (!fine || !write_control(s, path)) {
        (void)snprintf(message, bytes, "%s: cannot be written", path);
        return false;
    }
    if (!make_cpp(s, folder, warnings, sizeof warnings))
        return refused(s, warnings, message, bytes);
    if (!write_dependencies(folder) ||
        !rtl_generated_join(folder, &options, output, sizeof output)) {
        (void)rtl_fails_at(s, &s->declared[SLAVE_KEY_SOURCES], message, bytes, "%s", output);
        return false;
    }
    (void)snprintf(message, bytes, "%s", warnings);
    if (!is_master(s))
        tell_idle_inputs(plan, message, bytes);
    return true;
}

static bool translate_with(rtl_design *design, const slave_description *s, const char *folder,
                           char *message, size_t bytes)
{
    char path[SLAVE_PATH_BYTES + 16], output[OUTPUT_BYTES];
    rtl_plan plan;
    (void)snprintf(path, sizeof path, "%s/design.xml", folder);
    if (s->top == NULL)
        return has_no_top(s, folder, message, bytes)
                   ? false
                   : rtl_fails_at(s, &s->declared[SLAVE_KEY_KIND], message, bytes,
                                  "kind rtl needs `top MODULE`");
    if (!write_netlist(s, s->top, path, folder, output, sizeof output))
        return has_no_top(s, folder, message, bytes) || has_no_parameter(s, output, message, bytes)
                   ? false
                   : refused(s, output, message, bytes);
    if (!rtl_design_read(design, path))
        return rtl_fails_at(s, &s->declared[SLAVE_KEY_TOP], message, bytes,
                            "top: module %s has more than %d ports", s->top, RTL_PORT_MAX);
    return rtl_wrapper_plan(&plan, s, design, message, bytes) &&
           pins_are_driven(&plan, output, message, bytes) &&
           watches_are_there(s, design, message, bytes) &&
           translate_design(&plan, folder, message, bytes);
}

static bool translate(const void *ctx, const slave_description *slave, const char *folder,
                      char *message, size_t bytes)
{
    (void)ctx;
    rtl_design *design = calloc(1, sizeof *design);
    if (design == NULL) {
        (void)snprintf(message, bytes, "%s: out of memory", slave->path);
        return false;
    }
    const bool fine = translate_with(design, slave, folder, message, bytes);
    rtl_design_free(design);
    free(design);
    return fine;
}

// ---- recipes --------------------------------------------------------------------------------

// Of its own warnings nothing is ours to mend.
static const char *const compile_flags[] = {"-std=gnu++17",
                                            "-O2",
                                            "-g1",
                                            "-w",
                                            "-fPIC",
                                            "-faligned-new",
                                            "-fno-strict-aliasing",
                                            "-fvisibility=hidden",
                                            "-fvisibility-inlines-hidden",
                                            "-fdiagnostics-color=never",
                                            ("-I" I2CPROOF_RTL_SOURCES),
                                            "-include",
                                            "rtl_prints.h"};
static const char *const none[] = {NULL};

static void remember(rtl_recipe *r, const char *kind, const char *text)
{
    words w = {.count = 0};
    add(&w, "%s=%s", kind, text == NULL ? "" : text);
    if (r->words + 1 < WORDS_MAX && w.count == 1)
        r->word[r->words++] = w.word[0];
    else
        drop(&w);
}

static void remember_all(rtl_recipe *r, const char *kind, const slave_strings *strings)
{
    for (uint32_t i = 0; i < strings->count; i++)
        remember(r, kind, strings->at[i]);
}

static void remember_slave(rtl_recipe *r, const slave_description *s)
{
    char number[64];
    r->word[r->words++] = strdup(verilator());
    remember(r, "top", s->top);
    (void)snprintf(number, sizeof number, "%d %d", s->clock_hz != 0, s->reset_low);
    remember(r, "senses", number);
    remember(r, "clock", s->clock_port);
    remember(r, "reset", s->reset_port);
    remember_all(r, "include", &s->includes);
    remember_all(r, "define", &s->defines);
    remember_all(r, "flag", &s->flags);
    remember_all(r, "parameter", &s->parameters);
    remember_all(r, "input", &s->inputs);
    remember_all(r, "watch", &s->watch);
    for (unsigned role = 0; role < SLAVE_PIN_COUNT; role++) {
        (void)snprintf(number, sizeof number, "pin%u%s", role, s->pins[role].inverted ? "!" : "");
        remember(r, number, s->pins[role].name);
    }
}

static void make_compile_flags(rtl_recipe *r)
{
    unsigned n = 0;
    (void)snprintf(r->include[0], sizeof r->include[0], "-I%s/include", root());
    (void)snprintf(r->include[1], sizeof r->include[1], "-I%s/include/vltstd", root());
    for (; n < sizeof compile_flags / sizeof compile_flags[0]; n++)
        r->compile[n] = compile_flags[n];
    r->compile[n++] = r->include[0];
    r->compile[n++] = r->include[1];
}

static slave_recipe usual(const char *const *compile, const char *const *link)
{
    return (slave_recipe){.variable = "CXX",
                          .compiler = "c++",
                          .package = "g++",
                          .compile_flags = compile,
                          .c_flags = none,
                          .cpp_flags = none,
                          .link_flags = link,
                          .headers = none,
                          .defines = none,
                          .own_sources = none,
                          .own_flags = none};
}

rtl_recipe *rtl_recipe_new(const slave_description *slave, const char *runtime)
{
    rtl_recipe *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    unsigned n = 0;
    r->slave = slave;
    remember_slave(r, slave);
    make_compile_flags(r);
    r->link[n++] = "-shared";
    r->link[n++] = "-pthread";
    r->link[n++] = "-latomic"; // clang does not have all of it itself
    r->link[n++] = "-Wl,-z,defs";
    r->link[n++] = "-Wl,-z,now";
    r->link[n++] = "-Wl,-Bsymbolic";
    r->link[n++] = runtime;
    r->recipe = usual(r->compile, r->link);
    r->recipe.translate = translate;
    r->recipe.translator = (const char *const *)r->word;
    return r;
}

const slave_recipe *rtl_recipe_of(const rtl_recipe *recipe)
{
    return &recipe->recipe;
}

void rtl_recipe_free(rtl_recipe *r)
{
    if (r == NULL)
        return;
    for (unsigned i = 0; i < r->words; i++)
        free(r->word[i]);
    free(r);
}

// ---- the runtime library --------------------------------------------------------------------

bool rtl_runtime_build(const slave_build_options *options, slave_built *built, char *message,
                       size_t bytes)
{
    static const char *const link[] = {"-r", "-nostdlib", NULL};
    char source[2][SLAVE_PATH_BYTES];
    const char *sources[] = {source[0], source[1]};
    memset(built, 0, sizeof *built);
    if (!spawn_exists(verilator())) {
        (void)snprintf(message, bytes,
                       "kind rtl needs Verilator (Debian package verilator): %s: not found",
                       verilator());
        return false;
    }
    (void)snprintf(source[0], sizeof source[0], "%s/include/verilated.cpp", root());
    (void)snprintf(source[1], sizeof source[1], "%s/include/verilated_threads.cpp", root());
    if (access(source[0], R_OK) != 0) {
        (void)snprintf(message, bytes,
                       "kind rtl needs Verilator's library (Debian package verilator): %s: not "
                       "found; set VERILATOR_ROOT to its folder",
                       source[0]);
        return false;
    }
    rtl_recipe *flags = calloc(1, sizeof *flags);
    if (flags == NULL) {
        (void)snprintf(message, bytes, "out of memory");
        return false;
    }
    make_compile_flags(flags);
    const slave_recipe recipe = usual(flags->compile, link);
    const slave_description library = {.path = "Verilator's library",
                                       .sources = {.at = sources, .count = 2}};
    const bool fine = slave_build(&recipe, &library, options, built, message, bytes);
    free(flags);
    return fine;
}
