/// The transfers that must work after every fault, as a program.
#include "scenarios/lang/parser.h"

#include <assert.h>
#include <string.h>

static uint32_t add_transfer(lang_parser *p, const char *text)
{
    const lang_token token = p->token;
    const uint32_t node = lang_parse_transfer(p, NULL);
    assert(!p->lexer.panic); // the text was read without a mistake before
    const size_t bytes = strcspn(text, "\n#");
    const uint32_t shown = lang_builder_string(p->builder, text, bytes);
    lang_node_of(p, node)->text = shown;
    lang_node_of(p, node)->line = token.line;
    return node;
}

static uint32_t parse_text(lang_builder *builder, const char *path, const slave_source *source)
{
    const lang_source whole = {path, source->text, strlen(source->text)};
    lang_parser p = {.builder = builder};
    lang_lexer_init(&p.lexer, &whole, NULL);
    p.lexer.line = source->line;
    p.lexer.line_start -= source->column - 1; // columns count from the line's start in the file
    lang_advance(&p);
    return add_transfer(&p, source->text);
}

static uint32_t parse_default(lang_builder *builder, const slave_description *slave)
{
    static const slave_source write_probe = {.text = "S own+W [A] P", .column = 1};
    static const slave_source read_one = {.text = "S own+R [A] [_] N P", .column = 1};
    lang_list list = {0};
    if (slave->direction != SLAVE_READ_ONLY)
        lang_list_add(builder, &list, parse_text(builder, slave->path, &write_probe));
    if (slave->direction != SLAVE_WRITE_ONLY)
        lang_list_add(builder, &list, parse_text(builder, slave->path, &read_one));
    return list.first;
}

lang_status lang_known_good(lang_program **program, const slave_description *slave)
{
    lang_builder builder;
    *program = NULL;
    lang_builder_init(&builder);
    if (builder.no_memory) {
        lang_builder_release(&builder);
        return LANG_NO_MEMORY;
    }
    const bool declared = slave->known_good.text != NULL;
    const char *path = declared ? slave->known_good.path : slave->path;
    const uint32_t body =
        declared ? parse_text(&builder, path, &slave->known_good) : parse_default(&builder, slave);
    const lang_file file = {lang_builder_string(&builder, path, strlen(path))};
    const lang_scenario scenario = {.name = lang_builder_string(&builder, "known_good", 10),
                                    .line = slave->known_good.line,
                                    .column = slave->known_good.column,
                                    .retries_ok = true,
                                    .body = body,
                                    .slot_count = LANG_VARIABLE_MAX};
    if (!lang_table_add(&builder.files, &file, sizeof file) ||
        !lang_table_add(&builder.scenarios, &scenario, sizeof scenario))
        builder.no_memory = true;
    if (!builder.no_memory)
        *program = lang_builder_finish(&builder);
    lang_builder_release(&builder);
    return *program == NULL ? LANG_NO_MEMORY : LANG_OK;
}
