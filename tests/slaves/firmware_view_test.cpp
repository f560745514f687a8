// What the trace shows of firmware, and that looking changes nothing.
#include "tests/slaves/firmware_bench.h"

#include <map>

namespace
{

/// A trace, and what its tracks went through: "main:0 ISR(PCINT0_vect):12.5".
class Looked
{
  public:
    Looked() : memory_(i2c_trace_bytes(4096) / 8 + 1), trace(i2c_trace_init(memory_.data(), 4096))
    {
    }
    int track(const std::string &scope, const std::string &name) const
    {
        for (unsigned i = 0; i < trace->tracks; i++)
            if (scope == trace->track[i].scope && name == trace->track[i].name)
                return static_cast<int>(i);
        return -1;
    }
    std::vector<std::string> texts(const std::string &name) const
    {
        std::vector<std::string> all;
        for (const i2c_record &r : of("slave", name))
            all.emplace_back(trace->text[r.value]);
        return all;
    }
    std::vector<unsigned> values(const std::string &scope, const std::string &name) const
    {
        std::vector<unsigned> all;
        for (const i2c_record &r : of(scope, name))
            all.push_back(r.value);
        return all;
    }

  private:
    std::vector<i2c_record> of(const std::string &scope, const std::string &name) const
    {
        std::vector<i2c_record> all;
        const int wanted = track(scope, name);
        for (uint64_t i = 0; i < i2c_trace_kept(trace); i++) {
            const i2c_record *r = i2c_trace_at(trace, i);
            if (r->kind == I2C_RECORD_TRACK && r->b == wanted)
                all.push_back(*r);
        }
        return all;
    }
    std::vector<uint64_t> memory_;

  public:
    i2c_trace *trace;
};

using Texts = std::vector<std::string>;
using Values = std::vector<unsigned>;

} // namespace

