#define _POSIX_C_SOURCE 200809L // strdup
#include "slave_under_test/kinds/systemc/recipe.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_MAX = 160, OPTION_BYTES = 4200, SOURCE_MAX = 64 };

static const char *const compile_flags[] = {
    "-O2", "-g", "-fPIC", "-std=c++17", "-fno-omit-frame-pointer", "-fdiagnostics-color=never",
    NULL};
static const char *const none[] = {NULL};
static const char *const headers[] = {I2CPROOF_SYSTEMC_FOLDER "/include", NULL};
// All names are to be found by what is loaded with the object: its memory is theirs, too.
static const char *const link_flags[] = {
    "-shared", "-Wl,-z,defs", "-Wl,-z,now", "-Wl,--no-as-needed", "-lsystemc", NULL};
static const char *const own_sources[] = {I2CPROOF_SYSTEMC_FOLDER "/kernel.cpp",
                                          I2CPROOF_SYSTEMC_FOLDER "/memory.cpp", NULL};
static const char missing_text[] = "kind systemc needs SystemC (package libsystemc-dev)";

/// All that one build of it points to.
typedef struct {
    const slave_description *slave;
    slave_description compiled; ///< the same without headers among its sources
    const char *source[SOURCE_MAX];
    slave_place place[SOURCE_MAX];
    slave_recipe recipe;
    const char *option[OPTION_MAX + 1];
    char *text[OPTION_MAX];
    unsigned options, texts;
    bool full;
} recipe;

static void add(recipe *r, const char *option)
{
    if (r->options < OPTION_MAX)
        r->option[r->options++] = option;
    else
        r->full = true;
}

__attribute__((format(printf, 2, 3))) static void add_text(recipe *r, const char *format, ...)
{
    va_list list;
    char *text = r->texts < OPTION_MAX ? malloc(OPTION_BYTES) : NULL;
    r->full = r->full || text == NULL;
    if (text == NULL)
        return;
    r->text[r->texts++] = text;
    va_start(list, format);
    const int n = vsnprintf(text, OPTION_BYTES, format, list);
    va_end(list);
    r->full = r->full || n < 0 || n >= OPTION_BYTES;
    add(r, text);
}

// ---- which of the sources declares the class ----------------------------------------------------

