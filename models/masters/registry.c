// Which models there are, in the order in which they are listed.
#include "models/masters/registry.h"
#include "models/masters/model.h"

#include <assert.h>
#include <string.h>

static const master_model *const models[] = {
    &master_model_arduino, &master_model_standard,     &master_model_fast,   &master_model_fastplus,
    &master_model_hs,      &master_model_nxt,          &master_model_lejos,  &master_model_ev3,
    &master_model_ev3dev,  &master_model_ev3_pybricks, &master_model_linux,  &master_model_softi2c,
    &master_model_bcm2835, &master_model_rp2040,       &master_model_stm32,  &master_model_ft232h,
    &master_model_esp8266, &master_model_tinyusb,      &master_model_usb100, &master_model_cocotb,
};

unsigned master_model_count(void)
{
    return sizeof models / sizeof models[0];
}

const master_info *master_model_info(unsigned i)
{
    assert(i < master_model_count());
    return &models[i]->info;
}

const master_model *registry_find(const char *name)
{
    for (unsigned i = 0; i < master_model_count(); i++)
        if (strcmp(models[i]->info.name, name) == 0)
            return models[i];
    return NULL;
}
