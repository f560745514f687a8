#include "cli/sweep_svg.h"

#include "cli/markup.h"
#include "cli/text.h"

#include <stdio.h>
#include <string.h>

enum { LEFT = 110, TOP = 56, WIDE = 34, HIGH = 26, BELOW = 64, BARS_HIGH = 96 };

/// White to dark red with the share of phases that fail; green where none does.
static const char *colour_of(unsigned failed)
{
    static const char *const shades[] = {"#b7e1b5", "#fde9c9", "#fbc490", "#f28e5c", "#c9372c"};
    return shades[failed == 0 ? 0 : 1 + (failed * 4 - 1) / (SWEEP_PHASES + 1)];
}

static void put_failed(FILE *out, const sweep_outcome *outcome)
{
    const unsigned failed = (unsigned)__builtin_popcount(outcome->failed);
    fprintf(out, "%u of %d phases fail%s", failed, SWEEP_PHASES, failed > 0 ? ". " : "");
    markup_text(out, outcome->why.title);
}

static void put_cell(FILE *out, const sweep_map *map, unsigned speed, unsigned value)
{
    const sweep_outcome *outcome = &map->cell[speed * map->values + value];
    const unsigned failed = (unsigned)__builtin_popcount(outcome->failed);
    const unsigned x = LEFT + value * WIDE;
    const unsigned y = TOP + (map->speeds - 1 - speed) * HIGH;
    char at[SWEEP_VALUE_BYTES];
    char clock[SWEEP_VALUE_BYTES];
    if (outcome->phases == 0)
        return;
    fprintf(out, "<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" fill=\"%s\">", x, y, WIDE - 1,
            HIGH - 1, colour_of(failed));
    fprintf(out, "<title>%s at %s: ", sweep_value_text(SWEEP_LATENCY, map->value[value], at),
            sweep_value_text(SWEEP_SPEED, map->master[speed].scl_hz, clock));
    put_failed(out, outcome);
    fputs("</title></rect>", out);
    fprintf(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">%u</text>\n", x + WIDE / 2,
            y + HIGH / 2 + 4, failed);
}

static void put_axes(FILE *out, const sweep_map *map)
{
    char text[SWEEP_VALUE_BYTES];
    for (unsigned i = 0; i < map->speeds; i++)
        fprintf(out, "<text x=\"%d\" y=\"%u\" text-anchor=\"end\">%s</text>\n", LEFT - 8,
                TOP + (map->speeds - 1 - i) * HIGH + HIGH / 2 + 4,
                sweep_value_text(SWEEP_SPEED, map->master[i].scl_hz, text));
    for (unsigned i = 0; i < map->values; i += 4)
        fprintf(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">%s</text>\n",
                LEFT + i * WIDE + WIDE / 2, TOP + map->speeds * HIGH + 18,
                text_time(map->value[i], text, sizeof text));
}

void sweep_svg_map(FILE *out, const sweep *s, const sweep_map *map)
{
    const unsigned wide = LEFT + map->values * WIDE + 20;
    const unsigned high = TOP + map->speeds * HIGH + BELOW;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
            "viewBox=\"0 0 %u %u\" font-family=\"sans-serif\" font-size=\"11\">\n",
            wide, high, wide, high);
    fprintf(out, "<rect width=\"%u\" height=\"%u\" fill=\"#ffffff\"/>\n", wide, high);
    fputs("<text x=\"12\" y=\"22\" font-size=\"15\">", out);
    markup_text(out, s->slave->description->name);
    fputs(" on ", out);
    markup_text(out, s->master->text);
    fprintf(out, ": phases of %d that fail</text>\n", SWEEP_PHASES);
    fprintf(out, "<text x=\"12\" y=\"42\">SCL clock</text>\n");
    for (unsigned speed = 0; speed < map->speeds; speed++)
        for (unsigned value = 0; value < map->values; value++)
            put_cell(out, map, speed, value);
    put_axes(out, map);
    fprintf(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">extra latency</text>\n",
            LEFT + map->values * WIDE / 2, TOP + map->speeds * HIGH + 40);
    fprintf(out, "</svg>\n");
}

// ---- the line -----------------------------------------------------------------------------------

static void put_bar(FILE *out, const sweep *s, unsigned i, unsigned wide)
{
    const axis_point *point = &s->line.point[i];
    const unsigned failed = (unsigned)__builtin_popcount(point->outcome.failed);
    const unsigned high = 4 + failed * (BARS_HIGH - 4) / SWEEP_PHASES;
    char value[SWEEP_VALUE_BYTES];
    if (point->outcome.phases == 0)
        return;
    fprintf(out, "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"%s\"><title>%s: ",
            LEFT + i * wide, TOP + BARS_HIGH - high, wide > 2 ? wide - 1 : wide, high,
            colour_of(failed), sweep_value_text(s->axis.what, point->value, value));
    put_failed(out, &point->outcome);
    fputs("</title></rect>\n", out);
}

void sweep_svg_line(FILE *out, const sweep *s)
{
    enum { LINE_WIDE = 25 * WIDE, TEXTS = 8 };
    char value[SWEEP_VALUE_BYTES];
    const unsigned each = s->line.count == 0 ? 1 : LINE_WIDE / s->line.count;
    const unsigned wide = each == 0 ? 1 : each > WIDE ? WIDE : each;
    const unsigned all = LEFT + wide * s->line.count + 60;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%d\" "
            "viewBox=\"0 0 %u %d\" font-family=\"sans-serif\" font-size=\"11\">\n",
            all, TOP + BARS_HIGH + 34, all, TOP + BARS_HIGH + 34);
    fprintf(out, "<rect width=\"%u\" height=\"%d\" fill=\"#ffffff\"/>\n", all,
            TOP + BARS_HIGH + 34);
    fprintf(out,
            "<text x=\"12\" y=\"22\" font-size=\"15\">phases of %d that fail at each point that "
            "was played</text>\n",
            SWEEP_PHASES);
    fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">all %d</text>\n", LEFT - 8, TOP + 8,
            SWEEP_PHASES);
    fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">none</text>\n", LEFT - 8,
            TOP + BARS_HIGH);
    for (unsigned i = 0; i < s->line.count; i++)
        put_bar(out, s, i, wide);
    const unsigned step = s->line.count / TEXTS + 1;
    for (unsigned i = 0; i < s->line.count; i += step)
        fprintf(out, "<text x=\"%u\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                LEFT + i * wide + wide / 2, TOP + BARS_HIGH + 18,
                sweep_value_text(s->axis.what, s->line.point[i].value, value));
    fputs("</svg>\n", out);
}
