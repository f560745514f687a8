#include "cli/coverage.h"

#include "cli/files.h"
#include "cli/html.h"
#include "cli/markup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WHEN_BYTES = 256, RANGES_BYTES = 512, NAME_WIDTH = 24 };

bool coverage_take(run_state *state)
{
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const lineup_slave *from = &state->lineup->slave[i];
        slave_coverage_free(state->slave[i].coverage);
        state->slave[i].coverage = from->adapter->coverage(from->image);
        if (state->slave[i].coverage == NULL) {
            console_error("%s: coverage: out of memory", from->path);
            return false;
        }
    }
    return true;
}

// ---- lcov ---------------------------------------------------------------------------------------

/// A test's name has letters, digits and _ alone (lcov's geninfo, TN).
static void write_test_name(FILE *out, const char *name)
{
    fputs("TN:", out);
    for (; *name != '\0'; name++) {
        const bool plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                           (*name >= '0' && *name <= '9');
        fputc(plain ? *name : '_', out);
    }
    fputc('\n', out);
}

static void write_functions(FILE *out, const slave_coverage *c, uint32_t file)
{
    unsigned found = 0;
    unsigned hit = 0;
    for (size_t i = 0; i < c->function_count; i++)
        if (c->functions[i].file == file)
            fprintf(out, "FN:%u,%s\n", c->functions[i].line, c->functions[i].name);
    for (size_t i = 0; i < c->function_count; i++) {
        const slave_covered_function *f = &c->functions[i];
        if (f->file != file)
            continue;
        fprintf(out, "FNDA:%" PRIu64 ",%s\n", f->count, f->name);
        found++;
        hit += f->count > 0;
    }
    fprintf(out, "FNF:%u\nFNH:%u\n", found, hit);
}

static void write_branches(FILE *out, const slave_coverage *c, uint32_t file)
{
    unsigned found = 0;
    unsigned hit = 0;
    for (size_t i = 0; i < c->branch_count; i++) {
        const slave_covered_branch *b = &c->branches[i];
        if (b->file != file)
            continue;
        fprintf(out, "BRDA:%u,%u,%u,", b->line, b->block, b->branch);
        if (b->reached)
            fprintf(out, "%" PRIu64 "\n", b->count);
        else
            fputs("-\n", out);
        found++;
        hit += b->reached && b->count > 0;
    }
    fprintf(out, "BRF:%u\nBRH:%u\n", found, hit);
}

static void write_lines(FILE *out, const slave_coverage *c, uint32_t file)
{
    unsigned found = 0;
    unsigned hit = 0;
    for (size_t i = 0; i < c->line_count; i++) {
        if (c->lines[i].file != file)
            continue;
        fprintf(out, "DA:%u,%" PRIu64 "\n", c->lines[i].line, c->lines[i].count);
        found++;
        hit += c->lines[i].count > 0;
    }
    fprintf(out, "LF:%u\nLH:%u\n", found, hit);
}

static void write_slave(FILE *out, const char *name, const slave_coverage *c)
{
    for (uint32_t file = 0; file < c->file_count; file++) {
        char *whole = realpath(c->file[file], NULL);
        write_test_name(out, name);
        fprintf(out, "SF:%s\n", whole != NULL ? whole : c->file[file]);
        free(whole);
        write_functions(out, c, file);
        write_branches(out, c, file);
        write_lines(out, c, file);
        fputs("end_of_record\n", out);
    }
}

bool coverage_write(const run_state *state, const char *path, char *message, size_t message_bytes)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    snprintf(message, message_bytes, "out of memory");
    if (out == NULL)
        return false;
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        write_slave(out, state->lineup->slave[i].description->name, state->slave[i].coverage);
    out_file *file = fclose(out) == 0 ? out_file_new(path, message, message_bytes) : NULL;
    bool fine = file != NULL;
    if (fine) {
        out_file_write(file, text, bytes);
        fine = out_file_commit(file, message, message_bytes);
    }
    free(text);
    return fine;
}

// ---- for people ---------------------------------------------------------------------------------

typedef struct {
    unsigned lines, lines_run, branches, branches_run, functions, functions_run;
} sums;

