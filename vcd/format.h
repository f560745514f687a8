#ifndef VCD_FORMAT_H
#define VCD_FORMAT_H

// Numbers and identifiers as the file has them. Inline, because the writer's cost per change is
// made here; printf would cost several times as much.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Longest identifier of a 32-bit number, in bytes.
#define VCD_ID_MAX_BYTES 5u

/// Number 0, 1 ... as !, ", ... ~, !!, "!, ...: the shortest possible of the 94 printable bytes.
/// Returns its length.
static inline size_t vcd_put_id(char out[VCD_ID_MAX_BYTES], uint32_t number)
{
    uint64_t rest = number;
    size_t len = 0;
    for (;;) {
        out[len++] = (char)('!' + rest % 94);
        if (rest < 94)
            return len;
        rest = rest / 94 - 1;
    }
}

/// Two decimal digits of `number`, below 100.
static inline void vcd_put_pair(char *out, uint32_t number)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    memcpy(out, pairs + (size_t)number * 2, 2);
}

/// `digits` (at most 8) decimal digits of `number`, which has no more; leading zeros.
static inline void vcd_put_digits32(char *out, uint32_t number, unsigned digits)
{
    while (digits >= 2) {
        digits -= 2;
        vcd_put_pair(out + digits, number % 100);
        number /= 100;
    }
    if (digits == 1)
        out[0] = (char)('0' + number % 10);
}

/// Eight decimal digits of `number`, which has no more; leading zeros. Without a loop and with
/// divisions that do not wait for each other.
static inline void vcd_put_8_digits(char *out, uint32_t number)
{
    const uint32_t high = number / 10000;
    const uint32_t low = number % 10000;
    vcd_put_pair(out, high / 100);
    vcd_put_pair(out + 2, high % 100);
    vcd_put_pair(out + 4, low / 100);
    vcd_put_pair(out + 6, low % 100);
}

/// `digits` decimal digits of `number`, which has no more; leading zeros. In blocks of 8.
static inline void vcd_put_digits(char *out, uint64_t number, unsigned digits)
{
    for (; digits > 8; number /= 100000000) {
        digits -= 8;
        vcd_put_8_digits(out + digits, (uint32_t)(number % 100000000));
    }
    vcd_put_digits32(out, (uint32_t)number, digits);
}

/// Decimal digits of `number`; 1 for 0.
static inline unsigned vcd_digits_of(uint64_t number)
{
    unsigned digits = 1;
    while (number >= 10) {
        number /= 10;
        digits++;
    }
    return digits;
}

/// IEEE 1364 18.2.1: a shorter vector is extended to the left with 0 where its first digit is 1,
/// else with that first digit. So `first` can go when `next` would bring it back.
static inline bool vcd_digit_is_implied(char first, char next)
{
    return first == '0' ? next == '0' || next == '1' : first != '1' && first == next;
}

/// `width` digits of a value of at most 64 bits, most significant first, not shortened.
static inline void vcd_put_bits(char *out, uint64_t value, uint64_t xmask, uint64_t zmask,
                                uint32_t width)
{
    for (uint32_t i = width; i-- > 0;) {
        const unsigned digit = (unsigned)(value >> i & 1) | (unsigned)(xmask >> i & 1) << 1 |
                               (unsigned)(zmask >> i & 1) * 3;
        *out++ = "01xz"[digit];
    }
}

#endif
