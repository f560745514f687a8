#include "cli/files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 16, NAME_TRIES = 100 };

struct out_file {
    char *path;
    char *temporary;
    int descriptor;
    bool direct; ///< no temporary: `path` is written itself
    int error;   ///< errno of the first failure
    size_t used;
    char buffer[BUFFER_BYTES];
};

static void say(char *message, size_t bytes, const char *what, const char *path, int error)
{
    snprintf(message, bytes, "cannot %s %s: %s", what, path, strerror(error));
}

/// `folder/.name.PID-N.part`: in the same folder, so that the rename stays within a file system.
static char *temporary_name(const char *path, unsigned try)
{
    const char *slash = strrchr(path, '/');
    const size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    char *name = NULL;
    if (asprintf(&name, "%.*s.%s.%ld-%u.part", (int)folder, path, path + folder, (long)getpid(),
                 try) < 0)
        return NULL;
    return name;
}

static bool open_temporary(out_file *file)
{
    for (unsigned try = 0; try < NAME_TRIES; try++) {
        free(file->temporary);
        file->temporary = temporary_name(file->path, try);
        if (file->temporary == NULL) {
            errno = ENOMEM;
            return false;
        }
        file->descriptor =
            open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (file->descriptor >= 0)
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

/// What lies at the final place decides how it is written. A device or pipe is written directly,
/// for a rename would put a file in its place; through a link goes the file it names.
static bool look_at_place(out_file *file)
{
    struct stat there;
    if (stat(file->path, &there) != 0)
        return true;
    if (S_ISDIR(there.st_mode)) {
        errno = EISDIR;
        return false;
    }
    file->direct = !S_ISREG(there.st_mode);
    char *real = realpath(file->path, NULL);
    if (real != NULL) {
        free(file->path);
        file->path = real;
    }
    return true;
}

static bool open_file(out_file *file)
{
    if (!look_at_place(file))
        return false;
    if (!file->direct)
        return open_temporary(file);
    file->descriptor = open(file->path, O_WRONLY | O_CLOEXEC);
    return file->descriptor >= 0;
}

static void out_file_free(out_file *file)
{
    free(file->path);
    free(file->temporary);
    free(file);
}

out_file *out_file_new(const char *path, char *message, size_t message_bytes)
{
    out_file *file = calloc(1, sizeof *file);
    if (file != NULL)
        file->path = strdup(path);
    if (file == NULL || file->path == NULL) {
        say(message, message_bytes, "write", path, ENOMEM);
        free(file);
        return NULL;
    }
    if (!open_file(file)) {
        say(message, message_bytes, "write", path, errno);
        out_file_free(file);
        return NULL;
    }
    return file;
}

bool descriptor_write(int descriptor, const void *data, size_t bytes)
{
    const char *at = data;
    while (bytes > 0) {
        const ssize_t done = write(descriptor, at, bytes);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        if (done == 0) {
            errno = EIO;
            return false;
        }
        at += done;
        bytes -= (size_t)done;
    }
    return true;
}

static void flush(out_file *file)
{
    if (file->error == 0 && !descriptor_write(file->descriptor, file->buffer, file->used))
        file->error = errno;
    file->used = 0;
}

void out_file_write(out_file *file, const void *data, size_t bytes)
{
    const char *at = data;
    while (bytes > 0) {
        const size_t room = BUFFER_BYTES - file->used;
        const size_t part = bytes < room ? bytes : room;
        memcpy(file->buffer + file->used, at, part);
        file->used += part;
        at += part;
        bytes -= part;
        if (file->used == BUFFER_BYTES)
            flush(file);
    }
}

void out_file_text(out_file *file, const char *text)
{
    out_file_write(file, text, strlen(text));
}

int out_file_error(const out_file *file)
{
    return file->error;
}

bool out_file_commit(out_file *file, char *message, size_t message_bytes)
{
    flush(file);
    // Some file systems tell of a full disk only here.
    if (close(file->descriptor) != 0 && file->error == 0)
        file->error = errno;
    if (file->error == 0 && !file->direct && rename(file->temporary, file->path) != 0)
        file->error = errno;
    const int error = file->error;
    if (error != 0 && !file->direct)
        unlink(file->temporary);
    if (error != 0)
        say(message, message_bytes, "write", file->path, error);
    out_file_free(file);
    return error == 0;
}

void out_file_discard(out_file *file)
{
    if (file == NULL)
        return;
    close(file->descriptor);
    if (!file->direct)
        unlink(file->temporary);
    out_file_free(file);
}

static bool make_one(const char *path)
{
    struct stat there;
    if (mkdir(path, 0777) == 0)
        return true;
    const int error = errno;
    if (error == EEXIST && stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        return true;
    errno = error == EEXIST ? ENOTDIR : error;
    return false;
}

bool folder_make(const char *path, char *message, size_t message_bytes)
{
    char *part = strdup(path);
    bool fine = part != NULL && path[0] != '\0';
    if (part == NULL)
        errno = ENOMEM;
    else if (!fine)
        errno = ENOENT;
    for (char *at = part; fine && *at != '\0';) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        const char kept = *at;
        *at = '\0';
        fine = make_one(part);
        *at = kept;
    }
    if (!fine)
        say(message, message_bytes, "make the folder", path, errno);
    free(part);
    return fine;
}

static bool read_all(int descriptor, size_t most, char **text, size_t *bytes)
{
    size_t room = 0;
    *text = NULL;
    *bytes = 0;
    for (;;) {
        if (*bytes + 1 >= room) {
            room = room == 0 ? 4096 : room * 2;
            char *more = realloc(*text, room);
            if (more == NULL) {
                errno = ENOMEM;
                return false;
            }
            *text = more;
        }
        const ssize_t got = read(descriptor, *text + *bytes, room - *bytes - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *bytes += (size_t)got;
        if (*bytes > most) {
            errno = EFBIG;
            return false;
        }
    }
    (*text)[*bytes] = '\0';
    return true;
}

char *file_read(const char *path, size_t most, size_t *bytes, char *message, size_t message_bytes)
{
    char *text = NULL;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        say(message, message_bytes, "read", path, errno);
        return NULL;
    }
    if (!read_all(descriptor, most, &text, bytes)) {
        say(message, message_bytes, "read", path, errno);
        free(text);
        text = NULL;
    }
    close(descriptor);
    return text;
}

bool file_copy_to(const char *path, int descriptor, const char *target_name, char *message,
                  size_t message_bytes)
{
    char part[1 << 14];
    const int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) {
        say(message, message_bytes, "read", path, errno);
        return false;
    }
    for (;;) {
        const ssize_t got = read(from, part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            break;
        if (got < 0) {
            say(message, message_bytes, "read", path, errno);
            close(from);
            return false;
        }
        if (!descriptor_write(descriptor, part, (size_t)got)) {
            say(message, message_bytes, "write", target_name, errno);
            close(from);
            return false;
        }
    }
    close(from);
    return true;
}
