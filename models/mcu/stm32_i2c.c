#include "models/mcu/stm32_i2c.h"

#include <assert.h>
#include <string.h>

enum { BYTE_BITS = 8, ACK_CLOCK = 9 };

static const uint16_t events = STM32_I2C_SR1_ADDR | STM32_I2C_SR1_BTF | STM32_I2C_SR1_STOPF;
static const uint16_t buffer_events = STM32_I2C_SR1_TXE | STM32_I2C_SR1_RXNE;
static const uint16_t errors = STM32_I2C_SR1_BERR | STM32_I2C_SR1_AF | STM32_I2C_SR1_OVR;

static void set(uint16_t *reg, unsigned bits)
{
    *reg = (uint16_t)(*reg | bits);
}

static void clear(uint16_t *reg, unsigned bits)
{
    *reg = (uint16_t)(*reg & ~bits);
}

// ---- lines and interrupts ---------------------------------------------------------------------

static void tell_requests(stm32_i2c *i2c)
{
    const bool buffer = (i2c->cr2 & STM32_I2C_CR2_ITBUFEN) != 0 && (i2c->sr1 & buffer_events) != 0;
    const bool event =
        (i2c->cr2 & STM32_I2C_CR2_ITEVTEN) != 0 && ((i2c->sr1 & events) != 0 || buffer);
    const bool error = (i2c->cr2 & STM32_I2C_CR2_ITERREN) != 0 && (i2c->sr1 & errors) != 0;
    if (event == i2c->event && error == i2c->error)
        return;
    i2c->event = event;
    i2c->error = error;
    i2c->on_request(i2c->pins.config.ctx, event, error);
}

/// What software has to do first, between two bytes.
static bool waits_for_software(const stm32_i2c *i2c)
{
    if (!i2c->between || (i2c->cr1 & STM32_I2C_CR1_NOSTRETCH) != 0)
        return false;
    if ((i2c->sr1 & STM32_I2C_SR1_ADDR) != 0)
        return true;
    return i2c->state == STM32_I2C_SENDS ? !i2c->shift_full : i2c->shift_full;
}

/// DR goes to the shift register as soon as that is free.
static void load_shift(stm32_i2c *i2c)
{
    if (i2c->shift_full || !i2c->data_full)
        return;
    i2c->shift = i2c->data;
    i2c->shift_full = true;
    i2c->data_full = false;
    set(&i2c->sr1, STM32_I2C_SR1_TXE);
}

/// Nothing was written in time and SCL may not be held: the same byte again.
static void run_dry(stm32_i2c *i2c)
{
    i2c->shift = i2c->data;
    i2c->shift_full = true;
    set(&i2c->sr1, STM32_I2C_SR1_OVR);
}

/// Something has changed: SCL is held or let go, the first bit put out, interrupts asked for.
static void settle(stm32_i2c *i2c)
{
    const bool waits = waits_for_software(i2c);
    if (i2c->between && !waits && i2c->state == STM32_I2C_SENDS) {
        if (!i2c->shift_full)
            run_dry(i2c);
        mcu_pins_pull(&i2c->pins, I2C_SDA, (i2c->shift & 0x80) == 0);
    }
    if (!waits)
        i2c->between = false;
    mcu_pins_pull(&i2c->pins, I2C_SCL, waits);
    tell_requests(i2c); // last: what it tells may read and write this very core
}

// ---- START and STOP ---------------------------------------------------------------------------

static void leave(stm32_i2c *i2c, stm32_i2c_state state)
{
    i2c->state = state;
    i2c->bits = 0;
    i2c->matched = false;
    i2c->between = false;
    mcu_pins_pull(&i2c->pins, I2C_SDA, false);
}

static void start_or_stop(stm32_i2c *i2c, bool is_start)
{
    const bool addressed = i2c->state == STM32_I2C_RECEIVES || i2c->state == STM32_I2C_SENDS;
    if (i2c->state != STM32_I2C_IDLE && i2c->bits > 1)
        set(&i2c->sr1, STM32_I2C_SR1_BERR);
    if (i2c->state == STM32_I2C_SENDS)
        i2c->shift_full = false;
    i2c->data_full = false;
    clear(&i2c->sr1, STM32_I2C_SR1_TXE);
    if (i2c->state == STM32_I2C_SENDS)
        clear(&i2c->sr1, STM32_I2C_SR1_BTF);
    clear(&i2c->sr2, STM32_I2C_SR2_TRA | STM32_I2C_SR2_GENCALL | STM32_I2C_SR2_DUALF);
    leave(i2c, is_start ? STM32_I2C_ADDRESS : STM32_I2C_IDLE);
    if (is_start) {
        set(&i2c->sr2, STM32_I2C_SR2_BUSY);
    } else {
        clear(&i2c->sr2, STM32_I2C_SR2_BUSY);
        set(&i2c->sr1, addressed ? STM32_I2C_SR1_STOPF : 0);
    }
    settle(i2c);
}

