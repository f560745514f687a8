/// Runs a program without a shell, so that no name of a file can be taken for anything else.
#ifndef SLAVE_SPAWN_H
#define SLAVE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

/// Runs `arguments` (NULL-terminated; the first is looked up in PATH) to its end. What it prints
/// goes to `output`, cut to fit. False when it could not be run or did not end with 0.
bool spawn_wait(const char *const *arguments, char *output, size_t output_bytes);
/// Finds a program as spawn_wait() would. False when there is none.
bool spawn_find(const char *name, char *path, size_t path_bytes);
bool spawn_exists(const char *name);
/// Removes a folder and the files in it. Folders in it are left alone.
void spawn_remove_folder(const char *folder);

#endif
