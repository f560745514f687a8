/// Tells AddressSanitizer on which stack what follows runs; nothing in other builds. For whoever
/// switches stacks by hand.
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define I2C_FIBER_TELLS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define I2C_FIBER_TELLS_ASAN 1
#endif
#endif
#ifdef I2C_FIBER_TELLS_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

/// Before the switch to the stack of `bytes` at `stack`. `notes`: where AddressSanitizer keeps what
/// it knows of the stack that is left, until i2c_fiber_arrive() there; NULL: it is left for good.
static inline void i2c_fiber_leave(void **notes, const void *stack, size_t bytes)
{
#ifdef I2C_FIBER_TELLS_ASAN
    __sanitizer_start_switch_fiber(notes, stack, bytes);
#else
    (void)notes;
    (void)stack;
    (void)bytes;
#endif
}

/// Behind the switch, on the new stack; `notes`: what was left here, NULL: it begins. Gives the
/// stack that the switch came from, where that is asked for.
// NOLINTNEXTLINE(readability-non-const-parameter): written to with AddressSanitizer
static inline void i2c_fiber_arrive(void *notes, const void **left_stack, size_t *left_bytes)
{
#ifdef I2C_FIBER_TELLS_ASAN
    __sanitizer_finish_switch_fiber(notes, left_stack, left_bytes);
#else
    (void)notes;
    (void)left_stack;
    (void)left_bytes;
#endif
}

/// A stack is begun anew: frames that were dropped with it never took their red zones back.
static inline void i2c_fiber_fresh(void *stack, size_t bytes)
{
#ifdef I2C_FIBER_TELLS_ASAN
    __asan_unpoison_memory_region(stack, bytes);
#else
    (void)stack;
    (void)bytes;
#endif
}

#endif
