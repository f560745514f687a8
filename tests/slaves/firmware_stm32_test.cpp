// Firmware of STM32 parts: registers at their addresses, interrupts by level, and what is not
// there.
#include "tests/slaves/bench.h"

#include <gtest/gtest.h>

namespace
{

/// A program on an STM32F103 at 72 MHz; SCL is PB6, SDA is PB7.
struct Stm32 {
    Folder folder;
    Description description;
    std::unique_ptr<Prepared> prepared;
    std::unique_ptr<Bench> bench;

    explicit Stm32(const std::string &text, const std::string &header = "stm32f1xx.h",
                   const std::string &part = "stm32f103c8")
    {
        description
            .sources(
                {folder.write("main.c", "#include <" + header +
                                            ">\n"
                                            "#define PINS (RCC->APB2ENR |= RCC_APB2ENR_IOPBEN | "
                                            "RCC_APB2ENR_AFIOEN)\n" +
                                            text)})
            .mcu(part, 72000000);
        prepared = std::make_unique<Prepared>(description);
        EXPECT_NE(prepared->image, nullptr) << prepared->message;
        if (prepared->image != nullptr)
            bench = std::make_unique<Bench>(*prepared);
    }
    int64_t get(const char *name)
    {
        return bench->get(name);
    }
    Stm32 &wait_us(uint64_t us)
    {
        bench->wait_us(us);
        return *this;
    }
    bool found(const std::string &rule) const
    {
        for (const std::string &f : bench->findings)
            if (f.find(rule) != std::string::npos)
                return true;
        return false;
    }
};

// Falling edges of both lines, each counted by the line's own flag.
const char both_lines[] = "volatile uint32_t scl, sda, entered;\n"
                          "void EXTI9_5_IRQHandler(void)\n"
                          "{\n"
                          "    const uint32_t which = EXTI->PR & 0xC0;\n"
                          "    EXTI->PR = which;\n"
                          "    entered++;\n"
                          "    if (which & 0x40) scl++;\n"
                          "    if (which & 0x80) sda++;\n"
                          "}\n"
                          "static void edges(void)\n"
                          "{\n"
                          "    PINS;\n"
                          "    AFIO->EXTICR[1] = AFIO_EXTICR2_EXTI6_PB | AFIO_EXTICR2_EXTI7_PB;\n"
                          "    EXTI->FTSR = EXTI->IMR = 0xC0;\n"
                          "    NVIC_EnableIRQ(EXTI9_5_IRQn);\n"
                          "}\n";

} // namespace

// ---- registers ----------------------------------------------------------------------------------

TEST(Stm32Firmware, DrivesAndReadsItsPins)
{
    Stm32 f(
        "volatile uint32_t before, after;\n"
        "int main(void) { PINS; GPIOB->BSRR = 0xC0; GPIOB->CRL = 0x77444444; before = GPIOB->IDR & "
        "0xC0; GPIOB->BRR = 0x80; for (volatile int i = 0; i < 100; i++); after = GPIOB->IDR & "
        "0xC0; for (;;); }\n");
    f.wait_us(100);
    EXPECT_EQ(f.get("before"), 0xC0);
    EXPECT_EQ(f.get("after"), 0x40);
    EXPECT_TRUE(f.bench->slave_pulls(I2C_SDA));
    EXPECT_FALSE(f.bench->slave_pulls(I2C_SCL));
}

