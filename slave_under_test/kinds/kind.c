// Which kinds of slave this build has.
#include "slave_under_test/kind.h"

#include "slave_under_test/kinds/firmware/firmware.h"
#include "slave_under_test/kinds/hosted/hosted.h"
#include "slave_under_test/kinds/rtl/rtl.h"

#include <string.h>

const slave_adapter *slave_adapter_find(const char *name)
{
    return strcmp(name, "hosted") == 0     ? hosted_adapter()
           : strcmp(name, "firmware") == 0 ? firmware_adapter()
           : strcmp(name, "rtl") == 0      ? rtl_adapter()
                                           : NULL;
}

const char *slave_adapter_missing(const char *name)
{
    static const char *const texts[][2] = {
        {"avr", "kind avr is not in this build"},
        {"systemc", "kind systemc is not in this build"},
    };
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i][0]) == 0)
            return texts[i][1];
    return "there is no such kind of slave; known: hosted, firmware, rtl";
}
