#include "cli/wave_svg.h"

#include "cli/markup.h"
#include "cli/wave_decode.h"
#include "cli/wave_levels.h"
#include "cli/wave_svg_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_HIGH = 22, ///< between the levels of a line
    LINE_ROW = 36,
    PULL_ROW = 15,
    DECODE_ROW = 26,
    AXIS_ROW = 20,
    MARK_ROW = 16,
    LEGEND_ROW = 18,
    TICKS = 8,
    ROWS_PULLED_MAX = 24
};

// ---- places -------------------------------------------------------------------------------------

/// A tenth of a unit.
typedef unsigned tenth;

uint64_t wave_svg_end(const wave_svg_view *view)
{
    return view->window.from_ps + view->window.span_ps;
}

static tenth place(const svg *s, uint64_t at_ps)
{
    const wave_window *w = &s->view->window;
    const tenth left = SVG_LEFT * 10;
    const uint64_t most = UINT64_C(10) * s->width;
    if (at_ps <= w->from_ps)
        return left;
    const uint64_t after_ps = at_ps - w->from_ps;
    return left + (tenth)(after_ps >= w->span_ps ? most : after_ps * most / w->span_ps);
}

char *wave_svg_x(const svg *s, uint64_t at_ps, char text[SVG_X_BYTES])
{
    const tenth x = place(s, at_ps);
    snprintf(text, SVG_X_BYTES, "%u.%u", x / 10, x % 10);
    return text;
}

char *wave_svg_wide(const svg *s, uint64_t from_ps, uint64_t to_ps, char text[SVG_X_BYTES])
{
    const tenth wide = place(s, to_ps) - place(s, from_ps);
    snprintf(text, SVG_X_BYTES, "%u.%u", wide / 10, wide % 10);
    return text;
}

bool wave_svg_fits(const svg *s, uint64_t from_ps, uint64_t to_ps, const char *text)
{
    return place(s, to_ps) - place(s, from_ps) >= strlen(text) * SVG_LETTER_TENTHS + 20;
}

/// "170.25 us"; every time of a drawing is in us, so that they compare at a glance.
static const char *time_text(uint64_t at_ps, char text[SVG_TIME_BYTES])
{
    const uint64_t us = at_ps / I2C_PS_PER_US;
    const uint64_t ns = at_ps % I2C_PS_PER_US / I2C_PS_PER_NS;
    int length = snprintf(text, SVG_TIME_BYTES, "%" PRIu64 ".%03" PRIu64, us, ns);
    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[--length] = '\0';
    snprintf(text + length, SVG_TIME_BYTES - (size_t)length, " us");
    return text;
}

void wave_svg_title(const svg *s, uint64_t from_ps, uint64_t to_ps)
{
    char from[SVG_TIME_BYTES];
    char to[SVG_TIME_BYTES];
    fprintf(s->out, "%s to %s", time_text(from_ps, from), time_text(to_ps, to));
}

void wave_svg_label(const svg *s, unsigned y, const char *text)
{
    fprintf(s->out, "<text class=\"wl\" x=\"%d\" y=\"%u\">", SVG_LEFT - 8, y);
    markup_text(s->out, text);
    fputs("</text>\n", s->out);
}

// ---- the axis and the marks ---------------------------------------------------------------------

static uint64_t tick_step(uint64_t span_ps)
{
    static const unsigned steps[] = {1, 2, 5};
    for (uint64_t decade_ps = I2C_PS_PER_NS;; decade_ps *= 10)
        for (unsigned i = 0; i < 3; i++)
            if (decade_ps * steps[i] * TICKS >= span_ps)
                return decade_ps * steps[i];
}

static void put_axis(svg *s, unsigned high)
{
    char x[SVG_X_BYTES];
    char text[SVG_TIME_BYTES];
    const uint64_t step_ps = tick_step(s->view->window.span_ps);
    const uint64_t first_ps = (s->view->window.from_ps + step_ps - 1) / step_ps * step_ps;
    for (uint64_t at_ps = first_ps; at_ps <= wave_svg_end(s->view); at_ps += step_ps) {
        wave_svg_x(s, at_ps, x);
        fprintf(s->out, "<path class=\"wt\" d=\"M%s %dV%u\"/>", x, AXIS_ROW - 4, high);
        fprintf(s->out, "<text class=\"wa\" x=\"%s\" y=\"%d\">%s</text>\n", x, AXIS_ROW - 8,
                time_text(at_ps, text));
    }
    s->y = AXIS_ROW;
}

static bool is_in_view(const svg *s, const wave_svg_mark *mark)
{
    return mark->at_ps >= s->view->window.from_ps && mark->at_ps <= wave_svg_end(s->view);
}

