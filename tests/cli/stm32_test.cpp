// Firmware of STM32 parts that says nothing, and slave files that are wrong: what a person is told.
#include "tests/cli/program.h"

#include <gtest/gtest.h>

namespace
{

/// A program for an STM32F103 at 0x26 and its slave file, run with one scenario.
struct Firmware {
    explicit Firmware(const std::string &text, const std::string &more = "")
    {
        folder.write("main.c", "#include <stm32f1xx.h>\n" + text);
        slave = folder.write("s.slave",
                             "slave s\n    kind firmware\n    sources main.c\n"
                             "    mcu stm32f103c8 72MHz\n    address 0x26\n    speed 100kHz\n" +
                                 more);
    }
    Outcome run(const std::string &scenarios = "") const
    {
        std::vector<std::string> words = {"run",     slave,   "--master",         "standard",
                                          "--quick", "--out", folder.path("out"), "--vcd",
                                          "none"};
        const std::vector<std::string> which =
            scenarios.empty() ? std::vector<std::string>{"--filter", "ack.shape"}
                              : std::vector<std::string>{"--filter", "*t.own*", "--scenarios",
                                                         folder.write("t.scenario", scenarios)};
        words.insert(words.end(), which.begin(), which.end());
        return i2cproof(words);
    }
    /// Rule and message of the first finding.
    std::string told() const
    {
        const Outcome outcome = run();
        EXPECT_EQ(outcome.status, 1) << outcome;
        const Json result = result_of(folder);
        const cJSON *one = cJSON_GetArrayItem(at(result.get(), "cases"), 0);
        const cJSON *finding = cJSON_GetArrayItem(at(one, "findings"), 0);
        return text_at(finding, "rule") + ": " + text_at(finding, "message");
    }
    Folder folder;
    std::string slave;
};

const std::string nowhere = "silent: it answers at no address: ";

/// A register-level slave without any code behind it, but for what is left out of its start.
std::string i2c_start(const std::string &clock, const std::string &pins, const std::string &rest)
{
    return "void I2C1_EV_IRQHandler(void) { (void)I2C1->SR1; (void)I2C1->SR2; (void)I2C1->DR; "
           "I2C1->CR1 |= I2C_CR1_PE; }\n"
           "int main(void) {\n    " +
           clock + "\n    " + pins + "\n    I2C1->OAR1 = 0x26 << 1;\n" +
           "    I2C1->CR2 = 36 | I2C_CR2_ITEVTEN | I2C_CR2_ITBUFEN;\n    " + rest +
           "\n    for (;;) __WFI();\n}\n";
}

const char clocks[] = "RCC->APB2ENR |= RCC_APB2ENR_IOPBEN; RCC->APB1ENR |= RCC_APB1ENR_I2C1EN;";
const char pins[] = "GPIOB->CRL = 0xFF444444;";
const char on[] = "NVIC_EnableIRQ(I2C1_EV_IRQn); I2C1->CR1 = I2C_CR1_PE; I2C1->CR1 |= I2C_CR1_ACK;";

/// What is said of a slave file before anything is run; exit 2.
std::string refusal(const std::string &more,
                    const std::string &text = "int main(void) { for (;;); }\n")
{
    const Firmware f(text, more);
    const Outcome outcome = f.run();
    EXPECT_EQ(outcome.status, 2) << outcome;
    const size_t at = outcome.err.find("s.slave:");
    return at == std::string::npos ? outcome.err
                                   : outcome.err.substr(at, outcome.err.find('\n', at) - at);
}

} // namespace

// ---- silence ------------------------------------------------------------------------------------

TEST(Stm32Silence, IsForAClockThatIsOff)
{
    EXPECT_EQ(Firmware(i2c_start("RCC->APB2ENR |= RCC_APB2ENR_IOPBEN;", pins, on)).told(),
              nowhere +
                  "it used I2C1 while its clock was off, which has no effect: RCC.APB1ENR has "
                  "to have its bit set first");
}

TEST(Stm32Silence, IsForPinsThatAreNotGivenToThePeripheral)
{
    EXPECT_EQ(Firmware(i2c_start(clocks, "", on)).told(),
              nowhere + "SCL (PB6) is no alternate-function output: its four bits in CRL are 0x4, "
                        "not 0xF");
}

TEST(Stm32Silence, IsForAnAcknowledgeThatIsOff)
{
    EXPECT_EQ(Firmware(i2c_start(clocks, pins, "I2C1->CR1 = I2C_CR1_ACK; I2C1->CR1 = I2C_CR1_PE;"))
                  .told(),
              nowhere + "I2C1 is told to acknowledge nothing: CR1.ACK is 0 (it must be set behind "
                        "PE)");
}

