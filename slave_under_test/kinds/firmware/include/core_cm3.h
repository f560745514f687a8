/* Drop-in for CMSIS: the registers of a Cortex-M3 and what its compilers have as intrinsics. The
 * part's own header includes it, behind IRQn_Type and __NVIC_PRIO_BITS. */
#ifndef __CORE_CM3_H_GENERIC
#define __CORE_CM3_H_GENERIC
#define __CORE_CM3_H_DEPENDANT

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define __I volatile
#else
#define __I volatile const
#endif
#define __O   volatile
#define __IO  volatile
#define __IM  volatile const
#define __OM  volatile
#define __IOM volatile

#define __CORTEX_M               3U
#define __CM3_CMSIS_VERSION_MAIN 5U
#ifndef __Vendor_SysTickConfig
#define __Vendor_SysTickConfig 0
#endif
#define __ASM                __asm
#define __INLINE             inline
#define __STATIC_INLINE      static inline
#define __STATIC_FORCEINLINE __attribute__((always_inline)) static inline
#define __NO_RETURN          __attribute__((__noreturn__))
#define __USED               __attribute__((used))
#define __WEAK               __attribute__((weak))
#define __PACKED             __attribute__((packed, aligned(1)))
#define __PACKED_STRUCT      struct __attribute__((packed, aligned(1)))
#define __ALIGNED(x)         __attribute__((aligned(x)))
#define __RESTRICT           __restrict

/* ---- registers ---- */

typedef struct {
    __IO uint32_t ISER[8];
    uint32_t RESERVED0[24];
    __IO uint32_t ICER[8];
    uint32_t RESERVED1[24];
    __IO uint32_t ISPR[8];
    uint32_t RESERVED2[24];
    __IO uint32_t ICPR[8];
    uint32_t RESERVED3[24];
    __IO uint32_t IABR[8];
    uint32_t RESERVED4[56];
    __IO uint8_t IP[240];
} NVIC_Type;

typedef struct {
    __I uint32_t CPUID;
    __IO uint32_t ICSR;
    __IO uint32_t VTOR;
    __IO uint32_t AIRCR;
    __IO uint32_t SCR;
    __IO uint32_t CCR;
    __IO uint8_t SHP[12];
    __IO uint32_t SHCSR;
    __IO uint32_t CFSR;
    __IO uint32_t HFSR;
    __IO uint32_t DFSR;
    __IO uint32_t MMFAR;
    __IO uint32_t BFAR;
    __IO uint32_t AFSR;
} SCB_Type;

typedef struct {
    __IO uint32_t CTRL;
    __IO uint32_t LOAD;
    __IO uint32_t VAL;
    __I uint32_t CALIB;
} SysTick_Type;

typedef struct {
    __IO uint32_t CTRL;
    __IO uint32_t CYCCNT;
} DWT_Type;

typedef struct {
    __IO uint32_t DHCSR;
    __O uint32_t DCRSR;
    __IO uint32_t DCRDR;
    __IO uint32_t DEMCR;
} CoreDebug_Type;

/* 0xE0000000, where this machine can have it. */
#define I2CPROOF_CPU_REGISTER(offset) (I2CPROOF_CPU_REGISTERS + (offset))
#define SCS_BASE                      I2CPROOF_CPU_REGISTER(0xE000UL)
#define DWT_BASE                      I2CPROOF_CPU_REGISTER(0x1000UL)
#define SysTick_BASE                  (SCS_BASE + 0x0010UL)
#define NVIC_BASE                     (SCS_BASE + 0x0100UL)
#define SCB_BASE                      (SCS_BASE + 0x0D00UL)
#define CoreDebug_BASE                (SCS_BASE + 0x0DF0UL)
#define NVIC                          ((NVIC_Type *)NVIC_BASE)
#define SCB                           ((SCB_Type *)SCB_BASE)
#define SysTick                       ((SysTick_Type *)SysTick_BASE)
#define DWT                           ((DWT_Type *)DWT_BASE)
#define CoreDebug                     ((CoreDebug_Type *)CoreDebug_BASE)