static unsigned marks_in_view(const svg *s)
{
    unsigned count = 0;
    for (unsigned i = 0; i < s->view->marks; i++)
        count += is_in_view(s, &s->view->mark[i]);
    return count;
}

static void put_marks(const svg *s, unsigned high)
{
    char x[SVG_X_BYTES];
    for (unsigned i = 0; i < s->view->marks; i++) {
        const wave_svg_mark *mark = &s->view->mark[i];
        if (!is_in_view(s, mark))
            continue;
        wave_svg_x(s, mark->at_ps, x);
        fprintf(s->out, "<path class=\"wf\" d=\"M%s %dV%u\"/>", x, AXIS_ROW + 2, high);
        fprintf(s->out, "<text class=\"wm\" x=\"%s\" y=\"%u\">&#9650;%s</text>\n", x, high + 12,
                mark->sign);
    }
}

static void put_legend(svg *s)
{
    fprintf(s->out, "<text class=\"wk\" x=\"%d\" y=\"%u\">", SVG_LEFT, s->y + 12);
    bool any = false;
    for (unsigned i = 0; i < s->view->marks; i++) {
        if (!is_in_view(s, &s->view->mark[i]))
            continue;
        fprintf(s->out, "%s%s ", any ? ", " : "", s->view->mark[i].sign);
        markup_text(s->out, s->view->mark[i].text);
        any = true;
    }
    fputs("</text>\n", s->out);
    s->y += LEGEND_ROW;
}

// ---- what the bytes say -------------------------------------------------------------------------

/// What stands on the bus from one record to the next that begins something.
typedef struct {
    uint64_t from_ps;
    char text[WAVE_SLOT_BYTES];
    bool by_slave, sign, open;
} token;

static void put_token(const svg *s, const token *t, uint64_t to_ps)
{
    char x[SVG_X_BYTES];
    char wide[SVG_X_BYTES];
    char middle[SVG_X_BYTES];
    if (!t->open || t->text[0] == '\0' || to_ps <= s->view->window.from_ps ||
        t->from_ps >= wave_svg_end(s->view))
        return;
    const uint64_t from_ps =
        t->from_ps > s->view->window.from_ps ? t->from_ps : s->view->window.from_ps;
    if (to_ps > wave_svg_end(s->view))
        to_ps = wave_svg_end(s->view);
    fprintf(s->out, "<g><title>%s%s: ", t->text, t->by_slave ? ", sent by the slave" : "");
    wave_svg_title(s, t->from_ps, to_ps);
    fprintf(s->out, "</title><rect class=\"%s\" x=\"%s\" y=\"%u\" width=\"%s\" height=\"%d\"/>",
            t->by_slave ? "wds" : "wd", wave_svg_x(s, from_ps, x), s->y + 3,
            wave_svg_wide(s, from_ps, to_ps, wide), DECODE_ROW - 8);
    char shown[WAVE_SLOT_BYTES + 2];
    snprintf(shown, sizeof shown, t->by_slave ? "[%s]" : "%s", t->text);
    if (wave_svg_fits(s, from_ps, to_ps, shown))
        fprintf(s->out, "<text class=\"wx\" x=\"%s\" y=\"%u\">%s</text>",
                wave_svg_x(s, from_ps + (to_ps - from_ps) / 2, middle), s->y + 16, shown);
    fputs("</g>\n", s->out);
}

static token slot_token(const i2c_trace *trace, uint64_t number)
{
    token t = {.from_ps = wave_record(trace, number)->at_ps, .open = true};
    unsigned bits;
    const uint64_t end = wave_next_event(trace, number, &bits);
    const i2c_record *event = end < trace->written ? wave_record(trace, end) : NULL;
    wave_slot_text(event, bits, t.text);
    t.by_slave = wave_slot_by_slave(event);
    return t;
}

static void put_decode(svg *s)
{
    const i2c_trace *trace = s->view->trace;
    const uint64_t sign_ps = wave_period_ps(trace, wave_svg_end(s->view));
    wave_decoder d = {false};
    token now = {.open = false};
    wave_svg_label(s, s->y + 16, "decode");
    for (uint64_t i = trace->written - i2c_trace_kept(trace); i < trace->written; i++) {
        const i2c_record *r = wave_record(trace, i);
        const char *sign = wave_decoder_sign(r);
        const bool slot = sign == NULL && wave_decoder_begins_slot(&d, r);
        wave_decoder_pass(&d, r);
        if (sign == NULL && !slot)
            continue;
        put_token(s, &now,
                  now.sign && r->at_ps > now.from_ps + sign_ps ? now.from_ps + sign_ps : r->at_ps);
        now =
            slot ? slot_token(trace, i) : (token){.from_ps = r->at_ps, .sign = true, .open = true};
        if (sign != NULL)
            snprintf(now.text, sizeof now.text, "%s", sign);
        if (r->at_ps > wave_svg_end(s->view))
            break;
    }
    put_token(s, &now, now.sign ? now.from_ps + sign_ps : wave_svg_end(s->view));
    s->y += DECODE_ROW;
}

