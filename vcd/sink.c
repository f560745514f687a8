#define _POSIX_C_SOURCE 200809L // sigtimedwait, O_CLOEXEC

#include "vcd/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static vcd_status sink_init(vcd_sink *sink, const char *name, size_t buffer_bytes)
{
    *sink = (vcd_sink){.fd = -1, .size = buffer_bytes};
    sink->buffer = malloc(buffer_bytes);
    sink->name = strdup(name);
    if (sink->buffer && sink->name)
        return VCD_OK;
    vcd_sink_release(sink);
    return VCD_NO_MEMORY;
}

vcd_status vcd_sink_open_path(vcd_sink *sink, const char *path, size_t buffer_bytes)
{
    const vcd_status status = sink_init(sink, path, buffer_bytes);
    if (status != VCD_OK)
        return status;
    do
        sink->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    while (sink->fd < 0 && errno == EINTR);
    if (sink->fd >= 0) {
        sink->owns_fd = true;
        return VCD_OK;
    }
    const int os_errno = errno;
    vcd_sink_release(sink);
    sink->os_errno = os_errno;
    return VCD_OPEN_FAILED;
}

vcd_status vcd_sink_open_fd(vcd_sink *sink, int fd, const char *name, size_t buffer_bytes)
{
    char number[32];
    (void)snprintf(number, sizeof number, "fd %d", fd);
    const vcd_status status = sink_init(sink, name ? name : number, buffer_bytes);
    if (status == VCD_OK)
        sink->fd = fd;
    return status;
}

vcd_status vcd_sink_open_callback(vcd_sink *sink, vcd_write_fn *write, void *ctx, const char *name,
                                  size_t buffer_bytes)
{
    const vcd_status status = sink_init(sink, name ? name : "callback", buffer_bytes);
    if (status == VCD_OK) {
        sink->write = write;
        sink->ctx = ctx;
    }
    return status;
}

/// write() that turns SIGPIPE into EPIPE for this thread alone. A SIGPIPE that was pending
/// already is somebody else's and stays.
static ssize_t write_without_sigpipe(int fd, const char *bytes, size_t len)
{
    sigset_t pipe_only;
    sigset_t before;
    sigset_t pending;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigemptyset(&pending);
    (void)sigpending(&pending);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
    const ssize_t wrote = write(fd, bytes, len);
    const int os_errno = errno;
    if (wrote < 0 && os_errno == EPIPE && !sigismember(&pending, SIGPIPE)) {
        const struct timespec at_once = {0, 0};
        while (sigtimedwait(&pipe_only, NULL, &at_once) < 0 && errno == EINTR) {
        }
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = os_errno;
    return wrote;
}

/// Bytes taken, at least 1; or a negative errno.
static ptrdiff_t write_some(const vcd_sink *sink, const char *bytes, size_t len)
{
    ptrdiff_t wrote;
    if (sink->write) {
        wrote = sink->write(sink->ctx, bytes, len);
    } else {
        do
            wrote = write_without_sigpipe(sink->fd, bytes, len);
        while (wrote < 0 && errno == EINTR);
        if (wrote < 0)
            wrote = -(ptrdiff_t)errno;
    }
    // Nothing taken would loop for ever; more than offered is a broken callback.
    if (wrote == 0 || wrote > (ptrdiff_t)len)
        return -EIO;
    return wrote;
}

static void fail(vcd_sink *sink, vcd_status status, int os_errno)
{
    if (sink->failed)
        return;
    sink->failed = true;
    sink->status = status;
    sink->os_errno = os_errno;
}

void vcd_sink_flush(vcd_sink *sink)
{
    const char *at = sink->buffer;
    size_t left = sink->failed ? 0 : sink->used;
    while (left > 0) {
        const ptrdiff_t wrote = write_some(sink, at, left);
        if (wrote < 0) {
            fail(sink, VCD_WRITE_FAILED, (int)-wrote);
            break;
        }
        at += wrote;
        left -= (size_t)wrote;
    }
    sink->used = 0;
}

void vcd_sink_put(vcd_sink *sink, const char *bytes, size_t len)
{
    while (len > 0) {
        if (sink->used == sink->size)
            vcd_sink_flush(sink);
        const size_t room = sink->size - sink->used;
        const size_t part = len < room ? len : room;
        memcpy(sink->buffer + sink->used, bytes, part);
        sink->used += part;
        bytes += part;
        len -= part;
    }
}

void vcd_sink_close(vcd_sink *sink)
{
    if (!sink->owns_fd)
        return;
    // After EINTR Linux has closed the descriptor all the same; a second close() might hit
    // another thread's.
    if (close(sink->fd) != 0 && errno != EINTR)
        fail(sink, VCD_CLOSE_FAILED, errno);
    sink->owns_fd = false;
    sink->fd = -1;
}

void vcd_sink_release(vcd_sink *sink)
{
    if (sink->owns_fd)
        (void)close(sink->fd);
    free(sink->buffer);
    free(sink->name);
    *sink = (vcd_sink){.fd = -1};
}
