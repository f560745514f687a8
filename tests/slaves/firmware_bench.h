// Firmware that a test writes, on a part of its choice, on a bus.
#ifndef TESTS_SLAVES_FIRMWARE_BENCH_H
#define TESTS_SLAVES_FIRMWARE_BENCH_H

#include "tests/slaves/bench.h"

#include <gtest/gtest.h>

/// A program in a file of its own.
struct Firmware {
    Folder folder;
    Description description;

    explicit Firmware(const std::string &text, const std::string &name = "main.c",
                      const std::string &part = "attiny85", uint32_t clock_hz = 8000000)
    {
        const std::string head = "#include <avr/interrupt.h>\n#include <avr/io.h>\n"
                                 "#include <avr/sleep.h>\n#include <util/atomic.h>\n"
                                 "#include <util/delay.h>\n";
        description.sources({folder.write(name, head + text)}).mcu(part, clock_hz);
    }
};

/// The firmware on a bus; of an ATtiny85 SDA is PB0, SCL is PB2.
struct Running {
    Prepared prepared;
    Bench bench;

    explicit Running(Firmware &firmware) : prepared(firmware.description), bench(checked(prepared))
    {
    }
    static Prepared &checked(Prepared &prepared)
    {
        EXPECT_NE(prepared.image, nullptr) << prepared.message;
        return prepared;
    }
    int64_t get(const char *name)
    {
        return bench.get(name);
    }
};

#endif