TEST(Stm32Firmware, IsNotHeardWhereTheClockOfABlockIsOff)
{
    Stm32 f("volatile uint32_t crl = 1;\n"
            "int main(void) { GPIOB->CRL = 0x77777777; crl = GPIOB->CRL; for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("crl"), 0);
    EXPECT_FALSE(f.bench->slave_pulls(I2C_SDA));
}

TEST(Stm32Firmware, KeepsTheModesOfLockedPins)
{
    Stm32 f(
        "volatile uint32_t crl;\n"
        "int main(void) { PINS; GPIOB->LCKR = 0x10040; GPIOB->LCKR = 0x40; GPIOB->LCKR = 0x10040; "
        "(void)GPIOB->LCKR; GPIOB->CRL = 0x77777777; crl = GPIOB->CRL; for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("crl"), 0x74777777);
}

// Clocks become ready, in the order in which start-up code waits for them.
TEST(Stm32Firmware, GetsPastStartUpCode)
{
    Stm32 f(
        "volatile int started;\n"
        "void SystemInit(void) { RCC->CR |= RCC_CR_HSEON; while (!(RCC->CR & RCC_CR_HSERDY)); "
        "RCC->CR |= RCC_CR_PLLON; while (!(RCC->CR & RCC_CR_PLLRDY)); RCC->CFGR |= "
        "RCC_CFGR_SW_PLL; while ((RCC->CFGR & RCC_CFGR_SWS) != RCC_CFGR_SWS_PLL); started++; }\n"
        "int main(void) { started++; for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("started"), 2);
}

// An 8- or 16-bit write to a peripheral reaches all of the register; the NVIC's priorities are
// bytes.
TEST(Stm32Firmware, WritesNarrowlyAsTheBusDoes)
{
    Stm32 f("volatile uint32_t odr, first, second;\n"
            "int main(void) { PINS; *(volatile uint8_t *)&GPIOB->ODR = 0x5A; odr = GPIOB->ODR; "
            "NVIC_SetPriority(EXTI0_IRQn, 3); NVIC_SetPriority(EXTI1_IRQn, 9); first = "
            "NVIC_GetPriority(EXTI0_IRQn); second = NVIC_GetPriority(EXTI1_IRQn); for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("odr"), 0x5A5A);
    EXPECT_EQ(f.get("first"), 3);
    EXPECT_EQ(f.get("second"), 9);
}

TEST(Stm32Firmware, CopiesStructsOfRegisters)
{
    Stm32 f("volatile uint32_t crl, crh;\nstatic GPIO_TypeDef copy;\n"
            "int main(void) { PINS; copy = *GPIOB; crl = copy.CRL; crh = copy.CRH; for (;;); }\n");
    f.wait_us(30);
    EXPECT_EQ(f.get("crl"), 0x44444444);
    EXPECT_EQ(f.get("crh"), 0x44444444);
}

TEST(Stm32Firmware, TakesTheOldHeaderAndAnotherPart)
{
    Stm32 f("u8 old = 1;\nvolatile int irq = TIM7_IRQn;\nint main(void) { for (;;); }\n",
            "stm32f10x.h", "stm32f100rb");
    EXPECT_EQ(f.get("irq"), 55);
}

// ---- interrupts ---------------------------------------------------------------------------------

TEST(Stm32Firmware, HasOneFlagForEachLineOfASharedVector)
{
    Stm32 f(std::string(both_lines) + "int main(void) { edges(); for (;;) __WFI(); }\n");
    f.wait_us(20).bench->set(I2C_SDA, false);
    f.wait_us(5).bench->set(I2C_SCL, false);
    f.wait_us(5).bench->set(I2C_SCL, true);
    f.wait_us(5).bench->set(I2C_SCL, false);
    f.wait_us(5);
    EXPECT_EQ(f.get("sda"), 1);
    EXPECT_EQ(f.get("scl"), 2);
    EXPECT_EQ(f.get("entered"), 3);
}

// Several edges of a line while interrupts are off are one; those of two lines come in one entry.
TEST(Stm32Firmware, MergesEdgesWhileInterruptsAreOff)
{
    Stm32 f(std::string(both_lines) +
            "volatile int masked;\n"
            "int main(void) { edges(); __disable_irq(); for (volatile int i = 0; i < 6000; i++); "
            "masked = (int)__get_PRIMASK(); __enable_irq(); for (;;); }\n");
    f.wait_us(5);
    for (unsigned i = 0; i < 3; i++) {
        f.bench->set(I2C_SCL, false);
        f.bench->wait_us(1);
        f.bench->set(I2C_SCL, true);
        f.bench->wait_us(1);
    }
    f.bench->set(I2C_SDA, false);
    EXPECT_EQ(f.get("entered"), 0);
    f.wait_us(3000);
    EXPECT_EQ(f.get("masked"), 1);
    EXPECT_EQ(f.get("entered"), 1);
    EXPECT_EQ(f.get("scl"), 1);
    EXPECT_EQ(f.get("sda"), 1);
}

// A routine is interrupted by one of a lower number, not by one of its own.
TEST(Stm32Firmware, InterruptsRoutinesOfALowerPriorityAlone)
{
    const auto program = [](const char *edge, const char *tick) {
        return std::string(both_lines) +
               "volatile uint32_t inside, ended;\n"
               "void SysTick_Handler(void) { SysTick->CTRL = 0; const uint32_t before = entered; "
               "for "
               "(volatile int i = 0; i < 1500; i++); inside = entered - before; ended = 1; }\n"
               "int main(void) { edges(); SysTick_Config(14400); NVIC_SetPriority(EXTI9_5_IRQn, " +
               edge + "); NVIC_SetPriority(SysTick_IRQn, " + tick + "); for (;;); }\n";
    };
    const auto inside = [](Stm32 f) {
        f.wait_us(150).bench->set(I2C_SCL, false); // 100 us have passed before
        f.wait_us(1000);
        EXPECT_EQ(f.get("ended"), 1);
        EXPECT_EQ(f.get("entered"), 1);
        return f.get("inside");
    };
    EXPECT_EQ(inside(Stm32(program("1", "2"))), 1);
    EXPECT_EQ(inside(Stm32(program("2", "2"))), 0);
    EXPECT_EQ(inside(Stm32(program("2", "1"))), 0);
}

// The subpriority decides who comes first, and never who interrupts.
TEST(Stm32Firmware, OrdersByTheSubpriorityWithinAGroup)
{
    Stm32 f(
        "volatile uint32_t order;\n"
        "void EXTI0_IRQHandler(void) { EXTI->PR = 1; order = order * 10 + 1; }\n"
        "void EXTI1_IRQHandler(void) { EXTI->PR = 2; order = order * 10 + 2; }\n"
        "int main(void) { NVIC_SetPriorityGrouping(7); NVIC_SetPriority(EXTI0_IRQn, 5); "
        "NVIC_SetPriority(EXTI1_IRQn, 4); NVIC_EnableIRQ(EXTI0_IRQn); NVIC_EnableIRQ(EXTI1_IRQn); "
        "EXTI->IMR = 3; __disable_irq(); EXTI->SWIER = 3; __enable_irq(); for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("order"), 21);
}

TEST(Stm32Firmware, TicksAndSleepsUntilThen)
{
    Stm32 f(
        "volatile uint32_t ticks, woken;\n"
        "void SysTick_Handler(void) { ticks++; }\n"
        "int main(void) { SysTick_Config(SystemCoreClock / 10000); for (;;) { __WFI(); woken++; } "
        "}\n");
    f.wait_us(9950); // and 100 us
    EXPECT_EQ(f.get("ticks"), 100);
    EXPECT_EQ(f.get("woken"), 100);
}

// What is pending ends the sleep though interrupts are off, and is let in when they are on again.
TEST(Stm32Firmware, WakesWhileInterruptsAreOff)
{
    Stm32 f(std::string(both_lines) +
            "volatile uint32_t woken_before;\n"
            "int main(void) { edges(); __disable_irq(); __WFI(); woken_before = entered + 1; "
            "__enable_irq(); for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("woken_before"), 0);
    f.bench->set(I2C_SCL, false);
    f.wait_us(5);
    EXPECT_EQ(f.get("woken_before"), 1);
    EXPECT_EQ(f.get("entered"), 1);
}

TEST(Stm32Firmware, CountsCycles)
{
    Stm32 f("volatile uint32_t spent;\n"
            "int main(void) { CoreDebug->DEMCR = CoreDebug_DEMCR_TRCENA_Msk; DWT->CTRL = 1; const "
            "uint32_t from = DWT->CYCCNT; while (DWT->CYCCNT - from < 14400); PINS; GPIOB->CRL = "
            "0x74444444; for (;;); }\n");
    f.wait_us(95); // and 100 us
    EXPECT_FALSE(f.bench->slave_pulls(I2C_SDA));
    f.wait_us(10);
    EXPECT_TRUE(f.bench->slave_pulls(I2C_SDA));
}

TEST(Stm32Firmware, ResetsItself)
{
    Stm32 f("volatile uint32_t flags;\n"
            "int main(void) { flags = RCC->CSR >> 24; if (!(RCC->CSR & RCC_CSR_SFTRSTF)) "
            "NVIC_SystemReset(); for (;;); }\n");
    f.wait_us(50);
    EXPECT_EQ(f.get("flags") & 0x10, 0x10);
}

// ---- instructions -------------------------------------------------------------------------------

TEST(Stm32Firmware, MayUseTheInstructionsOfVendorsHeaders)
{
    Stm32 f("volatile uint32_t masked, again = 9;\n"
            "int main(void) { uint32_t m; __asm volatile(\"cpsid i\" ::: \"memory\"); __asm "
            "volatile(\"MRS %0, primask\" : \"=r\"(m)); masked = m; __asm volatile(\"MSR primask, "
            "%0\" ::\"r\"(m - 1) : \"memory\"); __asm volatile(\"dsb 0xF\\n\\tisb\"); __asm "
            "volatile(\"MRS %0, primask\" : \"=r\"(m)); again = m; for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("masked"), 1);
    EXPECT_EQ(f.get("again"), 0);
}

// ---- what goes wrong ----------------------------------------------------------------------------

TEST(Stm32Firmware, EndsWithAnAccessWhereThePartHasNothing)
{
    Stm32 f("volatile int went_on;\n"
            "int main(void) { *(volatile uint32_t *)0x40015000 = 1; went_on = 1; for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("went_on"), 0);
    EXPECT_TRUE(f.found("crash"));
}

TEST(Stm32Firmware, IsToldOfAnInterruptThatNobodyClears)
{
    Stm32 f("volatile uint32_t turns;\n"
            "void EXTI0_IRQHandler(void) { }\n"
            "int main(void) { EXTI->IMR = 1; NVIC_EnableIRQ(EXTI0_IRQn); EXTI->SWIER = 1; for (;;) "
            "turns++; }\n");
    f.wait_us(4000);
    EXPECT_FALSE(f.found("hang"));
    f.wait_us(2000);
    EXPECT_TRUE(f.found("hang"));
}

TEST(Stm32Firmware, IsToldOnceOfEachBlockThatIsOnlyMemory)
{
    Stm32 f(
        "volatile uint32_t kept;\n"
        "int main(void) { RCC->APB1ENR = RCC_APB1ENR_TIM2EN | RCC_APB1ENR_TIM3EN; TIM2->ARR = 77; "
        "TIM2->PSC = 1; TIM3->ARR = 5; kept = TIM2->ARR; for (;;); }\n");
    f.wait_us(20);
    EXPECT_EQ(f.get("kept"), 77);
    EXPECT_EQ(f.bench->findings.size(), 2u);
    EXPECT_TRUE(f.found("unmodelled"));
}
