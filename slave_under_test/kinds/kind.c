// Which kinds of slave this build has.
#include "slave_under_test/kind.h"

#include "slave_under_test/kinds/firmware/firmware.h"
#include "slave_under_test/kinds/hosted/hosted.h"
#include "slave_under_test/kinds/rtl/rtl.h"
#include "slave_under_test/kinds/systemc/systemc.h"

#include <string.h>

const slave_adapter *slave_adapter_find(const char *name)
{
    static slave_adapter_fn *const core[] = {hosted_adapter, firmware_adapter, rtl_adapter,
                                             systemc_adapter};
    for (unsigned i = 0; i < sizeof core / sizeof *core; i++)
        if (strcmp(core[i]()->name, name) == 0)
            return core[i]();
    for (unsigned i = 0; slave_adapters_more[i] != NULL; i++)
        if (strcmp(slave_adapters_more[i]()->name, name) == 0)
            return slave_adapters_more[i]();
    return NULL;
}

const char *slave_vector(const slave_adapter *adapter, const slave_image *image, unsigned i)
{
    return adapter->vector != NULL ? adapter->vector(image, i) : NULL;
}

const char *slave_adapter_program(const char *name)
{
    return strcmp(name, "avr") == 0 ? "i2cproof-avr" : NULL;
}

const char *slave_adapter_missing(const char *name)
{
    static const char *const texts[][2] = {
        {"avr", "kind avr needs the program i2cproof-avr beside this one: install packages "
                "libsimavr-dev, libelf-dev, gcc-avr and avr-libc, and build again"},
    };
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i][0]) == 0)
            return texts[i][1];
    return "there is no such kind of slave; known: hosted, firmware, avr, rtl, systemc";
}
