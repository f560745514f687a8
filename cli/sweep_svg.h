/// Draws the map of a sweep: SCL clock x latency. How many of the phases fail stands in each cell
/// as a number, too, since colour alone says nothing to some.
#ifndef CLI_SWEEP_SVG_H
#define CLI_SWEEP_SVG_H

#include "cli/files.h"
#include "cli/sweep.h"

void sweep_svg_write(out_file *file, const sweep *s, const sweep_map *map);

#endif
