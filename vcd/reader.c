// The reader: bytes to words, words to commands.
//
// Everything in a VCD file is words between white space, so the reader needs no look-ahead: it
// keeps the start of a word that the fed bytes cut, and collects a section until its $end.

#define _POSIX_C_SOURCE 200809L // newlocale, O_CLOEXEC

#include "vcd/reader_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORD_DEFAULT_BYTES ((size_t)1 << 20)
#define WORD_MIN_BYTES     ((size_t)64)
#define WORD_LIMIT_BYTES   ((size_t)1 << 30)

vcd_status vcd_reader_fail(vcd_reader *r, vcd_status status, const vcd_word *at, const char *format,
                           ...)
{
    char place[64];
    if (at)
        (void)snprintf(place, sizeof place, "line %" PRIu64 ", column %" PRIu64, at->line,
                       at->column);
    va_list args;
    va_start(args, format);
    vcd_error_vset(&r->error, status, at ? place : NULL, 0, format, args);
    va_end(args);
    r->error.line = at ? at->line : 0;
    r->error.column = at ? at->column : 0;
    return status;
}

vcd_status vcd_reader_told(vcd_reader *r, bool go_on)
{
    if (go_on)
        return VCD_OK;
    return vcd_reader_fail(r, VCD_STOPPED, NULL, "%s", vcd_status_text(VCD_STOPPED));
}

static bool word_is(const vcd_word *word, const char *text)
{
    return word->len == strlen(text) && memcmp(word->bytes, text, word->len) == 0;
}

static vcd_status no_memory(vcd_reader *r, const vcd_word *word)
{
    return vcd_reader_fail(r, VCD_NO_MEMORY, word, "%s", vcd_status_text(VCD_NO_MEMORY));
}

static vcd_status unexpected(vcd_reader *r, const vcd_word *word, const char *problem)
{
    char shown[80];
    return vcd_reader_fail(r, VCD_SYNTAX, word, "'%s' %s",
                           vcd_show(shown, sizeof shown, word->bytes, word->len), problem);
}

// ---- sections

static const struct {
    const char *keyword;
    vcd_section section;
} sections[] = {
    {"$var", VCD_SECTION_VAR},
    {"$scope", VCD_SECTION_SCOPE},
    {"$upscope", VCD_SECTION_UPSCOPE},
    {"$comment", VCD_SECTION_COMMENT},
    {"$date", VCD_SECTION_DATE},
    {"$version", VCD_SECTION_VERSION},
    {"$timescale", VCD_SECTION_TIMESCALE},
    {"$enddefinitions", VCD_SECTION_ENDDEFINITIONS},
    {"$attrbegin", VCD_SECTION_SKIPPED},
    {"$attrend", VCD_SECTION_SKIPPED},
};

static const struct {
    const char *keyword;
    vcd_dump dump;
} dumps[] = {
    {"$dumpvars", VCD_DUMP_VARS},
    {"$dumpall", VCD_DUMP_ALL},
    {"$dumpon", VCD_DUMP_ON},
    {"$dumpoff", VCD_DUMP_OFF},
};

static vcd_status section_word(vcd_reader *r, const vcd_word *word)
{
    if (word_is(word, "$end")) {
        r->state = VCD_IN_COMMANDS;
        return vcd_reader_section(r);
    }
    if (r->section == VCD_SECTION_SKIPPED)
        return VCD_OK;
    if (r->text.len + word->len + 1 > r->config.word_max_bytes)
        return vcd_reader_fail(r, VCD_TOO_LONG, &r->keyword,
                               "a section of more than %zu bytes, or its $end is missing",
                               r->config.word_max_bytes);
    if (r->word_count < VCD_SECTION_WORDS) {
        r->words[r->word_count] = *word;
        r->word_at[r->word_count] = r->text.len;
    }
    r->word_count++;
    if (!vcd_text_append(&r->text, word->bytes, word->len) || !vcd_text_append(&r->text, " ", 1))
        return no_memory(r, word);
    return VCD_OK;
}

static vcd_status begin_section(vcd_reader *r, const vcd_word *word, vcd_section section)
{
    if (r->defined && section != VCD_SECTION_COMMENT)
        return unexpected(r, word, "after $enddefinitions");
    r->state = VCD_IN_SECTION;
    r->section = section;
    r->keyword = *word;
    r->keyword.bytes = NULL; // gone by the time the section is whole
    r->keyword.len = 0;
    r->text.len = 0;
    r->word_count = 0;
    return VCD_OK;
}

static vcd_status tell_dump(vcd_reader *r, bool begins)
{
    r->in_dump = begins;
    if (!r->config.on_dump)
        return VCD_OK;
    return vcd_reader_told(r, r->config.on_dump(r->config.ctx, r->dump, begins));
}

static vcd_status begin_dump(vcd_reader *r, const vcd_word *word, vcd_dump dump)
{
    if (!r->defined)
        return unexpected(r, word, "before $enddefinitions");
    if (r->in_dump)
        return unexpected(r, word, "inside another dump section");
    r->dump = dump;
    return tell_dump(r, true);
}