#define SysTick_CTRL_ENABLE_Msk    (1UL << 0)
#define SysTick_CTRL_TICKINT_Msk   (1UL << 1)
#define SysTick_CTRL_CLKSOURCE_Msk (1UL << 2)
#define SysTick_CTRL_COUNTFLAG_Msk (1UL << 16)
#define SysTick_LOAD_RELOAD_Msk    0xFFFFFFUL
#define SysTick_VAL_CURRENT_Msk    0xFFFFFFUL

#define SCB_ICSR_VECTACTIVE_Msk    0x1FFUL
#define SCB_ICSR_PENDSTCLR_Msk     (1UL << 25)
#define SCB_ICSR_PENDSTSET_Msk     (1UL << 26)
#define SCB_ICSR_PENDSVCLR_Msk     (1UL << 27)
#define SCB_ICSR_PENDSVSET_Msk     (1UL << 28)
#define SCB_AIRCR_SYSRESETREQ_Msk  (1UL << 2)
#define SCB_AIRCR_PRIGROUP_Pos     8U
#define SCB_AIRCR_PRIGROUP_Msk     (7UL << SCB_AIRCR_PRIGROUP_Pos)
#define SCB_AIRCR_VECTKEY_Pos      16U
#define SCB_AIRCR_VECTKEY_Msk      (0xFFFFUL << SCB_AIRCR_VECTKEY_Pos)
#define SCB_SCR_SLEEPONEXIT_Msk    (1UL << 1)
#define SCB_SCR_SLEEPDEEP_Msk      (1UL << 2)
#define DWT_CTRL_CYCCNTENA_Msk     (1UL << 0)
#define CoreDebug_DEMCR_TRCENA_Msk (1UL << 24)

/* ---- instructions ---- */

void i2cproof_nop(void);
void i2cproof_sei(void);
void i2cproof_cli(void);
void i2cproof_sleep(void);
void i2cproof_wfe(void);
void i2cproof_sev(void);
uint32_t i2cproof_get_primask(void);
void i2cproof_set_primask(uint32_t mask);

#define __NOP()              i2cproof_nop()
#define __WFI()              i2cproof_sleep()
#define __WFE()              i2cproof_wfe()
#define __SEV()              i2cproof_sev()
#define __DSB()              i2cproof_nop()
#define __DMB()              i2cproof_nop()
#define __ISB()              i2cproof_nop()
#define __COMPILER_BARRIER() __asm volatile("" ::: "memory")
#define __enable_irq()       i2cproof_sei()
#define __disable_irq()      i2cproof_cli()
#define __get_PRIMASK()      i2cproof_get_primask()
#define __set_PRIMASK(mask)  i2cproof_set_primask(mask)
#define __REV(value)         __builtin_bswap32(value)
#define __REV16(value)       ((__builtin_bswap32(value) >> 16) | (__builtin_bswap32(value) << 16))
#define __CLZ(value)         ((uint8_t)((value) == 0 ? 32 : __builtin_clz(value)))
#define __RBIT(value)        __builtin_bitreverse32(value)

/* ---- functions of the NVIC ---- */

