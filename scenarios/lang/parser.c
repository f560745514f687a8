#include "scenarios/lang/parser.h"

#include <stdio.h>
#include <string.h>

void lang_advance(lang_parser *p)
{
    p->token = lang_lexer_next(&p->lexer);
}

void lang_advance_word(lang_parser *p)
{
    p->token = lang_lexer_word(&p->lexer);
}

bool lang_next_line(lang_parser *p)
{
    p->at_eof = !lang_lexer_line(&p->lexer, &p->indent);
    if (p->lexer.diagnostics != NULL &&
        lang_diagnostics_total(p->lexer.diagnostics) >= LANG_DIAGNOSTIC_MAX)
        p->at_eof = true; // more would not be kept: a file of garbage ends here
    if (p->builder != NULL && (p->builder->no_memory || p->builder->too_large))
        p->at_eof = true;
    if (p->at_eof) {
        p->token = (lang_token){.kind = LANG_TOKEN_END,
                                .text = "",
                                .at = p->lexer.at,
                                .line = p->lexer.line,
                                .column = 1};
        p->indent = 0;
        return false;
    }
    lang_advance(p);
    return true;
}

static void take_end(lang_parser *p)
{
    p->token.kind = LANG_TOKEN_END;
    p->token.bytes = 0;
}

void lang_fail(lang_parser *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    lang_lexer_fail_v(&p->lexer, &p->token, format, arguments);
    va_end(arguments);
    take_end(p);
}

void lang_fail_at(lang_parser *p, const lang_token *token, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    lang_lexer_fail_v(&p->lexer, token, format, arguments);
    va_end(arguments);
    take_end(p);
}

void lang_expected(lang_parser *p, const char *what)
{
    if (p->token.kind == LANG_TOKEN_END)
        lang_fail(p, "expected %s, but the line ends", what);
    else if (p->token.kind == LANG_TOKEN_STRING)
        lang_fail(p, "expected %s, not a string", what);
    else
        lang_fail(p, "expected %s, not \"%.*s\"", what,
                  (int)(p->token.bytes < 40 ? p->token.bytes : 40), p->token.text);
}

bool lang_read_master(lang_parser *p, const char *text, slave_master *master)
{
    char why[512] = ""; // one that does not exist is answered with all that do
    const lang_status status = lang_master_parse(master, text, why, sizeof why);
    const lang_options *options = p->options;
    if (status == LANG_NO_MEMORY) {
        p->builder->no_memory = true;
        return false;
    }
    if (status == LANG_OK && (options == NULL || options->master_known == NULL ||
                              options->master_known(options->ctx, text, why, sizeof why)))
        return true;
    if (status == LANG_OK)
        lang_master_release(master);
    lang_fail(p, "%s", why);
    return false;
}

void lang_unknown(lang_parser *p, const lang_token *token, const char *kind,
                  const char *const *candidates, size_t count)
{
    char name[48];
    const size_t bytes = token->bytes < sizeof name - 1 ? token->bytes : sizeof name - 1;
    memcpy(name, token->text, bytes);
    name[bytes] = '\0';
    const char *nearest = i2c_nearest(name, candidates, count);
    if (nearest != NULL)
        lang_fail_at(p, token, "unknown %s \"%s\"; did you mean \"%s\"?", kind, name, nearest);
    else
        lang_fail_at(p, token, "unknown %s \"%s\"", kind, name);
}

bool lang_is(const lang_parser *p, const char *text)
{
    return lang_token_is(&p->token, text);
}

bool lang_accept(lang_parser *p, const char *text)
{
    if (!lang_is(p, text))
        return false;
    lang_advance(p);
    return true;
}

bool lang_require(lang_parser *p, const char *text)
{
    if (lang_accept(p, text))
        return true;
    char what[32];
    snprintf(what, sizeof what, "\"%s\"", text);
    lang_expected(p, what);
    return false;
}

bool lang_at_line_end(const lang_parser *p)
{
    return p->token.kind == LANG_TOKEN_END;
}

void lang_require_end(lang_parser *p)
{
    if (!lang_at_line_end(p))
        lang_expected(p, "the end of the line");
}

uint32_t lang_make(lang_parser *p, lang_kind kind, const lang_token *token)
{
    const lang_node node = {
        .kind = (uint16_t)kind, .file = p->file, .line = token->line, .column = token->column};
    return lang_builder_node(p->builder, &node);
}

lang_node *lang_node_of(lang_parser *p, uint32_t index)
{
    return lang_builder_at(p->builder, index);
}

uint32_t lang_string_of(lang_parser *p, const lang_token *token)
{
    return lang_builder_string(p->builder, token->text, token->bytes);
}

uint32_t lang_text_of(lang_parser *p, const lang_token *token)
{
    const uint32_t raw = lang_string_of(p, token);
    if (raw == 0)
        return 0;
    char *text = (char *)p->builder->strings.at + raw;
    const size_t bytes = lang_unescape(token, text);
    text[bytes] = '\0';
    p->builder->strings.count = raw + bytes + 1;
    if (memchr(text, '\0', bytes) != NULL)
        lang_fail_at(p, token, "a text cannot hold \\0");
    return raw;
}

bool lang_is_reserved(const lang_token *token)
{
    static const char *const words[] = {"S",   "Sr",    "P",      "A",     "N",      "own", "other",
                                        "gc",  "x",     "every",  "until", "within", "or",  "for",
                                        "in",  "step",  "random", "of",    "mask",   "_",   "idle",
                                        "app", "calls", "master", "then"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (lang_token_is(token, words[i]))
            return true;
    return false;
}
