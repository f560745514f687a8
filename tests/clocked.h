// START, STOP and clocks on a bus that a test drives by hand, all in one instant after the other.
// The bus that derives from it has `sim` and set(line, high).
#ifndef TESTS_CLOCKED_H
#define TESTS_CLOCKED_H

extern "C" {
#include "sim/sim.h"
}

template <class Bus> class Clocked
{
  public:
    /// One clock; the level that a receiver sees.
    bool clock(bool bit)
    {
        bus().set(I2C_SDA, bit);
        bus().set(I2C_SCL, true);
        const bool seen = i2c_line_level(bus().sim, I2C_SDA);
        bus().set(I2C_SCL, false);
        return seen;
    }
    void start()
    {
        bus().set(I2C_SDA, true);
        bus().set(I2C_SCL, true);
        bus().set(I2C_SDA, false);
        bus().set(I2C_SCL, false);
    }
    void stop()
    {
        bus().set(I2C_SDA, false);
        bus().set(I2C_SCL, true);
        bus().set(I2C_SDA, true);
    }

  private:
    Bus &bus()
    {
        return *static_cast<Bus *>(this);
    }
};

#endif