// ---- the lines ----------------------------------------------------------------------------------

static uint64_t level_end(const svg *s, unsigned i)
{
    return i + 1 < s->levels ? s->level[i + 1].from_ps : wave_svg_end(s->view);
}

/// Class and words of those who hold a line low.
static const char *puller_class(const svg *s, uint32_t pulls)
{
    const bool slave = (pulls & s->slave) != 0;
    const bool others = (pulls & ~s->slave) != 0;
    return slave && others ? "wb" : slave ? "ws" : others ? "wo" : "wn";
}

static void put_names(const svg *s, uint32_t pulls)
{
    bool any = false;
    for (unsigned n = 0; n < s->nodes; n++) {
        if ((pulls >> n & 1u) == 0)
            continue;
        char name[I2C_TRACE_NAME_BYTES];
        snprintf(name, sizeof name, "%.*s", I2C_TRACE_NAME_BYTES - 1, s->view->trace->node[n]);
        fputs(any ? ", " : ", held by ", s->out);
        markup_text(s->out, name);
        any = true;
    }
}

static void put_lows(const svg *s, const char *name, unsigned low_y)
{
    char x[SVG_X_BYTES];
    char to[SVG_X_BYTES];
    for (unsigned i = 0; i < s->levels; i++) {
        if (s->level[i].high)
            continue;
        fprintf(s->out, "<path class=\"%s\" d=\"M%s %uH%s\"><title>%s low, ",
                puller_class(s, s->level[i].pulls), wave_svg_x(s, s->level[i].from_ps, x), low_y,
                wave_svg_x(s, level_end(s, i), to), name);
        wave_svg_title(s, s->level[i].from_ps, level_end(s, i));
        put_names(s, s->level[i].pulls);
        fputs("</title></path>\n", s->out);
    }
}

static void put_line(svg *s, unsigned line)
{
    static const char *const names[] = {[I2C_SCL] = "SCL", [I2C_SDA] = "SDA"};
    char x[SVG_X_BYTES];
    const unsigned high_y = s->y + 6;
    const unsigned low_y = high_y + LINE_HIGH;
    s->levels = wave_levels_of(s->view->trace, line, s->view->window, s->level);
    wave_svg_label(s, low_y - 6, names[line]);
    fprintf(s->out, "<path class=\"ww\" d=\"");
    for (unsigned i = 0; i < s->levels; i++)
        fprintf(s->out, "%s%s%s%s%u", i == 0 ? "M" : "H", wave_svg_x(s, s->level[i].from_ps, x),
                i == 0 ? " " : "", i == 0 ? "" : "V", s->level[i].high ? high_y : low_y);
    fprintf(s->out, "H%d\"/>\n", SVG_LEFT + (int)s->width);
    put_lows(s, names[line], low_y);
    s->y += LINE_ROW;
}

// ---- who pulls ----------------------------------------------------------------------------------

static uint32_t pullers_of(const svg *s)
{
    uint32_t pulls = 0;
    for (unsigned i = 0; i < s->levels; i++)
        pulls |= s->level[i].pulls;
    return pulls;
}

static void put_pull(svg *s, unsigned line, unsigned node)
{
    char label[I2C_TRACE_NAME_BYTES + 8];
    char x[SVG_X_BYTES];
    char wide[SVG_X_BYTES];
    const uint32_t bit = 1u << node;
    snprintf(label, sizeof label, "%.*s %s", I2C_TRACE_NAME_BYTES - 1, s->view->trace->node[node],
             line == I2C_SCL ? "SCL" : "SDA");
    wave_svg_label(s, s->y + 11, label);
    for (unsigned i = 0; i < s->levels; i++) {
        if ((s->level[i].pulls & bit) == 0)
            continue;
        unsigned last = i;
        while (last + 1 < s->levels && (s->level[last + 1].pulls & bit) != 0)
            last++;
        fprintf(s->out, "<rect class=\"%s\" x=\"%s\" y=\"%u\" width=\"%s\" height=\"%d\"><title>",
                (bit & s->slave) != 0 ? "wps" : "wp", wave_svg_x(s, s->level[i].from_ps, x),
                s->y + 3, wave_svg_wide(s, s->level[i].from_ps, level_end(s, last), wide),
                PULL_ROW - 6);
        markup_text(s->out, label);
        fputs(" pulled low, ", s->out);
        wave_svg_title(s, s->level[i].from_ps, level_end(s, last));
        fputs("</title></rect>\n", s->out);
        i = last;
    }
    s->y += PULL_ROW;
}

