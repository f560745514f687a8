#include "scenarios/requirements/stem.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// ASCII only, whatever the locale: searches give the same result everywhere.
static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char to_lower(char c)
{
    if (c < 'A' || c > 'Z') {
        return c;
    }
    return "abcdefghijklmnopqrstuvwxyz"[c - 'A'];
}

/// Cuts `ending` if at least three bytes remain.
static bool cut(char *word, size_t *length, const char *ending)
{
    const size_t bytes = strlen(ending);
    if (*length < bytes + 3 || strcmp(word + *length - bytes, ending) != 0) {
        return false;
    }
    *length -= bytes;
    word[*length] = '\0';
    return true;
}

static void undouble(char *word, size_t *length)
{
    const char last = word[*length - 1];
    if (*length > 3 && word[*length - 2] == last && strchr("bdgmnprt", last) != NULL) {
        *length -= 1;
        word[*length] = '\0';
    }
}

static void stem(char *word)
{
    size_t length = strlen(word);
    if (cut(word, &length, "ing") || cut(word, &length, "ed")) {
        undouble(word, &length); // stopped: stop
    } else if (length > 3 && strcmp(word + length - 2, "ss") != 0) {
        (void)cut(word, &length, "s");
    }
    (void)cut(word, &length, "e"); // also the e of "addresses", so that it meets "address"
}

const char *requirement_next_word(const char *text, char word[REQUIREMENT_WORD_MAX])
{
    while (*text != '\0' && !is_word_byte(*text)) {
        text++;
    }
    if (*text == '\0') {
        return NULL;
    }
    size_t length = 0;
    for (; is_word_byte(*text); text++) {
        if (length < REQUIREMENT_WORD_MAX - 1) {
            word[length++] = to_lower(*text);
        }
    }
    word[length] = '\0';
    stem(word);
    return text;
}
