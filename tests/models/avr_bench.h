// An AVR part's registers on a bus, written and read as software does, and a master moved by hand.
#ifndef TESTS_MODELS_AVR_BENCH_H
#define TESTS_MODELS_AVR_BENCH_H

extern "C" {
#include "models/mcu/avr/io.h"
}

#include "tests/clocked.h"
#include "tests/slaves/ideal_bus.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

class AvrBench : public Clocked<AvrBench>
{
  public:
    explicit AvrBench(const char *part, uint64_t clock_hz = 8000000)
    {
        i2c_sim_config bus = {};
        bus.wires.ideal = true;
        bus.budget_ps = I2C_NEVER_PS;
        bus.on_finding = [](void *ctx, const i2c_finding *f) {
            static_cast<AvrBench *>(ctx)->findings.emplace_back(f->rule->id);
        };
        bus.on_finding_ctx = this;
        if (i2c_sim_new(&sim, &bus) != I2C_OK)
            std::abort();
        i2c_node_config node = {};
        node.name = "part";
        node.role = I2C_ROLE_SLAVE;
        node.threshold = I2C_AT_50;
        node.hears = I2C_HEAR_ALL;
        node.on_edge = [](void *ctx, i2c_line line, bool high, uint64_t) {
            avr_io_edge(&static_cast<AvrBench *>(ctx)->io, line, high);
        };
        node.ctx = this;
        avr_io_config c = {};
        c.sim = sim;
        c.node = add_node(sim, node);
        c.part = avr_part_find(part);
        if (c.part == nullptr)
            std::abort();
        c.pin[I2C_SCL] = pin(c.part->scl);
        c.pin[I2C_SDA] = pin(c.part->sda);
        c.clock_hz = clock_hz;
        c.detector_delay_ps = 50 * I2C_PS_PER_NS;
        c.drive = [](void *ctx, i2c_line line, i2c_drive drive, uint64_t) {
            const AvrBench *b = static_cast<AvrBench *>(ctx);
            i2c_node_set(b->sim, b->io.config.node, line, drive);
        };
        c.on_flag = [](void *ctx) { static_cast<AvrBench *>(ctx)->told++; };
        c.on_reset = [](void *ctx) {
            AvrBench *b = static_cast<AvrBench *>(ctx);
            b->resets++;
            avr_io_reset(&b->io, AVR_WATCHDOG_RESET);
        };
        c.ctx = this;
        master = add_master(sim);
        avr_io_init(&io, &c);
    }
    ~AvrBench()
    {
        avr_io_end(&io);
        mcu_usi_reset(&io.usi);
        i2c_sim_free(sim);
    }
    AvrBench(const AvrBench &) = delete;
    AvrBench &operator=(const AvrBench &) = delete;

    static avr_pin pin(const char *text)
    {
        return {static_cast<uint8_t>(text[1] - 'A'), static_cast<uint8_t>(text[2] - '0')};
    }
    uint16_t at(const char *name) const
    {
        const avr_register *r = avr_part_register(io.config.part, name);
        if (r == nullptr) {
            ADD_FAILURE() << io.config.part->name << " has no " << name;
            return 0;
        }
        return r->at;
    }
    uint8_t mask(const char *bit) const
    {
        int n = 0;
        if (avr_part_bit(io.config.part, bit, &n) == nullptr)
            ADD_FAILURE() << io.config.part->name << " has no bit " << bit;
        return static_cast<uint8_t>(1u << n);
    }
    void write(const char *name, unsigned value)
    {
        avr_io_write(&io, at(name), static_cast<uint8_t>(value));
    }
    /// As the compiler writes a register of two bytes: the high one first.
    void write16(const char *name, unsigned value)
    {
        avr_io_write(&io, at(name) + 1u, static_cast<uint8_t>(value >> 8));
        avr_io_write(&io, at(name), static_cast<uint8_t>(value));
    }
    unsigned read(const char *name)
    {
        return avr_io_read(&io, at(name));
    }
    unsigned read16(const char *name)
    {
        const unsigned low = avr_io_read(&io, at(name));
        return low | static_cast<unsigned>(avr_io_read(&io, at(name) + 1u)) << 8;
    }
    bool is_pending(const char *vector)
    {
        const unsigned n = avr_part_vector_number(io.config.part, vector);
        EXPECT_NE(n, 0u) << vector;
        return (avr_io_pending(&io) >> n & 1u) != 0;
    }
    void take(const char *vector)
    {
        avr_io_taken(&io, avr_part_vector_number(io.config.part, vector));
    }
    void cycles(uint64_t n)
    {
        wait_ps(n * I2C_PS_PER_S / io.clock.hz);
    }
    void wait_us(uint64_t us)
    {
        wait_ps(us * I2C_PS_PER_US);
    }
    void wait_ps(uint64_t ps)
    {
        i2c_sim_run(sim, i2c_sim_now_ps(sim) + ps);
    }
    void set(i2c_line line, bool high)
    {
        i2c_node_set(sim, master, line, high ? I2C_RELEASED : I2C_PULLED);
        wait_us(1);
    }
    i2c_drive drives(i2c_line line) const
    {
        return i2c_node_drive(sim, io.config.node, line);
    }
    void bits(unsigned byte)
    {
        for (unsigned i = 0; i < 8; i++)
            clock((byte >> (7 - i) & 1) != 0);
    }

    i2c_sim *sim = nullptr;
    i2c_node master = 0;
    avr_io io = {};
    unsigned told = 0, resets = 0;
    std::vector<std::string> findings; ///< ids of their rules
};

#endif