__STATIC_INLINE void NVIC_EnableIRQ(IRQn_Type n)
{
    NVIC->ISER[(uint32_t)n >> 5] = 1UL << ((uint32_t)n & 31);
}
__STATIC_INLINE void NVIC_DisableIRQ(IRQn_Type n)
{
    NVIC->ICER[(uint32_t)n >> 5] = 1UL << ((uint32_t)n & 31);
    __DSB();
    __ISB();
}
__STATIC_INLINE uint32_t NVIC_GetEnableIRQ(IRQn_Type n)
{
    return NVIC->ISER[(uint32_t)n >> 5] >> ((uint32_t)n & 31) & 1UL;
}
__STATIC_INLINE uint32_t NVIC_GetPendingIRQ(IRQn_Type n)
{
    return NVIC->ISPR[(uint32_t)n >> 5] >> ((uint32_t)n & 31) & 1UL;
}
__STATIC_INLINE void NVIC_SetPendingIRQ(IRQn_Type n)
{
    NVIC->ISPR[(uint32_t)n >> 5] = 1UL << ((uint32_t)n & 31);
}
__STATIC_INLINE void NVIC_ClearPendingIRQ(IRQn_Type n)
{
    NVIC->ICPR[(uint32_t)n >> 5] = 1UL << ((uint32_t)n & 31);
}
__STATIC_INLINE uint32_t NVIC_GetActive(IRQn_Type n)
{
    return NVIC->IABR[(uint32_t)n >> 5] >> ((uint32_t)n & 31) & 1UL;
}
__STATIC_INLINE void NVIC_SetPriority(IRQn_Type n, uint32_t priority)
{
    const uint8_t byte = (uint8_t)(priority << (8U - __NVIC_PRIO_BITS));
    if ((int32_t)n < 0)
        SCB->SHP[((uint32_t)n & 0xF) - 4] = byte;
    else
        NVIC->IP[(uint32_t)n] = byte;
}
__STATIC_INLINE uint32_t NVIC_GetPriority(IRQn_Type n)
{
    const uint8_t byte = (int32_t)n < 0 ? SCB->SHP[((uint32_t)n & 0xF) - 4] : NVIC->IP[(uint32_t)n];
    return (uint32_t)byte >> (8U - __NVIC_PRIO_BITS);
}
__STATIC_INLINE void NVIC_SetPriorityGrouping(uint32_t group)
{
    SCB->AIRCR = (SCB->AIRCR & 0xF8FFUL) | 0x5FAUL << SCB_AIRCR_VECTKEY_Pos |
                 (group & 7) << SCB_AIRCR_PRIGROUP_Pos;
}
__STATIC_INLINE uint32_t NVIC_GetPriorityGrouping(void)
{
    return (SCB->AIRCR & SCB_AIRCR_PRIGROUP_Msk) >> SCB_AIRCR_PRIGROUP_Pos;
}
/* Bits of the group, and of the rank in it, that a grouping leaves. */
__STATIC_INLINE uint32_t NVIC_EncodePriority(uint32_t group, uint32_t preempt, uint32_t sub)
{
    const uint32_t in_group = 7 - (group & 7);
    const uint32_t preempt_bits = in_group > __NVIC_PRIO_BITS ? __NVIC_PRIO_BITS : in_group;
    const uint32_t sub_bits = __NVIC_PRIO_BITS - preempt_bits;
    return (preempt & ((1UL << preempt_bits) - 1)) << sub_bits | (sub & ((1UL << sub_bits) - 1));
}
__STATIC_INLINE void NVIC_SystemReset(void)
{
    SCB->AIRCR = 0x5FAUL << SCB_AIRCR_VECTKEY_Pos | (SCB->AIRCR & SCB_AIRCR_PRIGROUP_Msk) |
                 SCB_AIRCR_SYSRESETREQ_Msk;
    for (;;)
        __NOP();
}
__STATIC_INLINE uint32_t SysTick_Config(uint32_t ticks)
{
    if (ticks - 1 > SysTick_LOAD_RELOAD_Msk)
        return 1;
    SysTick->LOAD = ticks - 1;
    NVIC_SetPriority(SysTick_IRQn, (1UL << __NVIC_PRIO_BITS) - 1);
    SysTick->VAL = 0;
    SysTick->CTRL = SysTick_CTRL_CLKSOURCE_Msk | SysTick_CTRL_TICKINT_Msk | SysTick_CTRL_ENABLE_Msk;
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
