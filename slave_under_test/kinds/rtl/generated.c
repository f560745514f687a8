// What is looked for in the generated sources are the names of Verilator's own functions and types.
#include "slave_under_test/kinds/rtl/generated.h"

#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/text.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 128, NAME_MAX_BYTES = 256 };

/// What the design does, as far as it matters to whoever steps it.
typedef struct {
    bool plain;                   ///< all of its state is bytes of its root object
    bool draws;                   ///< it assigns values that are not set
    bool knows_time;              ///< it asks for the time, if only to print it
    bool restless;                ///< it hangs on more than its state and inputs
    bool finds_rises, sees_falls; ///< of its clock
} traits;

/// Overwrites from each `from` to the next `to` behind it.
static void blot_out(char *text, const char *from, const char *to)
{
    for (char *at = text; (at = strstr(at, from)) != NULL;) {
        char *end = strstr(at, to);
        end = end == NULL ? at + strlen(at) : end;
        memset(at, ' ', (size_t)(end - at));
        at = end;
    }
}

static bool has_any(const char *text, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strstr(text, *names) != NULL)
            return true;
    return false;
}

/// White space is where lines were broken.
static void squeeze(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++)
        if (*from != ' ' && *from != '\n')
            *to++ = *from;
    *to = '\0';
}

/// A name that stands for itself, not the head of a longer one.
static bool has_name(const char *text, const char *name)
{
    const size_t bytes = strlen(name);
    for (const char *at = text; (at = strstr(at, name)) != NULL; at++)
        if (!isalnum((unsigned char)at[bytes]) && at[bytes] != '_')
            return true;
    return false;
}

static void blot_phrase(char *text, const char *phrase)
{
    for (char *at = text; (at = strstr(at, phrase)) != NULL;)
        memset(at, ' ', strlen(phrase));
}

/// Whether the clock is used for more than to find its rises, which takes remembering it.
static void look_at_clock(char *text, traits *t)
{
    squeeze(text);
    t->finds_rises = t->finds_rises || has_name(text, "vlSelf->__Vtrigrprev__TOP__clk");
    blot_phrase(text, "(vlSelf->clk)&(~(IData)(vlSelf->__Vtrigrprev__TOP__clk))");
    blot_phrase(text, "vlSelf->__Vtrigrprev__TOP__clk=vlSelf->clk;");
    blot_phrase(text, "(vlSelf->clk&0xfeU)");
    t->sees_falls = t->sees_falls || has_name(text, "vlSelf->clk") ||
                    has_name(text, "vlSelf->__Vtrigrprev__TOP__clk");
}

static void look_at_source(char *text, traits *t)
{
    static const char *const random[] = {
        "VL_RANDOM", "VL_URANDOM", "VL_DIST_",        "VL_FGET",      "VL_FSCANF",
        "VL_FREAD",  "VL_FEOF",    "VL_TESTPLUSARGS", "__Vdpiimwrap", NULL};
    t->knows_time = t->knows_time || strstr(text, "VL_TIME_") != NULL;
    blot_out(text, "VL_WRITEF(", ");\n");
    blot_out(text, "___ctor_var_reset(Vdut___024root* vlSelf) {",
             "\n}\n"); // how it begins is known
    t->draws = t->draws || strstr(text, "VL_RAND_RESET") != NULL;
    t->restless = t->restless || strstr(text, "VL_TIME_") != NULL || has_any(text, random);
    look_at_clock(text, t);
}

/// The members of a class that hold state.
static void look_at_header(char *text, bool root, traits *t)
{
    static const char *const heaps[] = {
        "std::string", "VlQueue",          "VlAssocArray",       "VlClassRef", "VlRandom",
        "VlProcess",   "VlDelayScheduler", "VlTriggerScheduler", NULL};
    static const char *const members[] = {"CData",      "SData", "IData",  "QData", "VlWide",
                                          "VlUnpacked", "VL_IN", "VL_OUT", NULL};
    char *begin = strstr(text, "// DESIGN SPECIFIC STATE");
    if (begin == NULL)
        return;
    char *end = strstr(begin, "// INTERNAL VARIABLES");
    if (end != NULL)
        *end = '\0';
    blot_out(begin, "static constexpr", ";");
    if (has_any(begin, heaps) || (!root && has_any(begin, members)))
        t->plain = false;
}