static sums sums_of(const slave_coverage *c, uint32_t file)
{
    sums s = {0};
    for (size_t i = 0; i < c->line_count; i++) {
        s.lines += c->lines[i].file == file;
        s.lines_run += c->lines[i].file == file && c->lines[i].count > 0;
    }
    for (size_t i = 0; i < c->branch_count; i++) {
        const slave_covered_branch *b = &c->branches[i];
        s.branches += b->file == file;
        s.branches_run += b->file == file && b->reached && b->count > 0;
    }
    for (size_t i = 0; i < c->function_count; i++) {
        s.functions += c->functions[i].file == file;
        s.functions_run += c->functions[i].file == file && c->functions[i].count > 0;
    }
    return s;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/// "12-14, 31": lines with code that has not run; "" if there are none.
static const char *missed_text(const slave_coverage *c, uint32_t file, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < c->line_count && used + 48 < bytes; i++) {
        if (c->lines[i].file != file || c->lines[i].count > 0)
            continue;
        size_t last = i;
        while (last + 1 < c->line_count && c->lines[last + 1].file == file &&
               c->lines[last + 1].count == 0)
            last++;
        used += (size_t)snprintf(text + used, bytes - used, last == i ? "%s%u" : "%s%u-%u",
                                 used == 0 ? "" : ", ", c->lines[i].line, c->lines[last].line);
        i = last;
    }
    if (used + 48 >= bytes)
        snprintf(text + used, bytes - used, ", ...");
    return text;
}

static void print_file(const console *c, const slave_coverage *from, uint32_t file)
{
    char missed[RANGES_BYTES];
    const sums s = sums_of(from, file);
    fprintf(c->out, "  %-*s lines %u of %u, branches %u of %u, functions %u of %u\n", NAME_WIDTH,
            base_name(from->file[file]), s.lines_run, s.lines, s.branches_run, s.branches,
            s.functions_run, s.functions);
    if (missed_text(from, file, missed, sizeof missed)[0] != '\0')
        fprintf(c->out, "  %-*s   never run: %s\n", NAME_WIDTH, "", missed);
}

static void print_function(const console *c, const slave_covered_function *f)
{
    char when[WHEN_BYTES];
    fprintf(c->out, "    %-*s %u of %u blocks   %s\n", NAME_WIDTH - 2, f->name, f->blocks_run,
            f->blocks,
            f->blocks_run == 0 ? "never" : slave_coverage_when_text(f->when, when, sizeof when));
}

void coverage_print(const console *c, const run_state *state, const char *folder)
{
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const slave_coverage *from = state->slave[i].coverage;
        fprintf(c->out, "%scoverage of %s%s, and what was on the bus while it ran\n",
                console_paint(c, PAINT_BOLD), state->lineup->slave[i].description->name,
                console_plain(c));
        for (uint32_t file = 0; file < from->file_count; file++) {
            print_file(c, from, file);
            for (size_t k = 0; k < from->function_count; k++)
                if (from->functions[k].file == file)
                    print_function(c, &from->functions[k]);
        }
    }
    fprintf(c->out, "coverage: %s/coverage.info, for genhtml --branch-coverage\n", folder);
}

static void put_function(FILE *out, const slave_covered_function *f)
{
    char when[WHEN_BYTES];
    fputs("<tr>", out);
    html_element(out, "td", "mono", f->name);
    fprintf(out, "<td class=\"n%s\">%u of %u</td>", f->blocks_run == 0 ? " bad" : "", f->blocks_run,
            f->blocks);
    html_element(out, "td", "",
                 f->blocks_run == 0 ? "never"
                                    : slave_coverage_when_text(f->when, when, sizeof when));
    fputs("</tr>\n", out);
}

static void put_file(FILE *out, const slave_coverage *from, uint32_t file)
{
    char missed[RANGES_BYTES];
    const sums s = sums_of(from, file);
    html_element(out, "h3", "mono", base_name(from->file[file]));
    fprintf(out, "<p>Lines %u of %u, branches %u of %u, functions %u of %u.", s.lines_run, s.lines,
            s.branches_run, s.branches, s.functions_run, s.functions);
    if (missed_text(from, file, missed, sizeof missed)[0] != '\0')
        fprintf(out, " Never run: %s.", missed);
    fputs(
        "</p>\n<div class=\"scroll\"><table><thead><tr><th>function</th><th class=\"n\">blocks</th>"
        "<th>on the bus while it ran</th></tr></thead><tbody>\n",
        out);
    for (size_t k = 0; k < from->function_count; k++)
        if (from->functions[k].file == file)
            put_function(out, &from->functions[k]);
    fputs("</tbody></table></div>\n", out);
}

void coverage_put_html(FILE *out, const run_state *state)
{
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const slave_coverage *from = state->slave[i].coverage;
        if (from == NULL)
            continue;
        fputs("<h2>Coverage of ", out);
        markup_text(out, state->lineup->slave[i].description->name);
        fputs("</h2>\n", out);
        for (uint32_t file = 0; file < from->file_count; file++)
            put_file(out, from, file);
    }
}
