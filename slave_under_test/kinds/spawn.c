#define _GNU_SOURCE // environ, pipe2

#include "slave_under_test/kinds/spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static bool is_program(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

bool spawn_find(const char *name, char *path, size_t path_bytes)
{
    if (strchr(name, '/') != NULL) {
        const int n = snprintf(path, path_bytes, "%s", name);
        return n > 0 && (size_t)n < path_bytes && is_program(path);
    }
    const char *at = getenv("PATH");
    if (at == NULL)
        at = "/usr/local/bin:/usr/bin:/bin";
    while (*at != '\0') {
        const size_t length = strcspn(at, ":");
        const int n =
            snprintf(path, path_bytes, "%.*s/%s", (int)length, length > 0 ? at : ".", name);
        if (n > 0 && (size_t)n < path_bytes && is_program(path))
            return true;
        at += length;
        at += *at == ':';
    }
    return false;
}

bool spawn_exists(const char *name)
{
    char path[PATH_BYTES];
    return spawn_find(name, path, sizeof path);
}

/// Reads to the end; what does not fit is read and dropped, so that the writer can end.
static void drain(int fd, char *output, size_t output_bytes)
{
    char block[4096];
    size_t used = 0;
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0 || (got < 0 && errno == EINTR)) {
        if (got < 0)
            continue;
        const size_t room = output_bytes - 1 - used;
        const size_t keep = (size_t)got < room ? (size_t)got : room;
        memcpy(output + used, block, keep);
        used += keep;
    }
    output[used] = '\0';
}

static int start(pid_t *child, const char *path, const char *const *arguments, int to)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&actions, to, 1);
    (void)posix_spawn_file_actions_adddup2(&actions, to, 2);
    // posix_spawn() asks for char *const[] for historical reasons and writes to nothing.
    error = posix_spawn(child, path, &actions, NULL, (char *const *)(uintptr_t)arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

bool spawn_wait(const char *const *arguments, char *output, size_t output_bytes)
{
    char path[PATH_BYTES];
    int ends[2];
    pid_t child = -1;
    if (!spawn_find(arguments[0], path, sizeof path)) {
        (void)snprintf(output, output_bytes, "%s: not found", arguments[0]);
        return false;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        (void)snprintf(output, output_bytes, "%s: %s", path, strerror(errno));
        return false;
    }
    const int error = start(&child, path, arguments, ends[1]);
    (void)close(ends[1]);
    if (error != 0) {
        (void)close(ends[0]);
        (void)snprintf(output, output_bytes, "%s: %s", path, strerror(error));
        return false;
    }
    drain(ends[0], output, output_bytes);
    (void)close(ends[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (output[0] == '\0')
        (void)snprintf(output, output_bytes, "%s: ended with status %d", path, status);
    return false;
}

void spawn_remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir != NULL) {
        const struct dirent *entry;
        while ((entry = readdir(dir)) != NULL)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
        (void)closedir(dir);
    }
    (void)rmdir(folder);
}
