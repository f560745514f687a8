/// From files to a program: the top level of a .scenario file, and the order of things.
#include "scenarios/lang/parser.h"

#include <stdlib.h>
#include <string.h>

static void parse_transfer_line(lang_parser *p)
{
    const lang_token name = p->token;
    const uint32_t indent = p->indent;
    lang_known_transfer *t = lang_find_transfer(p, &name);
    if (t != NULL && t->name != name.text)
        lang_fail_at(p, &name, "a second transfer \"%.*s\"",
                     (int)(name.bytes < 80 ? name.bytes : 80), name.text);
    else if (t != NULL)
        lang_compile_transfer(p, t, NULL, 0);
    else
        lang_check_header(p);
    while (lang_next_line(p) && p->indent > indent)
        ; // the lines of its body
}

static void parse_top(lang_parser *p)
{
    static const char *const words[] = {"scenario", "transfer", "slave", "target"};
    if (p->indent > 0) {
        lang_fail(p, "indented, but nothing above it opens a block");
        lang_next_line(p);
    } else if (lang_accept(p, "transfer")) {
        parse_transfer_line(p);
    } else if (lang_accept(p, "scenario")) {
        lang_parse_scenario(p);
    } else {
        if (lang_is(p, "slave") || lang_is(p, "target"))
            lang_fail(p, "this is a .slave file; expected \"scenario\" or \"transfer\"");
        else if (p->token.kind == LANG_TOKEN_NAME)
            lang_unknown(p, &p->token, "word at the start of a line", words, 2);
        else
            lang_expected(p, "\"scenario\" or \"transfer\"");
        lang_next_line(p);
    }
}

static void parse_file(lang_builder *builder, const lang_source *source,
                       const lang_options *options, lang_diagnostics *diagnostics)
{
    if (source->bytes > LANG_FILE_MAX_BYTES) {
        const lang_place place = {.path = source->path};
        lang_complain(diagnostics, &place, "larger than %d MiB", LANG_FILE_MAX_BYTES >> 20);
        return;
    }
    lang_parser p = {.builder = builder, .options = options};
    const lang_file file = {.path =
                                lang_builder_string(builder, source->path, strlen(source->path))};
    p.file = (uint16_t)builder->files.count;
    if (!lang_table_add(&builder->files, &file, sizeof file))
        builder->no_memory = true;
    lang_lexer_init(&p.lexer, source, diagnostics);
    lang_find_transfers(&p);
    lang_next_line(&p);
    while (!p.at_eof)
        parse_top(&p);
    free(p.transfers.at);
}

static lang_status finish(lang_program **program, lang_builder *builder,
                          lang_diagnostics *diagnostics, const char *path)
{
    const lang_place place = {.path = path};
    if (builder->too_large && lang_diagnostics_total(diagnostics) == 0)
        lang_complain(diagnostics, &place, "too much: more than %d nodes or %d MiB of text",
                      LANG_NODE_MAX, LANG_STRING_MAX_BYTES >> 20);
    lang_status status = LANG_OK;
    if (builder->no_memory)
        status = LANG_NO_MEMORY;
    else if (lang_diagnostics_total(diagnostics) > 0)
        status = LANG_FAULTY;
    else
        *program = lang_builder_finish(builder);
    if (status == LANG_OK && *program == NULL)
        status = LANG_NO_MEMORY;
    lang_builder_release(builder);
    return status;
}

lang_status lang_compile(lang_program **program, const lang_source *sources, size_t count,
                         const lang_options *options, lang_diagnostics *diagnostics)
{
    enum { FILES_MAX = 65535 };
    lang_builder builder;
    *program = NULL;
    lang_builder_init(&builder);
    const uint32_t before = lang_diagnostics_total(diagnostics);
    for (size_t i = 0; i < count && i < FILES_MAX && !builder.no_memory; i++)
        parse_file(&builder, &sources[i], options, diagnostics);
    if (before > 0 && lang_diagnostics_total(diagnostics) == before) {
        // Mistakes of an earlier call are not this program's.
        lang_diagnostics *own = lang_diagnostics_new();
        const lang_status status =
            own == NULL ? LANG_NO_MEMORY : finish(program, &builder, own, sources[0].path);
        lang_diagnostics_free(own);
        return status;
    }
    return finish(program, &builder, diagnostics, count > 0 ? sources[0].path : "");
}

lang_status lang_compile_files(lang_program **program, const char *const *paths, size_t count,
                               const lang_options *options, lang_diagnostics *diagnostics)
{
    *program = NULL;
    lang_source *sources = calloc(count + 1, sizeof *sources);
    char **texts = calloc(count + 1, sizeof *texts);
    if (sources == NULL || texts == NULL) {
        free(sources);
        free(texts);
        return LANG_NO_MEMORY;
    }
    lang_status status = LANG_OK;
    for (size_t i = 0; i < count && status != LANG_NO_MEMORY; i++) {
        const lang_status read =
            lang_read_whole(paths[i], &texts[i], &sources[i].bytes, diagnostics);
        sources[i].path = paths[i];
        sources[i].text = texts[i] != NULL ? texts[i] : "";
        status = read == LANG_OK ? status : read;
    }
    if (status != LANG_NO_MEMORY) {
        // Files that can be read are looked at even if another cannot: one round of mistakes.
        const lang_status compiled = lang_compile(program, sources, count, options, diagnostics);
        if (status == LANG_OK || compiled == LANG_NO_MEMORY)
            status = compiled;
        if (status != LANG_OK) {
            lang_program_free(*program);
            *program = NULL;
        }
    }
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
    free(sources);
    return status;
}
