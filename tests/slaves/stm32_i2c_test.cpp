// The I2C of STM32 F1 to F4 as a slave at its pins, flag by flag (RM0008, chapter 26, slave mode).
#include "bus_bench.h"

extern "C" {
#include "models/mcu/stm32_i2c.h"
}

namespace
{

constexpr uint16_t pe = STM32_I2C_CR1_PE;
constexpr uint16_t pe_ack = STM32_I2C_CR1_PE | STM32_I2C_CR1_ACK;
constexpr uint16_t all_interrupts =
    STM32_I2C_CR2_ITERREN | STM32_I2C_CR2_ITEVTEN | STM32_I2C_CR2_ITBUFEN;
constexpr uint8_t own_w = 0x2A << 1;
constexpr uint8_t own_r = own_w | 1;

class Stm32I2c : public BusBench
{
  protected:
    Stm32I2c()
    {
        stm32_i2c_config c = {};
        c.pins = pins();
        c.on_request = [](void *ctx, bool of_event, bool of_error) {
            Stm32I2c *t = static_cast<Stm32I2c *>(static_cast<BusBench *>(ctx));
            t->event = of_event;
            t->error = of_error;
        };
        stm32_i2c_init(&i2c, &c);
        put(STM32_I2C_OAR1, own_w);
        put(STM32_I2C_CR2, all_interrupts);
        put(STM32_I2C_CR1, pe_ack);
    }
    void edge(i2c_line line, bool high) override
    {
        stm32_i2c_edge(&i2c, line, high);
    }
    void put(stm32_i2c_register reg, unsigned value)
    {
        stm32_i2c_write(&i2c, reg, static_cast<uint16_t>(value));
        wait();
    }
    uint16_t get(stm32_i2c_register reg)
    {
        const uint16_t value = stm32_i2c_peek(&i2c, reg);
        stm32_i2c_after_read(&i2c, reg);
        wait();
        return value;
    }
    bool flag(unsigned sr1) const
    {
        return (stm32_i2c_peek(&i2c, STM32_I2C_SR1) & sr1) != 0;
    }
    bool holds() const
    {
        return pulls(I2C_SCL);
    }
    /// ADDR is there and holds SCL; it is cleared. SR2 as it was.
    uint16_t address_served()
    {
        wait();
        EXPECT_TRUE(flag(STM32_I2C_SR1_ADDR) && event && holds());
        get(STM32_I2C_SR1);
        EXPECT_TRUE(flag(STM32_I2C_SR1_ADDR));
        const uint16_t sr2 = get(STM32_I2C_SR2);
        EXPECT_FALSE(flag(STM32_I2C_SR1_ADDR));
        return sr2;
    }
    void addressed(uint8_t byte)
    {
        start();
        EXPECT_TRUE(write(byte));
        address_served();
    }

