/* Drop-in for the vendor's. A slave's own sources may define all of these. */
#ifndef __SYSTEM_STM32F10X_H
#define __SYSTEM_STM32F10X_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
__attribute__((weak)) uint32_t SystemCoreClock = F_CPU; /* of the slave file's `mcu` */
void SystemInit(void);
__attribute__((weak)) void SystemCoreClockUpdate(void)
{
}
#ifdef __cplusplus
}
#endif

#endif
