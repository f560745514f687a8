// Facts of the parts' tables, against figures taken from the data sheets one by one.
#include "tests/models/avr_bench.h"

namespace
{

struct Fact {
    const char *part, *name;
    unsigned value;
};

} // namespace

TEST(AvrParts, HaveTheirRegistersAtTheDataSheetsAddresses)
{
    const Fact facts[] = {{"attiny85", "USIDR", 0x2F},    {"attiny85", "PORTB", 0x38},
                          {"attiny85", "TIMSK", 0x59},    {"attiny85", "EECR", 0x3C},
                          {"attiny85", "EEAR", 0x3E},     {"attiny85", "PCMSK", 0x35},
                          {"attiny84", "USICR", 0x2D},    {"attiny84", "PORTA", 0x3B},
                          {"attiny84", "TIMSK0", 0x59},   {"attiny84", "PCMSK1", 0x40},
                          {"attiny84", "OCR1A", 0x4A},    {"attiny84", "TIFR1", 0x2B},
                          {"attiny2313", "USISR", 0x2E},  {"attiny2313", "PIND", 0x30},
                          {"attiny2313", "TIFR", 0x58},   {"attiny2313", "WDTCSR", 0x41},
                          {"attiny4313", "PCMSK2", 0x25}, {"atmega328p", "TWBR", 0xB8},
                          {"atmega328p", "TWSR", 0xB9},   {"atmega328p", "TWAR", 0xBA},
                          {"atmega328p", "TWDR", 0xBB},   {"atmega328p", "TWCR", 0xBC},
                          {"atmega328p", "TWAMR", 0xBD},  {"atmega48", "WDTCSR", 0x60},
                          {"atmega88", "TIMSK1", 0x6F},   {"atmega168", "TCNT1", 0x84},
                          {"atmega328", "PCICR", 0x68},   {"atmega328", "EIMSK", 0x3D},
                          {"atmega328", "SMCR", 0x53}};
    for (const Fact &f : facts) {
        const avr_register *r = avr_part_register(avr_part_find(f.part), f.name);
        ASSERT_NE(r, nullptr) << f.part << " " << f.name;
        EXPECT_EQ(r->at, f.value) << f.part << " " << f.name;
    }
}

TEST(AvrParts, HaveTheirBitsInTheDataSheetsPlaces)
{
    const Fact facts[] = {
        {"attiny85", "USISIE", 7},  {"attiny85", "USIWM0", 4},     {"attiny85", "TOIE0", 1},
        {"attiny85", "OCIE0A", 4},  {"attiny84", "PCIE1", 5},      {"attiny84", "PCIE0", 4},
        {"attiny84", "TOIE0", 0},   {"attiny2313", "TOIE0", 1},    {"attiny2313", "OCIE0A", 0},
        {"attiny2313", "PCIE", 5},  {"attiny4313", "PCIE2", 4},    {"attiny4313", "PCIE1", 3},
        {"atmega328p", "TWINT", 7}, {"atmega328p", "TWAM0", 1},    {"atmega328p", "TWGCE", 0},
        {"atmega328p", "WDP3", 5},  {"atmega328p", "INT1", 1},     {"atmega328p", "PCIE2", 2},
        {"atmega328p", "ISC10", 2}, {"atmega328p", "SELFPRGEN", 0}};
    for (const Fact &f : facts) {
        int bit = -1;
        ASSERT_NE(avr_part_bit(avr_part_find(f.part), f.name, &bit), nullptr)
            << f.part << " " << f.name;
        EXPECT_EQ(bit, static_cast<int>(f.value)) << f.part << " " << f.name;
    }
}