static bool ends_with(const char *name, const char *end)
{
    const size_t bytes = strlen(name), tail = strlen(end);
    return bytes >= tail && strcmp(name + bytes - tail, end) == 0;
}

static void look_at(const char *folder, const char *name, traits *t)
{
    char path[SLAVE_PATH_BYTES + NAME_MAX_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = slave_text_read(path);
    if (text == NULL)
        return;
    if (ends_with(name, ".cpp"))
        look_at_source(text, t);
    else
        look_at_header(text, strcmp(name, "Vdut___024root.h") == 0, t);
    free(text);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

typedef struct {
    char name[FILES_MAX][NAME_MAX_BYTES];
    unsigned count;
    bool full;
} file_list;

static bool list_files(const char *folder, file_list *list)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return false;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const char *name = entry->d_name;
        if (strncmp(name, "Vdut", 4) != 0 || (!ends_with(name, ".cpp") && !ends_with(name, ".h")))
            continue;
        if (list->count == FILES_MAX)
            list->full = true;
        else
            (void)snprintf(list->name[list->count++], NAME_MAX_BYTES, "%s", name);
    }
    (void)closedir(dir);
    qsort(list->name, list->count, sizeof list->name[0], by_name);
    return list->count > 0 && !list->full;
}

static bool write_unit(const char *folder, const file_list *list,
                       const rtl_generated_options *options, const traits *t)
{
    char path[SLAVE_PATH_BYTES];
    const int n = snprintf(path, sizeof path, "%s/" SLAVE_TRANSLATED, folder);
    FILE *file = n > 0 && (size_t)n < sizeof path ? fopen(path, "wbe") : NULL;
    if (file == NULL)
        return false;
    for (unsigned i = 0; i < list->count; i++)
        if (ends_with(list->name[i], ".cpp"))
            (void)fprintf(file, "#include \"%s\"\n", list->name[i]);
    (void)fprintf(file,
                  "#include \"Vdut__Syms.h\"\n#define RTL_PLAIN %d\n#define RTL_DRAWS %d\n"
                  "#define RTL_KNOWS_TIME %d\n#define RTL_RESTLESS %d\n#define RTL_HAS_CLOCK %d\n"
                  "#define RTL_FALLS_IDLE %d\n#define RTL_SCL_INOUT %d\n#define RTL_SDA_INOUT "
                  "%d\n#define RTL_WATCHED",
                  t->plain, t->draws, t->knows_time, t->restless, options->has_clock,
                  t->finds_rises && !t->sees_falls, options->scl_inout, options->sda_inout);
    for (uint32_t i = 0; i < options->watched->count; i++)
        (void)fprintf(file, " \"%s\",", options->watched->at[i]);
    (void)fputs("\n#include \"rtl_model.cpp\"\n", file);
    return fclose(file) == 0;
}

bool rtl_generated_join(const char *folder, const rtl_generated_options *options, char *message,
                        size_t bytes)
{
    traits t = {.plain = true};
    file_list *list = calloc(1, sizeof *list);
    bool fine = list != NULL && list_files(folder, list);
    if (!fine)
        (void)snprintf(message, bytes, "what Verilator wrote cannot be read, or is too much");
    for (unsigned i = 0; fine && i < list->count; i++)
        look_at(folder, list->name[i], &t);
    if (fine && !t.plain && (options->scl_inout || options->sda_inout)) {
        (void)snprintf(message, bytes,
                       "a design with classes, strings, queues or variables of packages cannot "
                       "have inout pins here: use scl_i, sda_i, scl_oe, sda_oe");
        fine = false;
    }
    if (fine && !write_unit(folder, list, options, &t)) {
        (void)snprintf(message, bytes, "%s/" SLAVE_TRANSLATED ": cannot be written", folder);
        fine = false;
    }
    free(list);
    return fine;
}
