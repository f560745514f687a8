#include "scenarios/requirements/embed/records.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct block {
    struct block *next;
    max_align_t bytes[];
} block;

struct embed_memory {
    block *first;
};

static void *allocate(size_t bytes)
{
    void *memory = calloc(1, bytes);
    if (memory == NULL) {
        fprintf(stderr, "requirements_embed: out of memory\n");
        exit(3);
    }
    return memory;
}

embed_memory *embed_memory_new(void)
{
    return allocate(sizeof(embed_memory));
}

void *embed_memory_take(embed_memory *memory, size_t bytes)
{
    block *taken = allocate(sizeof(block) + bytes);
    taken->next = memory->first;
    memory->first = taken;
    return taken->bytes;
}

char *embed_memory_copy(embed_memory *memory, const char *text, size_t bytes)
{
    char *copy = embed_memory_take(memory, bytes + 1);
    memcpy(copy, text, bytes);
    return copy;
}

void embed_memory_free(embed_memory *memory)
{
    while (memory->first != NULL) {
        block *next = memory->first->next;
        free(memory->first);
        memory->first = next;
    }
    free(memory);
}
