// Which kinds of masters of files this build has.
#include "slave_under_test/master_kind.h"

#include "slave_under_test/kinds/rtl/master.h"

#include <string.h>

/// The kind of slave that runs on the same tool.
static const char *slave_kind_of(const char *name)
{
    return strcmp(name, "sketch") == 0 ? "avr" : name;
}

const master_adapter *master_adapter_find(const char *name)
{
    if (strcmp(rtl_master_adapter()->name, name) == 0)
        return rtl_master_adapter();
    for (unsigned i = 0; master_adapters_more[i] != NULL; i++)
        if (strcmp(master_adapters_more[i]()->name, name) == 0)
            return master_adapters_more[i]();
    return NULL;
}

const char *master_adapter_program(const char *name)
{
    return slave_adapter_program(slave_kind_of(name));
}

const char *master_adapter_missing(const char *name)
{
    return slave_adapter_missing(slave_kind_of(name));
}
