/// The growing tables of a program that is being compiled. Internal to scenarios/lang.
#ifndef LANG_BUILDER_H
#define LANG_BUILDER_H

#include "scenarios/lang/program.h"

#include <stddef.h>

/// A table of elements of one size that grows by doubling.
typedef struct {
    void *at;
    size_t count;
    size_t capacity;
} lang_table;

/// Appends a copy of `element`. False without memory; the table is then as it was.
bool lang_table_add(lang_table *table, const void *element, size_t element_bytes);

enum { LANG_NODE_MAX = 1000000, LANG_STRING_MAX_BYTES = 32 * 1024 * 1024 };

typedef struct {
    lang_table nodes;
    lang_table strings;
    lang_table scenarios;
    lang_table transfers;
    lang_table files;
    bool no_memory;
    bool too_large; ///< more than LANG_NODE_MAX nodes or LANG_STRING_MAX_BYTES
} lang_builder;

void lang_builder_init(lang_builder *builder);
void lang_builder_release(lang_builder *builder);
/// Appends a node and returns its index; LANG_NONE when the builder is full, which is remembered.
uint32_t lang_builder_node(lang_builder *builder, const lang_node *node);
/// The node at an index; valid until the next one is added.
lang_node *lang_builder_at(lang_builder *builder, uint32_t index);
/// Appends a string; the empty one is offset 0.
uint32_t lang_builder_string(lang_builder *builder, const char *text, size_t bytes);
/// Moves the tables into a program that lang_program_free() frees; NULL without memory.
lang_program *lang_builder_finish(lang_builder *builder);

/// A list of nodes under construction.
typedef struct {
    uint32_t first;
    uint32_t last;
} lang_list;
void lang_list_add(lang_builder *builder, lang_list *list, uint32_t node);

#endif
