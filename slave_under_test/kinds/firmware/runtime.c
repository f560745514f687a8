// The part of the engine that lies in the firmware's own object, so that a hook is a near call that
// adds and compares. Compiled without the hooks that it implements: clang's ThreadSanitizer and
// coverage instrumentation call these, and their names are the compiler's.
#include "firmware_link.h"

#include <stddef.h>

#define HOOK __attribute__((visibility("hidden"), used))
#define PC() ((uintptr_t)__builtin_return_address(0))

__attribute__((visibility("default")))
firmware_link i2cproof_firmware_link = {.version = FIRMWARE_LINK_VERSION};

static inline void spend(uint64_t cycles, uintptr_t pc)
{
    firmware_link *l = &i2cproof_firmware_link;
    l->cycles += cycles;
    if (__builtin_expect(l->cycles >= l->horizon, 0))
        l->reached(l->engine, pc);
}

static inline int is_register(const volatile void *at)
{
    return (uintptr_t)at - i2cproof_firmware_link.io < i2cproof_firmware_link.io_bytes;
}

static inline void reads(const volatile void *at, unsigned bytes, uintptr_t pc)
{
    firmware_link *l = &i2cproof_firmware_link;
    spend(l->costs.access[bytes], pc);
    if (is_register(at))
        l->reads(l->engine, (uintptr_t)at, bytes, pc);
}

static inline void writes(const volatile void *at, unsigned bytes, uintptr_t pc)
{
    firmware_link *l = &i2cproof_firmware_link;
    spend(l->costs.access[bytes], pc);
    if (is_register(at))
        l->writes(l->engine, (uintptr_t)at, bytes, pc);
}

HOOK void __sanitizer_cov_trace_pc(void)
{
    spend(i2cproof_firmware_link.costs.block, PC());
}

// The bounds of what blocks.c puts into the object; the linker makes them where there is any.
extern const char __start_i2cproof_blocks[] __attribute__((weak, visibility("hidden")));
extern const char __stop_i2cproof_blocks[] __attribute__((weak, visibility("hidden")));
extern const char __start_i2cproof_map[] __attribute__((weak, visibility("hidden")));
extern const char __stop_i2cproof_map[] __attribute__((weak, visibility("hidden")));

/// In place of the hook above where blocks count.
HOOK void i2cproof_block(const char *block)
{
    const firmware_link *l = &i2cproof_firmware_link;
    firmware_cell *cell = &l->cells[block - __start_i2cproof_blocks];
    cell->count++;
    cell->situations |= l->situation;
    spend(l->costs.block, PC());
}

/// Fills in what the object knows of its blocks.
__attribute__((visibility("default"))) void i2cproof_tell_blocks(void)
{
    firmware_link *l = &i2cproof_firmware_link;
    l->blocks = (uint64_t)(__stop_i2cproof_blocks - __start_i2cproof_blocks);
    l->map = __start_i2cproof_map;
    l->map_end = __stop_i2cproof_map;
}

/// What the compiler says of a place in the sources, and of a division there (its UBSan runtime's
/// ubsan_value.h, ubsan_handlers.h).
typedef struct {
    const char *file;
    uint32_t line, column;
} place;
typedef struct {
    place at;
    const void *type;
} division;

HOOK void __ubsan_handle_divrem_overflow_abort(const division *d, uintptr_t left, uintptr_t right)
{
    (void)left;
    (void)right;
    i2cproof_firmware_link.divides_by_zero(i2cproof_firmware_link.engine, d->at.file, d->at.line);
}

HOOK void __tsan_init(void)
{
}
HOOK void __tsan_func_entry(void *from)
{
    (void)from;
}
HOOK void __tsan_func_exit(void)
{
}
HOOK void __tsan_vptr_update(void **at, void *value)
{
    (void)value;
    writes(at, sizeof(uint16_t), PC());
}
HOOK void __tsan_vptr_read(void **at)
{
    reads(at, sizeof(uint16_t), PC());
}

#define ACCESS(bytes)                                                                              \
    HOOK void __tsan_read##bytes(void *at)                                                         \
    {                                                                                              \
        reads(at, bytes, PC());                                                                    \
    }                                                                                              \
    HOOK void __tsan_write##bytes(void *at)                                                        \
    {                                                                                              \
        writes(at, bytes, PC());                                                                   \
    }                                                                                              \
    HOOK void __tsan_unaligned_read##bytes(void *at)                                               \
    {                                                                                              \
        reads(at, bytes, PC());                                                                    \
    }                                                                                              \
    HOOK void __tsan_unaligned_write##bytes(void *at)                                              \
    {                                                                                              \
        writes(at, bytes, PC());                                                                   \
    }                                                                                              \
    HOOK void __tsan_volatile_read##bytes(void *at)                                                \
    {                                                                                              \
        reads(at, bytes, PC());                                                                    \
    }                                                                                              \
    HOOK void __tsan_volatile_write##bytes(void *at)                                               \
    {                                                                                              \
        writes(at, bytes, PC());                                                                   \
    }                                                                                              \
    HOOK void __tsan_unaligned_volatile_read##bytes(void *at)                                      \
    {                                                                                              \
        reads(at, bytes, PC());                                                                    \
    }                                                                                              \
    HOOK void __tsan_unaligned_volatile_write##bytes(void *at)                                     \
    {                                                                                              \
        writes(at, bytes, PC());                                                                   \
    }
ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

