// init: a folder to begin with.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/starter.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCES_MAX = 2 * OPTIONS_LIST_MAX, CALL_BYTES = 160 };

/// What was found in the sources: how a slave library is set up.
typedef struct {
    bool has_main;
    char prototype[CALL_BYTES], call[CALL_BYTES]; ///< "": none
} finding;

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/// Whether a call or definition of `name` stands at `at`.
static bool stands(const char *line, const char *at, size_t length)
{
    if (at > line && is_word(at[-1]))
        return false;
    at += length;
    return at[strspn(at, " \t")] == '(';
}

static bool speaks_of_set_up(const char *name, size_t length)
{
    char low[CALL_BYTES];
    if (length >= sizeof low)
        return false;
    for (size_t i = 0; i < length; i++)
        low[i] = (char)tolower((unsigned char)name[i]);
    low[length] = '\0';
    return strstr(low, "init") != NULL || strstr(low, "setup") != NULL ||
           strstr(low, "begin") != NULL;
}

/// `void NAME(void)` and `void NAME(uint8_t address)`: others need a person.
static void look_for_set_up(const char *line, const char *address, finding *f)
{
    if (f->call[0] != '\0' || strncmp(line, "void ", 5) != 0)
        return;
    const char *name = line + 5 + strspn(line + 5, " \t");
    size_t length = 0;
    while (is_word(name[length]))
        length++;
    const char *open = strchr(line, '('), *close = strchr(line, ')');
    if (!speaks_of_set_up(name, length) || open == NULL || close == NULL || close < open ||
        memchr(open, ',', (size_t)(close - open)) != NULL)
        return;
    const char *inside = open + 1 + strspn(open + 1, " \t");
    const bool nothing = inside == close || strncmp(inside, "void", 4) == 0;
    snprintf(f->prototype, sizeof f->prototype, "%.*s;", (int)(close + 1 - line), line);
    snprintf(f->call, sizeof f->call, "%.*s(%s);", (int)length, name, nothing ? "" : address);
}

static bool scan(const char *path, const char *address, finding *f)
{
    char line[1024];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        console_error("%s: %s", path, strerror(errno));
        return false;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        for (const char *at = line; (at = strstr(at, "main")) != NULL; at++)
            f->has_main = f->has_main || stands(line, at, 4);
        look_for_set_up(line, address, f);
    }
    fclose(file);
    return true;
}

/// Opens a new file of the folder; NULL when it is there already, or cannot be written.
static FILE *begin(const char *folder, const char *name, bool *fine)
{
    char path[STARTER_PATH_BYTES];
    const int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = n > 0 && (size_t)n < sizeof path ? fopen(path, "wxe") : NULL;
    if (file == NULL && errno == EEXIST)
        printf("stays    %s\n", path);
    else if (file == NULL) {
        console_error("%s: cannot be written: %s", path, strerror(errno));
        *fine = false;
    } else
        printf("written  %s\n", path);
    return file;
}

static bool write_glue(const char *folder, const finding *f)
{
    bool fine = true;
    FILE *file = begin(folder, "glue.c", &fine);
    if (file == NULL)
        return fine;
    fputs("/* What a program around the slave's sources would do. */\n"
          "#include <avr/interrupt.h>\n#include <stdbool.h>\n#include <stdint.h>\n\n",
          file);
    if (f->call[0] != '\0')
        fprintf(file, "%s\n\n", f->prototype);
    fprintf(file, "int main(void)\n{\n    %s\n    sei();\n    for (;;) {\n    }\n}\n",
            f->call[0] != '\0' ? f->call : "/* Call what sets the slave up. */");
    return fclose(file) == 0;
}

static bool write_ci(const char *folder, const char *name)
{
    bool fine = true;
    FILE *file = begin(folder, "ci.yml", &fine);
    if (file == NULL)
        return fine;
    fprintf(file,
            "# Steps of a CI job, behind those that install i2cproof and clang (docs/ci).\n"
            "- name: I2C slave\n"
            "  run: i2cproof run %s.slave --junit junit.xml\n"
            "- name: Keep report and waveforms\n"
            "  if: always()\n"
            "  uses: actions/upload-artifact@v4\n"
            "  with:\n"
            "    name: i2cproof\n"
            "    path: i2cproof-out/\n",
            name);
    return fclose(file) == 0;
}

static int write_folder(const cli_options *o, const char **sources, unsigned count)
{
    const char *folder = o->words[0];
    char name[STARTER_NAME_BYTES], message[OPTIONS_MESSAGE_BYTES] = "";
    char file[STARTER_NAME_BYTES + 8], path[STARTER_PATH_BYTES];
    finding f = {false, "", ""};
    bool fine = true;
    for (unsigned i = 0; i < count && fine; i++)
        fine = scan(sources[i], o->address != NULL ? o->address : "0x26", &f);
    if (fine && !folder_make(folder, message, sizeof message)) {
        console_error("%s", message);
        fine = false;
    }
    starter_name(sources, count, name);
    snprintf(file, sizeof file, "%s.slave", name);
    const int n = snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *slave = fine && n > 0 && (size_t)n < sizeof path ? begin(folder, file, &fine) : NULL;
    if (slave != NULL) {
        fclose(slave); // it was new
        const starter s = {sources, count, f.has_main ? NULL : "glue.c", folder, o};
        if (!starter_write(&s, path, name, message, sizeof message)) {
            console_error("%s", message);
            fine = false;
        }
    }
    fine = fine && (f.has_main || write_glue(folder, &f)) && write_ci(folder, name);
    if (!fine)
        return EXIT_INPUT;
    if (o->address == NULL)
        printf("the address is missing: i2cproof probe %s\n", path);
    else
        printf("now: i2cproof run %s\n", path);
    return EXIT_CLEAN;
}

int command_init(const cli_options *o)
{
    const char *sources[SOURCES_MAX];
    char mcu[STARTER_NAME_BYTES], message[OPTIONS_MESSAGE_BYTES] = "";
    unsigned count = 0;
    for (unsigned i = 0; i < o->sources.count; i++)
        sources[count++] = o->sources.at[i];
    for (unsigned i = 1; i < o->word_count && count < SOURCES_MAX; i++)
        sources[count++] = o->words[i];
    if (o->word_count == 0 || count == 0 || o->mcu == NULL) {
        console_error("init needs a folder, sources and --mcu PART@CLOCK; i2cproof init --help");
        return EXIT_INPUT;
    }
    if (!starter_mcu(o->mcu, mcu, message, sizeof message)) {
        console_error("%s", message);
        return EXIT_INPUT;
    }
    return write_folder(o, sources, count);
}
