/* Registers of AVR parts for firmware that is compiled for this machine: they lie at their data
 * address above I2CPROOF_AVR_IO, so that &PORTB stays a constant. */
#ifndef _AVR_SFR_DEFS_H_
#define _AVR_SFR_DEFS_H_ 1

#include <inttypes.h>

#define I2CPROOF_AVR_IO 0x10000000
#define __SFR_OFFSET    0x20

#define _MMIO_BYTE(address) (*(volatile uint8_t *)(uintptr_t)(address))
#define _MMIO_WORD(address) (*(volatile uint16_t *)(uintptr_t)(address))
#define _SFR_MEM8(address)  _MMIO_BYTE(I2CPROOF_AVR_IO + (address))
#define _SFR_MEM16(address) _MMIO_WORD(I2CPROOF_AVR_IO + (address))
#define _SFR_IO8(address)   _SFR_MEM8((address) + __SFR_OFFSET)
#define _SFR_IO16(address)  _SFR_MEM16((address) + __SFR_OFFSET)
#define _SFR_MEM_ADDR(sfr)  ((uintptr_t) & (sfr)-I2CPROOF_AVR_IO)
#define _SFR_IO_ADDR(sfr)   (_SFR_MEM_ADDR(sfr) - __SFR_OFFSET)
#define _SFR_BYTE(sfr)      (sfr)
#define _SFR_WORD(sfr)      (sfr)

#define _BV(bit)               (1 << (bit))
#define bit_is_set(sfr, bit)   ((sfr)&_BV(bit))
#define bit_is_clear(sfr, bit) (!((sfr)&_BV(bit)))
#define loop_until_bit_is_set(sfr, bit)                                                            \
    do {                                                                                           \
    } while (bit_is_clear(sfr, bit))
#define loop_until_bit_is_clear(sfr, bit)                                                          \
    do {                                                                                           \
    } while (bit_is_set(sfr, bit))

#endif
