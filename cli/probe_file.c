#include "cli/probe_file.h"

#include "cli/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_COLUMN = 48, TEXT_BYTES = 5000 };

typedef struct {
    const lineup_slave *one;
    const slave_description *slave;
    const probe_report *report;
    const probe_lines *lines;
} file;

// ---- lines --------------------------------------------------------------------------------------

static void print_value(bool deeper, const char *key, const char *values)
{
    const int width = printf("    %s%-*s %s", deeper ? "    " : "", deeper ? 0 : 9, key, values);
    printf("%*s ", width < TEXT_COLUMN ? TEXT_COLUMN - width : 0, "");
}

/// The file has it, and may be right.
static bool is_declared(const probe_line *line)
{
    return line->line != 0 && line->stand != PROBE_CONTRADICTS;
}

/// How a line was found, and what the file says.
static void print_comment(const file *f, const probe_line *line)
{
    char text[sizeof line->how * 2];
    printf("# ");
    if (line->text[0] == '\0' && line->key[0] != '\0' && !is_declared(line))
        printf("%s: ", line->key);
    printf("%s%s", line->stand == PROBE_NOT_TOLD ? "not told by the wire: " : "",
           text_printable(line->how, text, sizeof text));
    if (line->stand == PROBE_CONTRADICTS)
        printf("; CONTRADICTS %s:%u: %s", slave_key_path(f->slave, line->about), line->line,
               text_printable(line->declared, text, sizeof text));
    else if (line->stand == PROBE_UNDECLARED && line->present && line->key[0] != '\0')
        printf("; undeclared");
    putchar('\n');
}

static void print_found(const file *f, const probe_line *line)
{
    if (line->text[0] != '\0')
        print_value(line->deeper, line->key, line->text);
    else
        printf("    %s", line->deeper ? "    " : "");
    print_comment(f, line);
}

// ---- words --------------------------------------------------------------------------------------

static bool is_plain(const char *word)
{
    for (const char *c = word; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7F || strchr("\"#\\", *c) != NULL)
            return false;
    return word[0] != '\0';
}

static void add_word(char *text, const char *word)
{
    size_t used = strlen(text);
    const bool plain = is_plain(word);
    const char *between = used == 0 ? "" : " ";
    if (plain) {
        snprintf(text + used, TEXT_BYTES - used, "%s%s", between, word);
        return;
    }
    used += (size_t)snprintf(text + used, TEXT_BYTES - used, "%s\"", between);
    for (const char *c = word; *c != '\0' && used + 8 < TEXT_BYTES; c++) {
        const unsigned char byte = (unsigned char)*c;
        const char *form = byte == '"' || byte == '\\'  ? "\\%c"
                           : byte < ' ' || byte == 0x7F ? "\\x%02X"
                                                        : "%c";
        used += (size_t)snprintf(text + used, TEXT_BYTES - used, form, byte);
    }
    snprintf(text + used, TEXT_BYTES - used, "\"");
}

/// As it counts from the folder of the file that was probed.
static const char *from_folder(const slave_description *slave, const char *path)
{
    const size_t bytes = strlen(slave->folder);
    const bool within = strncmp(path, slave->folder, bytes) == 0 && path[bytes] == '/';
    return within ? path + bytes + 1 : path;
}

static void print_words(const file *f, slave_key key, const slave_strings *words, bool paths)
{
    char text[TEXT_BYTES] = "";
    for (uint32_t i = 0; i < words->count; i++)
        add_word(text, paths ? from_folder(f->slave, words->at[i]) : words->at[i]);
    if (words->count > 0)
        printf("    %-9s %s\n", lang_key_describe(key).key, text);
}

// ---- as declared --------------------------------------------------------------------------------

/// The values of a line; those that name a file do so from the folder of the probed one.
static const char *declared_text(const file *f, const slave_line *line, char *text)
{
    const slave_data *data = &f->slave->data;
    if (line->key != SLAVE_KEY_DATA || data->form != SLAVE_DATA_MODEL)
        return line->text;
    snprintf(text, TEXT_BYTES, "model");
    add_word(text, from_folder(f->slave, data->file));
    return text;
}

static void print_declared(const file *f, slave_key key, const probe_line *told)
{
    char text[TEXT_BYTES];
    for (uint32_t i = 0; i < f->slave->line_count; i++) {
        const slave_line *line = &f->slave->lines[i];
        if (line->key != key || line->deeper)
            continue;
        print_value(false, lang_key_describe(key).key, declared_text(f, line, text));
        if (told != NULL)
            print_comment(f, told);
        else
            puts("# not asked");
    }
}

// ---- registers ----------------------------------------------------------------------------------

static const char *register_text(const file *f, const slave_register *reg)
{
    for (uint32_t i = 0; i < f->slave->line_count; i++)
        if (f->slave->lines[i].deeper && f->slave->lines[i].from.line == reg->line)
            return f->slave->lines[i].text;
    return "";
}

