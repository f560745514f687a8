/// `NAME[@SPEED][,key=value...]`, as files and command lines write a master.
#include "scenarios/lang/lexer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_name(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        const char c = text[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && (i == 0 || strchr("_-.", c) == NULL))
            return false;
    }
    return bytes > 0;
}

/// 100k, 1M, 400kHz, 100000; 0 if it is none of these.
static uint32_t read_speed(const char *text, size_t bytes)
{
    lang_token_kind kind = LANG_TOKEN_NUMBER;
    int64_t value = 0;
    const char *why = NULL;
    char full[32];
    const char last = text[bytes == 0 ? 0 : bytes - 1]; // an empty one ends with its comma or NUL
    if (bytes + 3 > sizeof full)
        return 0;
    snprintf(full, sizeof full, "%.*s%s", (int)bytes, text, last == 'k' || last == 'M' ? "Hz" : "");
    const size_t read = lang_scan_number(full, strlen(full), &kind, &value, &why);
    if (read != strlen(full) || kind == LANG_TOKEN_TIME || value <= 0 || value > 100000000)
        return 0;
    return (uint32_t)value;
}

typedef struct {
    slave_master *master;
    char **keys;
    char **values;
    char *message;
    size_t capacity;
} reader;

static lang_status refuse(const reader *r, const char *what, const char *at, size_t bytes)
{
    if (r->message != NULL && r->capacity > 0)
        snprintf(r->message, r->capacity, "%s: \"%.*s\"", what, (int)(bytes < 60 ? bytes : 60), at);
    return LANG_FAULTY;
}

static char *copy(const char *text, size_t bytes)
{
    char *out = malloc(bytes + 1);
    if (out == NULL)
        return NULL;
    memcpy(out, text, bytes);
    out[bytes] = '\0';
    return out;
}

static lang_status read_option(reader *r, const char *text, size_t bytes)
{
    const char *equals = memchr(text, '=', bytes);
    if (equals == NULL || !is_name(text, (size_t)(equals - text)) || equals + 1 == text + bytes)
        return refuse(r, "expected key=value after the comma", text, bytes);
    const uint32_t n = r->master->keys.count;
    const size_t key_bytes = (size_t)(equals - text);
    for (uint32_t i = 0; i < n && r->keys[i] != NULL; i++)
        if (strlen(r->keys[i]) == key_bytes && memcmp(r->keys[i], text, key_bytes) == 0)
            return refuse(r, "a key that is given twice", text, key_bytes);
    char *key = copy(text, key_bytes);
    char *value = copy(equals + 1, bytes - key_bytes - 1);
    if (key == NULL || value == NULL) {
        free(key);
        free(value);
        return LANG_NO_MEMORY;
    }
    r->keys[n] = key;
    r->values[n] = value;
    r->master->keys.count = r->master->values.count = n + 1;
    return LANG_OK;
}

static lang_status read_parts(reader *r, const char *text)
{
    const char *end = text + strcspn(text, ",");
    const char *at = memchr(text, '@', (size_t)(end - text));
    const char *name_end = at != NULL ? at : end;
    if (strncmp(text, "rtl:", 4) == 0 || strncmp(text, "sketch:", 7) == 0)
        return refuse(r, "a master of a file is named on the command line alone, --master", text,
                      strlen(text));
    if (!is_name(text, (size_t)(name_end - text)))
        return refuse(r, "expected a master, NAME[@SPEED][,key=value]", text, strlen(text));
    r->master->name = copy(text, (size_t)(name_end - text));
    if (r->master->name == NULL)
        return LANG_NO_MEMORY;
    if (at != NULL) {
        r->master->scl_hz = read_speed(at + 1, (size_t)(end - at - 1));
        if (r->master->scl_hz == 0)
            return refuse(r, "expected a speed behind @, as in 100k or 1M", at, (size_t)(end - at));
    }
    while (*end == ',') {
        const char *option = end + 1;
        end = option + strcspn(option, ",");
        const lang_status status = read_option(r, option, (size_t)(end - option));
        if (status != LANG_OK)
            return status;
    }
    return LANG_OK;
}

// NOLINTNEXTLINE(readability-non-const-parameter): written to through the reader
lang_status lang_master_parse(slave_master *master, const char *text, char *message,
                              size_t capacity)
{
    size_t commas = 0;
    for (const char *c = text; *c != '\0'; c++)
        commas += *c == ',';
    reader r = {.master = master,
                .keys = calloc(commas + 1, sizeof *r.keys),
                .values = calloc(commas + 1, sizeof *r.values),
                .message = message,
                .capacity = capacity};
    *master = (slave_master){.text = copy(text, strlen(text))};
    master->keys.at = (const char *const *)r.keys;
    master->values.at = (const char *const *)r.values;
    lang_status status = LANG_NO_MEMORY;
    if (r.keys != NULL && r.values != NULL && master->text != NULL)
        status = commas > 32 ? refuse(&r, "more than 32 options", text, strlen(text))
                             : read_parts(&r, text);
    if (status != LANG_OK)
        lang_master_release(master);
    return status;
}

static void release_list(slave_strings *list)
{
    for (uint32_t i = 0; list->at != NULL && i < list->count; i++)
        free((void *)list->at[i]);
    free((void *)list->at);
}

void lang_master_release(slave_master *master)
{
    release_list(&master->keys);
    release_list(&master->values);
    free((void *)master->text);
    free((void *)master->name);
    *master = (slave_master){0};
}
