/// Draws what a sweep has found: its line, and its map, SCL clock x latency. How many of the phases
/// fail stands in each cell of the map as a number, too, since colour alone says nothing to some.
#ifndef CLI_SWEEP_SVG_H
#define CLI_SWEEP_SVG_H

#include "cli/sweep.h"

#include <stdio.h>

/// The whole drawing, a file of its own or part of a page.
void sweep_svg_map(FILE *out, const sweep *s, const sweep_map *map);
/// How many phases fail at each point that was played, as bars.
void sweep_svg_line(FILE *out, const sweep *s);

#endif
