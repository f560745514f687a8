// The peripherals under a slave: USI, TWI, the STM32's I2C. How slaves reach their registers, and
// how they reach pins and interrupts.
#include "slave_under_test/kinds/hosted/private.h"

// Data sheet of ATtiny85: SDA reaches the detector 50 to 300 ns late. The shortest, because an NXT
// may hold its START for less than the longest.
static const uint64_t detector_delay_ps = 50 * I2C_PS_PER_NS;

// ---- pins and interrupts ----------------------------------------------------------------------

static uint32_t level_causes(const slave_instance *s)
{
    return ((s->usi.flags & MCU_USI_START) ? I2CPROOF_ON_USI_START : 0u) |
           ((s->usi.flags & MCU_USI_OVERFLOW) ? I2CPROOF_ON_USI_OVERFLOW : 0u) |
           (s->twi.requests ? I2CPROOF_ON_TWI : 0u) | (s->i2c.event ? I2CPROOF_ON_I2C_EVENT : 0u) |
           (s->i2c.error ? I2CPROOF_ON_I2C_ERROR : 0u);
}

void hosted_sync_units(slave_instance *s)
{
    for (unsigned v = 0; v < s->cpu.config.sources; v++) {
        const bool asked = (s->causes[v] & level_causes(s)) != 0;
        const bool pending = mcu_cpu_pending(&s->cpu, v);
        if (s->cpu.source[v].keeps_flag && pending && !asked)
            mcu_cpu_clear(&s->cpu, v);
        else if (!pending && asked)
            mcu_cpu_raise(&s->cpu, v);
    }
}

static void usi_flags(void *ctx, unsigned flags)
{
    (void)flags;
    hosted_sync_units(ctx);
}

static void twi_request(void *ctx, bool on)
{
    (void)on;
    hosted_sync_units(ctx);
}

static void stm32_requests(void *ctx, bool event, bool error)
{
    (void)event;
    (void)error;
    hosted_sync_units(ctx);
}

/// A driver of a peripheral moves. If software made it move, the place in its source is kept.
static void drive(slave_instance *s, hosted_what pin, i2c_line line, bool pull, uint64_t after_ps)
{
    mcu_write write = s->under != NULL ? *s->under : s->data_by;
    if (s->under == NULL && line == I2C_SCL) {
        write.file = NULL;
        write.source = -1;
    }
    write.what = (uint8_t)pin;
    write.value = pull;
    write.mask = (uint8_t)line;
    write.due_ps = i2c_sim_now_ps(s->sim) + after_ps;
    hosted_put(s, &write);
}

static void usi_drive(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    drive(ctx, HOSTED_USI_PIN, line, pull, after_ps);
}

static void twi_drive(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    drive(ctx, HOSTED_TWI_PIN, line, pull, after_ps);
}

static void stm32_drive(void *ctx, i2c_line line, bool pull, uint64_t after_ps)
{
    drive(ctx, HOSTED_I2C_PIN, line, pull, after_ps);
}

const char *hosted_unit_doing(const mcu_write *write)
{
    static const char *const texts[][2][2] = {
        {{"USI lets SCL go", "USI holds SCL"}, {"USI releases SDA", "USI pulls SDA"}},
        {{"TWI lets SCL go", "TWI holds SCL"}, {"TWI releases SDA", "TWI pulls SDA"}},
        {{"I2C lets SCL go", "I2C holds SCL"}, {"I2C releases SDA", "I2C pulls SDA"}}};
    const unsigned unit = write->what >= HOSTED_USI_PIN && write->what < HOSTED_PIN_COUNT
                              ? write->what - HOSTED_USI_PIN
                              : 0;
    return texts[unit][write->mask == I2C_SDA][write->value != 0];
}

const char *hosted_unit_data(const mcu_write *write)
{
    return write->what == HOSTED_USI_PIN   ? ", USI data"
           : write->what == HOSTED_TWI_PIN ? ", TWI data"
                                           : ", I2C data";
}

// ---- making them, edges -----------------------------------------------------------------------

static mcu_pins_config pins_of(slave_instance *s, mcu_pins_drive_fn *drive_pins)
{
    return (mcu_pins_config){.sim = s->sim,
                             .node = s->node,
                             .level = hosted_level,
                             .drive = drive_pins,
                             .ctx = s,
                             .sda_delay_ps = MCU_DRIVER_DELAY_PS,
                             .hold_delay_ps = MCU_DRIVER_DELAY_PS,
                             .let_go_delay_ps = MCU_DRIVER_DELAY_PS + MCU_SET_UP_PS};
}

void hosted_make_units(slave_instance *s)
{
    const mcu_twi_config twi = {.pins = pins_of(s, twi_drive), .on_request = twi_request};
    const stm32_i2c_config i2c = {.pins = pins_of(s, stm32_drive), .on_request = stm32_requests};
    mcu_usi_config usi = {.pins = pins_of(s, usi_drive),
                          .on_flag = usi_flags,
                          .detector_delay_ps = detector_delay_ps};
    usi.pins.level = NULL; // it has no input filter, and software sets SDA up for it
    usi.pins.let_go_delay_ps = MCU_DRIVER_DELAY_PS;
    mcu_usi_init(&s->usi, &usi);
    mcu_twi_init(&s->twi, &twi);
    stm32_i2c_init(&s->i2c, &i2c);
}

void hosted_reset_units(slave_instance *s)
{
    mcu_usi_reset(&s->usi);
    mcu_twi_reset(&s->twi);
    stm32_i2c_reset(&s->i2c);
}

void hosted_unit_edge(slave_instance *s, i2c_line line, bool high)
{
    mcu_usi_edge(&s->usi, line, high);
    mcu_twi_edge(&s->twi, line, high);
    stm32_i2c_edge(&s->i2c, line, high);
}

