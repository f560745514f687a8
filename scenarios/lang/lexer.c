#include "scenarios/lang/lexer.h"

#include <assert.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// The byte `ahead` of the next one; NUL past the end.
static char peek(const lang_lexer *lexer, size_t ahead)
{
    if (lexer->bytes - lexer->at <= ahead)
        return '\0';
    return lexer->text[lexer->at + ahead];
}

static bool at_end(const lang_lexer *lexer)
{
    return lexer->at >= lexer->bytes;
}

void lang_lexer_init(lang_lexer *lexer, const lang_source *source, lang_diagnostics *diagnostics)
{
    *lexer = (lang_lexer){.path = source->path,
                          .text = source->text,
                          .bytes = source->bytes,
                          .line = 1,
                          .diagnostics = diagnostics};
    // A byte order mark, as some editors leave it.
    if (source->bytes >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0) {
        lexer->at = 3;
        lexer->line_start = 3;
    }
}

void lang_lexer_fail_v(lang_lexer *lexer, const lang_token *token, const char *format,
                       va_list arguments)
{
    if (lexer->panic)
        return;
    lexer->panic = true;
    if (lexer->diagnostics == NULL)
        return;
    const lang_place place = {.path = lexer->path,
                              .text = lexer->text,
                              .bytes = lexer->bytes,
                              .at = token->at,
                              .line = token->line,
                              .column = token->column};
    lang_complain_v(lexer->diagnostics, &place, format, arguments);
}

void lang_lexer_fail(lang_lexer *lexer, const lang_token *token, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    lang_lexer_fail_v(lexer, token, format, arguments);
    va_end(arguments);
}

static lang_token token_here(const lang_lexer *lexer)
{
    return (lang_token){.kind = LANG_TOKEN_END,
                        .text = lexer->text + lexer->at,
                        .at = lexer->at,
                        .line = lexer->line,
                        .column = (uint32_t)(lexer->at - lexer->line_start) + 1};
}

static void end_physical_line(lang_lexer *lexer)
{
    assert(peek(lexer, 0) == '\n');
    lexer->at++;
    lexer->line++;
    lexer->line_start = lexer->at;
}

/// A `\` with nothing but blanks behind it joins the next line.
static size_t joining_bytes(const lang_lexer *lexer)
{
    if (peek(lexer, 0) != '\\')
        return 0;
    size_t n = 1;
    while (peek(lexer, n) == ' ' || peek(lexer, n) == '\r')
        n++;
    return peek(lexer, n) == '\n' ? n : 0;
}

/// Skips blanks, comments and joined line ends. True if it skipped anything.
static bool skip_blanks(lang_lexer *lexer)
{
    const size_t start = lexer->at;
    for (;;) {
        const char c = peek(lexer, 0);
        const size_t joining = joining_bytes(lexer);
        if (joining > 0) {
            lexer->at += joining;
            end_physical_line(lexer);
        } else if (c == ' ' || c == '\r') {
            lexer->at++;
        } else if (c == '#') {
            while (!at_end(lexer) && peek(lexer, 0) != '\n')
                lexer->at++;
        } else {
            return lexer->at > start;
        }
    }
}

static void fail_at_tab(lang_lexer *lexer)
{
    const lang_token here = token_here(lexer);
    lang_lexer_fail(lexer, &here, "a tab: indent and separate with spaces");
}

/// Gives the rest of the physical line up; it is `\`-joined lines' rest, too.
static void skip_line(lang_lexer *lexer)
{
    while (!at_end(lexer) && peek(lexer, 0) != '\n') {
        const size_t joining = joining_bytes(lexer);
        if (joining > 0) {
            lexer->at += joining;
            end_physical_line(lexer);
        } else {
            lexer->at++;
        }
    }
}

bool lang_lexer_line(lang_lexer *lexer, uint32_t *indent)
{
    *indent = 0;
    for (;;) {
        if (lexer->at > lexer->line_start || lexer->panic)
            skip_line(lexer);
        lexer->panic = false;
        // At the start of a physical line already, unless a line was just skipped.
        if (lexer->at > lexer->line_start && !at_end(lexer))
            end_physical_line(lexer);
        for (;;) {
            if (at_end(lexer))
                return false;
            size_t spaces = 0;
            while (peek(lexer, spaces) == ' ')
                spaces++;
            const char c = peek(lexer, spaces);
            lexer->at += spaces;
            *indent = (uint32_t)spaces;
            if (c == '\t') {
                fail_at_tab(lexer);
                break;
            }
            if (c != '\n' && c != '#' && !(c == '\r' && peek(lexer, 1) == '\n') && !at_end(lexer))
                return true;
            while (!at_end(lexer) && peek(lexer, 0) != '\n')
                lexer->at++;
            if (!at_end(lexer))
                end_physical_line(lexer);
        }
    }
}

