#define _GNU_SOURCE // open_memstream

#include "slave_under_test/kinds/avr/sketch.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A piece of the text, in no file or in one of the sketch's.
typedef struct {
    const char *at;
    size_t bytes;
} span;

typedef struct {
    span text;
    span file;     ///< quoted, as its line marker has it
    unsigned line; ///< of that file, from 1
    unsigned column;
    bool is_name;
    unsigned depth; ///< of braces around it
} token;

/// What stands at file level: a declaration, a definition.
typedef struct {
    size_t begin, end; ///< tokens; the last is `;` or `}`
    size_t head;       ///< tokens up to its first `{`; `end` where there is none
    size_t name;       ///< of a function that it defines and that can be declared; 0: none
} item;

/// A declaration that is put in front of an item.
typedef struct {
    size_t before, of; ///< items
} insertion;

typedef struct {
    token *token;
    size_t tokens;
    item *item;
    size_t items;
    insertion *insertion;
    size_t insertions;
    bool failed; ///< out of memory
} sketch;

/// Room for one more in an array that holds `count`; it doubles at powers of two.
static bool grow(sketch *s, void **array, size_t count, size_t bytes)
{
    if ((count & (count - 1)) != 0)
        return true;
    void *more = realloc(*array, (count == 0 ? 1 : 2 * count) * bytes);
    s->failed = s->failed || more == NULL;
    if (more != NULL)
        *array = more;
    return more != NULL;
}

// ---- tokens -------------------------------------------------------------------------------------

typedef struct {
    const char *at, *line_begin;
    span file;
    unsigned line;
} reader;

static bool begins_name(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '$';
}

static bool goes_on(char c)
{
    return begins_name(c) || isdigit((unsigned char)c);
}

static bool is_in_sketch(const reader *r)
{
    static const char ending[] = ".ino\"";
    const size_t bytes = sizeof ending - 1;
    return r->file.bytes > bytes && memcmp(r->file.at + r->file.bytes - bytes, ending, bytes) == 0;
}

static void next_line(reader *r)
{
    r->at += strcspn(r->at, "\n");
    if (*r->at == '\n')
        r->at++;
    r->line_begin = r->at;
}

/// Behind the text in quotes at `at`.
static const char *behind_quoted(const char *at)
{
    const char quote = *at++;
    while (*at != quote && *at != '\n' && *at != '\0')
        at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
    return *at == quote ? at + 1 : at;
}

/// `# 12 "sketch.ino" 2`: the next line is line 12 of it. Other directives are pragmas.
static void take_directive(reader *r)
{
    char *behind = NULL;
    const unsigned long line = r->at[1] == ' ' ? strtoul(r->at + 2, &behind, 10) : 0;
    const bool marks = line != 0 && behind[0] == ' ' && behind[1] == '"';
    next_line(r);
    r->line++;
    if (!marks)
        return;
    const char *file = behind + 1;
    r->file = (span){file, (size_t)(behind_quoted(file) - file)};
    r->line = (unsigned)line;
}

/// Behind `"mark( ... )mark"` at `at`.
static const char *behind_raw(const char *at)
{
    char end[24];
    const size_t mark = strcspn(at + 1, "(");
    if (at[1 + mark] == '\0' || mark + sizeof ")\"" > sizeof end)
        return behind_quoted(at);
    (void)snprintf(end, sizeof end, ")%.*s\"", (int)mark, at + 1);
    const char *found = strstr(at, end);
    return found == NULL ? at + strlen(at) : found + strlen(end);
}

static const char *behind_token(const char *at)
{
    const char *end = at;
    if (begins_name(*at)) {
        while (goes_on(*end))
            end++;
        if (*end == '"' && end[-1] == 'R')
            return behind_raw(end);
    } else if (isdigit((unsigned char)*at)) {
        while (goes_on(*end) || *end == '.' || (*end == '\'' && goes_on(end[1])))
            end++;
    } else if (*at == '"' || *at == '\'') {
        end = behind_quoted(at);
    } else {
        end++;
    }
    return end;
}

static void put_token(sketch *s, const reader *r, const char *end)
{
    if (!grow(s, (void **)&s->token, s->tokens, sizeof *s->token))
        return;
    s->token[s->tokens++] = (token){.text = {r->at, (size_t)(end - r->at)},
                                    .file = r->file,
                                    .line = r->line,
                                    .column = (unsigned)(r->at - r->line_begin),
                                    .is_name = begins_name(*r->at)};
}

