/// The catalogue as read from the text files and checked.
#ifndef EMBED_CATALOGUE_H
#define EMBED_CATALOGUE_H

#include "scenarios/requirements/embed/records.h"

#include <stddef.h>

/// A list of words or phrases.
typedef struct {
    const char **at;
    size_t count;
} embed_list;

typedef struct {
    const char *name;
    const char *title;
    bool has_term; ///< its rows ask nothing of slaves that do not declare `term`
    size_t term;   ///< index into the catalogue's terms
} embed_group;

typedef struct {
    const char *name;
    const char *need;
    const char *meaning;
    bool is_mode;
} embed_term;

typedef struct {
    const char *id;
    size_t group;
    char level;            ///< M, O, C, R or I
    const char *condition; ///< "" unless level is C
    size_t *terms;         ///< indices into the catalogue's terms
    size_t term_count;
    const char *condition_text;
    const char *observe; ///< letters of LDHA
    const char *clause;
    const char *requirement;
    const char *stimulus;
    const char *expected;
    const char *reading;
    const char *cause;
    const char *cure;
    const char *unseen;
} embed_row;

typedef struct {
    const char *id;
    const char *title;
    const char *shows;
    const char *cause;
    embed_list symptoms;
    size_t *rows; ///< indices into the catalogue's rows
    size_t row_count;
} embed_failure;

typedef struct {
    const char *alias; ///< stemmed, one word or two
    const char *word;
    const char *path;
    unsigned line;
} embed_alias;

typedef struct {
    embed_group *group;
    size_t groups;
    embed_term *term;
    size_t terms;
    embed_row *row;
    size_t rows;
    embed_failure *failure;
    size_t failures;
    embed_alias *alias; ///< sorted
    size_t aliases;
    embed_memory *memory;
    embed_messages *messages;
} embed_catalogue;

/// Each takes the records of one file; errors are told and counted in `messages`. Terms come before
/// rows, rows before failures.
void embed_take_terms(embed_catalogue *catalogue, const embed_records *records);
void embed_take_rows(embed_catalogue *catalogue, const embed_records *records); ///< one group
void embed_take_failures(embed_catalogue *catalogue, const embed_records *records);
void embed_take_words(embed_catalogue *catalogue, const embed_records *records);

/// Writes the tables of scenarios/requirements/table.h as C. The catalogue must be free of errors.
void embed_emit(FILE *out, const embed_catalogue *catalogue);

// ---- helpers that the readers of rows, failures and words share

typedef struct {
    const char *key;
    bool required;
} embed_wanted;

/// Puts the value of wanted[i] into values[i]: "" when it is absent. Tells about keys that are
/// unknown, double, missing or empty. False when something was told.
bool embed_pick(const embed_catalogue *catalogue, const embed_record *record,
                const embed_wanted *wanted, size_t count, const char **values);
/// The line of a key in a record, or of the record.
unsigned embed_line_of(const embed_record *record, const char *key);
/// Splits at any of `separators`, cuts blanks around each piece and leaves out empty ones.
embed_list embed_split(const embed_catalogue *catalogue, const char *text, const char *separators);
/// Room for one more element of an array that the catalogue owns; returns the new array.
void *embed_grown(embed_memory *memory, const void *old, size_t count, size_t element_bytes);

#endif
