// A few columns of text for the terminal: levels, who pulls, interrupt routines, marks.
//
// A column is a stretch of time. A level shows as _ or ~, as / or \ where it changes in the column,
// as | where it changes more than once; a pull as # in every column that it touches.
#include "cli/wave.h"

#include "cli/wave_view.h"
#include "sim/sim.h"

#include <inttypes.h>
#include <string.h>

enum {
    LABEL_MIN = 6,
    LABEL_MAX = 20,
    INDENT = 4,
    WIDTH_MAX = 66,
    WIDTH_MIN = 20,
    LEGEND_BYTES = 128,
    SPAN_MAX = 32
};

/// A row being painted from left to right.
typedef struct {
    char cell[WIDTH_MAX + 1];
    unsigned done; ///< columns painted
    char state;    ///< what the next ones show
    bool used;     ///< PULLS: a # is in it
} row;

/// An interrupt routine, from column to column.
typedef struct {
    unsigned from, to;
    char name[I2C_TRACE_TEXT_BYTES];
} span;

typedef struct {
    const i2c_trace *trace;
    const play_finding *finding;
    uint64_t from_ps, column_ps;
    unsigned width, line_columns;
    unsigned label_columns; ///< indent, label and a blank
    row level[2];
    row pull[2][I2C_NODE_MAX];
    unsigned nodes;
    uint32_t blamed;
    int isr_track;
    span span[SPAN_MAX];
    unsigned spans;
    wave_release release; ///< mark 2
} picture;

/// Text that is built up in a caller's buffer.
typedef struct {
    char *text;
    size_t bytes, used;
} builder;

static void add(builder *b, const char *text)
{
    const size_t length = strlen(text);
    if (b->used + length + 1 > b->bytes)
        return; // whole pieces only
    memcpy(b->text + b->used, text, length + 1);
    b->used += length;
}

static void add_blanks(builder *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(b, " ");
}

// ---- the window -------------------------------------------------------------------------------

/// The shortest column of 1, 2, 5, 10 ... ns in which `span_ps` fits into `width` columns.
static uint64_t column_for(uint64_t span_ps, unsigned width)
{
    static const unsigned steps[] = {1, 2, 5};
    for (uint64_t decade_ps = I2C_PS_PER_NS;; decade_ps *= 10)
        for (unsigned i = 0; i < 3; i++)
            if (decade_ps * steps[i] * width >= span_ps)
                return decade_ps * steps[i];
}

/// The longest label that a row may have.
static unsigned label_length(const picture *p)
{
    uint32_t pulled[2] = {0, 0};
    const uint64_t kept = i2c_trace_kept(p->trace);
    for (uint64_t i = 0; i < kept; i++) {
        const i2c_record *r = i2c_trace_at(p->trace, i);
        if (r->kind == I2C_RECORD_PULLS)
            pulled[r->a & 1u] |= r->value;
    }
    const bool scl_rows =
        (pulled[I2C_SCL] & (pulled[I2C_SCL] - 1)) != 0 || (pulled[I2C_SCL] & p->blamed) != 0;
    size_t longest = LABEL_MIN;
    for (unsigned node = 0; node < p->nodes; node++) {
        const size_t length = strnlen(p->trace->node[node], I2C_TRACE_NAME_BYTES);
        const bool scl = scl_rows && (pulled[I2C_SCL] >> node & 1u) != 0;
        if (((pulled[I2C_SDA] >> node & 1u) != 0 || scl) && length + (scl ? 4 : 0) > longest)
            longest = length + (scl ? 4 : 0);
    }
    return longest < LABEL_MAX ? (unsigned)longest : LABEL_MAX;
}

static void set_window(picture *p, unsigned columns)
{
    const wave_window window = wave_window_of(p->trace, p->finding->at_ps, p->finding->wrong_byte);
    p->line_columns = columns > 100 ? 100 : columns;
    p->label_columns = INDENT + label_length(p) + 1;
    p->width = p->line_columns < p->label_columns + WIDTH_MIN ? WIDTH_MIN
               : p->line_columns > p->label_columns + WIDTH_MAX
                   ? WIDTH_MAX
                   : p->line_columns - p->label_columns;
    p->column_ps = column_for(window.span_ps, p->width);
    p->from_ps = window.from_ps - window.from_ps % p->column_ps;
}