static const struct {
    const char *text;
    lang_token_kind kind;
    int64_t factor;
} units[] = {
    {"ps", LANG_TOKEN_TIME, 1},
    {"ns", LANG_TOKEN_TIME, 1000},
    {"us", LANG_TOKEN_TIME, 1000000},
    {"ms", LANG_TOKEN_TIME, 1000000000},
    {"s", LANG_TOKEN_TIME, 1000000000000},
    {"Hz", LANG_TOKEN_FREQUENCY, 1},
    {"kHz", LANG_TOKEN_FREQUENCY, 1000},
    {"MHz", LANG_TOKEN_FREQUENCY, 1000000},
};

static const char too_large[] = "a number beyond 64 bits";

/// Digits of one base; false on overflow or when there are none.
static bool scan_digits(const char *text, size_t bytes, size_t *at, int base, int64_t *value)
{
    const size_t start = *at;
    bool fits = true;
    while (*at < bytes) {
        const int digit = hex_digit(text[*at]);
        if (digit < 0 || digit >= base)
            break;
        fits = fits && !__builtin_mul_overflow(*value, base, value) &&
               !__builtin_add_overflow(*value, digit, value);
        (*at)++;
    }
    return fits && *at > start;
}

static bool is_word_part(char c)
{
    return is_letter(c) || is_digit(c);
}

/// `value` with `decimals` digits behind the point, times the unit; exact or refused.
static bool scale(int64_t *value, unsigned decimals, int64_t factor, const char **why)
{
    for (; decimals > 0; decimals--) {
        if (factor % 10 == 0) {
            factor /= 10;
        } else if (*value % 10 == 0) {
            *value /= 10;
        } else {
            *why =
                "finer than the unit can be: the smallest time is 1ps, the smallest frequency 1Hz";
            return false;
        }
    }
    *why = too_large;
    return !__builtin_mul_overflow(*value, factor, value);
}

static size_t scan_unit(const char *text, size_t bytes, size_t at, unsigned decimals,
                        lang_token_kind *kind, int64_t *value, const char **why)
{
    size_t end = at;
    while (end < bytes && is_word_part(text[end]))
        end++;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].text) != end - at || memcmp(units[i].text, text + at, end - at) != 0)
            continue;
        *kind = units[i].kind;
        return scale(value, decimals, units[i].factor, why) ? end : 0;
    }
    *why = "unknown unit: times have ps, ns, us, ms or s, frequencies Hz, kHz or MHz";
    return 0;
}

size_t lang_scan_number(const char *text, size_t bytes, lang_token_kind *kind, int64_t *value,
                        const char **why)
{
    size_t at = 0;
    unsigned decimals = 0;
    *kind = LANG_TOKEN_NUMBER;
    *value = 0;
    *why = "no number";
    if (bytes == 0 || !is_digit(text[0]))
        return 0;
    const bool hex = bytes > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const bool binary = bytes > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B');
    at = hex || binary ? 2 : 0;
    *why = too_large;
    if (!scan_digits(text, bytes, &at, hex ? 16 : binary ? 2 : 10, value)) {
        if (at == 2 && (hex || binary))
            *why = hex ? "no hexadecimal digit behind 0x" : "no binary digit behind 0b";
        return 0;
    }
    if (!hex && !binary && at + 1 < bytes && text[at] == '.' && is_digit(text[at + 1])) {
        const size_t point = at++;
        if (!scan_digits(text, bytes, &at, 10, value))
            return 0;
        decimals = (unsigned)(at - point - 1);
    }
    if (at < bytes && is_word_part(text[at])) {
        if (hex || binary) {
            *why = "a letter that is no digit";
            return 0;
        }
        return scan_unit(text, bytes, at, decimals, kind, value, why);
    }
    if (decimals > 0) {
        *why = "a fraction without a unit";
        return 0;
    }
    return at;
}