/// A raw string may go over lines.
static void pass(reader *r, const char *end)
{
    for (; r->at < end; r->at++)
        if (*r->at == '\n') {
            r->line++;
            r->line_begin = r->at + 1;
        }
}

static void read_tokens(sketch *s, const char *text)
{
    reader r = {.at = text, .line_begin = text, .line = 1};
    while (*r.at != '\0' && !s->failed) {
        if (*r.at == '#' && r.at == r.line_begin) {
            take_directive(&r);
        } else if (isspace((unsigned char)*r.at)) {
            pass(&r, r.at + 1);
        } else {
            const char *end = behind_token(r.at);
            if (is_in_sketch(&r))
                put_token(s, &r, end);
            pass(&r, end);
        }
    }
}

static bool is_mark(const token *t, char mark)
{
    return t->text.bytes == 1 && *t->text.at == mark;
}

static bool is_word(const token *t, const char *word)
{
    return t->text.bytes == strlen(word) && memcmp(t->text.at, word, t->text.bytes) == 0;
}

static bool is_same(const token *a, const token *b)
{
    return a->text.bytes == b->text.bytes && memcmp(a->text.at, b->text.at, a->text.bytes) == 0;
}

// ---- what stands at file level ------------------------------------------------------------------

/// Behind the parenthesis that closes the one at `at`; `end` where none does.
static size_t behind_parenthesis(const sketch *s, size_t at, size_t end)
{
    unsigned open = 0;
    for (; at < end; at++) {
        open += is_mark(&s->token[at], '(') ? 1 : 0;
        if (is_mark(&s->token[at], ')') && --open == 0)
            return at + 1;
    }
    return end;
}

static bool takes_parentheses(const token *t)
{
    static const char *const words[] = {"__attribute__", "__attribute", "alignas", "decltype",
                                        "__declspec"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(t, words[i]))
            return true;
    return false;
}

/// The `(` of the parameters of the function that this head defines; `end`: it defines none.
static size_t find_parameters(const sketch *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        const token *t = &s->token[i];
        if (is_mark(t, '='))
            return end; // what it begins with is a value
        if (!is_mark(t, '('))
            continue;
        if (i > begin && s->token[i - 1].is_name && !takes_parentheses(&s->token[i - 1]))
            return i;
        i = behind_parenthesis(s, i, end) - 1;
    }
    return end;
}

/// The name of a function that can be declared; 0 if it cannot.
static size_t find_name(const sketch *s, const item *one)
{
    const size_t open = find_parameters(s, one->begin, one->head);
    if (open == one->head || open < one->begin + 2 || is_word(&s->token[one->begin], "template"))
        return 0;
    const size_t behind = behind_parenthesis(s, open, one->head);
    for (size_t i = open; i < behind; i++)
        if (is_mark(&s->token[i], '='))
            return 0;
    for (size_t i = one->begin; i < open; i++)
        if (is_word(&s->token[i], "operator"))
            return 0;
    const token *before = &s->token[open - 2];
    return is_mark(before, ':') || is_mark(before, '~') ? 0 : open - 1;
}

/// The body of a function or a namespace ends it; that of a type or a value does not.
static bool ends_with_brace(const sketch *s, const item *one)
{
    const token *first = &s->token[one->begin];
    return one->head == one->begin || is_word(first, "namespace") || is_word(first, "extern") ||
           find_parameters(s, one->begin, one->head) != one->head;
}

static void put_item(sketch *s, item one)
{
    if (!grow(s, (void **)&s->item, s->items, sizeof *s->item))
        return;
    if (one.head < one.end)
        one.name = find_name(s, &one);
    s->item[s->items++] = one;
}

static void count(const token *t, char opens, char closes, unsigned *open)
{
    if (is_mark(t, opens))
        ++*open;
    else if (is_mark(t, closes) && *open > 0)
        --*open;
}