// ---- writes that take effect ------------------------------------------------------------------

static void write_twi(slave_instance *s, const mcu_write *write)
{
    switch (write->mask) {
    case I2CPROOF_TWCR:
        mcu_twi_write_control(&s->twi, write->value);
        hosted_listen(s);
        break;
    case I2CPROOF_TWDR:
        s->data_by = *write;
        mcu_twi_write_data(&s->twi, write->value);
        break;
    case I2CPROOF_TWAR:
        mcu_twi_write_address(&s->twi, write->value);
        break;
    case I2CPROOF_TWAMR:
        mcu_twi_write_mask(&s->twi, write->value);
        break;
    default: // TWSR: its status is read-only
        break;
    }
}

static void write_i2c(slave_instance *s, const mcu_write *write)
{
    if (write->mask == I2CPROOF_I2C_DR)
        s->data_by = *write;
    stm32_i2c_write(&s->i2c, (stm32_i2c_register)write->mask,
                    (uint16_t)(write->high << 8 | write->value));
    hosted_listen(s);
}

void hosted_apply_unit(slave_instance *s, const mcu_write *write)
{
    s->under = write;
    switch (write->what) {
    case HOSTED_USI_MODE:
        mcu_usi_set_mode(&s->usi, (mcu_usi_mode)write->value);
        hosted_listen(s);
        break;
    case HOSTED_USI_SDA:
        mcu_usi_set_sda(&s->usi, write->value != 0);
        break;
    case HOSTED_USI_DATA:
        s->data_by = *write;
        mcu_usi_set_data(&s->usi, write->value);
        break;
    case HOSTED_USI_STATUS:
        mcu_usi_set_status(&s->usi, write->mask, write->value);
        break;
    case HOSTED_TWI_WRITE:
        write_twi(s, write);
        break;
    case HOSTED_I2C_WRITE:
        write_i2c(s, write);
        break;
    default:
        stm32_i2c_after_read(&s->i2c, (stm32_i2c_register)write->mask);
        break;
    }
    s->under = NULL;
    hosted_sync_units(s);
}

// ---- the table --------------------------------------------------------------------------------

/// Queues an access to a register, or to what stands for one: `what` says whose.
static void put(slave_instance *s, hosted_what what, int reg, uint16_t value, i2cproof_place place)
{
    mcu_write write = hosted_begin_write(s, what, place);
    write.mask = (uint8_t)reg;
    write.value = (uint8_t)value;
    write.high = value >> 8 & 0xFFu;
    hosted_put(s, &write);
}

static void service_usi_mode(void *self, int mode)
{
    const bool known = mode >= MCU_USI_OFF && mode <= MCU_USI_HOLD_OVERFLOW;
    put(self, HOSTED_USI_MODE, 0, (uint16_t)(known ? mode : MCU_USI_OFF),
        (i2cproof_place){NULL, 0});
}

static void service_usi_sda(void *self, int on, i2cproof_place place)
{
    put(self, HOSTED_USI_SDA, 0, on != 0, place);
}

static void service_usi_data(void *self, uint8_t data, i2cproof_place place)
{
    put(self, HOSTED_USI_DATA, 0, data, place);
}

static void service_usi_status(void *self, uint32_t clear, uint8_t counter, i2cproof_place place)
{
    const uint32_t flags = MCU_USI_START | MCU_USI_OVERFLOW | MCU_USI_STOP;
    put(self, HOSTED_USI_STATUS, (int)(clear & flags), counter & 15u, place);
}

static uint8_t service_usi_read(void *self)
{
    return ((const slave_instance *)self)->usi.data;
}

static uint8_t service_usi_counter(void *self)
{
    return ((const slave_instance *)self)->usi.counter;
}

static uint32_t service_usi_flags(void *self)
{
    return ((const slave_instance *)self)->usi.flags;
}

static void service_twi_write(void *self, int reg, uint8_t value, i2cproof_place place)
{
    put(self, HOSTED_TWI_WRITE, reg, value, place);
}

static uint8_t service_twi_read(void *self, int reg)
{
    const slave_instance *s = self;
    switch (reg) {
    case I2CPROOF_TWCR:
        return mcu_twi_control(&s->twi);
    case I2CPROOF_TWDR:
        return s->twi.data;
    case I2CPROOF_TWAR:
        return s->twi.address;
    case I2CPROOF_TWAMR:
        return s->twi.mask;
    default:
        return mcu_twi_status(&s->twi);
    }
}

static bool is_i2c_register(int reg)
{
    return reg >= I2CPROOF_I2C_CR1 && reg <= I2CPROOF_I2C_SR2;
}

static void service_i2c_write(void *self, int reg, uint16_t value, i2cproof_place place)
{
    if (is_i2c_register(reg))
        put(self, HOSTED_I2C_WRITE, reg, value, place);
}

static uint16_t service_i2c_read(void *self, int reg, i2cproof_place place)
{
    slave_instance *s = self;
    if (!is_i2c_register(reg))
        return 0;
    const uint16_t value = stm32_i2c_peek(&s->i2c, (stm32_i2c_register)reg);
    put(s, HOSTED_I2C_READ, reg, 0, place);
    return value;
}

void hosted_unit_services(i2cproof_host *host)
{
    host->usi_mode = service_usi_mode;
    host->usi_sda = service_usi_sda;
    host->usi_data = service_usi_data;
    host->usi_status = service_usi_status;
    host->usi_read = service_usi_read;
    host->usi_counter = service_usi_counter;
    host->usi_flags = service_usi_flags;
    host->twi_write = service_twi_write;
    host->twi_read = service_twi_read;
    host->i2c_write = service_i2c_write;
    host->i2c_read = service_i2c_read;
}
