#define _GNU_SOURCE // open_memstream
#include "slave_under_test/kinds/firmware/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_BYTES = 64, NAME_BYTES = 128 };

struct firmware_coverage {
    firmware_cell *counters; ///< of the case
    firmware_cell *cells;    ///< sums of all that were counted
    size_t blocks;
    const char *map, *map_end;
};

firmware_coverage *firmware_coverage_open(const firmware_object *object)
{
    firmware_link *link = firmware_object_link(object);
    firmware_coverage *c = calloc(1, sizeof *c);
    if (c == NULL || link->blocks == 0) {
        free(c);
        return NULL;
    }
    c->blocks = link->blocks;
    c->map = link->map;
    c->map_end = link->map_end;
    c->counters = calloc(c->blocks, sizeof *c->counters);
    c->cells = calloc(c->blocks, sizeof *c->cells);
    link->cells = c->counters;
    if (c->counters != NULL && c->cells != NULL)
        return c;
    firmware_coverage_free(c);
    return NULL;
}

void firmware_coverage_free(firmware_coverage *coverage)
{
    if (coverage == NULL)
        return;
    free(coverage->counters);
    free(coverage->cells);
    free(coverage);
}

void *firmware_coverage_counters(const firmware_coverage *coverage, size_t *bytes)
{
    *bytes = coverage->blocks * sizeof *coverage->counters;
    return coverage->counters;
}

void firmware_coverage_count(firmware_coverage *coverage, const void *counters)
{
    const firmware_cell *from = counters;
    for (size_t i = 0; i < coverage->blocks; i++) {
        coverage->cells[i].count += from[i].count;
        coverage->cells[i].situations |= from[i].situations;
    }
}

void firmware_coverage_look(firmware_link *link, const i2c_monitor *m, i2c_node node)
{
    const unsigned clock = m->in_ack ? 8 : m->bits < 8 ? m->bits : 8;
    unsigned now;
    if (!m->open)
        now = SLAVE_BUS_IDLE;
    else if (m->after_start)
        now = SLAVE_BUS_START;
    else if (!m->addressed || m->byte == 0)
        now = SLAVE_BUS_ADDRESS + clock;
    else if ((m->answered >> node & 1u) == 0)
        now = SLAVE_BUS_FOREIGN;
    else
        now = (m->reading ? SLAVE_BUS_READ : SLAVE_BUS_WRITTEN) + clock;
    link->situation = UINT64_C(1) << now;
}

// ---- reading the map ----------------------------------------------------------------------------

typedef struct {
    char label[LABEL_BYTES];
    size_t number;
} labelled;

/// Numbers of a module and their places in the tables.
typedef struct {
    unsigned long id;
    uint32_t at;
} known;

typedef struct {
    const firmware_coverage *from;
    const firmware_coverage_words *words;
    slave_coverage *to;
    size_t line_room, function_room, branch_room, file_room;
    known *files, *functions; ///< of the present module
    size_t files_known, functions_known, files_room, functions_room;
    labelled *labels; ///< of the present function
    size_t label_count, label_room;
    size_t next; ///< block
    unsigned long jumps;
    FILE *names;
    char *names_text;
    size_t names_bytes;
    size_t *name_at; ///< of each function, in `names`
    size_t name_room;
    bool failed;
} reading;

/// Room for one more; NULL without memory.
static void *grown(void *table, size_t count, size_t *room, size_t bytes)
{
    if (count < *room)
        return table;
    *room = *room * 2 + 64;
    return realloc(table, *room * bytes);
}

#define GROW(r, table, count, room)                                                                \
    do {                                                                                           \
        void *const grown_table = grown((table), (count), &(room), sizeof *(table));               \
        if (grown_table == NULL) {                                                                 \
            (r)->failed = true;                                                                    \
            return;                                                                                \
        }                                                                                          \
        (table) = grown_table;                                                                     \
    } while (0)

static uint32_t find(const known *all, size_t count, unsigned long id)
{
    for (size_t i = count; i-- > 0;)
        if (all[i].id == id)
            return all[i].at;
    return UINT32_MAX;
}

static bool is_left_out(const reading *r, const char *path)
{
    for (const char *const *folder = r->words->without; *folder != NULL; folder++)
        if (strncmp(path, *folder, strlen(*folder)) == 0 && path[strlen(*folder)] == '/')
            return true;
    return false;
}

static void read_file(reading *r, const char *line)
{
    char *rest = NULL;
    const unsigned long id = strtoul(line, &rest, 10);
    const char *path = rest + 1;
    uint32_t at = UINT32_MAX;
    for (size_t i = 0; i < r->to->file_count; i++)
        if (strcmp(r->to->file[i], path) == 0)
            at = (uint32_t)i;
    if (at == UINT32_MAX && !is_left_out(r, path)) {
        GROW(r, r->to->file, r->to->file_count, r->file_room);
        at = (uint32_t)r->to->file_count;
        if ((r->to->file[r->to->file_count++] = strdup(path)) == NULL) {
            r->failed = true;
            return;
        }
    }
    GROW(r, r->files, r->files_known, r->files_room);
    r->files[r->files_known++] = (known){id, at};
}

