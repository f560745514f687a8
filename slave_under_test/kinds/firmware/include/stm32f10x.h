/* Drop-in for the vendor's older header, with its spellings. */
#ifndef __STM32F10x_H
#define __STM32F10x_H

#include <stm32f1xx.h>

typedef int32_t s32;
typedef int16_t s16;
typedef int8_t s8;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;
typedef volatile uint32_t vu32;
typedef volatile uint16_t vu16;
typedef volatile uint8_t vu8;

#ifdef USE_STDPERIPH_DRIVER
#include "stm32f10x_conf.h"
#endif

#endif
