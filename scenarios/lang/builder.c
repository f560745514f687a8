#include "scenarios/lang/builder.h"

#include "scenarios/lang/lang.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(lang_table *table, size_t more, size_t element_bytes)
{
    if (table->capacity - table->count >= more)
        return true;
    size_t capacity = table->capacity == 0 ? 16 : table->capacity;
    while (capacity - table->count < more)
        capacity *= 2;
    void *grown = realloc(table->at, capacity * element_bytes);
    if (grown == NULL)
        return false;
    table->at = grown;
    table->capacity = capacity;
    return true;
}

bool lang_table_add(lang_table *table, const void *element, size_t element_bytes)
{
    if (!reserve(table, 1, element_bytes))
        return false;
    memcpy((char *)table->at + table->count * element_bytes, element, element_bytes);
    table->count++;
    return true;
}

void lang_builder_init(lang_builder *builder)
{
    *builder = (lang_builder){0};
    const lang_node unused = {0};
    builder->no_memory = !lang_table_add(&builder->nodes, &unused, sizeof unused) ||
                         !lang_table_add(&builder->strings, "", 1);
}

void lang_builder_release(lang_builder *builder)
{
    free(builder->nodes.at);
    free(builder->strings.at);
    free(builder->scenarios.at);
    free(builder->transfers.at);
    free(builder->files.at);
    *builder = (lang_builder){0};
}

uint32_t lang_builder_node(lang_builder *builder, const lang_node *node)
{
    if (builder->no_memory || builder->too_large)
        return LANG_NONE;
    if (builder->nodes.count == LANG_NODE_MAX) {
        builder->too_large = true;
        return LANG_NONE;
    }
    if (!lang_table_add(&builder->nodes, node, sizeof *node)) {
        builder->no_memory = true;
        return LANG_NONE;
    }
    return (uint32_t)(builder->nodes.count - 1);
}

lang_node *lang_builder_at(lang_builder *builder, uint32_t index)
{
    assert(index < builder->nodes.count);
    return (lang_node *)builder->nodes.at + index;
}

uint32_t lang_builder_string(lang_builder *builder, const char *text, size_t bytes)
{
    if (bytes == 0 || builder->no_memory || builder->too_large)
        return 0;
    if (bytes >= LANG_STRING_MAX_BYTES - builder->strings.count) {
        builder->too_large = true;
        return 0;
    }
    if (!reserve(&builder->strings, bytes + 1, 1)) {
        builder->no_memory = true;
        return 0;
    }
    const size_t at = builder->strings.count;
    char *end = (char *)builder->strings.at + at;
    memcpy(end, text, bytes);
    end[bytes] = '\0';
    builder->strings.count += bytes + 1;
    return (uint32_t)at;
}

lang_program *lang_builder_finish(lang_builder *builder)
{
    lang_program *program = calloc(1, sizeof *program);
    if (program == NULL)
        return NULL;
    *program = (lang_program){.nodes = builder->nodes.at,
                              .strings = builder->strings.at,
                              .scenarios = builder->scenarios.at,
                              .transfers = builder->transfers.at,
                              .files = builder->files.at,
                              .node_count = (uint32_t)builder->nodes.count,
                              .string_bytes = (uint32_t)builder->strings.count,
                              .scenario_count = (uint32_t)builder->scenarios.count,
                              .transfer_count = (uint32_t)builder->transfers.count,
                              .file_count = (uint32_t)builder->files.count};
    *builder = (lang_builder){0};
    return program;
}

void lang_program_free(lang_program *program)
{
    if (program == NULL)
        return;
    free((void *)program->nodes);
    free((void *)program->strings);
    free((void *)program->scenarios);
    free((void *)program->transfers);
    free((void *)program->files);
    free(program);
}

void lang_list_add(lang_builder *builder, lang_list *list, uint32_t node)
{
    if (node == LANG_NONE)
        return;
    if (list->last == LANG_NONE)
        list->first = node;
    else
        lang_builder_at(builder, list->last)->next = node;
    list->last = node;
}
