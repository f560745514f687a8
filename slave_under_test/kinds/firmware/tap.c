#include "slave_under_test/kinds/firmware/tap.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)

// System V ABI for x86-64, 3.2.3: six whole numbers are in registers, the rest on the stack.
enum { IN_REGISTERS = 6, FIRST_ON_STACK = 10 };

void firmware_tap_enter(void);
void firmware_tap_called(const firmware_tap *tap, const int64_t *saved);

// Keeps all that arguments may be in; %r11 is the tap.
__asm__(".text\n"
        ".globl firmware_tap_enter\n"
        ".hidden firmware_tap_enter\n"
        ".type firmware_tap_enter, @function\n"
        "firmware_tap_enter:\n"
        "    pushq %rax\n"
        "    pushq %r10\n"
        "    pushq %r9\n"
        "    pushq %r8\n"
        "    pushq %rcx\n"
        "    pushq %rdx\n"
        "    pushq %rsi\n"
        "    pushq %rdi\n"
        "    subq $128, %rsp\n"
        "    movups %xmm0, (%rsp)\n"
        "    movups %xmm1, 16(%rsp)\n"
        "    movups %xmm2, 32(%rsp)\n"
        "    movups %xmm3, 48(%rsp)\n"
        "    movups %xmm4, 64(%rsp)\n"
        "    movups %xmm5, 80(%rsp)\n"
        "    movups %xmm6, 96(%rsp)\n"
        "    movups %xmm7, 112(%rsp)\n"
        "    movq %r11, %rdi\n"
        "    leaq 128(%rsp), %rsi\n"
        "    call firmware_tap_called\n"
        "    movups (%rsp), %xmm0\n"
        "    movups 16(%rsp), %xmm1\n"
        "    movups 32(%rsp), %xmm2\n"
        "    movups 48(%rsp), %xmm3\n"
        "    movups 64(%rsp), %xmm4\n"
        "    movups 80(%rsp), %xmm5\n"
        "    movups 96(%rsp), %xmm6\n"
        "    movups 112(%rsp), %xmm7\n"
        "    addq $128, %rsp\n"
        "    popq %rdi\n"
        "    popq %rsi\n"
        "    popq %rdx\n"
        "    popq %rcx\n"
        "    popq %r8\n"
        "    popq %r9\n"
        "    popq %r10\n"
        "    popq %rax\n"
        "    ret\n"
        ".size firmware_tap_enter, . - firmware_tap_enter\n");

__attribute__((visibility("hidden"), used)) void firmware_tap_called(const firmware_tap *tap,
                                                                     const int64_t *saved)
{
    int64_t arg[SLAVE_CALL_ARGS];
    for (unsigned i = 0; i < tap->function.parameters; i++)
        arg[i] = firmware_parameter_value(
            tap->function.parameter[i],
            saved[i < IN_REGISTERS ? i : FIRST_ON_STACK + i - IN_REGISTERS]);
    tap->told(tap->ctx, tap, arg);
}

/// movabs $tap, %r11; call *(%r11)
static void write_head(unsigned char *head, const firmware_tap *tap)
{
    static const unsigned char move[] = {0x49, 0xBB}, call[] = {0x41, 0xFF, 0x13};
    memcpy(head, move, sizeof move);
    const uintptr_t address = (uintptr_t)tap;
    memcpy(head + sizeof move, &address, sizeof address);
    memcpy(head + sizeof move + sizeof address, call, sizeof call);
}

bool firmware_tap_set(firmware_tap *tap)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t from = tap->function.at & ~(page - 1);
    const size_t bytes = tap->function.at + FIRMWARE_TAP_ROOM - from;
    if (mprotect((void *)from, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return false;
    tap->enter = firmware_tap_enter;
    write_head((unsigned char *)tap->function.at, tap);
    return mprotect((void *)from, bytes, PROT_READ | PROT_EXEC) == 0;
}

#else

bool firmware_tap_set(firmware_tap *tap)
{
    (void)tap;
    return false;
}

#endif
