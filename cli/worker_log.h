/// What a slave prints while a case of it is played: kept as lines of that case, bounded, and never
/// mixed with our own output.
#ifndef CLI_WORKER_LOG_H
#define CLI_WORKER_LOG_H

#include <stdint.h>

enum {
    WORKER_LOG_BYTES = 512,
    WORKER_LOG_FILE_BYTES = 1 << 16 ///< what a slave can print in one case; the rest is lost
};

typedef struct {
    char text[WORKER_LOG_BYTES]; ///< the first bytes, NUL-terminated
    uint32_t bytes;              ///< printed in all; more than fits: the rest was cut
} worker_log;

/// An empty file of WORKER_LOG_FILE_BYTES in memory; -1 with errno.
int worker_log_new(void);
/// A slave_print_fn: a line for the log, which is stdout while a case is played.
void worker_log_print(void *ctx, const char *line);
/// Takes what was printed to `log` since the last call.
void worker_log_take(int log, worker_log *text);

#endif