// ---- bits -------------------------------------------------------------------------------------

static void scl_rise(stm32_i2c *i2c)
{
    if (i2c->state == STM32_I2C_IDLE)
        return;
    i2c->bits++;
    const bool high = mcu_pins_level(&i2c->pins, I2C_SDA);
    if (i2c->bits > BYTE_BITS)
        i2c->acked = !high;
    else
        i2c->shift = (uint8_t)(i2c->shift << 1 | (high ? 1 : 0));
}

static bool is_own(const stm32_i2c *i2c, uint8_t addr7)
{
    return addr7 == (i2c->oar1 >> 1 & 0x7F);
}

static bool is_second(const stm32_i2c *i2c, uint8_t addr7)
{
    return (i2c->oar2 & STM32_I2C_OAR2_ENDUAL) != 0 && addr7 == (i2c->oar2 >> 1 & 0x7F);
}

static bool is_call(const stm32_i2c *i2c, uint8_t byte)
{
    return (i2c->cr1 & STM32_I2C_CR1_ENGC) != 0 && byte == 0;
}

static void compare_address(stm32_i2c *i2c)
{
    const uint8_t addr7 = i2c->shift >> 1;
    const bool match = is_own(i2c, addr7) || is_second(i2c, addr7) || is_call(i2c, i2c->shift);
    i2c->matched = match && (i2c->cr1 & STM32_I2C_CR1_ACK) != 0;
    if (i2c->matched)
        mcu_pins_pull(&i2c->pins, I2C_SDA, true);
    else
        leave(i2c, STM32_I2C_IDLE);
}

static void begin_ack(stm32_i2c *i2c)
{
    switch (i2c->state) {
    case STM32_I2C_ADDRESS:
        compare_address(i2c);
        break;
    case STM32_I2C_RECEIVES:
        i2c->acks = (i2c->cr1 & STM32_I2C_CR1_ACK) != 0;
        mcu_pins_pull(&i2c->pins, I2C_SDA, i2c->acks);
        break;
    default:
        mcu_pins_pull(&i2c->pins, I2C_SDA, false);
        break;
    }
}

static void end_address(stm32_i2c *i2c)
{
    const bool sends = (i2c->shift & 1) != 0;
    i2c->state = sends ? STM32_I2C_SENDS : STM32_I2C_RECEIVES;
    i2c->shift_full = false;
    set(&i2c->sr1, STM32_I2C_SR1_ADDR | (sends ? STM32_I2C_SR1_TXE : 0));
    set(&i2c->sr2, sends ? STM32_I2C_SR2_TRA : 0);
    if (is_call(i2c, i2c->shift))
        set(&i2c->sr2, STM32_I2C_SR2_GENCALL);
    else if (!is_own(i2c, i2c->shift >> 1))
        set(&i2c->sr2, STM32_I2C_SR2_DUALF);
}

static void end_received(stm32_i2c *i2c)
{
    const bool full = (i2c->sr1 & STM32_I2C_SR1_RXNE) != 0;
    if (!full) {
        i2c->data = i2c->shift;
        set(&i2c->sr1, STM32_I2C_SR1_RXNE);
    } else if ((i2c->cr1 & STM32_I2C_CR1_NOSTRETCH) != 0) {
        set(&i2c->sr1, STM32_I2C_SR1_OVR);
    } else {
        i2c->shift_full = true;
        set(&i2c->sr1, STM32_I2C_SR1_BTF);
    }
    if (!i2c->acks && !i2c->shift_full)
        leave(i2c, STM32_I2C_IDLE);
}

static void end_sent(stm32_i2c *i2c)
{
    i2c->shift_full = false;
    if (!i2c->acked) {
        set(&i2c->sr1, STM32_I2C_SR1_AF);
        clear(&i2c->sr1, STM32_I2C_SR1_TXE);
        leave(i2c, STM32_I2C_IDLE);
        return;
    }
    load_shift(i2c);
    if (!i2c->shift_full)
        set(&i2c->sr1, STM32_I2C_SR1_BTF);
}

static void end_byte(stm32_i2c *i2c)
{
    mcu_pins_pull(&i2c->pins, I2C_SDA, false);
    i2c->bits = 0;
    i2c->between = true;
    if (i2c->state == STM32_I2C_ADDRESS)
        end_address(i2c);
    else if (i2c->state == STM32_I2C_RECEIVES)
        end_received(i2c);
    else
        end_sent(i2c);
    settle(i2c);
}

static void scl_fall(stm32_i2c *i2c)
{
    if (i2c->state == STM32_I2C_IDLE)
        return;
    if (i2c->bits == BYTE_BITS)
        begin_ack(i2c);
    else if (i2c->bits == ACK_CLOCK)
        end_byte(i2c);
    else if (i2c->state == STM32_I2C_SENDS)
        mcu_pins_pull(&i2c->pins, I2C_SDA, (i2c->shift & 0x80) == 0);
}

