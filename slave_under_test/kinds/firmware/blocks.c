#define _GNU_SOURCE // open_memstream
#include "slave_under_test/kinds/firmware/blocks.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_MAX = 64, LABEL_BYTES = 128 };

static const char hook[] = "  call void @__sanitizer_cov_trace_pc()";

/// A place in the sources, as numbers of metadata.
typedef struct {
    unsigned long file, line, function;
} place;

struct firmware_blocks {
    const char **metadata; ///< definition of !N, by number; NULL: none
    unsigned long metadata_count;
    uint8_t *told; ///< by number: a file or function that the map has
    unsigned long count, next;
    char label[LABEL_BYTES];
    bool in_function, begins, in_block;
    unsigned long function; ///< whose code it is
    char *jump;             ///< of a switch that goes on in further lines; NULL: none
    size_t jump_bytes;
    FILE *jump_out;
    place seen[SEEN_MAX]; ///< lines of the present block
    unsigned seen_count;
    char *map;
    size_t map_bytes;
    FILE *out;
};

// ---- metadata ---------------------------------------------------------------------------------

static const char *next_line(const char *at)
{
    const char *end = strchr(at, '\n');
    return end == NULL ? at + strlen(at) : end + 1;
}

static bool index_metadata(firmware_blocks *b, const char *ir)
{
    for (const char *at = ir; *at != '\0'; at = next_line(at)) {
        if (at[0] != '!' || at[1] < '0' || at[1] > '9')
            continue;
        const unsigned long number = strtoul(at + 1, NULL, 10);
        if (number >= b->metadata_count) {
            const unsigned long count = 2 * number + 64;
            const char **more = realloc(b->metadata, count * sizeof *more);
            if (more == NULL)
                return false;
            memset(more + b->metadata_count, 0, (count - b->metadata_count) * sizeof *more);
            b->metadata = more;
            b->metadata_count = count;
        }
        b->metadata[number] = at;
    }
    b->told = calloc(b->metadata_count + 1, 1);
    return b->told != NULL;
}

static const char *definition(const firmware_blocks *b, unsigned long number)
{
    return number < b->metadata_count ? b->metadata[number] : NULL;
}

/// The number behind `key` ("scope: !"), 0: the definition has none.
static unsigned long field(const char *line, const char *key)
{
    const char *end = line == NULL ? NULL : strchr(line, '\n');
    const char *at = line == NULL ? NULL : strstr(line, key);
    return at == NULL || (end != NULL && at > end) ? 0 : strtoul(at + strlen(key), NULL, 10);
}

/// The text behind `key` ("filename: \""), up to the quote.
static const char *text_field(const char *line, const char *key, int *length)
{
    const char *end = line == NULL ? NULL : strchr(line, '\n');
    const char *at = line == NULL ? NULL : strstr(line, key);
    *length = 0;
    if (at == NULL || (end != NULL && at > end))
        return "";
    at += strlen(key);
    *length = (int)strcspn(at, "\"\n");
    return at;
}

static bool is_function(const char *line)
{
    const char *end = strchr(line, '\n');
    const char *at = strstr(line, "!DISubprogram(");
    return at != NULL && (end == NULL || at < end);
}

/// The function that a scope lies in, 0: none.
static unsigned long function_of(const firmware_blocks *b, unsigned long scope)
{
    for (unsigned depth = 0; depth < 64; depth++) {
        const char *line = definition(b, scope);
        if (line == NULL)
            return 0;
        if (is_function(line))
            return scope;
        scope = field(line, "scope: !");
    }
    return 0;
}

/// The place of an instruction; line 0: it has none.
static place place_of(const firmware_blocks *b, const char *line)
{
    const char *location = definition(b, field(line, "!dbg !"));
    const unsigned long scope = field(location, "scope: !");
    return (place){.file = field(definition(b, scope), "file: !"),
                   .line = field(location, "line: "),
                   .function = function_of(b, scope)};
}

static void tell_file(firmware_blocks *b, unsigned long number)
{
    int name_length, folder_length;
    const char *line = definition(b, number);
    if (line == NULL || b->told[number])
        return;
    b->told[number] = 1;
    const char *name = text_field(line, "filename: \"", &name_length);
    const char *folder = text_field(line, "directory: \"", &folder_length);
    if (name[0] == '/')
        folder_length = 0;
    (void)fprintf(b->out, "P %lu %.*s%s%.*s\n", number, folder_length, folder,
                  folder_length > 0 ? "/" : "", name_length, name);
}

static void tell_function(firmware_blocks *b, unsigned long number)
{
    int length;
    const char *line = definition(b, number);
    if (line == NULL || b->told[number])
        return;
    b->told[number] = 1;
    const char *name = text_field(line, "name: \"", &length);
    const unsigned long file = field(line, "file: !");
    tell_file(b, file);
    (void)fprintf(b->out, "S %lu %lu %lu %.*s\n", number, file, field(line, " line: "), length,
                  name);
}

// ---- blocks -----------------------------------------------------------------------------------

firmware_blocks *firmware_blocks_new(const char *ir)
{
    firmware_blocks *b = calloc(1, sizeof *b);
    if (b == NULL)
        return NULL;
    for (const char *at = ir; (at = strstr(at, hook)) != NULL; at++)
        b->count++;
    b->out = open_memstream(&b->map, &b->map_bytes);
    if (b->out != NULL && index_metadata(b, ir))
        return b;
    firmware_blocks_free(b);
    return NULL;
}

