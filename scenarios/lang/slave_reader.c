/// Reads a .slave file: the `slave NAME` line, its keys, and what must be there in the end.
#include "scenarios/lang/slave_reader.h"

#include <stdlib.h>
#include <string.h>

slave_key slave_find_key(const lang_token *token)
{
    for (int key = 0; key < SLAVE_KEY_COUNT; key++)
        if (lang_token_is(token, lang_key_describe((slave_key)key).key))
            return (slave_key)key;
    return SLAVE_KEY_COUNT;
}

static void unknown_key(slave_reader *r)
{
    const char *names[SLAVE_KEY_COUNT];
    for (int key = 0; key < SLAVE_KEY_COUNT; key++)
        names[key] = lang_key_describe((slave_key)key).key;
    if (r->p.token.kind == LANG_TOKEN_NAME)
        lang_unknown(&r->p, &r->p.token, "key", names, SLAVE_KEY_COUNT);
    else
        lang_expected(&r->p, "a key: kind, sources, address ...");
}

static void read_key(slave_reader *r)
{
    const lang_token token = r->p.token;
    const slave_key key = slave_find_key(&token);
    if (key == SLAVE_KEY_COUNT) {
        unknown_key(r);
        return;
    }
    const slave_key_reader *reader = slave_key_reader_of(key);
    slave_place *place = &r->slave->declared[key];
    if (key == SLAVE_KEY_LIKE && r->file->any_key) {
        lang_fail(&r->p, "\"like\" stands before all other keys");
        return;
    }
    r->file->any_key = true;
    if (place->line > 0 && place->path == r->file->path && !reader->repeats) {
        lang_fail(&r->p, "\"%.*s\" is declared in line %u already", (int)token.bytes, token.text,
                  place->line);
        return;
    }
    if (place->line == 0)
        *place = (slave_place){r->file->path, token.line, token.column};
    if (key != SLAVE_KEY_LIKE)
        slave_keep_line(r, key, r->p.lexer.at, false);
    if (reader->words)
        lang_advance_word(&r->p);
    else
        lang_advance(&r->p);
    r->key = key;
    reader->read(r);
    lang_require_end(&r->p);
}

/// A key that a file `like` this one replaces, with the block below it.
static void skip_key(slave_reader *r, uint32_t indent)
{
    while (lang_next_line(&r->p) && r->p.indent > indent)
        ;
}

static void read_keys(slave_reader *r)
{
    const uint32_t indent = r->p.indent;
    while (!r->p.at_eof && r->p.indent > 0) {
        const slave_key key = slave_find_key(&r->p.token);
        if (r->p.indent == indent && key < SLAVE_KEY_COUNT && r->file->skipped[key]) {
            r->file->any_key = true;
            skip_key(r, indent);
            continue;
        }
        if (r->p.indent != indent)
            lang_fail(&r->p, "indented by %u, its block by %u", r->p.indent, indent);
        const bool data = lang_is(&r->p, "data");
        if (r->p.indent == indent)
            read_key(r);
        lang_next_line(&r->p);
        if (data || (!r->p.at_eof && r->p.indent > indent))
            slave_read_registers(r, indent);
    }
}

/// Names go into case ids and file names: letters, digits, `_`, `-` and `.`.
static bool is_slave_name(const lang_token *token)
{
    enum { NAME_MAX_BYTES = 64 };
    for (size_t i = 0; i < token->bytes; i++) {
        const char c = token->text[i];
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c != '_' && (i == 0 || (c != '-' && c != '.')))
            return false;
    }
    return token->bytes > 0 && token->bytes <= NAME_MAX_BYTES;
}

static bool read_header(slave_reader *r, lang_token *name)
{
    const bool master = r->unaddressed && lang_is(&r->p, "master");
    if (!master && !lang_is(&r->p, "slave") && !lang_is(&r->p, "target")) {
        if (lang_is(&r->p, "scenario") || lang_is(&r->p, "transfer"))
            lang_fail(&r->p, "this is a .scenario file; expected \"slave NAME\"");
        else
            lang_expected(&r->p, "\"slave NAME\"");
        return false;
    }
    if (r->p.indent > 0)
        lang_fail(&r->p, "indented, but nothing above it opens a block");
    lang_advance_word(&r->p);
    *name = r->p.token;
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "the name of the slave");
    else if (name->kind != LANG_TOKEN_WORD || !is_slave_name(name))
        lang_fail(&r->p,
                  "a name has up to 64 letters, digits, _ - and ., and goes into file names");
    if (r->file->liked_by == NULL)
        r->slave->name = slave_text(r, name);
    lang_advance_word(&r->p);
    lang_require_end(&r->p);
    return !r->p.lexer.panic;
}

static bool is_missing(const slave_reader *r, slave_key key)
{
    return r->slave->declared[key].line == 0;
}

/// SMBus 2.0 Table 1: tTIMEOUT, where the file does not say it.
static void take_smbus_timeout(slave_reader *r)
{
    slave_description *slave = r->slave;
    const uint64_t ms_ps = UINT64_C(1000000000);
    if (slave->smbus == NULL || slave->declared[SLAVE_KEY_TIMEOUT].line != 0)
        return;
    slave->timeout_low_min_ps = 25 * ms_ps;
    slave->timeout_low_max_ps = 35 * ms_ps;
}

