/// Files that appear whole or not at all: written under a name of their own beside the final one,
/// and renamed when everything is in them. Two runs that share a folder never mix.
///
/// Errors stick to the file: writing goes on into nothing, and out_file_commit() tells the first.
/// Threads: one thread a file.
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stdbool.h>
#include <stddef.h>

enum { FILES_MESSAGE_BYTES = 512 };

typedef struct out_file out_file;

/// Starts the file. NULL, and `message` with path and reason, when it cannot be written there.
out_file *out_file_new(const char *path, char *message, size_t message_bytes);
void out_file_write(out_file *file, const void *data, size_t bytes);
void out_file_text(out_file *file, const char *text);
/// errno of the first write that failed; 0 while all went well.
int out_file_error(const out_file *file);
/// Puts the file in its place and frees it. False and a message when any byte could not be
/// written; the place is then as it was before.
bool out_file_commit(out_file *file, char *message, size_t message_bytes);
/// Forgets the file; NULL is allowed.
void out_file_discard(out_file *file);

/// Makes a folder and those above it; one that exists is fine. False and a message otherwise.
bool folder_make(const char *path, char *message, size_t message_bytes);

/// Reads a whole file. NULL and a message when it cannot be read or has more than `most` bytes. The
/// text ends with a NUL beyond `*bytes` and is the caller's to free().
char *file_read(const char *path, size_t most, size_t *bytes, char *message, size_t message_bytes);

/// Writes everything to a descriptor; false with errno set.
bool descriptor_write(int descriptor, const void *data, size_t bytes);

/// Copies a file's contents to a descriptor. False and a message.
bool file_copy_to(const char *path, int descriptor, const char *target_name, char *message,
                  size_t message_bytes);

#endif
