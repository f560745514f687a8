#include "cli/pictures.h"

#include "cli/text.h"
#include "cli/wave.h"
#include "cli/wave_levels.h"
#include "cli/wave_svg.h"
#include "cli/wave_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WATCH_CLOCKS = 30,  ///< about the transfer of a register and its byte
    WHOLE_CLOCKS = 150, ///< of a transfer; of a longer one what is near the finding is shown
    WHOLE_WIDTH_MIN = 860,
    WHOLE_WIDTH_MAX = 2400,
    CLOCK_WIDTH = 16,
    TOLERANCE_PARTS = 16 ///< of a clock: what differs by less is no difference
};

void pictures_free(pictures *p)
{
    free(p->text);
    free(p->near_svg);
    free(p->whole_svg);
    free(p->good_svg);
    *p = (pictures){.text = NULL};
}

/// Ends a text in memory; NULL when nothing was printed.
static char *finish(FILE *out, char **text, const size_t *bytes)
{
    const bool fine = fclose(out) == 0 && *bytes > 0;
    if (!fine)
        free(*text);
    return fine ? *text : NULL;
}

char *pictures_text(const i2c_trace *trace, const play_finding *finding, unsigned columns)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL)
        return NULL;
    wave_print(out, trace, finding, columns);
    if (wave_holds(trace, finding->at_ps))
        wave_watch_print(out, trace, finding->at_ps,
                         WATCH_CLOCKS * wave_period_ps(trace, finding->at_ps));
    return finish(out, &text, &bytes);
}

// ---- drawings -----------------------------------------------------------------------------------

static char *svg_text(const wave_svg_view *view)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL)
        return NULL;
    wave_svg(out, view);
    return finish(out, &text, &bytes);
}

/// The view around a finding, with its marks.
static wave_svg_view finding_view(const i2c_trace *trace, const play_finding *finding)
{
    wave_svg_view view = {.trace = trace,
                          .window = wave_window_of(trace, finding->at_ps, finding->wrong_byte),
                          .name = "The bus around the finding"};
    const wave_release release =
        wave_release_of(trace, finding->at_ps, wave_nodes_of(trace, finding->blame));
    view.mark[view.marks++] = (wave_svg_mark){finding->at_ps, "1", "rule broken"};
    if (release.found && release.at_ps < view.window.from_ps + view.window.span_ps)
        view.mark[view.marks++] = (wave_svg_mark){release.at_ps, "2", release.text};
    return view;
}

/// Widens the view to the transfer, or of a long one to the clocks before the finding.
static bool widen(wave_svg_view *view, const play_finding *finding)
{
    const wave_window whole = wave_transfer_of(view->trace, finding->at_ps);
    const uint64_t period_ps = wave_period_ps(view->trace, finding->at_ps);
    const wave_window near = view->window;
    if (period_ps == 0)
        return false;
    const uint64_t near_end_ps = near.from_ps + near.span_ps;
    const uint64_t end_ps = whole.from_ps + whole.span_ps + period_ps;
    uint64_t from_ps = whole.from_ps > period_ps ? whole.from_ps - period_ps : 0;
    uint64_t to_ps = end_ps > near_end_ps ? end_ps : near_end_ps;
    if (to_ps > near_end_ps + 2 * (uint64_t)CLOCK_WIDTH * period_ps)
        to_ps = near_end_ps + 2 * (uint64_t)CLOCK_WIDTH * period_ps;
    if (to_ps - from_ps > WHOLE_CLOCKS * period_ps)
        from_ps = to_ps - WHOLE_CLOCKS * period_ps;
    view->window = (wave_window){.from_ps = from_ps, .span_ps = to_ps - from_ps};
    const uint64_t width = (to_ps - from_ps) / period_ps * CLOCK_WIDTH;
    view->width = width < WHOLE_WIDTH_MIN   ? WHOLE_WIDTH_MIN
                  : width > WHOLE_WIDTH_MAX ? WHOLE_WIDTH_MAX
                                            : (unsigned)width;
    view->name = "The transfer with the finding";
    return from_ps < near.from_ps || to_ps > near_end_ps;
}

// ---- the good run -------------------------------------------------------------------------------

/// The n-th START of a trace; the number of those up to `at_ps` for `*number` 0.
static bool find_start(const i2c_trace *trace, uint64_t at_ps, unsigned *number, uint64_t *start_ps)
{
    const unsigned wanted = *number;
    const uint64_t kept = i2c_trace_kept(trace);
    unsigned seen = 0;
    for (uint64_t i = 0; i < kept; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        if (r->kind != I2C_RECORD_EVENT || r->a != I2C_EVENT_START)
            continue;
        if (wanted == 0 && r->at_ps > at_ps)
            break;
        *start_ps = r->at_ps;
        if (++seen == wanted)
            break;
    }
    *number = seen;
    return seen > 0 && (wanted == 0 || seen == wanted);
}

