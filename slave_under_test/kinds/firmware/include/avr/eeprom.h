/* Drop-in for avr-libc's. Variables in EEMEM have no memory of their own: where they lie in their
 * section is their address in the EEPROM. It is erased at the start of each case; what such
 * variables are initialised with is not in it. */
#ifndef _AVR_EEPROM_H_
#define _AVR_EEPROM_H_ 1

#include <avr/interrupt.h>
#include <stddef.h>

#define EEMEM __attribute__((section("i2cproof_eeprom")))

I2CPROOF_C uint8_t __start_i2cproof_eeprom[] __attribute__((weak, visibility("hidden")));
I2CPROOF_C uint8_t __stop_i2cproof_eeprom[] __attribute__((weak, visibility("hidden")));

#define eeprom_is_ready() bit_is_clear(EECR, EEPE)
#define eeprom_busy_wait()                                                                         \
    do {                                                                                           \
    } while (!eeprom_is_ready())

static inline void i2cproof_eeprom_select(const void *at, size_t more)
{
    const uintptr_t start = (uintptr_t)__start_i2cproof_eeprom;
    const uintptr_t stop = (uintptr_t)__stop_i2cproof_eeprom;
    const uintptr_t given = (uintptr_t)at + more;
    const uintptr_t from = given >= start && given < stop ? given - start : given;
    eeprom_busy_wait();
#ifdef EEARH
    EEAR = (uint16_t)from;
#else
    EEARL = (uint8_t)from;
#endif
}

static inline uint8_t eeprom_read_byte(const uint8_t *at)
{
    i2cproof_eeprom_select(at, 0);
    EECR |= _BV(EERE);
    return EEDR;
}

static inline void eeprom_write_byte(uint8_t *at, uint8_t value)
{
    i2cproof_eeprom_select(at, 0);
    EECR = 0; /* erase and write */
    EEDR = value;
    const uint8_t sreg = SREG;
    cli();
    EECR |= _BV(EEMPE);
    EECR |= _BV(EEPE);
    SREG = sreg;
}

static inline void eeprom_update_byte(uint8_t *at, uint8_t value)
{
    if (eeprom_read_byte(at) != value)
        eeprom_write_byte(at, value);
}

static inline void eeprom_read_block(void *to, const void *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)to)[i] = eeprom_read_byte((const uint8_t *)from + i);
}

static inline void eeprom_write_block(const void *from, void *to, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        eeprom_write_byte((uint8_t *)to + i, ((const uint8_t *)from)[i]);
}

static inline void eeprom_update_block(const void *from, void *to, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        eeprom_update_byte((uint8_t *)to + i, ((const uint8_t *)from)[i]);
}

#define I2CPROOF_EEPROM(name, type)                                                                \
    static inline type eeprom_read_##name(const type *at)                                          \
    {                                                                                              \
        type value;                                                                                \
        eeprom_read_block(&value, at, sizeof value);                                               \
        return value;                                                                              \
    }                                                                                              \
    static inline void eeprom_write_##name(type *at, type value)                                   \
    {                                                                                              \
        eeprom_write_block(&value, at, sizeof value);                                              \
    }                                                                                              \
    static inline void eeprom_update_##name(type *at, type value)                                  \
    {                                                                                              \
        eeprom_update_block(&value, at, sizeof value);                                             \
    }
I2CPROOF_EEPROM(word, uint16_t)
I2CPROOF_EEPROM(dword, uint32_t)
I2CPROOF_EEPROM(float, float)

#define _EEPUT(at, value)    eeprom_write_byte((uint8_t *)(at), (uint8_t)(value))
#define _EEGET(variable, at) (variable) = eeprom_read_byte((const uint8_t *)(at))

#endif
