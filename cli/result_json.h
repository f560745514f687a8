/// result.json, written case by case. Its form is described by docs/result-schema.json.
#ifndef CLI_RESULT_JSON_H
#define CLI_RESULT_JSON_H

#include "cli/files.h"
#include "cli/run_state.h"

/// Begins the document in `file`, which stays the caller's. NULL without memory.
result_json *result_json_new(out_file *file, const cli_options *options, const lineup *s);
void result_json_case(result_json *json, const play_set *set, const case_view *view);
/// Ends the document: distinct findings, summary, environment. Frees `json`.
void result_json_finish(result_json *json, const run_state *state, int argc, char *const *argv);
void result_json_free(result_json *json);

#endif