static uint64_t end_ps(const picture *p)
{
    return p->from_ps + p->column_ps * p->width;
}

static unsigned column_of(const picture *p, uint64_t at_ps)
{
    return (unsigned)((at_ps - p->from_ps) / p->column_ps);
}

// ---- painting ---------------------------------------------------------------------------------

static void paint_to(row *r, unsigned column)
{
    for (; r->done < column; r->done++)
        r->cell[r->done] = r->state;
}

static void paint_level(picture *p, row *r, uint64_t at_ps, bool high)
{
    const char state = high ? '~' : '_';
    if (at_ps >= p->from_ps && r->state != state) {
        const unsigned c = column_of(p, at_ps);
        const bool again = r->done > c;
        paint_to(r, c);
        r->cell[c] = "\\/|"[again ? 2 : high];
        r->done = c + 1;
    }
    r->state = state;
}

static void paint_pull(picture *p, row *r, uint64_t at_ps, bool pulls)
{
    const char state = pulls ? '#' : '.';
    if (at_ps >= p->from_ps && r->state != state) {
        const unsigned c = column_of(p, at_ps);
        const bool touched = r->done > c && r->cell[c] == '#';
        const bool at_start = (at_ps - p->from_ps) % p->column_ps == 0;
        paint_to(r, c);
        r->cell[c] = touched || pulls || (r->state == '#' && !at_start) ? '#' : '.';
        r->done = c + 1;
        r->used |= r->cell[c] == '#';
    }
    r->state = state;
}

static void paint_pulls(picture *p, unsigned line, uint64_t at_ps, uint32_t pulls)
{
    for (unsigned node = 0; node < p->nodes; node++)
        paint_pull(p, &p->pull[line][node], at_ps, pulls >> node & 1u);
}

static void paint_isr(picture *p, const i2c_record *r)
{
    span *open = p->spans > 0 ? &p->span[p->spans - 1] : NULL;
    const unsigned c = r->at_ps < p->from_ps ? 0 : column_of(p, r->at_ps);
    if (open != NULL && open->to > p->width)
        open->to = c;
    const char *name = r->value < I2C_TRACE_TEXT_MAX ? p->trace->text[r->value] : "?";
    if (open != NULL && r->at_ps < p->from_ps)
        p->spans = 0; // it ended before the picture begins
    if (name[0] == '\0' || p->spans == SPAN_MAX)
        return;
    span *s = &p->span[p->spans++];
    s->from = c;
    s->to = p->width + 1; // it has not ended yet
    snprintf(s->name, sizeof s->name, "%.*s", I2C_TRACE_TEXT_BYTES - 1, name);
}

static void paint_record(picture *p, const i2c_record *r)
{
    const unsigned line = r->a & 1u;
    if (r->kind == I2C_RECORD_LEVEL) {
        paint_level(p, &p->level[line], r->at_ps, r->b != 0);
    } else if (r->kind == I2C_RECORD_PULLS) {
        paint_pulls(p, line, r->at_ps, r->value);
    } else if (r->kind == I2C_RECORD_TRACK && r->b == p->isr_track) {
        paint_isr(p, r);
    }
}

static int find_isr_track(const i2c_trace *trace)
{
    for (unsigned i = 0; i < trace->tracks && i < I2C_TRACE_TRACK_MAX; i++)
        if (trace->track[i].kind == I2C_TRACK_TEXT &&
            strncmp(trace->track[i].name, "isr", I2C_TRACE_NAME_BYTES) == 0)
            return (int)i;
    return -1;
}

static void paint(picture *p)
{
    const bool whole = i2c_trace_whole(p->trace);
    const uint64_t kept = i2c_trace_kept(p->trace);
    p->isr_track = find_isr_track(p->trace);
    for (unsigned line = 0; line < 2; line++) {
        p->level[line].state = whole ? '~' : '?';
        for (unsigned node = 0; node < p->nodes; node++)
            p->pull[line][node].state = whole ? '.' : '?';
    }
    for (uint64_t i = 0; i < kept && i2c_trace_at(p->trace, i)->at_ps < end_ps(p); i++)
        paint_record(p, i2c_trace_at(p->trace, i));
    for (unsigned line = 0; line < 2; line++) {
        paint_to(&p->level[line], p->width);
        for (unsigned node = 0; node < p->nodes; node++) {
            row *r = &p->pull[line][node];
            r->used |= r->done < p->width && r->state == '#';
            paint_to(r, p->width);
        }
    }
}

