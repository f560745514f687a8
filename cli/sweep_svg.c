#include "cli/sweep_svg.h"

#include "cli/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LEFT = 110, TOP = 56, WIDE = 34, HIGH = 26, BELOW = 64, TEXT_BYTES = 512 };

__attribute__((format(printf, 2, 3))) static void put(out_file *file, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    out_file_text(file, text);
}

/// Names come from files: what means something to XML is written as a reference.
static const char *escaped(const char *from, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (; *from != '\0' && used + 8 < bytes; from++) {
        const bool plain = strchr("<>&\"'", *from) == NULL && (unsigned char)*from >= ' ';
        used += (size_t)snprintf(text + used, bytes - used, plain ? "%c" : "&#%d;",
                                 (unsigned char)*from < ' ' ? '?' : *from);
    }
    return text;
}

/// White to dark red with the share of phases that fail; green where none does.
static const char *colour_of(unsigned failed)
{
    static const char *const shades[] = {"#b7e1b5", "#fde9c9", "#fbc490", "#f28e5c", "#c9372c"};
    return shades[failed == 0 ? 0 : 1 + (failed * 4 - 1) / (SWEEP_PHASES + 1)];
}

static void put_cell(out_file *file, const sweep_map *map, unsigned speed, unsigned value)
{
    const sweep_outcome *outcome = &map->cell[speed * map->values + value];
    const unsigned failed = (unsigned)__builtin_popcount(outcome->failed);
    const unsigned x = LEFT + value * WIDE;
    const unsigned y = TOP + (map->speeds - 1 - speed) * HIGH;
    char at[SWEEP_VALUE_BYTES];
    char clock[SWEEP_VALUE_BYTES];
    char title[sizeof outcome->why.title * 2];
    if (outcome->phases == 0)
        return;
    put(file, "<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" fill=\"%s\">", x, y, WIDE - 1,
        HIGH - 1, colour_of(failed));
    put(file, "<title>%s at %s: %u of %d phases fail%s%s</title></rect>",
        sweep_value_text(SWEEP_LATENCY, map->value[value], at),
        sweep_value_text(SWEEP_SPEED, map->master[speed].scl_hz, clock), failed, SWEEP_PHASES,
        failed > 0 ? ". " : "", escaped(outcome->why.title, title, sizeof title));
    put(file, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">%u</text>\n", x + WIDE / 2,
        y + HIGH / 2 + 4, failed);
}

static void put_axes(out_file *file, const sweep_map *map)
{
    char text[SWEEP_VALUE_BYTES];
    for (unsigned i = 0; i < map->speeds; i++)
        put(file, "<text x=\"%d\" y=\"%u\" text-anchor=\"end\">%s</text>\n", LEFT - 8,
            TOP + (map->speeds - 1 - i) * HIGH + HIGH / 2 + 4,
            sweep_value_text(SWEEP_SPEED, map->master[i].scl_hz, text));
    for (unsigned i = 0; i < map->values; i += 4)
        put(file, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">%s</text>\n",
            LEFT + i * WIDE + WIDE / 2, TOP + map->speeds * HIGH + 18,
            text_time(map->value[i], text, sizeof text));
}

void sweep_svg_write(out_file *file, const sweep *s, const sweep_map *map)
{
    char slave[128];
    char played[2 * MASTER_TEXT_BYTES];
    const unsigned wide = LEFT + map->values * WIDE + 20;
    const unsigned high = TOP + map->speeds * HIGH + BELOW;
    escaped(s->slave->description->name, slave, sizeof slave);
    escaped(s->master->text, played, sizeof played);
    put(file,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
        "viewBox=\"0 0 %u %u\" font-family=\"sans-serif\" font-size=\"11\">\n",
        wide, high, wide, high);
    put(file, "<rect width=\"%u\" height=\"%u\" fill=\"#ffffff\"/>\n", wide, high);
    put(file, "<text x=\"12\" y=\"22\" font-size=\"15\">%s on %s: phases of %d that fail</text>\n",
        slave, played, SWEEP_PHASES);
    put(file, "<text x=\"12\" y=\"42\">SCL clock</text>\n");
    for (unsigned speed = 0; speed < map->speeds; speed++)
        for (unsigned value = 0; value < map->values; value++)
            put_cell(file, map, speed, value);
    put_axes(file, map);
    put(file, "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\">extra latency</text>\n",
        LEFT + map->values * WIDE / 2, TOP + map->speeds * HIGH + 40);
    put(file, "</svg>\n");
}
