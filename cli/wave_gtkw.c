#include "cli/wave_gtkw.h"

#include "sim/sim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/// GTKWave's colours.
enum { RED = 1, ORANGE, YELLOW, GREEN };
/// GTKWave's flags of a trace: right-justified with a base, and the two ends of a group.
enum { SHOW_BIT = 0x28, SHOW_HEX = 0x22, GROUP_BEGINS = 0x800200, GROUP_ENDS = 0x1000200 };
/// The window, the part of it that shows waves, and the pixels of a frame, by which GTKWave counts
/// its zoom: 2^zoom units of time are one frame.
enum {
    WINDOW_WIDTH = 1400,
    WINDOW_HEIGHT = 800,
    SIGNALS_WIDTH = 240,
    WAVE_WIDTH = 1000,
    FRAME = 200
};

static const struct {
    wave_group group;
    const char *title;
} groups[] = {{WAVE_BUS, "bus"},
              {WAVE_MONITOR, "decode"},
              {WAVE_FINDINGS, "findings"},
              {WAVE_NODES, "who pulls"},
              {WAVE_TRACKS, "slave"}};

static bool is_shown(const wave_vcd *v, const wave_signal *s)
{
    return s->group != WAVE_NODES || wave_vcd_node_acted(v, s->node);
}

/// By role: the lines and what they say, the finding, the slave with all that is in it, the others.
static int colour_of(const wave_signal *s, const wave_gtkw_view *view)
{
    switch (s->group) {
    case WAVE_BUS:
    case WAVE_MONITOR:
        return GREEN;
    case WAVE_FINDINGS:
        return RED;
    case WAVE_NODES:
        return s->node == view->slave_node ? ORANGE : YELLOW;
    default:
        return ORANGE;
    }
}

/// `+{slave scl_pull} path`: GTKWave shows only what stands behind the last dot of a name, which
/// would not say whose pull it is, nor that `watch state` is not the slave's own `state`, nor that
/// `sketch uart` is not the slave's.
static void put_alias(FILE *out, const wave_signal *s)
{
    const bool others = s->group == WAVE_TRACKS && strncmp(s->path, "slave.", 6) != 0;
    const char *name = others ? s->path : strchr(s->path, '.') + 1;
    const int scope = (int)strcspn(name, ".");
    const bool deep = s->group == WAVE_NODES || s->group == WAVE_TRACKS;
    if (deep && name[scope] != '\0')
        fprintf(out, "+{%.*s %s} ", scope, name, name + scope + 1);
}

static void put_group(FILE *out, const wave_vcd *v, const wave_gtkw_view *view, unsigned g)
{
    bool open = false;
    const wave_signal *s = NULL;
    for (unsigned i = 0; (s = wave_vcd_signal(v, i)) != NULL; i++) {
        if (s->group != groups[g].group || !is_shown(v, s))
            continue;
        if (!open)
            fprintf(out, "@%x\n-%s\n", GROUP_BEGINS, groups[g].title);
        open = true;
        fprintf(out, "@%x\n[color] %d\n", s->bits == 1 ? SHOW_BIT : SHOW_HEX, colour_of(s, view));
        put_alias(out, s);
        fputs(s->path, out);
        if (s->bits > 1)
            fprintf(out, "[%u:0]", s->bits - 1);
        fputc('\n', out);
    }
    if (open)
        fprintf(out, "@%x\n-%s\n", GROUP_ENDS, groups[g].title);
}

/// The least zoom at which the view fits into the window.
static unsigned zoom_for(uint64_t units)
{
    unsigned zoom = 0;
    while (zoom < 56 && (UINT64_C(1) << zoom) / FRAME * WAVE_WIDTH +
                                (UINT64_C(1) << zoom) % FRAME * WAVE_WIDTH / FRAME <
                            units)
        zoom++;
    return zoom;
}

static void put_all(FILE *out, const wave_vcd *v, const wave_gtkw_view *view)
{
    const uint64_t scale_ps = view->scale_ps;
    // With both names GTKWave finds the one beside the other, from whatever folder it is started.
    const size_t length = strlen(view->vcd_name);
    const bool suffixed = length > 4 && strcmp(view->vcd_name + length - 4, ".vcd") == 0;
    fprintf(out, "[*] i2cproof\n[dumpfile] \"%s\"\n[savefile] \"%.*s.gtkw\"\n", view->vcd_name,
            (int)(suffixed ? length - 4 : length), view->vcd_name);
    fprintf(out, "[timestart] %" PRIu64 "\n[size] %d %d\n[pos] -1 -1\n", view->from_ps / scale_ps,
            WINDOW_WIDTH, WINDOW_HEIGHT);
    fprintf(out, "*-%u.000000 ", zoom_for((view->to_ps - view->from_ps) / scale_ps));
    if (view->marked)
        fprintf(out, "%" PRIu64, view->mark_ps / scale_ps);
    else
        fputs("-1", out);
    for (unsigned i = 0; i < 26; i++)
        fputs(" -1", out);
    fprintf(out, "\n[sst_width] 200\n[signals_width] %d\n[sst_expanded] 0\n", SIGNALS_WIDTH);
    for (unsigned g = 0; g < sizeof groups / sizeof groups[0]; g++)
        put_group(out, v, view, g);
}

bool wave_gtkw_write(const char *path, const wave_vcd *v, const wave_gtkw_view *view, char *message,
                     size_t message_bytes)
{
    FILE *out = fopen(path, "we");
    if (out == NULL) {
        snprintf(message, message_bytes, "%s: cannot open: %s", path, strerror(errno));
        return false;
    }
    put_all(out, v, view);
    errno = 0;
    const bool failed = fflush(out) != 0 || ferror(out) != 0;
    const int why = errno;
    if (fclose(out) == 0 && !failed)
        return true;
    snprintf(message, message_bytes, "%s: cannot write: %s", path,
             strerror(why != 0 ? why : errno));
    return false;
}