/// The window of the good run that begins as far behind the START of its transfer.
static bool good_window(const i2c_trace *bad, const i2c_trace *good, uint64_t at_ps,
                        wave_window window, wave_window *of_good)
{
    unsigned number = 0;
    uint64_t bad_start_ps = 0;
    uint64_t good_start_ps = 0;
    if (!i2c_trace_whole(bad) || !i2c_trace_whole(good) ||
        !find_start(bad, at_ps, &number, &bad_start_ps) ||
        !find_start(good, 0, &number, &good_start_ps))
        return false;
    if (window.from_ps + good_start_ps < bad_start_ps)
        return false;
    *of_good = (wave_window){.from_ps = window.from_ps + good_start_ps - bad_start_ps,
                             .span_ps = window.span_ps};
    return true;
}

/// From a clock before the START on, so that the first difference is not missed before the window.
static bool compare(const wave_svg_view *bad, const wave_svg_view *good, uint64_t at_ps,
                    wave_difference *difference)
{
    const uint64_t period_ps = wave_period_ps(bad->trace, at_ps);
    const uint64_t start_ps = wave_transfer_of(bad->trace, at_ps).from_ps;
    uint64_t back_ps =
        bad->window.from_ps > start_ps ? bad->window.from_ps - start_ps + period_ps : 0;
    if (back_ps > bad->window.from_ps || back_ps > good->window.from_ps)
        back_ps = 0;
    const wave_side sides[2] = {
        {.trace = bad->trace, .window = bad->window, .nodes = wave_nodes_of(bad->trace, "slave")},
        {.trace = good->trace,
         .window = good->window,
         .nodes = wave_nodes_of(good->trace, "slave")}};
    wave_side longer[2] = {sides[0], sides[1]};
    for (unsigned i = 0; i < 2; i++) {
        longer[i].window.from_ps -= back_ps;
        longer[i].window.span_ps += back_ps;
    }
    if (!wave_differ(&longer[0], &longer[1], period_ps / TOLERANCE_PARTS, difference) ||
        !difference->found)
        return false;
    difference->after_ps += longer[0].window.from_ps;
    return true;
}

/// Sets the good run beside the finding, and marks in both where they part. False: it cannot be.
static bool set_beside(pictures *p, wave_svg_view *bad, wave_svg_view *view,
                       const play_finding *finding, const pictures_good *good)
{
    static const char *const lines[] = {[I2C_SCL] = "SCL", [I2C_SDA] = "SDA"};
    char time[TEXT_TIME_BYTES];
    wave_difference d;
    *view = (wave_svg_view){.trace = good->trace, .name = "The same in a run that passes"};
    if (!good_window(bad->trace, good->trace, finding->at_ps, bad->window, &view->window))
        return false;
    snprintf(p->good_case, sizeof p->good_case, "%s", good->id);
    if (!good->same_master || !compare(bad, view, finding->at_ps, &d))
        return true;
    const uint64_t at_good_ps = d.after_ps + view->window.from_ps - bad->window.from_ps;
    snprintf(p->difference, sizeof p->difference, "%s%s differs from %s on",
             d.pull ? "whether the slave pulls " : "", lines[d.line],
             text_time(d.after_ps, time, sizeof time));
    bad->mark[bad->marks++] = (wave_svg_mark){d.after_ps, "D", "first difference"};
    view->mark[view->marks++] = (wave_svg_mark){at_good_ps, "D", "first difference"};
    return true;
}

/// The good run on the axis of the drawing that shows where the two part.
static void draw_good(pictures *p, const wave_svg_view *near, const wave_svg_view *whole,
                      wave_svg_view *good)
{
    const uint64_t at_ps =
        good->marks > 0 ? near->mark[near->marks - 1].at_ps : near->window.from_ps;
    const uint64_t back_ps = near->window.from_ps - whole->window.from_ps;
    p->differs_before = at_ps < near->window.from_ps && p->whole_svg != NULL &&
                        whole->window.from_ps <= near->window.from_ps &&
                        back_ps <= good->window.from_ps;
    if (p->differs_before) {
        good->window = (wave_window){.from_ps = good->window.from_ps - back_ps,
                                     .span_ps = whole->window.span_ps};
        good->width = whole->width;
    }
    p->good_svg = svg_text(good);
}

void pictures_draw(pictures *p, const i2c_trace *trace, const play_finding *finding,
                   const pictures_good *good)
{
    wave_svg_view beside;
    if (!wave_holds(trace, finding->at_ps))
        return;
    wave_svg_view near = finding_view(trace, finding);
    const bool has_good = good != NULL && set_beside(p, &near, &beside, finding, good);
    wave_svg_view whole = near;
    p->near_svg = svg_text(&near);
    if (widen(&whole, finding))
        p->whole_svg = svg_text(&whole);
    if (has_good)
        draw_good(p, &near, &whole, &beside);
}
