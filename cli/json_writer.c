#include "cli/json_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put(json_writer *json, const char *text)
{
    json->put(json->ctx, text, strlen(text));
}

void json_start(json_writer *json, json_put_fn *put_text, void *ctx)
{
    *json = (json_writer){.put = put_text, .ctx = ctx};
}

void json_finish(json_writer *json)
{
    assert(json->depth == 0);
    put(json, "\n");
}

static void new_line(json_writer *json)
{
    put(json, "\n");
    for (unsigned i = 0; i < json->depth; i++)
        put(json, "  ");
}

/// What stands before a member: a comma, and the line break or blank of its container.
static void before_member(json_writer *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->depth == 0)
        return;
    const bool first = !json->level[json->depth - 1].any;
    json->level[json->depth - 1].any = true;
    if (!first)
        put(json, ",");
    if (json->level[json->depth - 1].lines)
        new_line(json);
    else if (!first)
        put(json, " ");
}

static void open_container(json_writer *json, char close, json_layout layout)
{
    before_member(json);
    assert(json->depth < JSON_DEPTH_MAX);
    json->level[json->depth].close = close;
    json->level[json->depth].lines = layout == JSON_LINES;
    json->level[json->depth].any = false;
    json->depth++;
}

void json_object(json_writer *json, json_layout layout)
{
    open_container(json, '}', layout);
    put(json, "{");
}

void json_array(json_writer *json, json_layout layout)
{
    open_container(json, ']', layout);
    put(json, "[");
}

void json_close(json_writer *json)
{
    assert(json->depth > 0);
    assert(!json->after_key);
    json->depth--;
    if (json->level[json->depth].lines && json->level[json->depth].any)
        new_line(json);
    json->put(json->ctx, &json->level[json->depth].close, 1);
}

/// Length of the UTF-8 sequence at `at`, or 0 when there is none: overlong forms, surrogates and
/// what lies beyond U+10FFFF are none (Unicode, table 3-7).
static size_t utf8_length(const unsigned char *at)
{
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t more = 0;
    if (at[0] < 0x80)
        return 1;
    if (at[0] >= 0xC2 && at[0] <= 0xDF)
        more = 1;
    else if (at[0] >= 0xE0 && at[0] <= 0xEF)
        more = 2;
    else if (at[0] >= 0xF0 && at[0] <= 0xF4)
        more = 3;
    else
        return 0;
    if (at[0] == 0xE0)
        low = 0xA0;
    else if (at[0] == 0xED)
        high = 0x9F;
    else if (at[0] == 0xF0)
        low = 0x90;
    else if (at[0] == 0xF4)
        high = 0x8F;
    for (size_t i = 1; i <= more; i++) {
        if (at[i] < low || at[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return more + 1;
}

static void put_escaped(json_writer *json, unsigned char byte)
{
    char text[8];
    if (byte == '"' || byte == '\\')
        snprintf(text, sizeof text, "\\%c", byte);
    else if (byte == '\n')
        snprintf(text, sizeof text, "\\n");
    else if (byte == '\t')
        snprintf(text, sizeof text, "\\t");
    else
        snprintf(text, sizeof text, "\\u%04x", byte);
    put(json, text);
}

static void put_string(json_writer *json, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *plain = at;
    put(json, "\"");
    while (*at != 0) {
        const size_t length = utf8_length(at);
        const bool escaped = *at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7F;
        if (length > 0 && !escaped) {
            at += length;
            continue;
        }
        json->put(json->ctx, (const char *)plain, (size_t)(at - plain));
        if (length == 0)
            put(json, "\xEF\xBF\xBD");
        else
            put_escaped(json, *at);
        plain = ++at;
    }
    json->put(json->ctx, (const char *)plain, (size_t)(at - plain));
    put(json, "\"");
}

void json_key(json_writer *json, const char *key)
{
    assert(json->depth > 0 && json->level[json->depth - 1].close == '}');
    assert(!json->after_key);
    before_member(json);
    put_string(json, key);
    put(json, ": ");
    json->after_key = true;
}

static void put_value(json_writer *json, const char *text)
{
    before_member(json);
    put(json, text);
}

void json_string(json_writer *json, const char *text)
{
    if (text == NULL) {
        json_null(json);
        return;
    }
    before_member(json);
    put_string(json, text);
}

void json_uint(json_writer *json, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    put_value(json, text);
}

void json_int(json_writer *json, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    put_value(json, text);
}

void json_bool(json_writer *json, bool value)
{
    put_value(json, value ? "true" : "false");
}

void json_null(json_writer *json)
{
    put_value(json, "null");
}

void json_key_string(json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

void json_key_uint(json_writer *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_uint(json, value);
}

void json_key_int(json_writer *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_int(json, value);
}

void json_key_bool(json_writer *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

void json_key_words(json_writer *json, const char *key, const char *words)
{
    char word[128];
    json_key(json, key);
    json_array(json, JSON_INLINE);
    for (const char *at = words + strspn(words, " "); *at != '\0'; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        json_string(json, word);
        at += length;
    }
    json_close(json);
}
