#include "cli/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    uint64_t ps;
    const char *name;
} unit;

static const unit units[] = {{UINT64_C(1000000000000), "s"},
                             {UINT64_C(1000000000), "ms"},
                             {UINT64_C(1000000), "us"},
                             {UINT64_C(1000), "ns"},
                             {1, "ps"}};

/// Tenths or hundredths are shown while the number has less than three digits before the point.
static unsigned decimals_for(uint64_t whole)
{
    if (whole >= 100)
        return 0;
    return whole >= 10 ? 1 : 2;
}

static void print_value(uint64_t value, const unit *in, char *text, size_t bytes)
{
    static const uint64_t power[] = {1, 10, 100};
    unsigned decimals = decimals_for(value / in->ps);
    while (decimals > 0 && in->ps < power[decimals])
        decimals--;
    const uint64_t step = in->ps / power[decimals];
    const uint64_t rounded = value / step + (value % step >= (step + 1) / 2);
    char fraction[8] = "";
    if (decimals > 0) {
        snprintf(fraction, sizeof fraction, ".%0*" PRIu64, (int)decimals,
                 rounded % power[decimals]);
        // 31.20 is 31.2, and 170.0 is 170
        for (size_t end = strlen(fraction); end > 0; end--) {
            if (fraction[end - 1] != '0' && fraction[end - 1] != '.')
                break;
            fraction[end - 1] = '\0';
        }
    }
    snprintf(text, bytes, "%" PRIu64 "%s %s", rounded / power[decimals], fraction, in->name);
}

const char *text_time(uint64_t ps, char *text, size_t bytes)
{
    const size_t last = sizeof units / sizeof units[0] - 1;
    size_t i = 0;
    if (ps == 0) {
        snprintf(text, bytes, "0 s");
        return text;
    }
    while (i < last && ps < units[i].ps)
        i++;
    print_value(ps, &units[i], text, bytes);
    return text;
}

const char *text_signed_time(int64_t ps, char *text, size_t bytes)
{
    if (ps >= 0 || bytes < 2)
        return text_time((uint64_t)ps, text, bytes);
    text[0] = '-';
    text_time((uint64_t)0 - (uint64_t)ps, text + 1, bytes - 1);
    return text;
}

const char *text_wall(uint64_t ms, char *text, size_t bytes)
{
    if (ms < 1000)
        snprintf(text, bytes, "%" PRIu64 " ms", ms);
    else if (ms < 60000)
        snprintf(text, bytes, "%" PRIu64 ".%" PRIu64 " s", ms / 1000, ms % 1000 / 100);
    else
        snprintf(text, bytes, "%" PRIu64 " min %" PRIu64 " s", ms / 60000, ms % 60000 / 1000);
    return text;
}

void text_add(char *text, size_t bytes, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, bytes - used, format, args); // NOLINT(clang-analyzer-valist*)
    va_end(args);
}

void text_add_shell_word(char *text, size_t bytes, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./@=,:+%";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        text_add(text, bytes, "%s", word);
        return;
    }
    text_add(text, bytes, "'");
    for (const char *at = word; *at != '\0'; at++) {
        if (*at == '\'')
            text_add(text, bytes, "'\\''");
        else
            text_add(text, bytes, "%c", *at);
    }
    text_add(text, bytes, "'");
}

const char *text_printable(const char *from, char *text, size_t bytes)
{
    size_t used = 0;
    for (const unsigned char *at = (const unsigned char *)from; *at != 0; at++) {
        char one[8];
        if (*at == '\n')
            snprintf(one, sizeof one, "\\n");
        else if (*at < 0x20 || *at == 0x7F)
            snprintf(one, sizeof one, "\\x%02x", *at);
        else
            snprintf(one, sizeof one, "%c", *at);
        const size_t length = strlen(one);
        if (used + length + 1 > bytes)
            break;
        memcpy(text + used, one, length);
        used += length;
    }
    text[used] = '\0';
    return text;
}

const char *text_cut(const char *from, char *text, size_t bytes)
{
    static const char dots[] = "...";
    const size_t length = strlen(from);
    if (length < bytes) {
        memcpy(text, from, length + 1);
        return text;
    }
    assert(bytes > sizeof dots);
    size_t kept = bytes - sizeof dots;
    while (kept > 0 && from[kept] != ' ')
        kept--;
    if (kept == 0)
        kept = bytes - sizeof dots;
    memcpy(text, from, kept);
    memcpy(text + kept, dots, sizeof dots);
    return text;
}
