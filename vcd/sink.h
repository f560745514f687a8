#ifndef VCD_SINK_H
#define VCD_SINK_H

// Where the writer's bytes go: a buffer in front of a descriptor or a callback.
//
// Invariant: `used` <= `size`. After the first failure `failed` stays set, the buffer is emptied
// into nothing, and no byte reaches the sink again: a file never has a hole in its middle.

#include "vcd/vcd_private.h"

#include <string.h>

typedef struct {
    char *buffer;
    size_t used, size;
    int fd;              ///< -1: none, use `write`
    bool owns_fd;        ///< to be closed by vcd_sink_close()
    vcd_write_fn *write; ///< NULL: use `fd`
    void *ctx;
    char *name; ///< for messages; owned
    bool failed;
    vcd_status status; ///< of the failure
    int os_errno;
} vcd_sink;

/// Smallest buffer; every vcd_sink_reserve() asks for less.
#define VCD_SINK_MIN_BYTES 512u

/// VCD_NO_MEMORY, or VCD_OPEN_FAILED with os_errno where `path` cannot be opened.
vcd_status vcd_sink_open_path(vcd_sink *sink, const char *path, size_t buffer_bytes);
vcd_status vcd_sink_open_fd(vcd_sink *sink, int fd, const char *name, size_t buffer_bytes);
vcd_status vcd_sink_open_callback(vcd_sink *sink, vcd_write_fn *write, void *ctx, const char *name,
                                  size_t buffer_bytes);

/// Empties the buffer. A failure is in `failed`.
void vcd_sink_flush(vcd_sink *sink);

/// Any number of bytes.
void vcd_sink_put(vcd_sink *sink, const char *bytes, size_t len);

/// Closes what the sink owns; a failing close() is a failure unless there was one before. Does not
/// flush.
void vcd_sink_close(vcd_sink *sink);

/// Closes quietly and frees the memory.
void vcd_sink_release(vcd_sink *sink);

/// Room for `len` bytes, at most VCD_SINK_MIN_BYTES; the caller writes there and adds to `used`.
static inline char *vcd_sink_reserve(vcd_sink *sink, size_t len)
{
    if (sink->size - sink->used < len)
        vcd_sink_flush(sink);
    return sink->buffer + sink->used;
}

static inline void vcd_sink_text(vcd_sink *sink, const char *text)
{
    vcd_sink_put(sink, text, strlen(text));
}

#endif
