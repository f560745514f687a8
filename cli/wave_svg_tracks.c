// What the models recorded beside the wires: interrupt routines, pending flags, pins, watched
// variables. A track is drawn where it changes in the window; a text also where it stands in it.
#include "cli/markup.h"
#include "cli/wave_svg_private.h"

#include <inttypes.h>
#include <string.h>

enum { TRACK_ROW = 20, TRACKS_SHOWN = 20, SPANS_MAX = 400, LABEL_BYTES = 24 };

/// What the tracks have in the window.
typedef struct {
    bool changes[I2C_TRACE_TRACK_MAX];
    uint64_t begins[I2C_TRACE_TRACK_MAX]; ///< value at the window's begin
    bool known[I2C_TRACE_TRACK_MAX];
} overview;

static unsigned tracks_of(const i2c_trace *trace)
{
    return trace->tracks < I2C_TRACE_TRACK_MAX ? trace->tracks : I2C_TRACE_TRACK_MAX;
}

/// The new value that a record brings to a track; false: it brings none.
static bool takes(const i2c_record *r, unsigned tracks, uint64_t *high_half, uint64_t *value)
{
    if (r->b >= tracks)
        return false;
    if (r->kind == I2C_RECORD_TRACK_HI)
        *high_half = (uint64_t)r->value << 32;
    if (r->kind != I2C_RECORD_TRACK)
        return false;
    *value = *high_half | r->value;
    *high_half = 0;
    return true;
}

static void look(const svg *s, overview *o)
{
    const i2c_trace *trace = s->view->trace;
    const uint64_t kept = i2c_trace_kept(trace);
    uint64_t high_half = 0;
    uint64_t value = 0;
    for (uint64_t i = 0; i < kept; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        if (r->at_ps >= wave_svg_end(s->view))
            break;
        if (!takes(r, tracks_of(trace), &high_half, &value))
            continue;
        if (r->at_ps > s->view->window.from_ps) {
            o->changes[r->b] = true;
        } else {
            o->begins[r->b] = value;
            o->known[r->b] = true;
        }
    }
}

static const char *text_of(const i2c_trace *trace, uint64_t number)
{
    return number < I2C_TRACE_TEXT_MAX ? trace->text[number] : "?";
}

static bool is_shown(const i2c_trace *trace, const overview *o, unsigned track)
{
    if (o->changes[track])
        return true;
    return trace->track[track].kind == I2C_TRACK_TEXT && o->known[track] &&
           text_of(trace, o->begins[track])[0] != '\0';
}

/// A value from one instant to another. A bit is a bar while it is 1, the others boxes.
static void put_span(const svg *s, unsigned track, uint64_t value, uint64_t from_ps, uint64_t to_ps)
{
    char text[I2C_TRACE_TEXT_BYTES];
    char x[SVG_X_BYTES];
    char wide[SVG_X_BYTES];
    const i2c_trace *trace = s->view->trace;
    const unsigned kind = trace->track[track].kind;
    if (kind == I2C_TRACK_TEXT)
        snprintf(text, sizeof text, "%.*s", I2C_TRACE_TEXT_BYTES - 1, text_of(trace, value));
    else
        snprintf(text, sizeof text, "%" PRIu64, value);
    if (to_ps <= from_ps || (kind == I2C_TRACK_TEXT && text[0] == '\0') ||
        (kind == I2C_TRACK_BIT && value == 0))
        return;
    fprintf(s->out, "<g><rect class=\"wr\" x=\"%s\" y=\"%u\" width=\"%s\" height=\"%d\"/><title>",
            wave_svg_x(s, from_ps, x), s->y + 2, wave_svg_wide(s, from_ps, to_ps, wide),
            TRACK_ROW - 6);
    markup_text(s->out, text);
    fputs(": ", s->out);
    wave_svg_title(s, from_ps, to_ps);
    fputs("</title>", s->out);
    if (kind != I2C_TRACK_BIT && wave_svg_fits(s, from_ps, to_ps, text)) {
        fprintf(s->out, "<text class=\"wx\" x=\"%s\" y=\"%u\">",
                wave_svg_x(s, from_ps + (to_ps - from_ps) / 2, x), s->y + 13);
        markup_text(s->out, text);
        fputs("</text>", s->out);
    }
    fputs("</g>\n", s->out);
}

static void put_label(const svg *s, const i2c_track *track)
{
    char label[2 * I2C_TRACE_NAME_BYTES];
    const bool own = strncmp(track->scope, "slave", 5) == 0;
    snprintf(label, sizeof label, "%.*s%s%.*s", own ? 0 : I2C_TRACE_NAME_BYTES - 1, track->scope,
             own ? "" : ".", I2C_TRACE_NAME_BYTES - 1, track->name);
    if (strlen(label) >= LABEL_BYTES - 5)
        memcpy(label + LABEL_BYTES - 8, "...", 4);
    wave_svg_label(s, s->y + 13, label);
}

static void put_track(svg *s, const overview *o, unsigned track)
{
    const i2c_trace *trace = s->view->trace;
    const uint64_t kept = i2c_trace_kept(trace);
    uint64_t since_ps = s->view->window.from_ps;
    uint64_t now = o->begins[track];
    bool known = o->known[track];
    uint64_t high_half = 0;
    uint64_t value = 0;
    unsigned spans = 0;
    put_label(s, &trace->track[track]);
    for (uint64_t i = 0; i < kept && spans < SPANS_MAX; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        if (r->at_ps >= wave_svg_end(s->view))
            break;
        if (r->b != track || !takes(r, tracks_of(trace), &high_half, &value) ||
            r->at_ps <= s->view->window.from_ps)
            continue;
        if (known)
            put_span(s, track, now, since_ps, r->at_ps);
        spans++;
        since_ps = r->at_ps;
        now = value;
        known = true;
    }
    if (known && spans < SPANS_MAX)
        put_span(s, track, now, since_ps, wave_svg_end(s->view));
    s->y += TRACK_ROW;
}

void wave_svg_tracks(svg *s)
{
    static const overview empty;
    overview o = empty;
    unsigned shown = 0;
    look(s, &o);
    for (unsigned i = 0; i < tracks_of(s->view->trace) && shown < TRACKS_SHOWN; i++)
        if (is_shown(s->view->trace, &o, i)) {
            put_track(s, &o, i);
            shown++;
        }
}
