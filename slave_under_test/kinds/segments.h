/// The writable memory of a loaded object, so that each case finds it as it was after loading.
///
/// Threads: one at a time. Ownership: the copies are the struct's, until slave_segments_free().
#ifndef SLAVE_SEGMENTS_H
#define SLAVE_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>

enum { SLAVE_SEGMENT_MAX = 8 };

typedef struct {
    unsigned char *at;
    size_t bytes;
    size_t rest;          ///< bytes behind it up to the end of its page, which belong to nobody
    unsigned char *saved; ///< what both held
} slave_segment;

typedef struct {
    slave_segment segment[SLAVE_SEGMENT_MAX];
    unsigned count;
} slave_segments;

/// Copies what the writable segments of the object hold now; `handle` is dlopen()'s. False when
/// there is no memory for it.
bool slave_segments_save(slave_segments *segments, void *handle);
/// Puts it back. Allocates nothing.
void slave_segments_refresh(const slave_segments *segments);
/// Something was written past the end of the object's variables, into the rest of their last page.
bool slave_segments_overran(const slave_segments *segments);
void slave_segments_free(slave_segments *segments);

#endif