TEST(AvrParts, HaveTheDataSheetsVectors)
{
    const Fact facts[] = {{"attiny85", "USI_START", 13},      {"attiny85", "USI_OVF", 14},
                          {"attiny85", "TIMER0_OVF", 5},      {"attiny85", "PCINT0", 2},
                          {"attiny84", "USI_START", 15},      {"attiny84", "USI_OVF", 16},
                          {"attiny84", "TIMER0_OVF", 11},     {"attiny84", "WDT", 4},
                          {"attiny2313", "USI_OVERFLOW", 16}, {"attiny2313", "USI_OVF", 16},
                          {"attiny2313", "EE_RDY", 17},       {"attiny2313", "WDT", 18},
                          {"attiny4313", "PCINT2", 20},       {"atmega328p", "TWI", 24},
                          {"atmega328p", "TIMER0_OVF", 16},   {"atmega328p", "TIMER1_COMPA", 11},
                          {"atmega328p", "EE_RDY", 22},       {"atmega48pa", "PCINT2", 5},
                          {"atmega168p", "SIG_TWI", 24},      {"attiny2313", "PCINT2", 0}};
    for (const Fact &f : facts)
        EXPECT_EQ(avr_part_vector_number(avr_part_find(f.part), f.name), f.value)
            << f.part << " " << f.name;
}

TEST(AvrParts, HaveMemoriesOfTheirSize)
{
    const Fact ram[] = {{"attiny25", "", 128},    {"attiny84a", "", 512},  {"attiny2313a", "", 128},
                        {"attiny4313", "", 256},  {"atmega48p", "", 512},  {"atmega88pa", "", 1024},
                        {"atmega168a", "", 1024}, {"atmega328p", "", 2048}};
    for (const Fact &f : ram)
        EXPECT_EQ(avr_part_find(f.part)->ram_bytes, f.value) << f.part;
    EXPECT_EQ(avr_part_find("atmega328p")->eeprom_bytes, 1024u);
    EXPECT_EQ(avr_part_find("atmega88")->eeprom_bytes, 512u);
}

// What one part has, a sibling may lack.
TEST(AvrParts, LackWhatTheirSiblingsHave)
{
    EXPECT_EQ(avr_part_register(avr_part_find("attiny2313"), "PCMSK1"), nullptr);
    EXPECT_NE(avr_part_register(avr_part_find("attiny2313a"), "PCMSK1"), nullptr);
    EXPECT_EQ(avr_part_register(avr_part_find("atmega328p"), "USICR"), nullptr);
    EXPECT_EQ(avr_part_register(avr_part_find("attiny85"), "TWCR"), nullptr);
}

// Every name that the models look for is there, in each part.
TEST(AvrParts, NameWhatTheModelsServe)
{
    for (unsigned i = 0; avr_part_at(i) != nullptr; i++) {
        const avr_part *p = avr_part_at(i);
        const char *const registers[] = {"SREG",  "MCUSR", "CLKPR", "EECR",  "EEDR",
                                         "EEARL", "TCNT0", "OCR0A", "TCNT1", "GPIOR0"};
        for (const char *name : registers)
            EXPECT_NE(avr_part_register(p, name), nullptr) << p->name << " " << name;
        const char *const bits[] = {"TOV0", "TOIE0", "OCF1A", "OCIE1B", "WDIE", "INTF0", "ISC01"};
        int n = 0;
        for (const char *name : bits)
            EXPECT_NE(avr_part_bit(p, name, &n), nullptr) << p->name << " " << name;
        const char *const vectors[] = {"INT0", "TIMER0_OVF", "TIMER1_COMPB", "EE_RDY", "WDT"};
        for (const char *name : vectors)
            EXPECT_NE(avr_part_vector_number(p, name), 0u) << p->name << " " << name;
        for (unsigned c = 0; c < p->pin_change_count; c++) {
            const avr_pin_change *change = &p->pin_changes[c];
            EXPECT_NE(avr_part_register(p, change->mask), nullptr) << p->name;
            EXPECT_NE(avr_part_bit(p, change->flag, &n), nullptr) << p->name << change->flag;
            EXPECT_NE(avr_part_bit(p, change->enable, &n), nullptr) << p->name << change->enable;
            EXPECT_NE(avr_part_vector_number(p, change->vector), 0u) << p->name;
        }
        EXPECT_TRUE(avr_part_vector_number(p, "TWI") != 0 ||
                    avr_part_vector_number(p, "USI_OVF") != 0)
            << p->name;
    }
}
