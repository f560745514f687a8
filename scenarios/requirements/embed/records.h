/// Reads the text files of the catalogue: records of `key: value` lines with a blank line between.
/// A line that begins with a blank goes on with the value above it; `#` in the first column begins
/// a comment. Printable ASCII only, and no tabs.
#ifndef EMBED_RECORDS_H
#define EMBED_RECORDS_H

#include <stdbool.h>
#include <stdio.h>

enum { EMBED_FIELDS_MAX = 16 };

/// Messages of the form `path:line: text` go to `out` and are counted.
typedef struct {
    FILE *out;
    unsigned errors;
} embed_messages;

typedef struct {
    const char *key;
    const char *value; ///< continuation lines joined by one blank
    unsigned line;     ///< of the key, from 1
} embed_field;

typedef struct {
    const char *path;
    unsigned line; ///< of the first field
    embed_field field[EMBED_FIELDS_MAX];
    unsigned fields;
} embed_record;

typedef struct {
    embed_record *at;
    size_t count;
} embed_records;

/// Prints `path:line: ` and the formatted text.
__attribute__((format(printf, 4, 5))) void embed_error(embed_messages *messages, const char *path,
                                                       unsigned line, const char *format, ...);

/// Memory for the run of the generator: it is never given back one by one, but by
/// embed_memory_free(). When there is none the program ends with a message and status 3.
typedef struct embed_memory embed_memory;
embed_memory *embed_memory_new(void);
void *embed_memory_take(embed_memory *memory, size_t bytes); ///< zeroed, aligned for any type
char *embed_memory_copy(embed_memory *memory, const char *text, size_t bytes); ///< adds a NUL
void embed_memory_free(embed_memory *memory);

/// Reads a file. What is wrong in it is told in `messages`; the records that could be read are
/// there all the same. `path` must live as long as they. False: the file could not be read (told,
/// too).
bool embed_records_read(embed_records *records, const char *path, embed_memory *memory,
                        embed_messages *messages);

#endif