/// Bytes of an escape sequence behind the backslash at `text[0]`, or 0 if it is none.
static size_t escape_bytes(const char *text, size_t bytes)
{
    if (bytes < 2)
        return 0;
    if (text[1] == 'x')
        return bytes >= 4 && hex_digit(text[2]) >= 0 && hex_digit(text[3]) >= 0 ? 4 : 0;
    return strchr("nrt0\\\"", text[1]) != NULL && text[1] != '\0' ? 2 : 0;
}

size_t lang_unescape(const lang_token *token, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < token->bytes;) {
        const char *c = token->text + i;
        if (*c != '\\') {
            out[n++] = *c;
            i++;
            continue;
        }
        const size_t length = escape_bytes(c, token->bytes - i);
        assert(length > 0);
        static const char codes[] = "n\nr\rt\t0\0\\\\\"\"";
        if (length == 4)
            out[n++] = (char)(hex_digit(c[2]) * 16 + hex_digit(c[3]));
        else
            for (size_t k = 0; k < sizeof codes - 1; k += 2)
                if (codes[k] == c[1])
                    out[n++] = codes[k + 1];
        i += length;
    }
    return n;
}

/// At most one well-formed UTF-8 sequence (RFC 3629); 0 if it is ill-formed.
static size_t utf8_bytes(const char *text, size_t bytes)
{
    const unsigned char *c = (const unsigned char *)text;
    size_t n = 0;
    if (c[0] < 0x80)
        return 1;
    if (c[0] >= 0xC2 && c[0] <= 0xDF)
        n = 2;
    else if (c[0] >= 0xE0 && c[0] <= 0xEF)
        n = 3;
    else if (c[0] >= 0xF0 && c[0] <= 0xF4)
        n = 4;
    if (n == 0 || n > bytes)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    const bool overlong = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xF0 && c[1] < 0x90);
    const bool beyond = (c[0] == 0xED && c[1] > 0x9F) || (c[0] == 0xF4 && c[1] > 0x8F);
    return overlong || beyond ? 0 : n;
}

static lang_token lex_string(lang_lexer *lexer)
{
    lang_token token = token_here(lexer);
    lexer->at++;
    token.kind = LANG_TOKEN_STRING;
    token.text = lexer->text + lexer->at;
    for (;;) {
        const lang_token here = token_here(lexer);
        const char c = peek(lexer, 0);
        if (at_end(lexer) || c == '\n') {
            lang_lexer_fail(lexer, &token, "a string without its closing \"");
            return here;
        }
        if (c == '"')
            break;
        const size_t left = lexer->bytes - lexer->at;
        const size_t n = c == '\\' ? escape_bytes(lexer->text + lexer->at, left)
                                   : utf8_bytes(lexer->text + lexer->at, left);
        if (n == 0) {
            lang_lexer_fail(lexer, &here, "%s",
                            c == '\\'
                                ? "unknown escape: \\n \\r \\t \\0 \\\\ \\\" and \\xNN are known"
                                : "bytes that are no UTF-8: write \\xNN");
            return here;
        }
        lexer->at += n;
        token.bytes += n;
    }
    lexer->at++;
    return token;
}

static lang_token lex_name(lang_lexer *lexer)
{
    lang_token token = token_here(lexer);
    token.kind = LANG_TOKEN_NAME;
    size_t n = 1;
    // A dot belongs to a name only with a letter behind it, so that `a..b` is a range.
    while (is_word_part(peek(lexer, n)) || (peek(lexer, n) == '.' && is_letter(peek(lexer, n + 1))))
        n++;
    token.bytes = n;
    lexer->at += n;
    return token;
}

static lang_token lex_number(lang_lexer *lexer)
{
    lang_token token = token_here(lexer);
    const char *why = NULL;
    token.bytes =
        lang_scan_number(token.text, lexer->bytes - lexer->at, &token.kind, &token.value, &why);
    if (token.bytes == 0) {
        lang_lexer_fail(lexer, &token, "%s", why);
        token.kind = LANG_TOKEN_END;
    }
    lexer->at += token.bytes;
    return token;
}