/// For what copies memory without hooks of its own (library.c).
int i2cproof_is_register(const void *at)
{
    return is_register(at);
}
void i2cproof_reads(const void *at, unsigned bytes, uintptr_t pc)
{
    reads(at, bytes, pc);
}
void i2cproof_writes(void *at, unsigned bytes, uintptr_t pc)
{
    writes(at, bytes, pc);
}

void i2cproof_nop(void)
{
    spend(1, PC());
}
void i2cproof_sei(void)
{
    spend(1, PC());
    i2cproof_firmware_link.interrupts(i2cproof_firmware_link.engine, 1);
}
void i2cproof_cli(void)
{
    spend(1, PC());
    i2cproof_firmware_link.interrupts(i2cproof_firmware_link.engine, 0);
}
int i2cproof_interrupts_are_on(void)
{
    spend(1, PC());
    return i2cproof_firmware_link.interrupts_are_on(i2cproof_firmware_link.engine);
}
void i2cproof_sleep(void)
{
    i2cproof_firmware_link.sleeps(i2cproof_firmware_link.engine, PC());
}
/// The event of wfe: sev sets it, and a wfe that finds it set goes on at once.
static int event;
void i2cproof_sev(void)
{
    spend(1, PC());
    event = 1;
}
void i2cproof_wfe(void)
{
    if (!event)
        i2cproof_firmware_link.sleeps(i2cproof_firmware_link.engine, PC());
    event = 0;
}
uint32_t i2cproof_get_primask(void)
{
    return !i2cproof_interrupts_are_on();
}
void i2cproof_set_primask(uint32_t mask)
{
    if ((mask & 1) != 0)
        i2cproof_cli();
    else
        i2cproof_sei();
}
void i2cproof_wdr(void)
{
    spend(1, PC());
    i2cproof_firmware_link.resets_watchdog(i2cproof_firmware_link.engine);
}
/// What a delay loop of so many cycles is.
void i2cproof_delay(uint64_t cycles)
{
    i2cproof_firmware_link.delays(i2cproof_firmware_link.engine, cycles, PC());
}

// ---- from reset to main() ----------------------------------------------------------------------

/// As the compiler lays out a list of constructors of static objects.
typedef struct {
    int priority; ///< the lowest first
    void (*run)(void);
    void *object;
} constructor;

// The bounds of assembler.c's section; the linker makes them where there is one.
extern const constructor __start_i2cproof_constructors[]
    __attribute__((weak, visibility("hidden")));
extern const constructor __stop_i2cproof_constructors[] __attribute__((weak, visibility("hidden")));
int i2cproof_main(void) __attribute__((weak, visibility("default")));

static int next_priority(int after)
{
    int next = -1;
    for (const constructor *c = __start_i2cproof_constructors; c < __stop_i2cproof_constructors;
         c++)
        if (c->priority > after && (next < 0 || c->priority < next))
            next = c->priority;
    return next;
}

/// What start-up code of ARM parts calls first.
void SystemInit(void) __attribute__((weak, visibility("hidden")));

/// In simulated time, as on the part: constructors may touch registers.
__attribute__((visibility("default"))) int i2cproof_run(void)
{
    if (SystemInit != 0)
        SystemInit();
    for (int at = next_priority(-1); at >= 0; at = next_priority(at))
        for (const constructor *c = __start_i2cproof_constructors; c < __stop_i2cproof_constructors;
             c++)
            if (c->priority == at)
                c->run();
    return i2cproof_main();
}

// What C++ expects of its runtime. Static objects are never destroyed: firmware does not end.
void *__dso_handle __attribute__((visibility("hidden")));
int __cxa_atexit(void (*destroy)(void *), void *object, void *dso)
{
    (void)destroy;
    (void)object;
    (void)dso;
    return 0;
}
void *malloc(size_t bytes);
void free(void *at);
#define OPERATOR(name) __asm__(name)
void *operator_new(size_t bytes) OPERATOR("_Znwm");
void *operator_new_array(size_t bytes) OPERATOR("_Znam");
void operator_delete(void *at) OPERATOR("_ZdlPv");
void operator_delete_array(void *at) OPERATOR("_ZdaPv");
void operator_delete_sized(void *at, size_t bytes) OPERATOR("_ZdlPvm");
void operator_delete_array_sized(void *at, size_t bytes) OPERATOR("_ZdaPvm");
void *operator_new(size_t bytes)
{
    return malloc(bytes);
}
void *operator_new_array(size_t bytes)
{
    return malloc(bytes);
}
void operator_delete(void *at)
{
    free(at);
}
void operator_delete_array(void *at)
{
    free(at);
}
void operator_delete_sized(void *at, size_t bytes)
{
    (void)bytes;
    free(at);
}
void operator_delete_array_sized(void *at, size_t bytes)
{
    (void)bytes;
    free(at);
}
void __cxa_pure_virtual(void)
{
    __builtin_trap();
}