/// An inline function of a header stands in each module.
static void read_function(reading *r, const char *line)
{
    char *at = NULL;
    const unsigned long id = strtoul(line, &at, 10);
    const uint32_t file = find(r->files, r->files_known, strtoul(at, &at, 10));
    const uint32_t number = (uint32_t)strtoul(at, &at, 10);
    const char *name = at + 1;
    char told[NAME_BYTES];
    uint32_t place = UINT32_MAX;
    slave_coverage *to = r->to;
    for (size_t i = 0; i < to->function_count; i++)
        if (to->functions[i].file == file && to->functions[i].line == number)
            place = (uint32_t)i;
    if (place == UINT32_MAX && file != UINT32_MAX) {
        GROW(r, to->functions, to->function_count, r->function_room);
        GROW(r, r->name_at, to->function_count, r->name_room);
        place = (uint32_t)to->function_count;
        (void)fflush(r->names);
        r->name_at[place] = (size_t)ftell(r->names);
        r->words->name(r->words->ctx, name, told, sizeof told);
        (void)fprintf(r->names, "%s%c", told[0] != '\0' ? told : name, '\0');
        to->functions[to->function_count++] =
            (slave_covered_function){.file = file, .line = number};
    }
    GROW(r, r->functions, r->functions_known, r->functions_room);
    r->functions[r->functions_known++] = (known){id, place};
}

static const firmware_cell *present_cell(const reading *r)
{
    return r->next > 0 && r->next <= r->from->blocks ? &r->from->cells[r->next - 1] : NULL;
}

static void count_in_function(const reading *r, uint32_t function, const firmware_cell *cell)
{
    if (function == UINT32_MAX)
        return;
    slave_covered_function *f = &r->to->functions[function];
    f->blocks++;
    f->blocks_run += cell->count > 0;
    f->when |= cell->situations;
}

static void read_block(reading *r, const char *line)
{
    labelled one = {.number = r->next};
    char *end = NULL;
    (void)snprintf(one.label, sizeof one.label, "%.*s", (int)strcspn(line, " "), line);
    const unsigned long begins = strtoul(line + strcspn(line, " "), &end, 10);
    r->next++;
    const firmware_cell *cell = present_cell(r);
    const uint32_t function =
        begins == 0 ? UINT32_MAX : find(r->functions, r->functions_known, begins);
    if (function != UINT32_MAX && cell != NULL)
        r->to->functions[function].count += cell->count;
    GROW(r, r->labels, r->label_count, r->label_room);
    r->labels[r->label_count++] = one;
}

static void read_line(reading *r, const char *line)
{
    char *at = NULL;
    const uint32_t file = find(r->files, r->files_known, strtoul(line, &at, 10));
    const uint32_t number = (uint32_t)strtoul(at, &at, 10);
    const uint32_t function = find(r->functions, r->functions_known, strtoul(at, &at, 10));
    const firmware_cell *cell = present_cell(r);
    slave_coverage *to = r->to;
    if (cell == NULL || file == UINT32_MAX)
        return;
    count_in_function(r, function, cell);
    GROW(r, to->lines, to->line_count, r->line_room);
    to->lines[to->line_count++] = (slave_covered_line){
        .file = file, .line = number, .count = cell->count, .when = cell->situations};
}

/// Blocks of a function are all known behind it: jumps are read in a second walk.
static size_t block_of(const reading *r, const char *label, size_t length)
{
    for (size_t i = 0; i < r->label_count; i++)
        if (strlen(r->labels[i].label) == length && strncmp(r->labels[i].label, label, length) == 0)
            return r->labels[i].number;
    return SIZE_MAX;
}

static void read_jump(reading *r, const char *line)
{
    char *at = NULL;
    const uint32_t file = find(r->files, r->files_known, strtoul(line, &at, 10));
    const uint32_t number = (uint32_t)strtoul(at, &at, 10);
    const firmware_cell *asked = present_cell(r);
    slave_coverage *to = r->to;
    uint32_t branch = 0;
    if (file == UINT32_MAX || asked == NULL)
        return;
    for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        const size_t block = block_of(r, at, length);
        at += length;
        if (block == SIZE_MAX)
            continue;
        GROW(r, to->branches, to->branch_count, r->branch_room);
        to->branches[to->branch_count++] =
            (slave_covered_branch){.file = file,
                                   .line = number,
                                   .block = (uint32_t)r->jumps,
                                   .branch = branch++,
                                   .reached = asked->count > 0,
                                   .count = r->from->cells[block].count};
    }
    r->jumps++;
}

// ---- functions of the map -----------------------------------------------------------------------