/// The line that was found for a declared one, first of all one that contradicts it; NULL: none.
static const probe_line *found_for(const file *f, const slave_register *reg)
{
    const probe_line *found = NULL;
    for (unsigned i = 0; i < f->lines->count; i++) {
        const probe_line *line = &f->lines->line[i];
        if (!line->deeper || line->line != reg->line)
            continue;
        if (found == NULL || line->stand == PROBE_CONTRADICTS)
            found = line;
    }
    return found;
}

static void print_register(const file *f, const slave_register *reg)
{
    const probe_line *found = found_for(f, reg);
    if (found == NULL || found->stand != PROBE_CONTRADICTS) {
        print_value(true, register_text(f, reg), "");
        if (found != NULL)
            print_comment(f, found);
        else
            puts("# nothing was found out about it");
        return;
    }
    for (unsigned i = 0; i < f->lines->count; i++)
        if (f->lines->line[i].deeper && f->lines->line[i].line == reg->line)
            print_found(f, &f->lines->line[i]);
}

/// Found registers of no declared line, from the `*next`th line on, up to address `end`.
static void print_new(const file *f, unsigned *next, uint32_t end)
{
    for (; *next < f->lines->count; (*next)++) {
        const probe_line *line = &f->lines->line[*next];
        if (!line->deeper || line->line != 0)
            continue;
        if (line->first >= end)
            return;
        print_found(f, line);
    }
}

static void print_registers(const file *f, bool as_declared)
{
    const slave_data *data = &f->slave->data;
    const bool found = data->pointer_bytes == 1 || !as_declared;
    unsigned next = 0;
    for (uint32_t i = 0; as_declared && i < data->register_count; i++) {
        if (found)
            print_new(f, &next, data->registers[i].at.first);
        print_register(f, &data->registers[i]);
    }
    if (found)
        print_new(f, &next, UINT32_MAX);
}

/// The map of the file stands as far as the wire does not say otherwise of its registers.
static void print_data(const file *f, const probe_line *line)
{
    const slave_data *data = &f->slave->data;
    const bool same_map =
        line->line != 0 && data->form == SLAVE_DATA_REGISTERS &&
        (is_declared(line) || (f->report->data.form == PROBE_DATA_REGISTERS &&
                               f->report->data.pointer_bytes == data->pointer_bytes));
    if (is_declared(line))
        print_declared(f, SLAVE_KEY_DATA, line);
    else
        print_found(f, line);
    if (same_map)
        print_registers(f, true);
    else if (!is_declared(line) && line->text[0] != '\0')
        print_registers(f, false);
}

// ---- the file -----------------------------------------------------------------------------------

static const probe_line *line_about(const file *f, slave_key key)
{
    for (unsigned i = 0; i < f->lines->count; i++)
        if (!f->lines->line[i].deeper && f->lines->line[i].about == key)
            return &f->lines->line[i];
    return NULL;
}

/// What it should not do, and which no key allows.
static void print_facts(const file *f)
{
    for (unsigned i = 0; i < f->lines->count; i++)
        if (!f->lines->line[i].deeper && f->lines->line[i].about == SLAVE_KEY_COUNT)
            print_found(f, &f->lines->line[i]);
}

static void print_key(const file *f, slave_key key)
{
    const probe_line *line = line_about(f, key);
    if (line == NULL)
        print_declared(f, key, NULL);
    else if (key == SLAVE_KEY_DATA)
        print_data(f, line);
    else if (is_declared(line))
        print_declared(f, key, line);
    else
        print_found(f, line);
}

static void print_build(const file *f)
{
    const slave_description *slave = f->slave;
    const slave_strings object = {&slave->object, slave->object != NULL ? 1 : 0, NULL};
    for (uint32_t i = 0; i < slave->line_count; i++)
        if (slave->lines[i].key == SLAVE_KEY_KIND)
            printf("    %-9s %s\n", "kind", slave->lines[i].text);
    print_words(f, SLAVE_KEY_SOURCES, &slave->sources, true);
    print_words(f, SLAVE_KEY_OBJECT, &object, true);
    print_words(f, SLAVE_KEY_INCLUDE, &slave->includes, true);
    print_words(f, SLAVE_KEY_DEFINE, &slave->defines, false);
    print_words(f, SLAVE_KEY_FLAGS, &slave->flags, false);
}

static void print_all(const file *f)
{
    print_build(f);
    for (int key = SLAVE_KEY_MCU; key < SLAVE_KEY_COUNT; key++) {
        print_key(f, (slave_key)key);
        if (key == SLAVE_KEY_ADDRESS)
            print_facts(f);
    }
}

void probe_file_print(const lineup_slave *one, const probe_report *report, const probe_lines *lines,
                      const char *why)
{
    const file f = {one, one->description, report, lines};
    if (report->silent[0] != '\0')
        printf("# answers at no address when %s asks; a slower master does\n", report->silent);
    printf("# %s, asked by %s in %" PRIu64 " transfers\n", one->path, report->master,
           report->transfers);
    printf("slave %s\n", one->description->name);
    if (report->complete) {
        print_all(&f);
        return;
    }
    for (unsigned i = 0; i < lines->count; i++)
        print_found(&f, &lines->line[i]);
    printf("# nothing more was asked: %s\n", why);
}