/// Who pulls SCL is said where it is no plain clock: by two, or by the slave.
static void put_pulls(svg *s)
{
    unsigned rows = 0;
    for (unsigned k = 0; k < 2; k++) {
        const unsigned line = k == 0 ? I2C_SDA : I2C_SCL;
        s->levels = wave_levels_of(s->view->trace, line, s->view->window, s->level);
        const uint32_t pulls = pullers_of(s);
        if (line == I2C_SCL && (pulls & (pulls - 1)) == 0 && (pulls & s->slave) == 0)
            continue;
        for (unsigned node = 0; node < s->nodes && rows < ROWS_PULLED_MAX; node++)
            if ((pulls >> node & 1u) != 0) {
                put_pull(s, line, node);
                rows++;
            }
    }
}

// ---- the drawing --------------------------------------------------------------------------------

/// Everything below the axis goes into a buffer, since the height is known behind it.
static void put_rows(svg *s)
{
    put_decode(s);
    put_line(s, I2C_SCL);
    put_line(s, I2C_SDA);
    put_pulls(s);
    wave_svg_tracks(s);
}

static void put_frame(svg *s, FILE *out, const char *rows)
{
    const unsigned high = s->y;
    s->out = out;
    const unsigned all = high + (marks_in_view(s) > 0 ? MARK_ROW + LEGEND_ROW : 0);
    const unsigned wide = SVG_LEFT + s->width + 30;
    fprintf(out,
            "<svg class=\"wave\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" "
            "width=\"%u\" height=\"%u\" role=\"img\" aria-label=\"",
            wide, all, wide, all);
    markup_text(out, s->view->name);
    fputs("\">\n", out);
    put_axis(s, high);
    fputs(rows, out);
    put_marks(s, high);
    s->y = high + MARK_ROW;
    if (marks_in_view(s) > 0)
        put_legend(s);
    fputs("</svg>\n", out);
}

void wave_svg(FILE *out, const wave_svg_view *view)
{
    char *rows = NULL;
    size_t bytes = 0;
    if (view->window.span_ps == 0)
        return;
    svg *s = calloc(1, sizeof *s);
    FILE *buffer = s == NULL ? NULL : open_memstream(&rows, &bytes);
    if (buffer != NULL) {
        s->view = view;
        s->out = buffer;
        s->y = AXIS_ROW;
        s->width = view->width == 0 ? SVG_WIDTH : view->width;
        s->nodes = view->trace->nodes < I2C_NODE_MAX ? view->trace->nodes : I2C_NODE_MAX;
        s->slave = wave_nodes_of(view->trace, "slave");
        put_rows(s);
        if (fclose(buffer) == 0)
            put_frame(s, out, rows);
    }
    free(rows);
    free(s);
}

const char *wave_svg_style(void)
{
    return ".wave text{font:11px ui-monospace,monospace;fill:var(--text)}"
           ".wave .wl{text-anchor:end;fill:var(--dim)}"
           ".wave .wa{text-anchor:middle;fill:var(--dim);font-size:10px}"
           ".wave .wx,.wave .wm{text-anchor:middle}"
           ".wave .wm,.wave .wk{font-weight:bold;fill:var(--bad)}"
           ".wave path{fill:none}"
           ".wave .wt{stroke:var(--grid)}"
           ".wave .wf{stroke:var(--bad);stroke-dasharray:3 3}"
           ".wave .ww{stroke:var(--text);stroke-width:1.3}"
           ".wave .wo{stroke:var(--master);stroke-width:3}"
           ".wave .ws{stroke:var(--slave);stroke-width:5}"
           ".wave .wb{stroke:var(--both);stroke-width:5;stroke-dasharray:6 3}"
           ".wave .wn{stroke:var(--dim);stroke-width:2;stroke-dasharray:2 2}"
           ".wave .wp{fill:var(--master)}.wave .wps{fill:var(--slave)}"
           ".wave .wd{fill:var(--box);stroke:var(--master)}"
           ".wave .wds{fill:var(--box);stroke:var(--slave);stroke-width:2}"
           ".wave .wr{fill:var(--box);stroke:var(--dim)}";
}
