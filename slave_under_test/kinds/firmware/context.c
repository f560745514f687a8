// The ABIs' callee-saved registers are all that a function call may rely on, so they are all that a
// switch has to keep: System V for x86-64 (section 3.2.1), AAPCS64 (section 6.1).
#include "slave_under_test/kinds/firmware/context.h"

#include "sim/fiber.h"

#include <stdint.h>
#include <string.h>

// x0/rdi: where the old stack goes; x1/rsi: the new one.
void firmware_context_swap(void **from, void *to);
// What a new context returns to: calls the function in one saved register with the other.
void firmware_context_begin(void);

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl firmware_context_swap\n"
        ".hidden firmware_context_swap\n"
        ".type firmware_context_swap, @function\n"
        "firmware_context_swap:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size firmware_context_swap, . - firmware_context_swap\n"
        ".globl firmware_context_begin\n"
        ".hidden firmware_context_begin\n"
        ".type firmware_context_begin, @function\n"
        "firmware_context_begin:\n"
        "    movq %rbx, %rdi\n"
        "    xorl %ebp, %ebp\n"
        "    pushq $0\n" // a return address for whoever looks up the stack
        "    jmpq *%r12\n"
        ".size firmware_context_begin, . - firmware_context_begin\n");

enum { RBX = 4, R12 = 3, RETURN = 6, SAVED = 9 };

static void lay(void **top, firmware_context_fn *run, void *ctx)
{
    top[RBX] = ctx;
    top[R12] = (void *)(uintptr_t)run;
    top[RETURN] = (void *)(uintptr_t)firmware_context_begin;
}
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl firmware_context_swap\n"
        ".hidden firmware_context_swap\n"
        ".type firmware_context_swap, %function\n"
        "firmware_context_swap:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x2, sp\n"
        "    str x2, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size firmware_context_swap, . - firmware_context_swap\n"
        ".globl firmware_context_begin\n"
        ".hidden firmware_context_begin\n"
        ".type firmware_context_begin, %function\n"
        "firmware_context_begin:\n"
        "    mov x0, x19\n"
        "    mov x29, #0\n"
        "    mov x30, #0\n"
        "    br x20\n"
        ".size firmware_context_begin, . - firmware_context_begin\n");

enum { X19 = 0, X20 = 1, X30 = 11, SAVED = 20 };

static void lay(void **top, firmware_context_fn *run, void *ctx)
{
    top[X19] = ctx;
    top[X20] = (void *)(uintptr_t)run;
    top[X30] = (void *)(uintptr_t)firmware_context_begin;
}
#else
#error "kind firmware knows how to switch stacks on x86-64 and on AArch64 alone"
#endif

/// The first thing on the new stack.
static void begin(void *ctx)
{
    firmware_context *context = ctx;
    i2c_fiber_arrive(NULL, &context->left_stack, &context->left_bytes);
    context->run(context->ctx);
}

void firmware_context_make(firmware_context *context, void *stack, size_t bytes,
                           firmware_context_fn *run, void *ctx)
{
    i2c_fiber_fresh(stack, bytes);
    const uintptr_t end = ((uintptr_t)stack + bytes) & ~(uintptr_t)15;
    void **top = (void **)end - SAVED;
    memset(top, 0, SAVED * sizeof *top);
    lay(top, begin, context);
    *context =
        (firmware_context){.top = top, .stack = stack, .bytes = bytes, .run = run, .ctx = ctx};
}

void firmware_context_enter(firmware_context *context)
{
    i2c_fiber_leave(&context->asan_caller, context->stack, context->bytes);
    firmware_context_swap(&context->caller, context->top);
    i2c_fiber_arrive(context->asan_caller, NULL, NULL);
}

void firmware_context_leave(firmware_context *context)
{
    i2c_fiber_leave(&context->asan_own, context->left_stack, context->left_bytes);
    firmware_context_swap(&context->top, context->caller);
    i2c_fiber_arrive(context->asan_own, &context->left_stack, &context->left_bytes);
}
