#include "scenarios/lang/slave_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slave_chunk {
    slave_chunk *next;
    max_align_t bytes[];
};

void *slave_alloc(slave_reader *r, size_t bytes)
{
    slave_chunk *chunk = calloc(1, sizeof *chunk + bytes);
    if (chunk == NULL) {
        r->no_memory = true;
        return NULL;
    }
    chunk->next = r->owned->chunks;
    r->owned->chunks = chunk;
    return chunk->bytes;
}

void lang_slave_free(slave_description *slave)
{
    if (slave == NULL)
        return;
    owned_slave *owned = (owned_slave *)slave;
    for (uint32_t i = 0; i < slave->master_count; i++) {
        slave_master master = slave->masters[i];
        lang_master_release(&master);
    }
    for (slave_chunk *chunk = owned->chunks; chunk != NULL;) {
        slave_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(owned);
}

const char *slave_copy(slave_reader *r, const char *text, size_t bytes)
{
    char *copy = slave_alloc(r, bytes + 1);
    if (copy == NULL)
        return "";
    memcpy(copy, text, bytes);
    return copy;
}

const char *slave_text(slave_reader *r, const lang_token *token)
{
    if (token->kind != LANG_TOKEN_STRING)
        return slave_copy(r, token->text, token->bytes);
    char *text = slave_alloc(r, token->bytes + 1);
    if (text == NULL)
        return "";
    if (memchr(text, '\0', lang_unescape(token, text)) != NULL)
        lang_fail_at(&r->p, token, "a text cannot hold \\0");
    return text;
}

const char *slave_path(slave_reader *r, const lang_token *token)
{
    const char *text = slave_text(r, token);
    const char *folder = r->file->folder;
    if (text[0] == '/' || strcmp(folder, ".") == 0)
        return text;
    const size_t bytes = strlen(folder) + strlen(text) + 2;
    char *path = slave_alloc(r, bytes);
    if (path == NULL)
        return "";
    snprintf(path, bytes, "%s/%s", folder, text);
    return path;
}

void *slave_keep(slave_reader *r, lang_table *table, size_t element_bytes, uint32_t *count)
{
    void *kept = table->count == 0 ? NULL : slave_alloc(r, table->count * element_bytes);
    *count = kept == NULL ? 0 : (uint32_t)table->count;
    if (kept != NULL)
        memcpy(kept, table->at, table->count * element_bytes);
    free(table->at);
    *table = (lang_table){0};
    return kept;
}

void slave_words(slave_reader *r, slave_strings *strings, const char *what, bool paths)
{
    lang_table table = {0};
    lang_table places = {0};
    uint32_t place_count = 0;
    for (uint32_t i = 0; i < strings->count; i++)
        if (!lang_table_add(&table, &strings->at[i], sizeof strings->at[i]) ||
            !lang_table_add(&places, &strings->place[i], sizeof strings->place[i]))
            r->no_memory = true;
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, what);
    for (; !lang_at_line_end(&r->p); lang_advance_word(&r->p)) {
        const lang_token token = r->p.token;
        const char *text = paths ? slave_path(r, &token) : slave_text(r, &token);
        const slave_place place = {r->file->path, token.line, token.column};
        if (!lang_table_add(&table, &text, sizeof text) ||
            !lang_table_add(&places, &place, sizeof place))
            r->no_memory = true;
    }
    strings->at = slave_keep(r, &table, sizeof(const char *), &strings->count);
    strings->place = slave_keep(r, &places, sizeof(slave_place), &place_count);
}

int slave_choose(slave_reader *r, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!lang_is(&r->p, words[i]))
            continue;
        lang_advance(&r->p);
        return (int)i;
    }
    char list[256] = "";
    for (size_t i = 0; i < count; i++) {
        strncat(list, i == 0 ? "" : i + 1 == count ? " or " : ", ", sizeof list - strlen(list) - 1);
        strncat(list, words[i], sizeof list - strlen(list) - 1);
    }
    lang_expected(&r->p, list);
    return -1;
}

bool slave_yes(slave_reader *r)
{
    static const char *const words[] = {"no", "yes"};
    return slave_choose(r, words, 2) == 1;
}

/// A WORD is looked at as the number that it spells; a token of that kind is one already.
static lang_token as_number(slave_reader *r)
{
    lang_token token = r->p.token;
    const char *why = NULL;
    if (token.kind != LANG_TOKEN_WORD || token.bytes == 0 || token.text[0] < '0' ||
        token.text[0] > '9')
        return token;
    if (lang_scan_number(token.text, token.bytes, &token.kind, &token.value, &why) == token.bytes)
        return token;
    lang_fail(&r->p, "%s", why != NULL ? why : "no number");
    token.kind = LANG_TOKEN_END;
    return token;
}

uint64_t slave_number(slave_reader *r, const char *what, uint64_t least, uint64_t most)
{
    const lang_token token = as_number(r);
    if (token.kind != LANG_TOKEN_NUMBER) {
        lang_expected(&r->p, what);
        return 0;
    }
    const uint64_t value = (uint64_t)token.value;
    if (value < least || value > most) {
        lang_fail(&r->p,
                  most > 0xFF ? "%llu is out of range for %s: %llu to %llu"
                              : "0x%02llX is out of range for %s: 0x%02llX to 0x%02llX",
                  (unsigned long long)value, what, (unsigned long long)least,
                  (unsigned long long)most);
        return 0;
    }
    lang_advance(&r->p);
    return value;
}

uint64_t slave_time(slave_reader *r, const char *what)
{
    const lang_token token = as_number(r);
    if (token.kind == LANG_TOKEN_NUMBER) {
        const int n = (int)token.bytes;
        lang_fail(&r->p, "%s needs a unit: %.*sns, %.*sus, %.*sms or %.*ss", what, n, token.text, n,
                  token.text, n, token.text, n, token.text);
        return 0;
    }
    if (token.kind != LANG_TOKEN_TIME || token.value == 0) {
        lang_expected(&r->p, what);
        return 0;
    }
    lang_advance(&r->p);
    return (uint64_t)token.value;
}

slave_range slave_read_range(slave_reader *r, const char *what, uint32_t most)
{
    const lang_token token = r->p.token;
    slave_range range;
    range.first = (uint32_t)slave_number(r, what, 0, most);
    range.last = range.first;
    if (lang_accept(&r->p, ".."))
        range.last = (uint32_t)slave_number(r, what, 0, most);
    if (range.last < range.first)
        lang_fail_at(&r->p, &token, "a range that runs backwards is empty");
    return range;
}
