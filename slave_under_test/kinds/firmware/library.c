// What firmware uses of avr-libc's C library, in the firmware's own object: so that it takes time,
// its state is fresh in each case, and results are the part's (int has more bits here). Compiled
// without hooks; what a turn of a loop costs stands here.
#include <stddef.h>
#include <stdint.h>

// Not to be taken for the very function that it implements.
#define OWN __attribute__((no_builtin, used))

void i2cproof_delay(uint64_t cycles);
int i2cproof_is_register(const void *at);
void i2cproof_reads(const void *at, unsigned bytes, uintptr_t pc);
void i2cproof_writes(void *at, unsigned bytes, uintptr_t pc);

enum { CALL = 8, TURN = 6 }; ///< cycles: a call and its return; load, store, count and jump

static void spend(size_t turns)
{
    i2cproof_delay(CALL + (uint64_t)turns * TURN);
}

// ---- <string.h> ---------------------------------------------------------------------------------

/// As many bytes as one access takes.
static unsigned unit(uintptr_t address, size_t bytes)
{
    return address % 4 == 0 && bytes >= 4 ? 4 : 1;
}

__attribute__((no_builtin)) static void copy_unit(unsigned char *to, const unsigned char *from,
                                                  unsigned bytes, uintptr_t pc)
{
    uint32_t value = 0;
    if (i2cproof_is_register(from))
        i2cproof_reads(from, bytes, pc);
    for (unsigned i = 0; i < bytes; i++)
        ((unsigned char *)&value)[i] = from[i];
    if (i2cproof_is_register(to))
        i2cproof_writes(to, bytes, pc);
    for (unsigned i = 0; i < bytes; i++)
        to[i] = ((unsigned char *)&value)[i];
}

/// Of structs in registers, each access as the part sees it.
static void copy_registers(unsigned char *to, const unsigned char *from, size_t bytes, uintptr_t pc)
{
    for (size_t i = 0; i < bytes;) {
        const unsigned step = unit((uintptr_t)(to + i) | (uintptr_t)(from + i), bytes - i);
        copy_unit(to + i, from + i, step, pc);
        i += step;
    }
}

OWN void *memcpy(void *to, const void *from, size_t bytes)
{
    if (i2cproof_is_register(to) || i2cproof_is_register(from)) {
        copy_registers(to, from, bytes, (uintptr_t)__builtin_return_address(0));
        return to;
    }
    for (size_t i = 0; i < bytes; i++)
        ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
    spend(bytes);
    return to;
}

OWN void *memmove(void *to, const void *from, size_t bytes)
{
    unsigned char *out = to;
    const unsigned char *in = from;
    if (out <= in)
        for (size_t i = 0; i < bytes; i++)
            out[i] = in[i];
    else
        for (size_t i = bytes; i-- > 0;)
            out[i] = in[i];
    spend(bytes);
    return to;
}

static void set_registers(unsigned char *at, unsigned char value, size_t bytes, uintptr_t pc)
{
    const unsigned char word[4] = {value, value, value, value};
    for (size_t i = 0; i < bytes;) {
        const unsigned step = unit((uintptr_t)(at + i), bytes - i);
        copy_unit(at + i, word, step, pc);
        i += step;
    }
}

OWN void *memset(void *at, int value, size_t bytes)
{
    if (i2cproof_is_register(at)) {
        set_registers(at, (unsigned char)value, bytes, (uintptr_t)__builtin_return_address(0));
        return at;
    }
    for (size_t i = 0; i < bytes; i++)
        ((unsigned char *)at)[i] = (unsigned char)value;
    spend(bytes);
    return at;
}

OWN int memcmp(const void *a, const void *b, size_t bytes)
{
    const unsigned char *x = a, *y = b;
    size_t i = 0;
    while (i < bytes && x[i] == y[i])
        i++;
    spend(i);
    return i < bytes ? x[i] - y[i] : 0;
}

OWN size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    spend(length);
    return length;
}

OWN char *strcpy(char *to, const char *from)
{
    size_t i = 0;
    do
        to[i] = from[i];
    while (from[i++] != '\0');
    spend(i);
    return to;
}

OWN char *strncpy(char *to, const char *from, size_t bytes)
{
    size_t i = 0;
    for (; i < bytes && from[i] != '\0'; i++)
        to[i] = from[i];
    for (; i < bytes; i++)
        to[i] = '\0';
    spend(bytes);
    return to;
}

OWN size_t strlcpy(char *to, const char *from, size_t bytes)
{
    size_t i = 0;
    for (; i + 1 < bytes && from[i] != '\0'; i++)
        to[i] = from[i];
    if (bytes > 0)
        to[i] = '\0';
    spend(i);
    return i + strlen(from + i);
}

OWN int strcmp(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] != '\0' && a[i] == b[i])
        i++;
    spend(i);
    return (unsigned char)a[i] - (unsigned char)b[i];
}

OWN int strncmp(const char *a, const char *b, size_t bytes)
{
    size_t i = 0;
    while (i < bytes && a[i] != '\0' && a[i] == b[i])
        i++;
    spend(i);
    return i < bytes ? (unsigned char)a[i] - (unsigned char)b[i] : 0;
}

// ---- numbers to text ----------------------------------------------------------------------------

enum { DIVISION = 200 }; ///< cycles: the part divides in software