static lang_token lex_mark(lang_lexer *lexer)
{
    static const char *const marks[] = {"->", "..", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||",
                                        "(",  ")",  "[",  "]",  ":",  ",",  "?",  "!",  "~",  "*",
                                        "/",  "%",  "+",  "-",  "<",  ">",  "&",  "^",  "|",  "="};
    lang_token token = token_here(lexer);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const size_t n = strlen(marks[i]);
        if (lexer->bytes - lexer->at < n || memcmp(marks[i], token.text, n) != 0)
            continue;
        token.kind = LANG_TOKEN_MARK;
        token.bytes = n;
        lexer->at += n;
        return token;
    }
    const unsigned char byte = (unsigned char)peek(lexer, 0);
    if (byte == '\t')
        fail_at_tab(lexer);
    else if (byte >= 0x80 && utf8_bytes(token.text, lexer->bytes - lexer->at) > 0)
        lang_lexer_fail(lexer, &token, "a character that is allowed in strings and comments only");
    else if (byte > 0x20 && byte < 0x7F)
        lang_lexer_fail(lexer, &token, "unexpected character '%c'", byte);
    else
        lang_lexer_fail(lexer, &token, "unexpected byte 0x%02X: is this a text file?", byte);
    return token;
}

/// `own+W` is one thing: +W or +R counts when nothing separates it from what stands before.
static bool at_direction(const lang_lexer *lexer, bool joined)
{
    const char c = peek(lexer, 1);
    return joined && peek(lexer, 0) == '+' && (c == 'W' || c == 'R') &&
           !is_word_part(peek(lexer, 2));
}

static lang_token lex(lang_lexer *lexer, bool joined)
{
    const char c = peek(lexer, 0);
    if (c == '"')
        return lex_string(lexer);
    if (is_letter(c))
        return lex_name(lexer);
    if (is_digit(c))
        return lex_number(lexer);
    if (at_direction(lexer, joined)) {
        lang_token token = token_here(lexer);
        token.kind = LANG_TOKEN_DIRECTION;
        token.bytes = 2;
        token.value = peek(lexer, 1) == 'R';
        lexer->at += 2;
        return token;
    }
    return lex_mark(lexer);
}

/// The parts that both ways of reading share: blanks, panic and the end of the line.
static bool begin_token(lang_lexer *lexer, lang_token *token, bool *joined)
{
    *joined = !skip_blanks(lexer);
    *token = token_here(lexer);
    return !lexer->panic && !at_end(lexer) && peek(lexer, 0) != '\n';
}

lang_token lang_lexer_next(lang_lexer *lexer)
{
    lang_token token;
    bool joined = false;
    if (!begin_token(lexer, &token, &joined))
        return token;
    const lang_token end = token;
    token = lex(lexer, joined);
    token.joined = joined;
    return lexer->panic ? end : token;
}

lang_token lang_lexer_word(lang_lexer *lexer)
{
    lang_token token;
    bool joined = false;
    if (!begin_token(lexer, &token, &joined))
        return token;
    const lang_token end = token;
    if (peek(lexer, 0) == '"') {
        token = lex_string(lexer);
        return lexer->panic ? end : token;
    }
    token.kind = LANG_TOKEN_WORD;
    while (!at_end(lexer) && strchr(" \r\n\t\"", peek(lexer, 0)) == NULL &&
           joining_bytes(lexer) == 0) {
        const size_t n = utf8_bytes(lexer->text + lexer->at, lexer->bytes - lexer->at);
        if (n == 0 ||
            (n == 1 && ((unsigned char)peek(lexer, 0) < 0x20 || peek(lexer, 0) == 0x7F))) {
            const lang_token here = token_here(lexer);
            lang_lexer_fail(lexer, &here, "unexpected byte 0x%02X: is this a text file?",
                            (unsigned)(unsigned char)peek(lexer, 0));
            return end;
        }
        lexer->at += n;
        token.bytes += n;
    }
    if (token.bytes == 0) {
        if (peek(lexer, 0) == '\t')
            fail_at_tab(lexer);
        else
            lang_lexer_fail(lexer, &token, "unexpected byte 0x%02X: is this a text file?",
                            (unsigned)(unsigned char)peek(lexer, 0));
        return end;
    }
    return token;
}

bool lang_token_is(const lang_token *token, const char *text)
{
    return (token->kind == LANG_TOKEN_NAME || token->kind == LANG_TOKEN_MARK ||
            token->kind == LANG_TOKEN_WORD) &&
           strlen(text) == token->bytes && memcmp(text, token->text, token->bytes) == 0;
}

size_t lang_name_find(const char *const *names, size_t count, const char *text, size_t bytes)
{
    size_t i = 0;
    while (i < count && (strlen(names[i]) != bytes || memcmp(names[i], text, bytes) != 0))
        i++;
    return i;
}
