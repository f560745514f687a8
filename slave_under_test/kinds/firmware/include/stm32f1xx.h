/* Drop-in for the vendor's: the registers of the part that the slave file names. */
#ifndef __STM32F1XX_H
#define __STM32F1XX_H

#ifndef I2CPROOF_PART_HEADER
#error "no STM32 part is named: the slave file needs a line like: mcu stm32f103c8 72MHz"
#endif
#include I2CPROOF_PART_HEADER
#include <system_stm32f1xx.h>

typedef enum { RESET = 0, SET = !RESET } FlagStatus, ITStatus;
typedef enum { DISABLE = 0, ENABLE = !DISABLE } FunctionalState;
typedef enum { SUCCESS = 0, ERROR = !SUCCESS } ErrorStatus;
#define IS_FUNCTIONAL_STATE(state) ((state) == DISABLE || (state) == ENABLE)

#define SET_BIT(reg, bits)          ((reg) |= (bits))
#define CLEAR_BIT(reg, bits)        ((reg) &= ~(bits))
#define READ_BIT(reg, bits)         ((reg) & (bits))
#define CLEAR_REG(reg)              ((reg) = 0)
#define WRITE_REG(reg, value)       ((reg) = (value))
#define READ_REG(reg)               ((reg))
#define MODIFY_REG(reg, clear, set) WRITE_REG((reg), (READ_REG(reg) & ~(clear)) | (set))
#define UNUSED(value)               ((void)(value))

#ifdef USE_HAL_DRIVER
#include "stm32f1xx_hal.h"
#endif

#endif