/// Tells each line of [at, end) to the readers; `jumps`: only jumps.
static void walk(reading *r, const char *at, const char *end, bool jumps)
{
    char line[4096];
    while (at < end && !r->failed) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t length = stop == NULL ? (size_t)(end - at) : (size_t)(stop - at);
        (void)snprintf(line, sizeof line, "%.*s", (int)length, at);
        at += length + 1;
        if (jumps && line[0] == 'J')
            read_jump(r, line + 2);
        else if (jumps && line[0] == 'B')
            r->next++;
        if (jumps)
            continue;
        if (line[0] == 'P')
            read_file(r, line + 2);
        else if (line[0] == 'S')
            read_function(r, line + 2);
        else if (line[0] == 'B')
            read_block(r, line + 2);
        else if (line[0] == 'L')
            read_line(r, line + 2);
    }
}

/// The end of the function's lines that begin at `at` with "F\n".
static const char *function_end(const char *at, const char *end)
{
    for (at += 2; at < end;) {
        if (at[0] == 'F')
            return at;
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        at = stop == NULL ? end : stop + 1;
    }
    return end;
}

static void read_map(reading *r)
{
    const char *at = r->from->map;
    while (at < r->from->map_end && !r->failed) {
        const char *end = function_end(at, r->from->map_end);
        const size_t first = r->next;
        r->label_count = 0;
        walk(r, at, end, false);
        r->next = first;
        walk(r, at, end, true);
        at = end;
    }
}

// ---- order --------------------------------------------------------------------------------------

static int by_place(uint32_t file_a, uint32_t line_a, uint32_t file_b, uint32_t line_b)
{
    if (file_a != file_b)
        return file_a < file_b ? -1 : 1;
    return line_a < line_b ? -1 : line_a > line_b;
}

static int by_line(const void *a, const void *b)
{
    const slave_covered_line *one = a;
    const slave_covered_line *other = b;
    return by_place(one->file, one->line, other->file, other->line);
}

static int by_function(const void *a, const void *b)
{
    const slave_covered_function *one = a;
    const slave_covered_function *other = b;
    return by_place(one->file, one->line, other->file, other->line);
}

static int by_branch(const void *a, const void *b)
{
    const slave_covered_branch *one = a;
    const slave_covered_branch *other = b;
    const int place = by_place(one->file, one->line, other->file, other->line);
    if (place != 0)
        return place;
    return by_place(one->block, one->branch, other->block, other->branch);
}

/// Each line once: it has run as often as the block of it that has run most.
static void join_lines(slave_coverage *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->line_count; i++) {
        slave_covered_line *last = kept > 0 ? &c->lines[kept - 1] : NULL;
        if (last == NULL || by_line(last, &c->lines[i]) != 0) {
            c->lines[kept++] = c->lines[i];
            continue;
        }
        last->count = c->lines[i].count > last->count ? c->lines[i].count : last->count;
        last->when |= c->lines[i].when;
    }
    c->line_count = kept;
}

/// A function that stands in others alone has run as often as its first line that has code.
static void count_inlined(slave_coverage *c)
{
    for (size_t i = 0; i < c->function_count; i++) {
        slave_covered_function *f = &c->functions[i];
        const bool last = i + 1 == c->function_count || c->functions[i + 1].file != f->file;
        const uint32_t end = last ? UINT32_MAX : c->functions[i + 1].line;
        for (size_t k = 0; k < c->line_count && f->count == 0 && f->blocks_run > 0; k++)
            if (c->lines[k].file == f->file && c->lines[k].line >= f->line &&
                c->lines[k].line < end)
                f->count = c->lines[k].count;
    }
}

static void finish(reading *r)
{
    slave_coverage *c = r->to;
    for (size_t i = 0; i < c->function_count; i++)
        c->functions[i].name = c->names + r->name_at[i];
    if (c->line_count > 0)
        qsort(c->lines, c->line_count, sizeof *c->lines, by_line);
    join_lines(c);
    if (c->function_count > 0)
        qsort(c->functions, c->function_count, sizeof *c->functions, by_function);
    if (c->branch_count > 0)
        qsort(c->branches, c->branch_count, sizeof *c->branches, by_branch);
    count_inlined(c);
}

slave_coverage *firmware_coverage_take(const firmware_coverage *coverage,
                                       const firmware_coverage_words *words)
{
    reading r = {.from = coverage, .words = words, .to = calloc(1, sizeof *r.to)};
    r.names = open_memstream(&r.names_text, &r.names_bytes);
    bool fine = r.to != NULL && r.names != NULL;
    if (fine)
        read_map(&r);
    if (r.names != NULL)
        fine = fclose(r.names) == 0 && fine;
    if (r.to != NULL)
        r.to->names = r.names_text;
    fine = fine && !r.failed;
    if (fine)
        finish(&r);
    free(r.files);
    free(r.functions);
    free(r.labels);
    free(r.name_at);
    if (fine)
        return r.to;
    slave_coverage_free(r.to);
    return NULL;
}
