/// A streaming JSON writer (RFC 8259): nothing is kept but the nesting, so a document of any size
/// costs the same memory. Strings become valid UTF-8 whatever they hold: a byte that is none is
/// written as U+FFFD.
///
/// Broken nesting is our own mistake and asserts. Threads: one thread a writer.
#ifndef CLI_JSON_WRITER_H
#define CLI_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 16 };

typedef void json_put_fn(void *ctx, const char *text, size_t bytes);

/// Members of LINES containers begin a line each, those of INLINE ones stand in one line.
typedef enum { JSON_INLINE, JSON_LINES } json_layout;

typedef struct {
    json_put_fn *put; ///< gets the text in pieces
    void *ctx;
    unsigned depth;
    bool after_key;
    struct {
        char close;
        bool lines, any;
    } level[JSON_DEPTH_MAX];
} json_writer;

void json_start(json_writer *json, json_put_fn *put, void *ctx);
/// Ends the document with a newline; every container has been closed.
void json_finish(json_writer *json);

void json_object(json_writer *json, json_layout layout);
void json_array(json_writer *json, json_layout layout);
/// Closes the innermost object or array.
void json_close(json_writer *json);

void json_key(json_writer *json, const char *key);
/// NULL is written as null.
void json_string(json_writer *json, const char *text);
void json_uint(json_writer *json, uint64_t value);
void json_int(json_writer *json, int64_t value);
void json_bool(json_writer *json, bool value);
void json_null(json_writer *json);

/// Key and value in one.
void json_key_string(json_writer *json, const char *key, const char *text);
void json_key_uint(json_writer *json, const char *key, uint64_t value);
void json_key_int(json_writer *json, const char *key, int64_t value);
void json_key_bool(json_writer *json, const char *key, bool value);
/// An array of the blank-separated words of `words`.
void json_key_words(json_writer *json, const char *key, const char *words);

#endif
