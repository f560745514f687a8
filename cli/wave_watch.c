#include "cli/wave_watch.h"

#include "slave_under_test/kind.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum { VALUES = 4 }; ///< that are shown of one variable

/// The last values of a variable.
typedef struct {
    uint64_t value[VALUES];
    unsigned count; ///< all, also those that fell out
} watched;

static bool is_watched(const i2c_track *track)
{
    return strncmp(track->scope, SLAVE_WATCH_SCOPE, I2C_TRACE_NAME_BYTES) == 0;
}

static void keep(watched *w, uint64_t value)
{
    w->value[w->count++ % VALUES] = value;
}

/// What it was at `from_ps`, and all that it became until `at_ps`.
static watched look(const i2c_trace *trace, unsigned track, uint64_t from_ps, uint64_t at_ps)
{
    watched w = {.count = 0};
    uint64_t high_half = 0;
    const uint64_t kept = i2c_trace_kept(trace);
    for (uint64_t i = 0; i < kept && i2c_trace_at(trace, i)->at_ps <= at_ps; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        if (r->b != track)
            continue;
        if (r->kind == I2C_RECORD_TRACK_HI)
            high_half = (uint64_t)r->value << 32;
        if (r->kind != I2C_RECORD_TRACK)
            continue;
        if (r->at_ps < from_ps)
            w.count = 0;
        keep(&w, high_half | r->value);
        high_half = 0;
    }
    return w;
}

static void print_values(FILE *out, const watched *w)
{
    const unsigned first = w->count > VALUES ? w->count - VALUES : 0;
    for (unsigned i = first; i < w->count; i++)
        fprintf(out, "%s%" PRIu64, i == first ? "" : " -> ", w->value[i % VALUES]);
}

void wave_watch_print(FILE *out, const i2c_trace *trace, uint64_t at_ps, uint64_t back_ps)
{
    bool any = false;
    const uint64_t from_ps = at_ps > back_ps ? at_ps - back_ps : 0;
    const unsigned tracks =
        trace->tracks < I2C_TRACE_TRACK_MAX ? trace->tracks : I2C_TRACE_TRACK_MAX;
    for (unsigned i = 0; i < tracks; i++) {
        const i2c_track *track = &trace->track[i];
        const watched w =
            is_watched(track) ? look(trace, i, from_ps, at_ps) : (watched){.count = 0};
        if (w.count == 0)
            continue;
        fprintf(out, "%s %.*s ", any ? " " : "  watch    ", I2C_TRACE_NAME_BYTES - 1, track->name);
        print_values(out, &w);
        any = true;
    }
    if (any)
        fputc('\n', out);
}