static bool is_header(const char *path)
{
    static const char *const endings[] = {".h", ".hh", ".hpp", ".hxx", ".H"};
    const char *dot = strrchr(path, '.');
    for (unsigned i = 0; dot != NULL && i < sizeof endings / sizeof endings[0]; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/// Headers are read by ours, which needs the class; without any the first source is, and is
/// compiled in no other way.
static void sort_sources(recipe *r)
{
    const slave_strings *all = &r->slave->sources;
    bool header = false;
    for (uint32_t i = 0; i < all->count; i++)
        header = header || is_header(all->at[i]);
    uint32_t count = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        if (is_header(all->at[i]) || (!header && i == 0)) {
            add(r, "-include");
            add(r, all->at[i]);
        } else if (count < SOURCE_MAX) {
            r->place[count] = slave_word_place(r->slave, SLAVE_KEY_SOURCES, all, i);
            r->source[count++] = all->at[i];
        } else {
            r->full = true;
        }
    }
    r->compiled = *r->slave;
    r->compiled.sources = (slave_strings){r->source, count, r->place};
}

// ---- the ports ----------------------------------------------------------------------------------

static const char *const pin_macros[SLAVE_PIN_COUNT] = {
    [SLAVE_PIN_SCL] = "I2CPROOF_SCL",       [SLAVE_PIN_SDA] = "I2CPROOF_SDA",
    [SLAVE_PIN_SCL_I] = "I2CPROOF_SCL_I",   [SLAVE_PIN_SDA_I] = "I2CPROOF_SDA_I",
    [SLAVE_PIN_SCL_O] = "I2CPROOF_SCL_O",   [SLAVE_PIN_SDA_O] = "I2CPROOF_SDA_O",
    [SLAVE_PIN_SCL_OE] = "I2CPROOF_SCL_OE", [SLAVE_PIN_SDA_OE] = "I2CPROOF_SDA_OE"};

static void name_pins(recipe *r)
{
    const slave_description *d = r->slave;
    if (d->declared[SLAVE_KEY_PINS].line == 0) {
        add(r, "-DI2CPROOF_SCL=scl");
        add(r, "-DI2CPROOF_SDA=sda");
        return;
    }
    for (unsigned i = 0; i < SLAVE_PIN_COUNT; i++) {
        if (d->pins[i].name == NULL)
            continue;
        add_text(r, "-D%s=%s", pin_macros[i], d->pins[i].name);
        add_text(r, "-D%s_LOW=%d", pin_macros[i], d->pins[i].inverted ? 1 : 0);
    }
}

static void name_inputs(recipe *r)
{
    char text[OPTION_BYTES] = "";
    size_t length = 0;
    for (uint32_t i = 0; i < r->slave->inputs.count && length < sizeof text; i++) {
        const char *word = r->slave->inputs.at[i];
        const size_t name = strcspn(word, "=");
        length += (size_t)snprintf(text + length, sizeof text - length, "INPUT(%.*s,%s) ",
                                   (int)name, word, word + name + 1);
    }
    if (r->slave->inputs.count > 0)
        add_text(r, "-DI2CPROOF_INPUTS=%s", text);
}

static void name_others(recipe *r)
{
    const slave_description *d = r->slave;
    add_text(r, "-DI2CPROOF_TOP=%s", d->top);
    if (d->clock_hz != 0) {
        add_text(r, "-DI2CPROOF_CLOCK=%s", d->clock_port);
        add_text(r, "-DI2CPROOF_CLOCK_PS=%" PRIu64, (uint64_t)I2C_PS_PER_S / d->clock_hz);
    }
    if (d->reset_port != NULL) {
        add_text(r, "-DI2CPROOF_RESET=%s", d->reset_port);
        add_text(r, "-DI2CPROOF_RESET_LOW=%d", d->reset_low ? 1 : 0);
    }
    name_inputs(r);
}

static void gather_own_flags(recipe *r)
{
    const slave_description *d = r->slave;
    for (const char *const *flag = compile_flags; *flag != NULL; flag++)
        add(r, *flag);
    add(r, "-fno-builtin-malloc");
    add(r, "-I" I2CPROOF_SYSTEMC_FOLDER "/include");
    for (uint32_t i = 0; i < d->includes.count; i++)
        add_text(r, "-I%s", d->includes.at[i]);
    for (uint32_t i = 0; i < d->defines.count; i++)
        add_text(r, "-D%s", d->defines.at[i]);
    for (uint32_t i = 0; i < d->flags.count; i++)
        add(r, d->flags.at[i]);
}

// ---- what the compiler says ---------------------------------------------------------------------

static bool lacks_systemc(const char *words)
{
    return strstr(words, "systemc: No such file") != NULL ||
           strstr(words, "systemc.h: No such file") != NULL ||
           strstr(words, "'systemc.h' file not found") != NULL ||
           strstr(words, "'systemc' file not found") != NULL ||
           strstr(words, "cannot find -lsystemc") != NULL;
}

static bool judge(const void *ctx, bool compiled, char *words, size_t bytes)
{
    (void)ctx;
    if (!compiled && lacks_systemc(words))
        (void)snprintf(words, bytes, "%s", missing_text);
    return true;
}

/// Whatever quotes the compiler uses.
static bool class_is_missing(const char *words, const char *top)
{
    static const struct {
        const char *before, *behind;
    } says[] = {{"", "\u2019 does not name a type"},
                {"", "' does not name a type"},
                {"unknown type name '", "'"}};
    for (unsigned i = 0; i < sizeof says / sizeof says[0]; i++) {
        char text[SLAVE_PATH_BYTES];
        (void)snprintf(text, sizeof text, "%s%s%s", says[i].before, top, says[i].behind);
        if (strstr(words, text) != NULL)
            return true;
    }
    return false;
}

/// What is wrong with the class, as far as the compiler's words tell it.
static const char *reason_of(const char *words, const char *top)
{
    if (class_is_missing(words, top))
        return "there is no such class in the headers among its sources, or, without one, in the "
               "first of them";
    if (strstr(words, "has no member named") != NULL || strstr(words, "no member named") != NULL)
        return "it has no such port: name its ports with `pins scl=PORT sda=PORT`, or call them "
               "scl "
               "and sda";
    if (strstr(words, "is private within this context") != NULL ||
        strstr(words, "is a private member") != NULL || strstr(words, "is protected") != NULL)
        return "its ports must be public";
    if (strstr(words, "No such file") != NULL)
        return "a file that declares it cannot be read";
    if (strstr(words, "is no sc_module") != NULL)
        return "it is no sc_module";
    if (strstr(words, "that takes its name alone") != NULL)
        return "it needs a constructor that takes its name alone: derive one that gives the rest";
    if (strstr(words, "cannot be SCL") != NULL || strstr(words, "cannot be SDA") != NULL)
        return "a line in both directions is a port sc_inout<sc_logic>, sc_inout_resolved, "
               "sc_inout_rv<1> or sc_inout<bool>; ports of one direction are named with "
               "`pins scl_i=PORT sda_i=PORT sda_oe=PORT`";
    if (strstr(words, "cannot be an input") != NULL || strstr(words, "cannot be an output") != NULL)
        return "a port of one direction is sc_in or sc_out of bool or sc_logic";
    return "does not compile";
}

static void own_fails(const void *ctx, char *words, size_t bytes)
{
    const recipe *r = ctx;
    const slave_place *at = &r->slave->declared[SLAVE_KEY_TOP];
    if (lacks_systemc(words)) {
        (void)snprintf(words, bytes, "%s", missing_text);
        return;
    }
    char *said = strdup(words);
    const int n =
        snprintf(words, bytes, "%s:%u:%u: top %s: %s:\n", slave_key_path(r->slave, SLAVE_KEY_TOP),
                 (unsigned)at->line, (unsigned)at->column, r->slave->top,
                 reason_of(said != NULL ? said : words, r->slave->top));
    if (said != NULL && n > 0 && (size_t)n < bytes)
        (void)snprintf(words + n, bytes - (size_t)n, "%s", said);
    free(said);
}

// ---- building -----------------------------------------------------------------------------------

static void make(recipe *r, const slave_description *slave)
{
    r->slave = slave;
    gather_own_flags(r);
    sort_sources(r);
    name_others(r);
    name_pins(r);
    r->option[r->options] = NULL;
    r->recipe = (slave_recipe){.variable = "CXX",
                               .compiler = "c++",
                               .package = "g++",
                               .compile_flags = compile_flags,
                               .c_flags = none,
                               .cpp_flags = none,
                               .judge = judge,
                               .judge_ctx = r,
                               .link_flags = link_flags,
                               .headers = headers,
                               .defines = none,
                               .own_sources = own_sources,
                               .own_flags = r->option,
                               .own_fails = own_fails};
}

bool systemc_build(const slave_description *slave, const slave_build_options *options,
                   slave_built *built, char *message, size_t message_bytes)
{
    recipe *r = calloc(1, sizeof *r);
    bool built_it = false;
    if (r != NULL)
        make(r, slave);
    if (r == NULL || r->full)
        (void)snprintf(message, message_bytes, "%s: %s", slave->path,
                       r == NULL ? "out of memory" : "too many sources or flags");
    else
        built_it = slave_build(&r->recipe, &r->compiled, options, built, message, message_bytes);
    for (unsigned i = 0; r != NULL && i < r->texts; i++)
        free(r->text[i]);
    free(r);
    return built_it;
}