void firmware_blocks_free(firmware_blocks *blocks)
{
    if (blocks == NULL)
        return;
    if (blocks->out != NULL)
        (void)fclose(blocks->out);
    if (blocks->jump_out != NULL)
        (void)fclose(blocks->jump_out);
    free(blocks->jump);
    free(blocks->map);
    free((void *)blocks->metadata);
    free(blocks->told);
    free(blocks);
}

static void begin_block(firmware_blocks *b)
{
    if (b->begins)
        tell_function(b, b->function);
    (void)fprintf(b->out, "B %s %lu\n", b->label, b->begins ? b->function : 0);
    b->begins = false;
    b->in_block = true;
    b->seen_count = 0;
}

static void tell_line(firmware_blocks *b, const place *p)
{
    for (unsigned i = 0; i < b->seen_count; i++)
        if (b->seen[i].file == p->file && b->seen[i].line == p->line &&
            b->seen[i].function == p->function)
            return;
    b->seen[b->seen_count++ % SEEN_MAX] = *p;
    if (b->seen_count > SEEN_MAX)
        b->seen_count = SEEN_MAX;
    tell_file(b, p->file);
    tell_function(b, p->function);
    (void)fprintf(b->out, "L %lu %lu %lu\n", p->file, p->line, p->function);
}

// ---- where it goes on -------------------------------------------------------------------------

/// Labels in a line of a `br` or `switch`.
static unsigned add_labels(FILE *out, const char *line)
{
    unsigned count = 0;
    while ((line = strstr(line, "label %")) != NULL) {
        line += strlen("label %");
        (void)fprintf(out, " %.*s", (int)strcspn(line, ", ]\n"), line);
        count++;
    }
    return count;
}

static void tell_jump(firmware_blocks *b, const char *line, const char *labels)
{
    const place p = place_of(b, line);
    if (p.line == 0)
        return;
    tell_file(b, p.file);
    (void)fprintf(b->out, "J %lu %lu%s\n", p.file, p.line, labels);
}

/// A condition of two ways is one line, a switch ends some lines further on.
static void look_for_jump(firmware_blocks *b, const char *line)
{
    const bool two = strncmp(line, "  br i1 ", 8) == 0;
    if (!two && strncmp(line, "  switch ", 9) != 0)
        return;
    b->jump_out = open_memstream(&b->jump, &b->jump_bytes);
    if (b->jump_out == NULL)
        return;
    (void)add_labels(b->jump_out, line);
}

static void go_on_with_jump(firmware_blocks *b, const char *line, bool first)
{
    if (b->jump_out == NULL)
        return;
    if (!first)
        (void)add_labels(b->jump_out, line);
    if (strncmp(line, "  br i1 ", 8) != 0 && strncmp(line, "  ]", 3) != 0)
        return;
    (void)fclose(b->jump_out);
    b->jump_out = NULL;
    if (b->jump != NULL && b->in_block)
        tell_jump(b, line, b->jump);
    free(b->jump);
    b->jump = NULL;
}

// ---- lines of the IR ----------------------------------------------------------------------------

static void begin_function(firmware_blocks *b, const char *line)
{
    (void)fputs("F\n", b->out);
    b->function = field(line, "!dbg !");
    b->in_function = b->begins = true;
    b->in_block = false;
    (void)snprintf(b->label, sizeof b->label, "0");
}

/// "12:    ; preds = ..." or "if.then:"
static bool is_label(const char *line)
{
    const size_t length = strcspn(line, ": \n");
    return length > 0 && line[length] == ':' && line[0] != ';' && line[0] != ' ';
}

bool firmware_blocks_take(firmware_blocks *blocks, const char *line, FILE *out)
{
    firmware_blocks *b = blocks;
    if (strncmp(line, "define ", 7) == 0)
        begin_function(b, line);
    else if (line[0] == '}')
        b->in_function = b->in_block = false;
    if (!b->in_function)
        return false;
    if (is_label(line)) {
        (void)snprintf(b->label, sizeof b->label, "%.*s", (int)strcspn(line, ":"), line);
        b->in_block = false;
    }
    const bool is_hook = strncmp(line, hook, sizeof hook - 1) == 0;
    if (is_hook) {
        begin_block(b);
        (void)fprintf(out,
                      "  call void @i2cproof_block(i8* getelementptr inbounds ([%lu x i8], [%lu x "
                      "i8]* @i2cproof.blocks, i64 0, i64 %lu))%s",
                      b->count, b->count, b->next++, line + sizeof hook - 1);
    }
    const place p = place_of(b, line);
    if (b->in_block && p.line != 0 && strstr(line, "@llvm.dbg.") == NULL)
        tell_line(b, &p);
    const bool had = b->jump_out != NULL;
    if (!had)
        look_for_jump(b, line);
    go_on_with_jump(b, line, !had);
    return is_hook;
}

bool firmware_blocks_finish(firmware_blocks *blocks, FILE *out)
{
    firmware_blocks *b = blocks;
    const bool fine = fclose(b->out) == 0;
    b->out = NULL;
    if (!fine || b->count == 0)
        return fine;
    (void)fprintf(out,
                  "@i2cproof.blocks = internal constant [%lu x i8] zeroinitializer, section "
                  "\"i2cproof_blocks\", align 1\n"
                  "declare void @i2cproof_block(i8*)\n"
                  "@i2cproof.map = internal constant [%zu x i8] c\"",
                  b->count, b->map_bytes);
    for (size_t i = 0; i < b->map_bytes; i++) {
        const unsigned char c = (unsigned char)b->map[i];
        const bool plain = c >= ' ' && c < 0x7F && c != '"' && c != '\\';
        (void)fprintf(out, plain ? "%c" : "\\%02X", c);
    }
    (void)fputs("\", section \"i2cproof_map\", align 1\n", out);
    return true;
}
