#include "slave_under_test/kinds/mcu/variable.h"

#include <stdlib.h>
#include <string.h>

bool firmware_variable_split(const char *text, firmware_variable_name *name)
{
    char *end = NULL;
    *name = (firmware_variable_name){.length = strcspn(text, "[")};
    if (text[name->length] == '\0')
        return true;
    const char *digits = text + name->length + 1;
    name->indexed = true;
    name->index = strtoul(digits, &end, 0);
    return end != digits && strcmp(end, "]") == 0;
}

bool firmware_variable_element(const firmware_variable_name *name, firmware_variable *variable)
{
    if (!name->indexed)
        return true;
    if (name->index >= variable->bytes)
        return false;
    variable->at += name->index;
    variable->bytes = 1;
    return true;
}
