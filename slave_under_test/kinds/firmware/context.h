/// A second stack in the same thread, and the switch between the two: 20 registers' worth of work,
/// for firmware and engine hand the word to each other millions of times a second (swapcontext()
/// makes two system calls each time).
///
/// What runs on the second stack must not return, and must not unwind past its first frame.
#ifndef FIRMWARE_CONTEXT_H
#define FIRMWARE_CONTEXT_H

#include <stddef.h>

typedef void firmware_context_fn(void *ctx);

/// Read only outside context.c; nothing to free. It must stay where it was made.
typedef struct {
    void *top;    ///< of its stack, while it stands; its callee-saved registers lie there
    void *caller; ///< the same of who entered it
    void *stack;
    size_t bytes;
    firmware_context_fn *run;
    void *ctx;
    void *asan_own, *asan_caller; ///< AddressSanitizer's notes of the two stacks
    const void *left_stack;
    size_t left_bytes;
} firmware_context;

/// `context` will begin with run(ctx) on `stack`, of `bytes`, when it is entered first. The stack
/// is the caller's and must outlive its use; what an earlier context left there is lost.
void firmware_context_make(firmware_context *context, void *stack, size_t bytes,
                           firmware_context_fn *run, void *ctx);
/// Lets it go on. Returns when it leaves.
void firmware_context_enter(firmware_context *context);
/// From its own stack: goes back to who entered it. Returns when it is entered again.
void firmware_context_leave(firmware_context *context);

#endif
