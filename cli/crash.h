/// What a signal handler is told of a crash.
#ifndef CLI_CRASH_H
#define CLI_CRASH_H

#include "slave_under_test/kind.h"

#include <signal.h>

/// To be called from the handler with what it got (sigaction(2), SA_SIGINFO).
slave_crash crash_of_signal(const siginfo_t *info, const void *context);

#endif
