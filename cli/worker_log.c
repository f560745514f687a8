#include "cli/worker_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int worker_log_new(void)
{
    const int log = memfd_create("i2cproof-log", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (log < 0)
        return -1;
    // A slave that prints without end gets EPERM, not all of the machine's memory.
    if (ftruncate(log, WORKER_LOG_FILE_BYTES) != 0 ||
        fcntl(log, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
        close(log);
        return -1;
    }
    return log;
}

void worker_log_print(void *ctx, const char *line)
{
    (void)ctx;
    (void)puts(line);
}

void worker_log_take(int log, worker_log *text)
{
    const off_t printed = lseek(log, 0, SEEK_CUR);
    text->text[0] = '\0';
    text->bytes = 0;
    if (printed <= 0)
        return;
    const size_t wanted = printed < WORKER_LOG_BYTES ? (size_t)printed : WORKER_LOG_BYTES - 1;
    const ssize_t got = pread(log, text->text, wanted, 0);
    text->text[got < 0 ? 0 : got] = '\0';
    text->bytes = (uint32_t)printed;
    (void)lseek(log, 0, SEEK_SET);
}
