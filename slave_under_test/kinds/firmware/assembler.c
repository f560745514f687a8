#define _POSIX_C_SOURCE 200809L // getline
#include "slave_under_test/kinds/firmware/assembler.h"

#include "slave_under_test/kinds/firmware/blocks.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INSTRUCTIONS_MAX = 16, TEXT_BYTES = 160, KEY_BYTES = 32 };

typedef struct {
    const char *ir; ///< all of it
    FILE *out;
    const firmware_assembler_target *target;
    firmware_blocks *blocks;     ///< NULL: they do not count
    bool used[INSTRUCTIONS_MAX]; ///< of its instructions
    bool in_stub;                ///< the lines are of a body that is left out
    char *message;
    size_t message_bytes;
} rewriting;

// ---- where in the sources ----------------------------------------------------------------------

/// The text behind `key` in `line`; NULL: it has no such field.
static const char *field(const char *line, const char *key)
{
    const char *end = strchr(line, '\n');
    const char *at = strstr(line, key);
    return at == NULL || (end != NULL && at > end) ? NULL : at + strlen(key);
}

/// The definition of metadata `!N`, whose name `reference` begins with.
static const char *metadata(const rewriting *r, const char *reference)
{
    char key[KEY_BYTES];
    const unsigned long number = strtoul(reference + 1, NULL, 10);
    (void)snprintf(key, sizeof key, "\n!%lu = ", number);
    const char *at = strstr(r->ir, key);
    return at == NULL ? NULL : at + 1;
}

/// "main.c:12: " of the instruction in `line`; "" if unknown.
static void name_place(const rewriting *r, const char *line, char *text, size_t bytes)
{
    const char *at = field(line, "!dbg ");
    const char *place = at == NULL ? NULL : metadata(r, at);
    const char *number = place == NULL ? NULL : field(place, "line: ");
    const char *scope = place == NULL ? NULL : field(place, "scope: ");
    const char *block = scope == NULL ? NULL : metadata(r, scope);
    const char *file = block == NULL ? NULL : field(block, "file: ");
    const char *name = file == NULL ? NULL : metadata(r, file);
    name = name == NULL ? NULL : field(name, "filename: \"");
    text[0] = '\0';
    if (number != NULL && name != NULL)
        (void)snprintf(text, bytes, "%.*s:%lu: ", (int)strcspn(name, "\""), name,
                       strtoul(number, NULL, 10));
}

// ---- inline assembler ---------------------------------------------------------------------------

/// IR writes a character as \ and two hexadecimal digits.
static void plain(const char *from, size_t count, char *text, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < count && n + 1 < bytes; i++) {
        char c = from[i];
        if (c == '\\' && i + 2 < count) {
            const char digits[] = {from[i + 1], from[i + 2], '\0'};
            c = (char)strtoul(digits, NULL, 16);
            i += 2;
        }
        text[n++] = (char)(c == '\n' || c == '\t' || c == '\r' ? (c == '\n' ? ';' : ' ') : c);
    }
    text[n] = '\0';
}