static vcd_status keyword_word(vcd_reader *r, const vcd_word *word)
{
    if (word_is(word, "$end"))
        return r->in_dump ? tell_dump(r, false) : unexpected(r, word, "without a section");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (word_is(word, sections[i].keyword))
            return begin_section(r, word, sections[i].section);
    }
    for (size_t i = 0; i < sizeof dumps / sizeof dumps[0]; i++) {
        if (word_is(word, dumps[i].keyword))
            return begin_dump(r, word, dumps[i].dump);
    }
    return unexpected(r, word, "is no keyword");
}

// ---- times and changes

static vcd_status time_word(vcd_reader *r, const vcd_word *word)
{
    uint64_t time = 0;
    if (!vcd_parse_u64(word->bytes + 1, word->len - 1, &time))
        return unexpected(r, word, "is no time of 64 bits");
    if (r->in_dump)
        return unexpected(r, word, "inside a dump section");
    if (r->has_time && time < r->time)
        return vcd_reader_fail(r, VCD_TIME_BACKWARDS, word,
                               "time goes backwards: %" PRIu64 " after %" PRIu64, time, r->time);
    r->has_time = true;
    r->time = time;
    if (!r->config.on_time)
        return VCD_OK;
    return vcd_reader_told(r, r->config.on_time(r->config.ctx, time));
}

static vcd_status scalar_word(vcd_reader *r, const vcd_word *word)
{
    if (word->len < 2)
        return unexpected(r, word, "has no identifier behind it");
    const vcd_word digit = {word->bytes, 1, word->line, word->column};
    const vcd_word id = {word->bytes + 1, word->len - 1, word->line, word->column + 1};
    return vcd_reader_change(r, &digit, &id);
}

static vcd_status value_word(vcd_reader *r, const vcd_word *word)
{
    r->pending.len = 0;
    if (!vcd_text_append(&r->pending, word->bytes, word->len))
        return no_memory(r, word);
    r->pending_line = word->line;
    r->pending_column = word->column;
    r->state = VCD_AT_ID;
    return VCD_OK;
}

static vcd_status id_word(vcd_reader *r, const vcd_word *word)
{
    const vcd_word value = {r->pending.bytes, r->pending.len, r->pending_line, r->pending_column};
    r->state = VCD_IN_COMMANDS;
    return vcd_reader_change(r, &value, word);
}

static vcd_status command_word(vcd_reader *r, const vcd_word *word)
{
    const char first = word->bytes[0];
    if (first == '$')
        return keyword_word(r, word);
    if (!strchr("#01xXzZbBrRsS", first) || first == '\0')
        return unexpected(r, word, r->defined ? "is no time, change or keyword" : "is no keyword");
    if (!r->defined)
        return unexpected(r, word, "before $enddefinitions");
    switch (first) {
    case '#':
        return time_word(r, word);
    case 'b':
    case 'B':
    case 'r':
    case 'R':
    case 's':
    case 'S':
        return value_word(r, word);
    default:
        return scalar_word(r, word);
    }
}

static vcd_status take_word(vcd_reader *r, const vcd_word *word)
{
    if (word->len > r->config.word_max_bytes)
        return vcd_reader_fail(r, VCD_TOO_LONG, word, "a word of more than %zu bytes",
                               r->config.word_max_bytes);
    switch (r->state) {
    case VCD_IN_SECTION:
        return section_word(r, word);
    case VCD_AT_ID:
        return id_word(r, word);
    default:
        return command_word(r, word);
    }
}

// ---- bytes

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_blanks(vcd_reader *r, const char *at, const char *end)
{
    for (; at < end && is_blank(*at); at++) {
        r->column++;
        if (*at == '\n') {
            r->line++;
            r->column = 1;
        }
    }
    return at;
}

/// Keeps the start of a word until more bytes come.
static vcd_status carry_word(vcd_reader *r, const char *at, size_t len)
{
    const vcd_word word = {at, len, r->carry_line, r->carry_column};
    if (r->carry.len + len > r->config.word_max_bytes)
        return vcd_reader_fail(r, VCD_TOO_LONG, &word, "a word of more than %zu bytes",
                               r->config.word_max_bytes);
    return vcd_text_append(&r->carry, at, len) ? VCD_OK : no_memory(r, &word);
}

static vcd_status take_carried(vcd_reader *r)
{
    const vcd_word word = {r->carry.bytes, r->carry.len, r->carry_line, r->carry_column};
    r->carry.len = 0;
    return take_word(r, &word);
}

/// One word, or its part up to the end of the bytes.
static vcd_status feed_word(vcd_reader *r, const char *at, size_t len, bool whole)
{
    const vcd_word word = {at, len, r->line, r->column};
    r->column += len;
    if (whole && r->carry.len == 0)
        return take_word(r, &word);
    if (r->carry.len == 0) {
        r->carry_line = word.line;
        r->carry_column = word.column;
    }
    const vcd_status status = carry_word(r, at, len);
    return status == VCD_OK && whole ? take_carried(r) : status;
}