void stm32_i2c_edge(stm32_i2c *i2c, i2c_line line, bool high)
{
    if (!stm32_i2c_enabled(i2c))
        return;
    if (line == I2C_SDA) {
        if (mcu_pins_level(&i2c->pins, I2C_SCL))
            start_or_stop(i2c, !high);
    } else if (high) {
        scl_rise(i2c);
    } else {
        scl_fall(i2c);
    }
}

// ---- registers --------------------------------------------------------------------------------

uint16_t stm32_i2c_peek(const stm32_i2c *i2c, stm32_i2c_register reg)
{
    switch (reg) {
    case STM32_I2C_CR1:
        return i2c->cr1;
    case STM32_I2C_CR2:
        return i2c->cr2;
    case STM32_I2C_OAR1:
        return i2c->oar1;
    case STM32_I2C_OAR2:
        return i2c->oar2;
    case STM32_I2C_DR:
        return i2c->data;
    case STM32_I2C_SR1:
        return i2c->sr1;
    case STM32_I2C_SR2:
        return i2c->sr2;
    case STM32_I2C_REGISTERS:
        break;
    }
    assert(false && "not a register");
    return 0;
}

static void data_was_read(stm32_i2c *i2c)
{
    clear(&i2c->sr1, STM32_I2C_SR1_RXNE);
    if (i2c->state != STM32_I2C_RECEIVES || !i2c->shift_full)
        return;
    i2c->data = i2c->shift;
    i2c->shift_full = false;
    clear(&i2c->sr1, STM32_I2C_SR1_BTF);
    set(&i2c->sr1, STM32_I2C_SR1_RXNE);
    if (!i2c->acks)
        leave(i2c, STM32_I2C_IDLE);
}

void stm32_i2c_after_read(stm32_i2c *i2c, stm32_i2c_register reg)
{
    if (reg == STM32_I2C_SR1)
        i2c->seen = i2c->sr1;
    else if (reg == STM32_I2C_SR2 && (i2c->seen & STM32_I2C_SR1_ADDR) != 0)
        clear(&i2c->sr1, STM32_I2C_SR1_ADDR);
    else if (reg == STM32_I2C_DR)
        data_was_read(i2c);
    if (reg == STM32_I2C_SR2)
        clear(&i2c->seen, STM32_I2C_SR1_ADDR);
    settle(i2c);
}

static void data_written(stm32_i2c *i2c, uint8_t value)
{
    i2c->data = value;
    if (i2c->state != STM32_I2C_SENDS)
        return;
    i2c->data_full = true;
    clear(&i2c->sr1, STM32_I2C_SR1_TXE | STM32_I2C_SR1_BTF);
    load_shift(i2c);
}

static void reset_core(stm32_i2c *i2c)
{
    leave(i2c, STM32_I2C_IDLE);
    i2c->sr1 = 0;
    i2c->sr2 = 0;
    i2c->seen = 0;
    i2c->data_full = false;
    i2c->shift_full = false;
}

static void control_written(stm32_i2c *i2c, uint16_t value)
{
    i2c->cr1 = value;
    if ((i2c->seen & STM32_I2C_SR1_STOPF) != 0)
        clear(&i2c->sr1, STM32_I2C_SR1_STOPF);
    clear(&i2c->seen, STM32_I2C_SR1_STOPF);
    if (!stm32_i2c_enabled(i2c) || (value & STM32_I2C_CR1_SWRST) != 0)
        reset_core(i2c);
}

void stm32_i2c_write(stm32_i2c *i2c, stm32_i2c_register reg, uint16_t value)
{
    switch (reg) {
    case STM32_I2C_CR1:
        control_written(i2c, value);
        break;
    case STM32_I2C_CR2:
        i2c->cr2 = value;
        break;
    case STM32_I2C_OAR1:
        i2c->oar1 = value;
        break;
    case STM32_I2C_OAR2:
        i2c->oar2 = value;
        break;
    case STM32_I2C_DR:
        data_written(i2c, (uint8_t)value);
        break;
    case STM32_I2C_SR1: // its errors are cleared by a 0, the rest is read-only
        clear(&i2c->sr1, (unsigned)(errors & ~value));
        break;
    case STM32_I2C_SR2:
    case STM32_I2C_REGISTERS:
        break;
    }
    settle(i2c);
}

void stm32_i2c_init(stm32_i2c *i2c, const stm32_i2c_config *config)
{
    memset(i2c, 0, sizeof *i2c);
    mcu_pins_init(&i2c->pins, &config->pins);
    i2c->on_request = config->on_request;
}

void stm32_i2c_reset(stm32_i2c *i2c)
{
    const stm32_i2c_config config = {.pins = i2c->pins.config, .on_request = i2c->on_request};
    stm32_i2c_init(i2c, &config);
}
