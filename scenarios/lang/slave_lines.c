/// The lines of a file as they were written, for what has to quote or repeat them.
#include "scenarios/lang/slave_reader.h"

#include <string.h>

enum { LINE_WORDS_BYTES = 4096 };

/// Appends a word, with its quotes when it is a string. False when there is no room.
static bool add_word(char *text, size_t *bytes, const lang_token *word)
{
    const bool quoted = word->kind == LANG_TOKEN_STRING;
    if (*bytes + word->bytes + 4 > LINE_WORDS_BYTES)
        return false;
    if (*bytes > 0)
        text[(*bytes)++] = ' ';
    if (quoted)
        text[(*bytes)++] = '"';
    memcpy(text + *bytes, word->text, word->bytes);
    *bytes += word->bytes;
    if (quoted)
        text[(*bytes)++] = '"';
    return true;
}

void slave_keep_line(slave_reader *r, slave_key key, size_t at, bool deeper)
{
    char text[LINE_WORDS_BYTES];
    size_t bytes = 0;
    lang_lexer ahead = r->p.lexer;
    ahead.diagnostics = NULL;
    ahead.at = at;
    lang_token word = lang_lexer_word(&ahead);
    const slave_place from = {r->file->path, word.line, word.column};
    while (word.kind != LANG_TOKEN_END && add_word(text, &bytes, &word))
        word = lang_lexer_word(&ahead);
    const slave_line line = {key, deeper, from, slave_copy(r, text, bytes)};
    if (!lang_table_add(&r->lines, &line, sizeof line))
        r->no_memory = true;
}