// ---- lines ------------------------------------------------------------------------------------

/// "170 us", "1.25 us", "200 ns".
static void time_text(uint64_t at_ps, uint64_t unit_ps, const char *unit, char *text, size_t bytes)
{
    const uint64_t rest = at_ps % unit_ps;
    int length = snprintf(text, bytes, "%" PRIu64, at_ps / unit_ps);
    if (rest != 0) {
        length = snprintf(text, bytes, "%" PRIu64 ".%03" PRIu64, at_ps / unit_ps,
                          rest / (unit_ps / 1000));
        while (length > 0 && text[length - 1] == '0')
            text[--length] = '\0';
    }
    if (length > 0)
        snprintf(text + length, bytes - (size_t)length, " %s", unit);
}

static void window_text(const picture *p, char *text, size_t bytes)
{
    char from[32];
    char to[32];
    char column[32];
    const bool ms = p->column_ps >= I2C_PS_PER_MS;
    const uint64_t unit_ps = ms ? I2C_PS_PER_MS : I2C_PS_PER_US;
    time_text(p->from_ps, unit_ps, ms ? "ms" : "us", from, sizeof from);
    time_text(end_ps(p), unit_ps, ms ? "ms" : "us", to, sizeof to);
    if (p->column_ps < I2C_PS_PER_US)
        time_text(p->column_ps, I2C_PS_PER_NS, "ns", column, sizeof column);
    else
        time_text(p->column_ps, unit_ps, ms ? "ms" : "us", column, sizeof column);
    snprintf(text, bytes, "%s to %s, 1 column = %s", from, to, column);
}

static void add_transfer(builder *b, const picture *p)
{
    char window[128];
    char transfer[80];
    window_text(p, window, sizeof window);
    const size_t taken = 12 + strlen(window) + 2;
    size_t room = p->line_columns > taken ? p->line_columns - taken : 0;
    room = room < 24 ? 24 : room < sizeof transfer - 1 ? room : sizeof transfer - 1;
    wave_transfer_text(p->trace, p->finding->at_ps, transfer, room + 1);
    add(b, "  transfer  ");
    add(b, transfer);
    add_blanks(b, room - strlen(transfer) + 2);
    add(b, window);
    add(b, "\n");
}

static void add_row(builder *b, const picture *p, const char *label, const char *cells,
                    const char *note)
{
    char start[INDENT + LABEL_MAX + 2];
    const int length = (int)(p->label_columns - INDENT - 1);
    snprintf(start, sizeof start, "%*s%-*.*s ", INDENT, "", length, length, label);
    add(b, start);
    add(b, cells);
    add(b, note);
    add(b, "\n");
}

static const char *pull_label(const picture *p, unsigned line, unsigned node, char *text,
                              size_t bytes)
{
    snprintf(text, bytes, "%.*s%s", line == I2C_SCL ? LABEL_MAX - 4 : LABEL_MAX,
             p->trace->node[node], line == I2C_SCL ? " SCL" : "");
    return text;
}

/// Who pulls SCL is said where it is no plain clock: by two, or by the blamed.
static bool scl_rows_are_due(const picture *p)
{
    unsigned pullers = 0;
    bool blamed = false;
    for (unsigned node = 0; node < p->nodes; node++) {
        pullers += p->pull[I2C_SCL][node].used;
        blamed |= p->pull[I2C_SCL][node].used && (p->blamed >> node & 1u) != 0;
    }
    return pullers > 1 || blamed;
}

static bool pull_row_is_due(const picture *p, unsigned line, unsigned node)
{
    return p->pull[line][node].used && (line == I2C_SDA || scl_rows_are_due(p));
}

