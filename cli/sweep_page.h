/// What sweeps have found as a page: sweep.html in the folder of results.
#ifndef CLI_SWEEP_PAGE_H
#define CLI_SWEEP_PAGE_H

#include "cli/sweep.h"

#include <stdio.h>

/// A sweep's part of the page; `map` NULL: none was asked for.
void sweep_page_add(FILE *out, const sweep *s, const sweep_map *map);

#endif