static void check_complete(slave_reader *r, const lang_token *name)
{
    r->p.lexer.panic = false;
    const bool sources = !is_missing(r, SLAVE_KEY_SOURCES);
    const bool object = !is_missing(r, SLAVE_KEY_OBJECT);
    const bool elf = !is_missing(r, SLAVE_KEY_ELF);
    if (is_missing(r, SLAVE_KEY_KIND))
        lang_fail_at(&r->p, name,
                     "slave \"%s\" has no \"kind\": hosted, firmware, avr, rtl or systemc",
                     r->slave->name);
    r->p.lexer.panic = false;
    if (!sources && !object && !elf)
        lang_fail_at(&r->p, name, "slave \"%s\" has neither \"sources\" nor \"%s\"", r->slave->name,
                     r->slave->kind == SLAVE_AVR ? "elf" : "object");
    else if (sources + object + elf > 1)
        lang_fail_at(&r->p, name, "slave \"%s\" has both \"%s\" and \"%s\"", r->slave->name,
                     sources ? "sources" : "object", elf ? "elf" : "object");
    r->p.lexer.panic = false;
    if (is_missing(r, SLAVE_KEY_ADDRESS) && !r->unaddressed)
        lang_fail_at(&r->p, name, "slave \"%s\" has no \"address\"", r->slave->name);
}

bool slave_read_keys(slave_reader *r, lang_token *name)
{
    if (!lang_next_line(&r->p)) {
        lang_fail(&r->p, "expected \"slave NAME\", but the file is empty");
        return false;
    }
    if (!read_header(r, name))
        return false;
    lang_next_line(&r->p);
    read_keys(r);
    if (!r->p.at_eof)
        lang_fail(&r->p, "a file describes one slave, and its keys are indented");
    return r->p.at_eof;
}

static void read_file(slave_reader *r)
{
    lang_token name = {0};
    const uint32_t mistakes = lang_diagnostics_total(r->p.lexer.diagnostics);
    // A key may only seem to be missing for its line's mistake.
    if (slave_read_keys(r, &name) && lang_diagnostics_total(r->p.lexer.diagnostics) == mistakes)
        check_complete(r, &name);
    take_smbus_timeout(r);
}

const char *slave_folder(slave_reader *r, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return slave_copy(r, ".", 1);
    return slave_copy(r, path, slash == path ? 1 : (size_t)(slash - path));
}

static void set_defaults(slave_reader *r, const char *path)
{
    slave_description *slave = r->slave;
    slave->path = slave_copy(r, path, strlen(path));
    slave->folder = slave_folder(r, path);
    slave->name = "";
    slave->mode = I2C_MODE_SM;
    slave->scl_max_hz = 100000;
    slave->stretch = I2C_STRETCH_BIT;
}

static void keep_tables(slave_reader *r)
{
    slave_description *slave = r->slave;
    slave->tolerances =
        slave_keep(r, &r->tolerances, sizeof(slave_tolerance), &slave->tolerance_count);
    slave->bits = slave_keep(r, &r->bits, sizeof(slave_bit), &slave->bit_count);
    slave->waivers = slave_keep(r, &r->waivers, sizeof(slave_waiver), &slave->waiver_count);
    slave->commands = slave_keep(r, &r->commands, sizeof(slave_command), &slave->command_count);
    slave->lines = slave_keep(r, &r->lines, sizeof(slave_line), &slave->line_count);
}

static lang_status read_source(slave_description **slave, const lang_source *source,
                               bool unaddressed, lang_diagnostics *diagnostics)
{
    *slave = NULL;
    if (source->bytes > LANG_FILE_MAX_BYTES) {
        const lang_place place = {.path = source->path};
        lang_complain(diagnostics, &place, "larger than %d MiB", LANG_FILE_MAX_BYTES >> 20);
        return LANG_FAULTY;
    }
    slave_reader r = {.owned = calloc(1, sizeof(owned_slave)), .unaddressed = unaddressed};
    if (r.owned == NULL)
        return LANG_NO_MEMORY;
    r.slave = &r.owned->description;
    const uint32_t before = lang_diagnostics_total(diagnostics);
    set_defaults(&r, source->path);
    slave_file file = {.path = r.slave->path, .folder = r.slave->folder};
    r.file = &file;
    lang_lexer_init(&r.p.lexer, source, diagnostics);
    read_file(&r);
    keep_tables(&r);
    if (!r.no_memory && lang_diagnostics_total(diagnostics) == before)
        slave_check_conflicts(&r);
    if (!r.no_memory && lang_diagnostics_total(diagnostics) == before) {
        *slave = r.slave;
        return LANG_OK;
    }
    lang_slave_free(r.slave);
    return r.no_memory ? LANG_NO_MEMORY : LANG_FAULTY;
}

lang_status lang_slave_read(slave_description **slave, const lang_source *source,
                            lang_diagnostics *diagnostics)
{
    return read_source(slave, source, false, diagnostics);
}

static lang_status read_path(slave_description **slave, const char *path, bool unaddressed,
                             lang_diagnostics *diagnostics)
{
    lang_source source = {.path = path};
    char *text = NULL;
    *slave = NULL;
    lang_status status = lang_read_whole(path, &text, &source.bytes, diagnostics);
    if (status != LANG_OK)
        return status;
    source.text = text;
    status = read_source(slave, &source, unaddressed, diagnostics);
    free(text);
    return status;
}

lang_status lang_slave_read_file(slave_description **slave, const char *path,
                                 lang_diagnostics *diagnostics)
{
    return read_path(slave, path, false, diagnostics);
}

lang_status lang_slave_read_unaddressed(slave_description **slave, const char *path,
                                        lang_diagnostics *diagnostics)
{
    return read_path(slave, path, true, diagnostics);
}