static void find_items(sketch *s)
{
    item one = {0};
    bool has_head = false;
    unsigned braces = 0, parentheses = 0;
    for (size_t i = 0; i < s->tokens && !s->failed; i++) {
        token *t = &s->token[i];
        t->depth = braces;
        if (is_mark(t, '{') && braces == 0 && !has_head) {
            one.head = i;
            has_head = true;
        }
        count(t, '(', ')', &parentheses);
        count(t, '{', '}', &braces);
        one.end = i + 1;
        if (!has_head)
            one.head = one.end;
        const bool over = braces == 0 && ((is_mark(t, ';') && parentheses == 0) ||
                                          (is_mark(t, '}') && ends_with_brace(s, &one)));
        if (!over)
            continue;
        put_item(s, one);
        one = (item){.begin = i + 1};
        has_head = false;
        parentheses = 0;
    }
}

// ---- which functions are used above -------------------------------------------------------------

/// `a.name`, `a->name` and `A::name` are others.
static bool is_member(const sketch *s, size_t at)
{
    if (at == 0)
        return false;
    const token *before = &s->token[at - 1];
    return is_mark(before, '.') || is_mark(before, ':') ||
           (is_mark(before, '>') && at > 1 && is_mark(&s->token[at - 2], '-'));
}

static const item *item_of(const sketch *s, size_t at)
{
    size_t i = 0;
    while (s->item[i].end <= at)
        i++;
    return &s->item[i];
}

/// The sketch declares it there itself.
static bool is_declaration(const sketch *s, const item *one, size_t at)
{
    return one->head == one->end && s->token[at].depth == 0 && at + 1 < one->end &&
           is_mark(&s->token[at + 1], '(') && find_parameters(s, one->begin, one->end) == at + 1;
}

static void declare_where_used(sketch *s, size_t of)
{
    const item *one = &s->item[of];
    for (size_t i = 0; i < one->begin; i++) {
        if (!s->token[i].is_name || !is_same(&s->token[i], &s->token[one->name]) || is_member(s, i))
            continue;
        const item *user = item_of(s, i);
        if (user->name == i)
            continue; // another of that name is defined there
        if (is_declaration(s, user, i))
            return;
        if (grow(s, (void **)&s->insertion, s->insertions, sizeof *s->insertion))
            s->insertion[s->insertions++] = (insertion){(size_t)(user - s->item), of};
        return;
    }
}

// ---- the completed text -------------------------------------------------------------------------

static void print_marker(FILE *out, const token *t)
{
    (void)fprintf(out, "\n# %u %.*s\n", t->line, (int)t->file.bytes, t->file.at);
}

/// The head of its definition, in one line, told of as that definition's.
static void print_declaration(FILE *out, const sketch *s, const item *one)
{
    print_marker(out, &s->token[one->begin]);
    for (size_t i = one->begin; i < one->head; i++) {
        const span *text = &s->token[i].text;
        const bool apart = text->at + text->bytes != s->token[i + 1].text.at;
        (void)fprintf(out, "%.*s%s", (int)text->bytes, text->at, apart ? " " : "");
    }
    (void)fprintf(out, ";");
}

static void print_all(FILE *out, const sketch *s, const char *text)
{
    for (size_t before = 0; before < s->items; before++) {
        const token *first = &s->token[s->item[before].begin];
        bool any = false;
        for (size_t i = 0; i < s->insertions; i++) {
            if (s->insertion[i].before != before)
                continue;
            if (!any)
                (void)fwrite(text, 1, (size_t)(first->text.at - text), out);
            any = true;
            print_declaration(out, s, &s->item[s->insertion[i].of]);
        }
        if (!any)
            continue;
        print_marker(out, first);
        (void)fprintf(out, "%*s", (int)first->column, "");
        text = first->text.at;
    }
    (void)fputs(text, out);
}

char *avr_sketch_complete(const char *text)
{
    sketch s = {0};
    char *completed = NULL;
    size_t bytes = 0;
    read_tokens(&s, text);
    find_items(&s);
    for (size_t i = 0; i < s.items && !s.failed; i++)
        if (s.item[i].name != 0)
            declare_where_used(&s, i);
    FILE *out = s.failed ? NULL : open_memstream(&completed, &bytes);
    if (out != NULL) {
        print_all(out, &s, text);
        const bool failed = ferror(out) != 0;
        if (fclose(out) != 0 || failed) {
            free(completed);
            completed = NULL;
        }
    }
    free(s.token);
    free(s.item);
    free(s.insertion);
    return completed;
}
