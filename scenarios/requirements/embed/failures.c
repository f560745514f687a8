// Failure modes, and the words of the search.
#include "scenarios/requirements/embed/catalogue.h"
#include "scenarios/requirements/stem.h"
#include "scenarios/requirements/table.h"

#include <stdlib.h>
#include <string.h>

static bool find_row(const embed_catalogue *catalogue, const char *id, size_t *index)
{
    for (*index = 0; *index < catalogue->rows; (*index)++) {
        if (strcmp(catalogue->row[*index].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void take_caught(const embed_catalogue *catalogue, const embed_record *record,
                        embed_failure *failure, const char *text)
{
    const embed_list ids = embed_split(catalogue, text, " ");
    failure->rows = embed_memory_take(catalogue->memory, ids.count * sizeof(*failure->rows));
    for (size_t i = 0; i < ids.count; i++) {
        size_t row = 0;
        if (find_row(catalogue, ids.at[i], &row)) {
            failure->rows[failure->row_count++] = row;
        } else {
            embed_error(catalogue->messages, record->path, embed_line_of(record, "rows"),
                        "there is no row `%s`", ids.at[i]);
        }
    }
}

enum { ID, TITLE, SHOWS, CAUSE, ROWS, SYMPTOMS, FAILURE_KEYS };

static void take_failure(embed_catalogue *catalogue, const embed_record *record, unsigned number)
{
    static const embed_wanted wanted[FAILURE_KEYS] = {
        [ID] = {"id", true},       [TITLE] = {"title", true}, [SHOWS] = {"shows", true},
        [CAUSE] = {"cause", true}, [ROWS] = {"rows", true},   [SYMPTOMS] = {"symptoms", true},
    };
    const char *value[FAILURE_KEYS];
    if (!embed_pick(catalogue, record, wanted, FAILURE_KEYS, value)) {
        return;
    }
    char id[8];
    snprintf(id, sizeof(id), "FM-%02u", number % 100);
    if (strcmp(value[ID], id) != 0) {
        embed_error(catalogue->messages, record->path, embed_line_of(record, "id"),
                    "expected the id %s, found `%s`", id, value[ID]);
    }
    embed_failure failure = {.id = value[ID],
                             .title = value[TITLE],
                             .shows = value[SHOWS],
                             .cause = value[CAUSE],
                             .symptoms = embed_split(catalogue, value[SYMPTOMS], ";")};
    take_caught(catalogue, record, &failure, value[ROWS]);
    catalogue->failure = embed_grown(catalogue->memory, catalogue->failure, catalogue->failures,
                                     sizeof(*catalogue->failure));
    catalogue->failure[catalogue->failures++] = failure;
}

void embed_take_failures(embed_catalogue *catalogue, const embed_records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        take_failure(catalogue, &records->at[i], (unsigned)i + 1);
    }
    if (catalogue->failures > REQUIREMENT_FAILURES_MAX && records->count > 0) {
        embed_error(catalogue->messages, records->at[0].path, 1, "more than %d failure modes",
                    REQUIREMENT_FAILURES_MAX);
    }
}

/// One or two words, stemmed as a search stems them, joined by a blank; NULL if there are none or
/// more.
static const char *stemmed(const embed_catalogue *catalogue, const char *text)
{
    char word[2][REQUIREMENT_WORD_MAX] = {"", ""};
    const char *next = requirement_next_word(text, word[0]);
    if (next == NULL) {
        return NULL;
    }
    char extra[REQUIREMENT_WORD_MAX];
    next = requirement_next_word(next, word[1]);
    if (next != NULL && requirement_next_word(next, extra) != NULL) {
        return NULL;
    }
    char joined[2 * REQUIREMENT_WORD_MAX];
    const int bytes =
        snprintf(joined, sizeof(joined), "%s%s%s", word[0], next != NULL ? " " : "", word[1]);
    return embed_memory_copy(catalogue->memory, joined, (size_t)bytes);
}

static void take_alias(embed_catalogue *catalogue, const embed_record *record, const char *key,
                       const char *text, const char *word)
{
    const unsigned line = embed_line_of(record, key);
    const char *alias = stemmed(catalogue, text);
    if (alias == NULL) {
        embed_error(catalogue->messages, record->path, line, "`%s` is not one word or two", text);
        return;
    }
    for (size_t i = 0; i < catalogue->aliases; i++) {
        if (strcmp(catalogue->alias[i].alias, alias) == 0) {
            embed_error(catalogue->messages, record->path, line,
                        "`%s` is there already, in line %u", text, catalogue->alias[i].line);
            return;
        }
    }
    catalogue->alias = embed_grown(catalogue->memory, catalogue->alias, catalogue->aliases,
                                   sizeof(*catalogue->alias));
    catalogue->alias[catalogue->aliases++] =
        (embed_alias){.alias = alias, .word = word, .path = record->path, .line = line};
}

static void take_aliases(embed_catalogue *catalogue, const embed_record *record, const char *key,
                         const char *list, const char *word)
{
    const embed_list names = embed_split(catalogue, list, ",");
    for (size_t i = 0; i < names.count; i++) {
        take_alias(catalogue, record, key, names.at[i], word);
    }
}

static int by_alias(const void *a, const void *b)
{
    const embed_alias *left = a;
    const embed_alias *right = b;
    return strcmp(left->alias, right->alias);
}

enum { WORD, SAME, IGNORE, WORD_KEYS };

void embed_take_words(embed_catalogue *catalogue, const embed_records *records)
{
    static const embed_wanted wanted[WORD_KEYS] = {
        [WORD] = {"word", false}, [SAME] = {"same", false}, [IGNORE] = {"ignore", false}};
    for (size_t i = 0; i < records->count; i++) {
        const embed_record *record = &records->at[i];
        const char *value[WORD_KEYS];
        if (!embed_pick(catalogue, record, wanted, WORD_KEYS, value)) {
            continue;
        }
        const bool pair = value[WORD][0] != '\0' && value[SAME][0] != '\0';
        if (pair == (value[IGNORE][0] != '\0')) {
            embed_error(catalogue->messages, record->path, record->line,
                        "expected `word` and `same`, or `ignore`");
            continue;
        }
        const char *word = pair ? stemmed(catalogue, value[WORD]) : "";
        if (word == NULL || strchr(word, ' ') != NULL) {
            embed_error(catalogue->messages, record->path, embed_line_of(record, "word"),
                        "`%s` is not one word", value[WORD]);
            continue;
        }
        take_aliases(catalogue, record, pair ? "same" : "ignore",
                     pair ? value[SAME] : value[IGNORE], word);
    }
    if (catalogue->aliases > 0) {
        qsort(catalogue->alias, catalogue->aliases, sizeof(*catalogue->alias), by_alias);
    }
}