/// One statement of the text: in lower case, one blank between words. Returns what is behind it.
static const char *take_statement(const char *at, char *out, size_t bytes)
{
    size_t n = 0;
    at += strspn(at, " ;");
    for (; *at != '\0' && *at != ';'; at++) {
        const bool blank = *at == ' ';
        if (n + 1 < bytes && !(blank && (n == 0 || out[n - 1] == ' ')))
            out[n++] = (char)tolower((unsigned char)*at);
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    return at;
}

/// -1: it is not known.
static int find(const rewriting *r, const char *statement)
{
    const firmware_instruction *all = r->target->instructions;
    for (int i = 0; all[i].mnemonic != NULL; i++) {
        const size_t length = strcspn(all[i].mnemonic, "*");
        const bool open = all[i].mnemonic[length] == '*';
        if (strncmp(statement, all[i].mnemonic, length) == 0 &&
            (statement[length] == '\0' || (open && statement[length] == ' ')))
            return i;
    }
    return -1;
}

static bool has_value(const rewriting *r, int which)
{
    return strchr(r->target->instructions[which].mnemonic, '$') != NULL;
}

/// Calls for each instruction of the text, in place of the line. False: one is not known.
static bool replace(rewriting *r, const char *text)
{
    FILE *const outs[] = {NULL, r->out}; // looked through before anything is written
    char statement[TEXT_BYTES];
    for (unsigned pass = 0; pass < 2; pass++)
        for (const char *at = text; *at != '\0';) {
            at = take_statement(at, statement, sizeof statement);
            if (statement[0] == '\0')
                break;
            const int one = find(r, statement);
            if (one < 0 || has_value(r, one))
                return false;
            r->used[one] = true;
            if (outs[pass] != NULL)
                (void)fprintf(outs[pass], "  call void @%s()\n",
                              r->target->instructions[one].function);
        }
    return true;
}

/// An instruction that gives a value or takes one, alone in its text: the call keeps the line's
/// result and operand. `operands`: behind its constraints, "(i32 %0)...".
static bool replace_value(rewriting *r, const char *line, const char *text, const char *operands)
{
    char statement[TEXT_BYTES];
    const char *rest = take_statement(text, statement, sizeof statement);
    const int one = find(r, statement);
    if (one < 0 || !has_value(r, one) || rest[strspn(rest, " ;")] != '\0' || operands == NULL)
        return false;
    const char *call = strstr(line, "call ");
    const char *end = strchr(operands, ')');
    const bool gives = strncmp(call, "call i32 ", 9) == 0;
    if (end == NULL || (!gives && strncmp(operands, "(i32 ", 5) != 0))
        return false;
    r->used[one] = true;
    (void)fprintf(r->out, "%.*scall %s @%s%.*s)\n", (int)(call - line), line,
                  gives ? "i32" : "void", r->target->instructions[one].function,
                  (int)(end - operands), operands);
    return true;
}

static bool refuse(rewriting *r, const char *line, const char *text)
{
    char place[TEXT_BYTES];
    name_place(r, line, place, sizeof place);
    (void)snprintf(r->message, r->message_bytes, "%serror: %s \"%s\": kind firmware runs C%s%s",
                   place, r->target->language, text, r->target->elsewhere[0] != '\0' ? "; " : "",
                   r->target->elsewhere);
    return false;
}

/// An empty text is a barrier for the compiler alone.
static bool take_assembler(rewriting *r, const char *line, const char *quote)
{
    char text[TEXT_BYTES];
    const size_t length = strcspn(quote, "\"");
    plain(quote, length, text, sizeof text);
    if (text[strspn(text, " ;")] == '\0') {
        (void)fputs(line, r->out);
        return true;
    }
    const char *constraints = quote + length;
    const bool has_operands =
        strstr(line, "call void asm ") == NULL || strstr(constraints, "\"()") == NULL;
    const char *constraints_end = strstr(constraints, "\"(");
    return (!has_operands && replace(r, text)) ||
           replace_value(r, line, text, constraints_end == NULL ? NULL : constraints_end + 1) ||
           refuse(r, line, text);
}

// ---- the rest -----------------------------------------------------------------------------------

/// Not `appending`, so that the loader runs none of them.
static void take_constructors(const rewriting *r, const char *line)
{
    const char *value = strstr(line, "global ") + strlen("global ");
    (void)fprintf(r->out,
                  "@i2cproof.constructors = internal constant %.*s, section "
                  "\"i2cproof_constructors\", align 8\n",
                  (int)strcspn(value, "\n"), value);
}

/// C++ has given main(), as recipe.c renames it, the name of any function.
static void put(const rewriting *r, const char *line)
{
    static const char mangled[] = "@_Z13i2cproof_main";
    const char *at;
    while ((at = strstr(line, mangled)) != NULL) {
        (void)fprintf(r->out, "%.*s@i2cproof_main", (int)(at - line), line);
        line = at + strlen(mangled);
        line += strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }
    (void)fputs(line, r->out);
}

// ---- functions that do nothing ------------------------------------------------------------------

/// What a line that defines or declares a stub is about; `type`: of what it returns. False: it is
/// of no stub.
static bool is_stub(const rewriting *r, const char *line, const char **type, size_t *type_bytes)
{
    const slave_strings *stubs = r->target->stubs;
    const char *name = strchr(line, '@');
    for (uint32_t i = 0; stubs != NULL && name != NULL && i < stubs->count; i++) {
        const size_t bytes = strlen(stubs->at[i]);
        if (strncmp(name + 1, stubs->at[i], bytes) != 0 || name[1 + bytes] != '(')
            continue;
        const char *end = name;
        while (end > line && end[-1] == ' ')
            end--;
        *type = end;
        while (*type > line && (*type)[-1] != ' ')
            (*type)--;
        *type_bytes = (size_t)(end - *type);
        return true;
    }
    return false;
}

/// The body of a defined stub is left out, up to its last line; a declared one gets a body, which
/// gives way to another source's.
static bool take_stub(rewriting *r, const char *line)
{
    const char *type = NULL;
    size_t bytes = 0;
    const bool defines = strncmp(line, "define ", 7) == 0;
    if ((!defines && strncmp(line, "declare ", 8) != 0) || !is_stub(r, line, &type, &bytes))
        return false;
    const bool is_void = bytes == 4 && strncmp(type, "void", 4) == 0;
    if (defines) {
        put(r, line);
    } else { // its end may have a note of debugging, which stands elsewhere in a definition
        const char *close = strrchr(line, ')');
        (void)fprintf(r->out, "define weak %.*s {\n", (int)(close + 1 - type), type);
    }
    (void)fprintf(r->out, "  ret %.*s%s\n", (int)bytes, type, is_void ? "" : " zeroinitializer");
    if (!defines)
        (void)fprintf(r->out, "}\n");
    r->in_stub = defines;
    return true;
}

/// What kept the optimiser out of stubs (recipe.c) leaves them; sources' own naked functions are
/// optimised.
static bool take_attributes(rewriting *r, const char *line)
{
    static const char naked[] = " naked ";
    const char *at = strstr(line, naked);
    if (r->target->stubs == NULL || strncmp(line, "attributes #", 12) != 0 || at == NULL ||
        strstr(line, " optnone ") == NULL)
        return false;
    (void)fprintf(r->out, "%.*s %s", (int)(at - line), line, at + strlen(naked));
    return true;
}

static bool take(rewriting *r, const char *line)
{
    if (r->in_stub) {
        r->in_stub = strncmp(line, "}", 1) != 0;
        if (r->in_stub)
            return true;
    } else if (take_stub(r, line) || take_attributes(r, line)) {
        return true;
    }
    const char *at = strstr(line, "asm ");
    if (r->blocks != NULL && firmware_blocks_take(r->blocks, line, r->out))
        return true;
    if (strncmp(line, "module asm ", 11) == 0)
        return refuse(r, line, "outside any function");
    const bool call =
        at != NULL && line[0] == ' ' && strstr(line, "call ") != NULL && strstr(line, "call ") < at;
    const char *quote = call ? strchr(at, '"') : NULL;
    if (quote != NULL)
        return take_assembler(r, line, quote + 1);
    if (strncmp(line, "@llvm.global_ctors = ", 21) == 0)
        take_constructors(r, line);
    else
        put(r, line);
    return true;
}

static bool gives(const firmware_instruction *one)
{
    return strstr(one->mnemonic, " $0,") != NULL;
}

static bool takes(const firmware_instruction *one)
{
    return strchr(one->mnemonic, '$') != NULL && !gives(one);
}

/// Several instructions have one function: it is declared with the first that is used.
static bool told_before(const rewriting *r, unsigned which)
{
    const firmware_instruction *all = r->target->instructions;
    for (unsigned i = 0; i < which; i++)
        if (r->used[i] && strcmp(all[i].function, all[which].function) == 0)
            return true;
    return false;
}

static void declare(const rewriting *r)
{
    const firmware_instruction *all = r->target->instructions;
    for (unsigned i = 0; all[i].mnemonic != NULL; i++) {
        char key[64];
        (void)snprintf(key, sizeof key, "declare %s @%s(", gives(&all[i]) ? "i32" : "void",
                       all[i].function);
        if (r->used[i] && strstr(r->ir, key) == NULL && !told_before(r, i))
            (void)fprintf(r->out, "declare %s @%s(%s)\n", gives(&all[i]) ? "i32" : "void",
                          all[i].function, takes(&all[i]) ? "i32" : "");
    }
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rbe");
    char *all = NULL;
    size_t room = 0;
    if (file == NULL)
        return NULL;
    const ssize_t got = getdelim(&all, &room, '\0', file);
    (void)fclose(file);
    if (got < 0) {
        free(all);
        return NULL;
    }
    return all;
}

static bool take_lines(rewriting *r)
{
    char *line = NULL;
    size_t room = 0;
    bool ok = true;
    for (const char *at = r->ir; ok && *at != '\0';) {
        const size_t length = strcspn(at, "\n") + 1;
        if (length > room) {
            room = 2 * length;
            char *more = realloc(line, room + 1);
            ok = more != NULL;
            if (!ok)
                break;
            line = more;
        }
        const bool last = at[length - 1] == '\0';
        assert(line != NULL);
        memcpy(line, at, last ? length - 1 : length);
        line[last ? length - 1 : length] = '\0';
        ok = take(r, line);
        at += last ? length - 1 : length;
    }
    free(line);
    return ok;
}

bool firmware_assembler_rewrite(const firmware_assembler_target *target, const char *from,
                                const char *to, char *message, size_t message_bytes)
{
    char *all = read_all(from);
    FILE *out = all == NULL ? NULL : fopen(to, "wbe");
    rewriting r = {.ir = all,
                   .out = out,
                   .target = target,
                   .message = message,
                   .message_bytes = message_bytes};
    bool ok = out != NULL;
    if (ok && target->blocks_count)
        r.blocks = firmware_blocks_new(all);
    if (!ok)
        (void)snprintf(message, message_bytes, "%s: %s", all == NULL ? from : to, strerror(errno));
    ok = ok && take_lines(&r);
    if (ok)
        declare(&r);
    if (ok && r.blocks != NULL)
        ok = firmware_blocks_finish(r.blocks, out);
    firmware_blocks_free(r.blocks);
    if (out != NULL)
        (void)fclose(out);
    free(all);
    return ok;
}
