/// Reads any bytes as a .slave file; a good one must also give a profile and its known_good
/// transfer.
#include "scenarios/lang/lang.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_slave(const slave_description *slave)
{
    lang_program *program = NULL;
    i2c_profile profile;
    require(slave->name[0] != '\0' && slave->addr7 > 0 && slave->addr7 <= 0x7F);
    lang_profile_fill(&profile, slave);
    require(i2c_profile_owns(&profile, slave->addr7));
    for (uint32_t i = 1; i < slave->data.register_count; i++)
        require(slave->data.registers[i - 1].at.last < slave->data.registers[i].at.first);
    require(lang_known_good(&program, slave) == LANG_OK && program->scenario_count == 1);
    lang_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const lang_source source = {"some/where.slave", (const char *)data, size};
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    slave_description *slave = NULL;
    require(diagnostics != NULL);
    const lang_status status = lang_slave_read(&slave, &source, diagnostics);
    require((status == LANG_OK) == (slave != NULL));
    require(status != LANG_FAULTY || lang_diagnostics_total(diagnostics) > 0);
    if (slave != NULL)
        check_slave(slave);
    lang_slave_free(slave);
    lang_diagnostics_free(diagnostics);
    return 0;
}
