#include "cli/crash.h"

#include <ucontext.h> // REG_RIP: _GNU_SOURCE

enum { FAULT_WRITES = 2 }; // bit 1 of a page fault's error code: Intel SDM, volume 3, 4.7

static void read_context(slave_crash *crash, const ucontext_t *context)
{
#if defined(__x86_64__)
    crash->pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    crash->writes = (context->uc_mcontext.gregs[REG_ERR] & FAULT_WRITES) != 0;
#elif defined(__aarch64__)
    crash->pc = context->uc_mcontext.pc;
#else
    (void)context;
#endif
}

slave_crash crash_of_signal(const siginfo_t *info, const void *context)
{
    slave_crash crash = {.signal = info->si_signo, .vector = -1};
    // SI_KERNEL: an address that no page can have; the CPU does not say which.
    crash.has_address =
        (info->si_signo == SIGSEGV || info->si_signo == SIGBUS) && info->si_code != SI_KERNEL;
    if (crash.has_address)
        crash.address = (uintptr_t)info->si_addr;
    read_context(&crash, context);
    return crash;
}
