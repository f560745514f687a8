/// The tables that requirements_embed writes. Private to scenarios/requirements/.
#ifndef REQUIREMENT_TABLE_H
#define REQUIREMENT_TABLE_H

#include "scenarios/requirements/requirements.h"

#include <stddef.h>

/// `alias`, one word or two joined by a blank, each stemmed, means `word`. An ignored word has "".
typedef struct {
    const char *alias;
    const char *word;
} requirement_alias;

enum { REQUIREMENT_FAILURES_MAX = 128 }; ///< the generator refuses more

extern const requirement_row requirement_rows[];
extern const size_t requirement_rows_count;
extern const requirement_failure requirement_failures[];
extern const size_t requirement_failures_count;
extern const requirement_alias requirement_aliases[]; ///< in strcmp() order
extern const size_t requirement_aliases_count;

#endif