TEST(FirmwareView, ShowsTheFunctionsInARoutine)
{
    Firmware f("volatile unsigned a, b;\n"
               "__attribute__((noinline)) static void first(void) { a++; }\n"
               "__attribute__((noinline)) void second(void) { b++; first(); b++; }\n"
               "ISR(PCINT0_vect) { second(); a--; }\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;) a--; }\n");
    Prepared prepared(f.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    const Looked looked;
    Bench bench(prepared, {}, looked.trace);
    bench.set(I2C_SCL, false);
    bench.wait_us(50);
    EXPECT_EQ(looked.texts("function"), (Texts{"main", "ISR(PCINT0_vect)", "second", "first",
                                               "second", "ISR(PCINT0_vect)", "main"}));
}

TEST(FirmwareView, ShowsTheRegisterBitsBehindThePins)
{
    Firmware f("int main(void) { PORTB = _BV(PB2); _delay_us(10); DDRB = _BV(PB0) | _BV(PB5);\n"
               "    _delay_us(10); DDRB = 0; for (;;); }\n");
    Prepared prepared(f.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    const Looked looked;
    Bench bench(prepared, {}, looked.trace);
    bench.wait_us(100);
    EXPECT_EQ(looked.values("slave.pin", "PORTB.2"), (Values{0, 1}));
    EXPECT_EQ(looked.values("slave.pin", "DDRB.0"), (Values{0, 1, 0}));
    EXPECT_EQ(looked.values("slave.pin", "DDRB.2"), (Values{0}));
    EXPECT_EQ(looked.values("slave.pin", "PORTB.0"), (Values{0}));
    EXPECT_EQ(looked.track("slave.pin", "DDRB.5"), -1) << "is no bus pin";
}

TEST(FirmwareView, ShowsAndTellsWhatTheUartPrints)
{
    Firmware f("static void put(char c) { while (!(UCSR0A & _BV(UDRE0))) { } UDR0 = c; }\n"
               "static void print(const char *s) { while (*s) put(*s++); }\n"
               "int main(void) { UBRR0L = 8; UCSR0B = _BV(TXEN0); print(\"one\\r\\ntwo\\t\\n\");\n"
               "    for (int i = 0; i < 62; i++) put('x'); print(\"end\"); for (;;); }\n",
               "main.c", "atmega328p", 16000000);
    Prepared prepared(f.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    const Looked looked;
    Texts lines;
    slave_attach_options options = {};
    options.on_print = [](void *ctx, const char *line) {
        static_cast<Texts *>(ctx)->emplace_back(line);
    };
    options.on_print_ctx = &lines;
    {
        Bench bench(prepared, options, looked.trace);
        bench.wait_us(20000);
    }
    const Texts expected = {"one", "two.", std::string(60, 'x'), "xxend"};
    EXPECT_EQ(lines, expected);
    EXPECT_EQ(looked.texts("uart"), expected);
}

TEST(FirmwareView, ShowsAWatchedVariableWhereItChanges)
{
    Firmware f("volatile uint8_t step;\n"
               "ISR(PCINT0_vect) { step = 1; _delay_us(5); step = 2; _delay_us(5); step = 3; }\n"
               "int main(void) { PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;); }\n");
    f.description.watches({"step"});
    Prepared prepared(f.description);
    ASSERT_NE(prepared.image, nullptr) << prepared.message;
    const Looked looked;
    Bench bench(prepared, {}, looked.trace);
    bench.set(I2C_SCL, false);
    bench.wait_us(50);
    EXPECT_EQ(looked.values("slave.watch", "step"), (Values{0, 1, 2, 3}));
}

// Interrupts, loads, delays and register accesses come in the very instants in which they do
// unseen.
TEST(FirmwareView, ChangesNothing)
{
    const std::string program =
        "volatile uint8_t served; volatile uint16_t at[32]; volatile uint8_t n;\n"
        "static void note(void) { if (n < 32) at[n++] = TCNT1 | (uint16_t)(TIFR << 8); }\n"
        "ISR(TIMER0_COMPA_vect) { sei(); note(); for (uint8_t i = 0; i < 9; i++) served++; }\n"
        "ISR(PCINT0_vect) { note(); DDRB ^= 1; _delay_us(3); note(); }\n"
        "int main(void) { TCCR1 = 1; OCR0A = 37; TCCR0A = 2; TIMSK = _BV(OCIE0A); TCCR0B = 1;\n"
        "    PCMSK = _BV(PCINT2); GIMSK = _BV(PCIE); sei(); for (;;) served--; }\n";
    std::vector<int64_t> seen[2];
    for (const bool looks : {false, true}) {
        Firmware f(program);
        Prepared prepared(f.description);
        ASSERT_NE(prepared.image, nullptr) << prepared.message;
        const Looked looked;
        slave_attach_options options = {};
        options.load.isr_load_ps = 7 * I2C_PS_PER_US;
        options.load.isr_load_every_ps = 31 * I2C_PS_PER_US;
        Bench bench(prepared, options, looks ? looked.trace : nullptr);
        for (int i = 0; i < 4; i++) {
            bench.set(I2C_SCL, i % 2 != 0);
            bench.wait_us(20);
        }
        for (int i = 0; i < 64; i++)
            seen[looks].push_back(bench.get(("at[" + std::to_string(i) + "]").c_str()));
        seen[looks].push_back(bench.get("served"));
    }
    EXPECT_EQ(seen[0], seen[1]);
}

// ---- what cannot be watched ---------------------------------------------------------------------

static std::string refusal(const std::string &watched)
{
    Firmware f("volatile uint8_t celsius, buffer[4]; static volatile uint8_t twice;\n"
               "int main(void) { celsius = buffer[1] + twice; for (;;); }\n");
    const std::string other = f.folder.write("other.c", "static volatile unsigned char twice;\n"
                                                        "int use(void) { return twice; }\n");
    f.description.sources({f.folder.path("main.c"), other}).watches({watched});
    Prepared prepared(f.description);
    EXPECT_EQ(prepared.image, nullptr) << watched;
    return prepared.message;
}

TEST(FirmwareView, NamesTheNearestVariable)
{
    EXPECT_NE(refusal("celsus").find("the firmware has no variable celsus; did you mean celsius?"),
              std::string::npos)
        << refusal("celsus");
    EXPECT_NE(refusal("bufer[1]").find("no variable bufer; did you mean buffer?"),
              std::string::npos);
}

TEST(FirmwareView, SaysWhyAVariableThatIsThereCannotBeWatched)
{
    EXPECT_NE(refusal("twice").find("the firmware has several variables twice"), std::string::npos);
    EXPECT_NE(refusal("buffer[4]").find("buffer[4] is no byte of the firmware's variable buffer"),
              std::string::npos);
}