static void add_pulls(builder *b, const picture *p, bool *explained)
{
    static const char note[] = "   # = pulls low";
    const bool room = p->label_columns + p->width + strlen(note) <= p->line_columns;
    for (unsigned line = 2; line-- > 0;)
        for (unsigned node = 0; node < p->nodes; node++) {
            char label[I2C_TRACE_NAME_BYTES];
            if (!pull_row_is_due(p, line, node))
                continue;
            add_row(b, p, pull_label(p, line, node, label, sizeof label), p->pull[line][node].cell,
                    room && !*explained ? note : "");
            *explained |= room;
        }
}

/// <NAME----> from the first to the last column of the routine; a short one still has its name,
/// where nothing stands behind it.
static void put_span(char *cells, unsigned width, const span *s, unsigned limit)
{
    unsigned to = s->to < width ? s->to : width;
    const unsigned length = (unsigned)strlen(s->name);
    const unsigned wanted = s->from + length + 2;
    if (to < wanted)
        to = wanted < limit ? wanted : limit;
    for (unsigned c = s->from; c < to; c++) {
        const unsigned at = c - s->from;
        cells[c] = '-';
        if (at == 0)
            cells[c] = '<';
        else if (at <= length)
            cells[c] = s->name[at - 1];
    }
    if (to > s->from + 1 && s->to <= width)
        cells[to - 1] = '>';
}

static void add_isr(builder *b, const picture *p)
{
    char cells[WIDTH_MAX + 1];
    if (p->spans == 0)
        return;
    memset(cells, ' ', p->width);
    cells[p->width] = '\0';
    for (unsigned i = 0; i < p->spans; i++)
        put_span(cells, p->width, &p->span[i], i + 1 < p->spans ? p->span[i + 1].from : p->width);
    for (unsigned c = p->width; c > 0 && cells[c - 1] == ' '; c--)
        cells[c - 1] = '\0';
    add_row(b, p, "isr", cells, "");
}

static void add_marks(builder *b, const picture *p, bool explained)
{
    char legend[LEGEND_BYTES];
    const unsigned first = column_of(p, p->finding->at_ps);
    unsigned used = first + 2;
    const bool second = p->release.found && p->release.at_ps < end_ps(p);
    add_blanks(b, p->label_columns + first);
    add(b, "^1");
    if (second) {
        const unsigned column = column_of(p, p->release.at_ps);
        const bool apart = column >= first + 3;
        add_blanks(b, apart ? column - used : 0);
        add(b, apart ? "^2" : "+2");
        used = (apart ? column : used) + 2;
    }
    snprintf(legend, sizeof legend, "%s1 rule broken%s%s", explained ? "" : "# = pulls low   ",
             second ? "   2 " : "", second ? p->release.text : "");
    if (p->label_columns + used + 3 + strlen(legend) > p->line_columns) {
        add(b, "\n");
        add_blanks(b, p->label_columns);
    } else {
        add_blanks(b, 3);
    }
    add(b, legend);
    add(b, "\n");
}

size_t wave_text(char *text, size_t bytes, const i2c_trace *trace, const play_finding *finding,
                 unsigned columns)
{
    static const picture empty;
    picture p = empty;
    builder b = {text, bytes, 0};
    bool explained = false;
    text[0] = '\0';
    if (!wave_holds(trace, finding->at_ps))
        return 0;
    p.trace = trace;
    p.finding = finding;
    p.nodes = trace->nodes < I2C_NODE_MAX ? trace->nodes : I2C_NODE_MAX;
    p.blamed = wave_nodes_of(trace, finding->blame);
    p.release = wave_release_of(trace, finding->at_ps, p.blamed);
    set_window(&p, columns);
    paint(&p);
    add_transfer(&b, &p);
    add_row(&b, &p, "SCL", p.level[I2C_SCL].cell, "");
    add_row(&b, &p, "SDA", p.level[I2C_SDA].cell, "");
    add_pulls(&b, &p, &explained);
    add_isr(&b, &p);
    add_marks(&b, &p, explained);
    return b.used;
}

void wave_print(FILE *out, const i2c_trace *trace, const play_finding *finding, unsigned columns)
{
    char text[WAVE_TEXT_BYTES];
    const size_t length = wave_text(text, sizeof text, trace, finding, columns);
    fwrite(text, 1, length, out);
}
