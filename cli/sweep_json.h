/// What sweeps found, for programs: docs/sweep-schema.json.
#ifndef CLI_SWEEP_JSON_H
#define CLI_SWEEP_JSON_H

#include "cli/json_writer.h"
#include "cli/sweep.h"

/// Begins the document; each sweep; ends it.
void sweep_json_begin(json_writer *w, const cli_options *options);
void sweep_json_add(json_writer *w, const sweep *s);
void sweep_json_end(json_writer *w);

#endif