TEST(Stm32Silence, IsForALineThatEntersNowhere)
{
    const std::string edges = "void EXTI9_5_IRQHandler(void) { EXTI->PR = 0xC0; }\n"
                              "int main(void) { RCC->APB2ENR |= RCC_APB2ENR_IOPBEN | "
                              "RCC_APB2ENR_AFIOEN; (void)GPIOB->IDR; ";
    EXPECT_EQ(Firmware(edges + "EXTI->IMR = EXTI->FTSR = 0xC0; for (;;) __WFI(); }\n").told(),
              nowhere + "no edge of the pins interrupts: AFIO.EXTICR gives their lines to another "
                        "port");
    EXPECT_EQ(Firmware(edges + "AFIO->EXTICR[1] = 0x1100; EXTI->IMR = EXTI->FTSR = 0xC0; for (;;) "
                               "__WFI(); }\n")
                  .told(),
              nowhere + "interrupt EXTI9_5 came, but the NVIC does not let it in: no "
                        "NVIC_EnableIRQ(EXTI9_5_IRQn)");
}

TEST(Stm32Silence, IsForAMisspeltHandler)
{
    EXPECT_EQ(Firmware("void EXTI9_6_IRQHandler(void) { }\nint main(void) { for (;;); }\n").told(),
              nowhere + "stm32f103c8 has no vector of EXTI9_6_IRQHandler(); did you mean "
                        "EXTI9_5_IRQHandler?");
    EXPECT_EQ(Firmware("void EXTI9_IRQHandler(void) { }\nint main(void) { for (;;); }\n").told(),
              nowhere + "stm32f103c8 has no vector of EXTI9_IRQHandler(); did you mean "
                        "EXTI9_5_IRQHandler?");
}

// ---- start-up code --------------------------------------------------------------------------

TEST(Stm32File, GetsPastWhatIsNotModelled)
{
    const Firmware f(
        "volatile int got;\nint calibrate(int x);\n"
        "void slow_start(void) { for (;;); }\n"
        "static void endless(void) { for (;;); }\n"
        "static int waits(int x) { while (x); for (;;); return 1; }\n"
        "int main(void) { RCC->APB2ENR |= RCC_APB2ENR_ADC1EN; ADC1->CR2 = ADC_CR2_CAL; "
        "while (ADC1->CR2 & ADC_CR2_CAL); while (!(ADC1->SR & ADC_SR_EOC)); "
        "slow_start(); endless(); got = waits(0) + calibrate(3) + 7; for (;;); }\n",
        "    bit ADC1.CR2.CAL follows 0\n    bit ADC1.SR.EOC follows 1\n"
        "    stub slow_start calibrate endless waits\n");
    const std::string scenario =
        "scenario t.own\n    \"Own\"\n    wait 1ms\n    expect app got == 7\n";
    const Outcome outcome = f.run(scenario);
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_TRUE(
        contains(outcome.out, "unmodelled: Firmware uses registers that are only memory here"))
        << outcome;
}

TEST(Stm32File, MayAskThatAllRegistersAreModelled)
{
    const Firmware f(
        "int main(void) { RCC->APB1ENR |= RCC_APB1ENR_TIM2EN; TIM2->CR1 = 1; for (;;); "
        "}\n",
        "    strict_registers yes\n");
    const Outcome outcome = f.run("scenario t.own\n    \"Own\"\n    wait 1ms\n");
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "main.c:2")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "TIM2 is not modelled")) << outcome;
}

TEST(Stm32File, NamesTheNearestOfAWrongName)
{
    EXPECT_EQ(refusal("    bit ADC1.CR2.CLA follows 0\n"),
              "s.slave:7:9: bit: CR2 has no CLA; did you mean CAL?");
    EXPECT_EQ(refusal("    bit ADC.CR2.CAL follows 0\n"),
              "s.slave:7:9: bit: stm32f103c8 has no ADC; did you mean ADC1?");
    EXPECT_EQ(refusal("    bit ADC1.SR.EOC follows STR\n"),
              "s.slave:7:29: bit: SR has no STR; did you mean STRT?");
    EXPECT_EQ(refusal("    stub slow_strat\n",
                      "void slow_start(void) { for (;;); }\nint main(void) { slow_start(); }\n"),
              "s.slave:7:10: stub: the sources neither define nor call slow_strat; did you mean "
              "slow_start?");
    EXPECT_EQ(refusal("    pins scl=PF6 sda=PB7\n"),
              "s.slave:7:5: pins of stm32f103c8 are named as in scl=PB6 sda=PB7");
}

TEST(Stm32File, NamesTheLineOfAnAccessToNothing)
{
    const Firmware f("int main(void) { *(volatile unsigned *)0x40015000 = 1; for (;;); }\n");
    const Outcome outcome = f.run("scenario t.own\n    \"Own\"\n    wait 1ms\n");
    EXPECT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "main.c:2")) << outcome;
    EXPECT_TRUE(contains(outcome.out, "accesses address 0x40015000, where stm32f103c8 has nothing"))
        << outcome;
}
