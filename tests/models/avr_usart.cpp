// The transmitter of the USART (ATmega48A to 328P data sheet, chapter 20), register by register.
#include "tests/models/avr_bench.h"

namespace
{

enum { UDRE = 0x20, TXC = 0x40, U2X = 0x02, TXEN = 0x08, UDRIE = 0x20, TXCIE = 0x40 };

struct Usart : AvrBench {
    explicit Usart(const char *part = "atmega328p", const char *suffix = "0")
        : AvrBench(part, 16000000), n(suffix)
    {
        io.config.on_print = [](void *ctx, uint8_t byte) {
            static_cast<Usart *>(static_cast<AvrBench *>(ctx))->printed += static_cast<char>(byte);
        };
        write(name("UBRR", "L").c_str(), 103); // 9615 baud
        write(name("UCSR", "B").c_str(), TXEN);
    }
    std::string name(const std::string &base, const std::string &end = "") const
    {
        return base + n + end;
    }
    unsigned status()
    {
        return read(name("UCSR", "A").c_str());
    }
    void send(char byte)
    {
        write(name("UDR").c_str(), static_cast<unsigned>(byte));
    }

    std::string n, printed;
};

} // namespace

TEST(AvrUsart, BeginsReadyWithEightDataBits)
{
    AvrBench b("atmega328p");
    EXPECT_EQ(b.read("UCSR0A"), unsigned{UDRE});
    EXPECT_EQ(b.read("UCSR0C"), 0x06u);
    EXPECT_FALSE(b.is_pending("USART_UDRE"));
}

// Ten bits of 16 x (103 + 1) cycles: 1040 us. One byte goes out, one waits.
TEST(AvrUsart, IsReadyAgainWhenTheByteThatWaitedGoesOut)
{
    for (const char *part : {"atmega328p", "attiny2313"}) {
        Usart u(part, *part == 'a' && part[2] == 'm' ? "0" : "");
        u.send('a');
        EXPECT_EQ(u.status(), unsigned{UDRE}) << part;
        u.send('b');
        EXPECT_EQ(u.status(), 0u);
        u.send('c'); // is lost
        u.wait_us(1039);
        EXPECT_EQ(u.status(), 0u);
        u.wait_us(2);
        EXPECT_EQ(u.status(), unsigned{UDRE});
        u.wait_us(1037);
        EXPECT_EQ(u.status(), unsigned{UDRE});
        u.wait_us(3);
        EXPECT_EQ(u.status(), unsigned{UDRE | TXC});
        EXPECT_EQ(u.printed, "ab");
    }
}

TEST(AvrUsart, SendsTwiceAsFastWithU2x)
{
    Usart u;
    u.write("UCSR0A", U2X);
    EXPECT_EQ(u.status(), unsigned{UDRE | U2X}) << "UDRE is read-only";
    u.send('a');
    u.wait_us(519);
    EXPECT_EQ(u.status() & TXC, 0u);
    u.wait_us(2);
    EXPECT_EQ(u.status() & TXC, unsigned{TXC});
}

TEST(AvrUsart, CountsTheBitsOfAFrame)
{
    const struct {
        unsigned b, c, bits;
    } frames[] = {{0, 0x06, 10}, {0, 0x00, 7},  {0, 0x0E, 11},
                  {0, 0x26, 11}, {0, 0x3E, 12}, {0x04, 0x06, 11}};
    for (const auto &frame : frames) {
        Usart u;
        u.write("UCSR0B", TXEN | frame.b);
        u.write("UCSR0C", frame.c);
        u.send('a');
        u.wait_us(104 * frame.bits - 1);
        EXPECT_EQ(u.status() & TXC, 0u) << frame.bits;
        u.wait_us(2);
        EXPECT_EQ(u.status() & TXC, unsigned{TXC}) << frame.bits;
    }
}

TEST(AvrUsart, AsksWhileItIsReadyAndOnceWhenItIsDone)
{
    Usart u;
    u.write("UCSR0B", TXEN | UDRIE | TXCIE);
    EXPECT_TRUE(u.is_pending("USART_UDRE"));
    u.take("USART_UDRE");
    EXPECT_TRUE(u.is_pending("USART_UDRE")) << "until a byte waits";
    u.send('a');
    u.send('b');
    EXPECT_FALSE(u.is_pending("USART_UDRE"));
    u.wait_us(2100);
    EXPECT_TRUE(u.is_pending("USART_TX"));
    u.take("USART_TX");
    EXPECT_FALSE(u.is_pending("USART_TX"));
    EXPECT_EQ(u.status() & TXC, 0u);
}

TEST(AvrUsart, ClearsTxcByAOne)
{
    Usart u;
    u.send('a');
    u.wait_us(1100);
    u.write("UCSR0A", 0);
    EXPECT_EQ(u.status() & TXC, unsigned{TXC});
    u.write("UCSR0A", TXC);
    EXPECT_EQ(u.status(), unsigned{UDRE});
}

TEST(AvrUsart, SendsNothingWithoutItsTransmitter)
{
    Usart u;
    u.write("UCSR0B", 0);
    u.send('a');
    u.wait_us(1100);
    EXPECT_EQ(u.printed, "");
    EXPECT_EQ(u.status() & TXC, 0u);
}