OWN char *ultoa(unsigned long value, char *text, int radix)
{
    char digits[sizeof value * 8];
    size_t count = 0;
    if (radix < 2 || radix > 36) {
        text[0] = '\0';
        return text;
    }
    do {
        const unsigned digit = (unsigned)(value % (unsigned long)radix);
        digits[count++] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= (unsigned long)radix;
        i2cproof_delay(DIVISION);
    } while (value != 0);
    for (size_t i = 0; i < count; i++)
        text[i] = digits[count - 1 - i];
    text[count] = '\0';
    spend(count);
    return text;
}

/// The sign is for radix 10 alone; else the bits are shown.
static char *signed_to_text(long value, unsigned long bits, char *text, int radix)
{
    if (radix != 10 || value >= 0) {
        (void)ultoa(bits, text, radix);
        return text;
    }
    text[0] = '-';
    (void)ultoa(0ul - (unsigned long)value, text + 1, radix);
    return text;
}

OWN char *itoa(int value, char *text, int radix)
{
    return signed_to_text((int16_t)value, (uint16_t)value, text, radix);
}

OWN char *utoa(unsigned value, char *text, int radix)
{
    return ultoa((uint16_t)value, text, radix);
}

OWN char *ltoa(long value, char *text, int radix)
{
    return signed_to_text((int32_t)value, (uint32_t)value, text, radix);
}

// ---- random numbers -----------------------------------------------------------------------------

enum { RANDOM_MAX = 0x7FFF };

static uint32_t random_state = 1;

/// Lehmer's generator with the multiplier of Park and Miller; zero would stay zero.
static uint32_t next_random(uint32_t *state)
{
    const uint32_t from = *state % 0x7FFFFFFFu != 0 ? *state % 0x7FFFFFFFu : 123459876u;
    *state = (uint32_t)((uint64_t)from * 16807u % 0x7FFFFFFFu);
    i2cproof_delay((uint64_t)4 * DIVISION);
    return *state;
}

OWN int rand(void)
{
    return (int)(next_random(&random_state) & RANDOM_MAX);
}

OWN int rand_r(unsigned long *state)
{
    uint32_t value = (uint32_t)*state;
    const int result = (int)(next_random(&value) & RANDOM_MAX);
    *state = value;
    return result;
}

OWN void srand(unsigned seed)
{
    random_state = seed;
}

OWN long random(void)
{
    return (long)next_random(&random_state);
}

OWN void srandom(unsigned seed)
{
    random_state = seed;
}

// ---- the heap -----------------------------------------------------------------------------------

enum { HEAP_BYTES = 4096 };

/// A block of the heap: they lie one behind the other, and `bytes` leads to the next.
typedef struct {
    uint32_t bytes; ///< with this head; 0: the heap ends here
    uint32_t used;
    uint64_t align;
} block;

static _Alignas(16) unsigned char heap[HEAP_BYTES];

static block *first_block(void)
{
    block *b = (block *)(void *)heap;
    if (b->bytes == 0)
        b->bytes = HEAP_BYTES;
    return b;
}

static block *next_block(block *b)
{
    unsigned char *at = (unsigned char *)b + b->bytes;
    return at < heap + HEAP_BYTES ? (block *)(void *)at : NULL;
}

static void split(block *b, uint32_t bytes)
{
    if (b->bytes < bytes + 2 * sizeof(block))
        return;
    block *rest = (block *)(void *)((unsigned char *)b + bytes);
    *rest = (block){.bytes = b->bytes - bytes};
    b->bytes = bytes;
}

/// Free blocks that lie side by side become one.
static void join(void)
{
    for (block *b = first_block(); b != NULL; b = next_block(b))
        for (block *n = next_block(b); !b->used && n != NULL && !n->used; n = next_block(b))
            b->bytes += n->bytes;
}

OWN void *malloc(size_t bytes)
{
    if (bytes > HEAP_BYTES)
        return NULL;
    const uint32_t needed = (uint32_t)((bytes + sizeof(block) + 15) & ~(size_t)15);
    spend(8);
    for (block *b = first_block(); b != NULL; b = next_block(b))
        if (!b->used && b->bytes >= needed) {
            split(b, needed);
            b->used = 1;
            return b + 1;
        }
    return NULL;
}

OWN void free(void *at)
{
    if (at == NULL)
        return;
    ((block *)at - 1)->used = 0;
    join();
    spend(4);
}

OWN void *calloc(size_t count, size_t bytes)
{
    // The heap above has a place for 0 bytes, too.
    // NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI)
    void *at = bytes != 0 && count > HEAP_BYTES / bytes ? NULL : malloc(count * bytes);
    return at == NULL ? NULL : memset(at, 0, count * bytes);
}

OWN void *realloc(void *at, size_t bytes)
{
    if (at == NULL)
        return malloc(bytes);
    const size_t had = ((block *)at - 1)->bytes - sizeof(block);
    void *moved = malloc(bytes);
    if (moved != NULL) {
        (void)memcpy(moved, at, had < bytes ? had : bytes);
        free(at);
    }
    return moved;
}

// ---- <stdio.h> ----------------------------------------------------------------------------------

// Without a stream, which the part does not have until firmware opens one, nothing is printed.

OWN int putchar(int c)
{
    (void)c;
    return -1;
}

OWN int puts(const char *text)
{
    (void)text;
    return -1;
}

OWN int printf(const char *format, ...)
{
    (void)format;
    return -1;
}
