// A module that does to its simulation, or to its process, what a command byte tells it.
#include "registers.h"

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <vector>

class mischief : public registers
{
  public:
    SC_HAS_PROCESS(mischief);
    explicit mischief(const sc_core::sc_module_name &name) : registers(name)
    {
        SC_METHOD(spin);
        sensitive << m_again;
        dont_initialize();
    }

  private:
    sc_core::sc_event m_again;

    /// Delta behind delta, and no time.
    void spin()
    {
        m_again.notify(sc_core::SC_ZERO_TIME);
    }
    void on_command(uint8_t byte) override
    {
        switch (byte) {
        case 1:
            SC_REPORT_ERROR("mischief", "on purpose");
            break;
        case 2:
            SC_REPORT_FATAL("mischief", "on purpose");
            break;
        case 3:
            sc_core::sc_stop();
            break;
        case 4:
            throw std::runtime_error("on purpose");
        case 5:
            sc_assert(byte == 0);
            break;
        case 6:
            exit(3);
        case 7:
            abort();
        case 8:
            std::cout << "hello from the module" << std::endl;
            break;
        case 9:
            m_again.notify(sc_core::SC_ZERO_TIME);
            break;
        case 10:
            *static_cast<volatile int *>(nullptr) = 1;
            break;
        case 11:
            for (std::vector<char *> all;;)
                all.push_back(new char[1 << 20]);
        default:
            break;
        }
    }
};
