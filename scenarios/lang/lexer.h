/// The one lexer of both kinds of files, on demand and line by line. Internal to scenarios/lang.
///
/// Lines are logical: a trailing `\` joins the next one, blank lines and comments vanish. A line is
/// entered with lang_lexer_line(), which measures its indentation; then lang_lexer_next() gives its
/// tokens up to LANG_TOKEN_END. Places where the file speaks of paths, ids and masters ask for
/// words with lang_lexer_word() instead: whatever stands between blanks.
///
/// A lexer is a plain value: copy it to look ahead.
#ifndef LANG_LEXER_H
#define LANG_LEXER_H

#include "scenarios/lang/diagnostics.h"

typedef enum {
    LANG_TOKEN_END,       ///< end of the line
    LANG_TOKEN_NAME,      ///< also reserved words and `_`
    LANG_TOKEN_NUMBER,    ///< value
    LANG_TOKEN_TIME,      ///< value in ps
    LANG_TOKEN_FREQUENCY, ///< value in Hz
    LANG_TOKEN_STRING,    ///< text is between the quotes, escapes not yet undone
    LANG_TOKEN_WORD,
    LANG_TOKEN_MARK,     ///< punctuation; text says which
    LANG_TOKEN_DIRECTION ///< +W or +R, joined to what stands before it; value 1 for read
} lang_token_kind;

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): read in this order
typedef struct {
    lang_token_kind kind;
    const char *text;
    size_t bytes;
    size_t at; ///< offset of its first byte in the file
    uint32_t line;
    uint32_t column;
    int64_t value;
    bool joined; ///< no blank before it
} lang_token;

typedef struct {
    const char *path;
    const char *text;
    size_t bytes;
    size_t at;         ///< next byte to read
    size_t line_start; ///< of the physical line
    uint32_t line;
    lang_diagnostics *diagnostics; ///< NULL: looking ahead, say nothing
    bool panic; ///< this line is given up: only LANG_TOKEN_END comes until the next line
} lang_lexer;

void lang_lexer_init(lang_lexer *lexer, const lang_source *source, lang_diagnostics *diagnostics);
/// Skips the rest of the line and goes to the next that has anything on it. `*indent` is its number
/// of leading spaces. False at the end of the file.
bool lang_lexer_line(lang_lexer *lexer, uint32_t *indent);
lang_token lang_lexer_next(lang_lexer *lexer);
/// The next word, or a string, or the end of the line.
lang_token lang_lexer_word(lang_lexer *lexer);
/// Complains at a token, once a line; the rest of the line is then given up.
void lang_lexer_fail(lang_lexer *lexer, const lang_token *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void lang_lexer_fail_v(lang_lexer *lexer, const lang_token *token, const char *format,
                       va_list arguments) __attribute__((format(printf, 3, 0)));

/// Reads a number with an optional unit from the start of `text`: kind NUMBER, TIME or FREQUENCY.
/// Returns the bytes read, or 0 with `*why` set to a static text.
size_t lang_scan_number(const char *text, size_t bytes, lang_token_kind *kind, int64_t *value,
                        const char **why);
/// Undoes the escapes of a STRING token into `out`, which has room for token->bytes bytes. Returns
/// the length; the lexer has checked the escapes.
size_t lang_unescape(const lang_token *token, char *out);
bool lang_token_is(const lang_token *token, const char *text);
/// Which of `names` the text is; `count`: none.
size_t lang_name_find(const char *const *names, size_t count, const char *text, size_t bytes);

#endif
