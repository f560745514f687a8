#include "scenarios/requirements/embed/catalogue.h"

#include <stdint.h>
#include <string.h>

static const embed_field *find_field(const embed_record *record, const char *key)
{
    for (unsigned i = 0; i < record->fields; i++) {
        if (strcmp(record->field[i].key, key) == 0) {
            return &record->field[i];
        }
    }
    return NULL;
}

unsigned embed_line_of(const embed_record *record, const char *key)
{
    const embed_field *field = find_field(record, key);
    return field != NULL ? field->line : record->line;
}

static bool is_wanted(const embed_wanted *wanted, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(wanted[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

/// Keys that nobody asked for, and those that come twice.
static bool check_keys(const embed_catalogue *catalogue, const embed_record *record,
                       const embed_wanted *wanted, size_t count)
{
    bool good = true;
    for (unsigned i = 0; i < record->fields; i++) {
        const embed_field *field = &record->field[i];
        if (!is_wanted(wanted, count, field->key)) {
            embed_error(catalogue->messages, record->path, field->line, "unknown key `%s`",
                        field->key);
            good = false;
        } else if (find_field(record, field->key) != field) {
            embed_error(catalogue->messages, record->path, field->line, "`%s` is given twice",
                        field->key);
            good = false;
        } else if (field->value[0] == '\0') {
            embed_error(catalogue->messages, record->path, field->line, "`%s` is empty",
                        field->key);
            good = false;
        }
    }
    return good;
}

bool embed_pick(const embed_catalogue *catalogue, const embed_record *record,
                const embed_wanted *wanted, size_t count, const char **values)
{
    bool good = check_keys(catalogue, record, wanted, count);
    for (size_t i = 0; i < count; i++) {
        const embed_field *field = find_field(record, wanted[i].key);
        values[i] = field != NULL ? field->value : "";
        if (field == NULL && wanted[i].required) {
            embed_error(catalogue->messages, record->path, record->line, "`%s` is missing",
                        wanted[i].key);
            good = false;
        }
    }
    return good;
}

void *embed_grown(embed_memory *memory, const void *old, size_t count, size_t element_bytes)
{
    // Room doubles at powers of two, so that few copies are made.
    if (count != 0 && (count & (count - 1)) != 0) {
        return (void *)(uintptr_t)old;
    }
    void *grown = embed_memory_take(memory, (count == 0 ? 1 : 2 * count) * element_bytes);
    if (count > 0) {
        memcpy(grown, old, count * element_bytes);
    }
    return grown;
}

embed_list embed_split(const embed_catalogue *catalogue, const char *text, const char *separators)
{
    embed_list list = {.at = NULL};
    while (*text != '\0') {
        size_t bytes = strcspn(text, separators);
        const char *next = text + bytes + (text[bytes] != '\0');
        for (; bytes > 0 && *text == ' '; bytes--) {
            text++;
        }
        for (; bytes > 0 && text[bytes - 1] == ' '; bytes--) {
        }
        if (bytes > 0) {
            list.at = embed_grown(catalogue->memory, list.at, list.count, sizeof(*list.at));
            list.at[list.count++] = embed_memory_copy(catalogue->memory, text, bytes);
        }
        text = next;
    }
    return list;
}