    stm32_i2c i2c = {};
    bool event = false, error = false;
};

TEST_F(Stm32I2c, HoldsSclBehindItsAddressUntilSr1AndSr2AreRead)
{
    start();
    EXPECT_TRUE(write(own_w));
    get(STM32_I2C_SR2); // alone it clears nothing
    EXPECT_TRUE(flag(STM32_I2C_SR1_ADDR) && holds());
    const uint16_t sr2 = address_served();
    EXPECT_EQ(sr2 & STM32_I2C_SR2_TRA, 0);
    EXPECT_TRUE(sr2 & STM32_I2C_SR2_BUSY);
    EXPECT_FALSE(holds());
    start();
    EXPECT_TRUE(write(own_w));
    get(STM32_I2C_SR2); // SR1 was read for the address before
    EXPECT_TRUE(flag(STM32_I2C_SR1_ADDR));
}

TEST_F(Stm32I2c, IsNotThereWithoutAckOrForOtherAddresses)
{
    start();
    EXPECT_FALSE(write(own_w ^ 2));
    start();
    EXPECT_FALSE(write(0));
    stop();
    EXPECT_FALSE(flag(STM32_I2C_SR1_STOPF)) << "not its transfer";
    put(STM32_I2C_CR1, pe);
    start();
    EXPECT_FALSE(write(own_w));
    EXPECT_FALSE(flag(STM32_I2C_SR1_ADDR) || event);
}

TEST_F(Stm32I2c, TellsItsSecondAddressAndTheGeneralCall)
{
    put(STM32_I2C_OAR2, 0x31 << 1 | STM32_I2C_OAR2_ENDUAL);
    put(STM32_I2C_CR1, pe_ack | STM32_I2C_CR1_ENGC);
    start();
    EXPECT_TRUE(write(0x31 << 1));
    EXPECT_TRUE(address_served() & STM32_I2C_SR2_DUALF);
    start();
    EXPECT_TRUE(write(0));
    EXPECT_TRUE(address_served() & STM32_I2C_SR2_GENCALL);
    start();
    EXPECT_FALSE(write(1)) << "the START byte is no general call";
}

TEST_F(Stm32I2c, ReceivesIntoDrAndThenIntoTheShiftRegister)
{
    addressed(own_w);
    EXPECT_TRUE(write(0x11));
    EXPECT_TRUE(flag(STM32_I2C_SR1_RXNE) && event);
    wait();
    EXPECT_FALSE(holds());
    EXPECT_TRUE(write(0x22));
    wait();
    EXPECT_TRUE(flag(STM32_I2C_SR1_BTF) && holds());
    EXPECT_EQ(get(STM32_I2C_DR), 0x11);
    EXPECT_FALSE(flag(STM32_I2C_SR1_BTF) || holds());
    EXPECT_EQ(get(STM32_I2C_DR), 0x22);
    EXPECT_FALSE(flag(STM32_I2C_SR1_RXNE) || event);
}

TEST_F(Stm32I2c, RefusesTheByteBehindAnAckOf0AndIsNotAddressedAnyMore)
{
    addressed(own_w);
    put(STM32_I2C_CR1, pe);
    EXPECT_FALSE(write(0x33));
    EXPECT_EQ(get(STM32_I2C_DR), 0x33);
    stop();
    EXPECT_FALSE(flag(STM32_I2C_SR1_STOPF));
}

TEST_F(Stm32I2c, ClearsStopfByAReadOfSr1AndAWriteOfCr1)
{
    addressed(own_w);
    stop();
    EXPECT_TRUE(flag(STM32_I2C_SR1_STOPF) && event);
    put(STM32_I2C_CR1, pe_ack);
    EXPECT_TRUE(flag(STM32_I2C_SR1_STOPF)) << "SR1 was not read";
    get(STM32_I2C_SR1);
    put(STM32_I2C_CR1, pe_ack);
    EXPECT_FALSE(flag(STM32_I2C_SR1_STOPF) || event);
}

TEST_F(Stm32I2c, SendsWhatIsWrittenAndHoldsSclWhileThereIsNothing)
{
    start();
    EXPECT_TRUE(write(own_r));
    EXPECT_TRUE(address_served() & STM32_I2C_SR2_TRA);
    EXPECT_TRUE(holds()) << "nothing to send";
    EXPECT_TRUE(flag(STM32_I2C_SR1_TXE));
    put(STM32_I2C_DR, 0x5A);
    EXPECT_FALSE(holds());
    EXPECT_TRUE(flag(STM32_I2C_SR1_TXE)) << "it has gone to the shift register";
    put(STM32_I2C_DR, 0x00);
    EXPECT_FALSE(flag(STM32_I2C_SR1_TXE));
    EXPECT_EQ(read(true), 0x5A);
    EXPECT_TRUE(flag(STM32_I2C_SR1_TXE));
    EXPECT_EQ(read(true), 0x00);
    wait();
    EXPECT_TRUE(flag(STM32_I2C_SR1_BTF) && holds());
    get(STM32_I2C_SR1);
    put(STM32_I2C_DR, 0xC3);
    EXPECT_FALSE(flag(STM32_I2C_SR1_BTF) || holds());
    EXPECT_EQ(read(false), 0xC3);
}

TEST_F(Stm32I2c, TellsTheMastersNackByAfAndIsOffTheBus)
{
    addressed(own_r);
    put(STM32_I2C_DR, 0xFF);
    put(STM32_I2C_DR, 0x00);
    EXPECT_EQ(read(false), 0xFF);
    EXPECT_TRUE(flag(STM32_I2C_SR1_AF) && error);
    EXPECT_FALSE(flag(STM32_I2C_SR1_TXE));
    EXPECT_EQ(read(false), 0xFF) << "SDA free for any number of clocks";
    put(STM32_I2C_SR1, 0);
    EXPECT_FALSE(flag(STM32_I2C_SR1_AF) || error);
    stop();
    EXPECT_FALSE(flag(STM32_I2C_SR1_STOPF));
    addressed(own_r);
    put(STM32_I2C_DR, 0x77);
    EXPECT_EQ(read(false), 0x77) << "what was not sent is dropped";
}

TEST_F(Stm32I2c, TakesAMisplacedStartForOneAndAMisplacedStopForOne)
{
    addressed(own_w);
    clock(true);
    clock(true);
    start();
    EXPECT_TRUE(flag(STM32_I2C_SR1_BERR) && error);
    put(STM32_I2C_SR1, 0);
    EXPECT_TRUE(write(own_w)) << "that START was heard";
    address_served();
    clock(true);
    clock(true);
    stop();
    EXPECT_TRUE(flag(STM32_I2C_SR1_BERR) && flag(STM32_I2C_SR1_STOPF));
    EXPECT_FALSE(flag(STM32_I2C_SR1_RXNE)) << "the partial byte is dropped";
}

TEST_F(Stm32I2c, LosesAndRepeatsBytesWithNostretch)
{
    put(STM32_I2C_CR1, pe_ack | STM32_I2C_CR1_NOSTRETCH);
    start();
    EXPECT_TRUE(write(own_w));
    wait();
    EXPECT_FALSE(holds());
    EXPECT_TRUE(write(0x11));
    EXPECT_TRUE(write(0x22));
    EXPECT_TRUE(flag(STM32_I2C_SR1_OVR) && error);
    EXPECT_EQ(get(STM32_I2C_DR), 0x11);
    EXPECT_FALSE(flag(STM32_I2C_SR1_RXNE));
    put(STM32_I2C_SR1, 0);
    start();
    EXPECT_TRUE(write(own_r));
    EXPECT_EQ(read(true), 0x11) << "nothing was written: DR as it is";
    EXPECT_TRUE(flag(STM32_I2C_SR1_OVR));
}

TEST_F(Stm32I2c, AsksForTheInterruptsThatCr2Names)
{
    put(STM32_I2C_CR2, STM32_I2C_CR2_ITEVTEN);
    addressed(own_w);
    EXPECT_TRUE(write(0x11));
    EXPECT_TRUE(flag(STM32_I2C_SR1_RXNE));
    EXPECT_FALSE(event) << "a buffer event";
    put(STM32_I2C_CR2, STM32_I2C_CR2_ITEVTEN | STM32_I2C_CR2_ITBUFEN);
    EXPECT_TRUE(event);
    get(STM32_I2C_DR);
    clock(true);
    clock(true);
    stop();
    EXPECT_TRUE(flag(STM32_I2C_SR1_BERR));
    EXPECT_FALSE(error);
}

TEST_F(Stm32I2c, LetsGoOfEverythingWhenItIsSwitchedOffOrReset)
{
    for (unsigned off : {0u, unsigned(pe_ack | STM32_I2C_CR1_SWRST)}) {
        start();
        EXPECT_TRUE(write(own_w));
        wait();
        EXPECT_TRUE(holds());
        put(STM32_I2C_CR1, off);
        wait();
        EXPECT_FALSE(holds() || pulls(I2C_SDA));
        EXPECT_EQ(stm32_i2c_peek(&i2c, STM32_I2C_SR1), 0);
        set(I2C_SCL, true);
        set(I2C_SDA, true);
        put(STM32_I2C_CR1, pe_ack);
    }
}

} // namespace
