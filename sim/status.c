#include "sim/status.h"

#include <stddef.h>

#define TEXT(name, text) text,
static const char *const texts[] = {I2C_STATUS_MAP(TEXT)};
#undef TEXT

const char *i2c_status_text(i2c_status status)
{
    const size_t i = (size_t)status;
    return i < sizeof texts / sizeof texts[0] ? texts[i] : "unknown status";
}