vcd_status vcd_reader_feed(vcd_reader *r, const void *data, size_t len_bytes)
{
    if (r->finished && r->error.status == VCD_OK)
        return vcd_reader_fail(r, VCD_BAD_ORDER, NULL, "%s", vcd_status_text(VCD_BAD_ORDER));
    const char *at = data;
    const char *const end = len_bytes ? at + len_bytes : at;
    while (at < end && r->error.status == VCD_OK) {
        if (r->carry.len > 0 && is_blank(*at))
            (void)take_carried(r);
        else if (r->carry.len == 0)
            at = skip_blanks(r, at, end);
        const char *stop = at;
        while (stop < end && !is_blank(*stop))
            stop++;
        if (stop > at && r->error.status == VCD_OK)
            (void)feed_word(r, at, (size_t)(stop - at), stop < end);
        at = stop;
    }
    return r->error.status;
}

static vcd_status check_end(vcd_reader *r)
{
    const vcd_word end = {"", 0, r->line, r->column};
    const char *inside = NULL;
    if (r->carry.len > 0)
        inside = "inside a word";
    else if (r->state == VCD_IN_SECTION)
        inside = "inside a section, before its $end";
    else if (r->state == VCD_AT_ID)
        inside = "between a value and its identifier";
    else if (!r->defined)
        inside = "before $enddefinitions";
    else if (r->in_dump)
        inside = "inside a dump section, before its $end";
    if (!inside)
        return VCD_OK;
    return vcd_reader_fail(r, VCD_TRUNCATED, &end, "the file ends %s", inside);
}

vcd_status vcd_reader_finish(vcd_reader *r)
{
    if (r->finished || r->error.status != VCD_OK)
        return r->error.status;
    r->finished = true;
    const vcd_word last = {r->carry.bytes, r->carry.len, r->carry_line, r->carry_column};
    const bool closes = r->state == VCD_IN_SECTION || (r->state == VCD_IN_COMMANDS && r->in_dump);
    if (last.len > 0 && closes && word_is(&last, "$end"))
        (void)take_carried(r);
    return r->error.status == VCD_OK ? check_end(r) : r->error.status;
}

// ---- files

vcd_status vcd_reader_read_fd(vcd_reader *r, int fd, const char *name)
{
    char number[32];
    (void)snprintf(number, sizeof number, "fd %d", fd);
    char chunk[16384];
    while (r->error.status == VCD_OK) {
        const ssize_t got = read(fd, chunk, sizeof chunk);
        if (got == 0)
            return vcd_reader_finish(r);
        if (got > 0) {
            const vcd_status status = vcd_reader_feed(r, chunk, (size_t)got);
            if (status != VCD_OK)
                return status;
        } else if (errno != EINTR) {
            vcd_error_set(&r->error, VCD_READ_FAILED, name ? name : number, errno, "%s",
                          vcd_status_text(VCD_READ_FAILED));
        }
    }
    return r->error.status;
}

/// Puts the path before the message of an error that has none.
static void name_error(vcd_reader *r, const char *path)
{
    const vcd_error plain = r->error;
    vcd_error_set(&r->error, plain.status, path, 0, "%s", plain.text);
    r->error.line = plain.line;
    r->error.column = plain.column;
}

vcd_status vcd_reader_read_path(vcd_reader *r, const char *path)
{
    if (r->error.status != VCD_OK)
        return r->error.status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        vcd_error_set(&r->error, VCD_OPEN_FAILED, path, errno, "%s",
                      vcd_status_text(VCD_OPEN_FAILED));
        return VCD_OPEN_FAILED;
    }
    const vcd_status status = vcd_reader_read_fd(r, fd, path);
    (void)close(fd); // nothing was written, so nothing can be lost here
    if (status != VCD_OK && r->error.os_errno == 0)
        name_error(r, path);
    return status;
}

// ---- life

vcd_status vcd_reader_new(vcd_reader **reader, const vcd_reader_config *config)
{
    *reader = NULL;
    const size_t max = config->word_max_bytes;
    if (max != 0 && (max < WORD_MIN_BYTES || max > WORD_LIMIT_BYTES))
        return VCD_BAD_CONFIG;
    vcd_reader *r = calloc(1, sizeof *r);
    if (!r)
        return VCD_NO_MEMORY;
    r->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!r->c_locale) {
        free(r);
        return VCD_NO_MEMORY;
    }
    r->config = *config;
    if (max == 0)
        r->config.word_max_bytes = WORD_DEFAULT_BYTES;
    r->line = 1;
    r->column = 1;
    *reader = r;
    return VCD_OK;
}

const vcd_error *vcd_reader_error(const vcd_reader *r)
{
    return &r->error;
}

void vcd_reader_free(vcd_reader *r)
{
    if (!r)
        return;
    vcd_ids_release(&r->ids);
    free(r->carry.bytes);
    free(r->text.bytes);
    free(r->pending.bytes);
    free(r->value.bytes);
    freelocale(r->c_locale);
    free(r);
}
