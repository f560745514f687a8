/// The I2C peripheral of STM32 F1, F2, F4 and L1 ("v1": one data register, CR1/CR2/SR1/SR2) as a
/// slave, at pin level, behind its registers: hosted slaves read and write them by function calls,
/// firmware will by address.
///
/// As the reference manual has it (RM0008, chapter 26, slave mode):
/// - A matching address is acknowledged if CR1.ACK is set, and sets ADDR; SCL is held until SR1 and
///   then SR2 have been read. With ACK 0 the slave is not there.
/// - As receiver: after the acknowledge clock the byte is in DR and RXNE is set. A further byte
///   waits in the shift register, BTF is set, and SCL is held until DR is read.
/// - As transmitter: TXE says that DR can be written. When a byte has gone out and DR is empty, BTF
///   is set and SCL is held until DR is written; so too before the first byte.
/// - The master's NACK sets AF; the slave is not addressed any more, and STOP sets nothing then.
/// - STOP while addressed sets STOPF, cleared by a read of SR1 and then a write of CR1. A repeated
///   START has no flag of its own.
/// - START or STOP inside a byte sets BERR and counts as START or STOP all the same.
/// - With NOSTRETCH SCL is never held; a byte that finds DR full is lost, and where DR is empty the
///   same byte is sent again: OVR.
/// - BERR, AF and OVR are cleared by writing 0. Requests: event = ITEVTEN and one of ADDR, BTF,
///   STOPF, with ITBUFEN TXE and RXNE also; error = ITERREN and one of BERR, AF, OVR. They stay as
///   long as the flags do.
///
/// Assumed where the manual leaves room: a byte that is answered by NACK (ACK 0) is in DR all the
/// same, and the slave is not addressed behind it; a byte in DR that was not sent is dropped at the
/// next START or STOP; a START or STOP in the first clock of a byte is in order. The delays of the
/// drivers; SDA is set up for as long before SCL is let go.
///
/// Not modelled: the master; 10-bit addresses; SMBus, PEC and DMA; POS; the spike filter, which is
/// its owner's; the errata of single parts (late data without OVR, a BUSY flag that locks up).
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_STM32_I2C_H
#define MCU_STM32_I2C_H

#include "models/mcu/pins.h"

#include <stdbool.h>
#include <stdint.h>

/// The registers, in the order of their addresses (offset / 4).
typedef enum {
    STM32_I2C_CR1,
    STM32_I2C_CR2,
    STM32_I2C_OAR1,
    STM32_I2C_OAR2,
    STM32_I2C_DR,
    STM32_I2C_SR1,
    STM32_I2C_SR2,
    STM32_I2C_REGISTERS
} stm32_i2c_register;

enum {
    STM32_I2C_CR1_PE = 0x0001,
    STM32_I2C_CR1_ENGC = 0x0040,
    STM32_I2C_CR1_NOSTRETCH = 0x0080,
    STM32_I2C_CR1_ACK = 0x0400,
    STM32_I2C_CR1_SWRST = 0x8000,

    STM32_I2C_CR2_ITERREN = 0x0100,
    STM32_I2C_CR2_ITEVTEN = 0x0200,
    STM32_I2C_CR2_ITBUFEN = 0x0400,

    STM32_I2C_OAR2_ENDUAL = 0x0001,

    STM32_I2C_SR1_ADDR = 0x0002,
    STM32_I2C_SR1_BTF = 0x0004,
    STM32_I2C_SR1_STOPF = 0x0010,
    STM32_I2C_SR1_RXNE = 0x0040,
    STM32_I2C_SR1_TXE = 0x0080,
    STM32_I2C_SR1_BERR = 0x0100,
    STM32_I2C_SR1_AF = 0x0400,
    STM32_I2C_SR1_OVR = 0x0800,

    STM32_I2C_SR2_BUSY = 0x0002,
    STM32_I2C_SR2_TRA = 0x0004,
    STM32_I2C_SR2_GENCALL = 0x0010,
    STM32_I2C_SR2_DUALF = 0x0080
};

typedef enum {
    STM32_I2C_IDLE,
    STM32_I2C_ADDRESS,
    STM32_I2C_RECEIVES,
    STM32_I2C_SENDS
} stm32_i2c_state;

/// The interrupt requests have changed; told at the instant.
typedef void stm32_i2c_request_fn(void *ctx, bool event, bool error);

typedef struct {
    mcu_pins_config pins; ///< let_go_delay_ps - sda_delay_ps: for so long SDA is set up before
    stm32_i2c_request_fn *on_request;
} stm32_i2c_config;

/// Read only outside models/mcu/.
typedef struct {
    mcu_pins pins;
    stm32_i2c_request_fn *on_request;
    stm32_i2c_state state;
    uint16_t cr1, cr2, oar1, oar2, sr1, sr2;
    uint8_t data;    ///< DR
    uint8_t shift;   ///< the shift register
    bool data_full;  ///< sending: DR has a byte that has not gone to the shift register
    bool shift_full; ///< sending: it has the byte that goes out; receiving: one that DR has no room
                     ///< for
    uint8_t bits;    ///< SCL rises since the byte began; 9 in the acknowledge clock
    bool matched, acks, acked;
    bool between;  ///< SCL is low between two bytes, where it may be held
    uint16_t seen; ///< flags that the last read of SR1 showed
    bool event, error;
} stm32_i2c;

void stm32_i2c_init(stm32_i2c *i2c, const stm32_i2c_config *config);
/// As after reset: off, all released, no flag.
void stm32_i2c_reset(stm32_i2c *i2c);
/// Tells it of an edge at its pins. The owner listens to all edges while PE is set.
void stm32_i2c_edge(stm32_i2c *i2c, i2c_line line, bool high);

/// The value alone.
uint16_t stm32_i2c_peek(const stm32_i2c *i2c, stm32_i2c_register reg);
/// What a read does beside giving the value: SR1 then SR2 clears ADDR, DR clears RXNE ...
void stm32_i2c_after_read(stm32_i2c *i2c, stm32_i2c_register reg);
void stm32_i2c_write(stm32_i2c *i2c, stm32_i2c_register reg, uint16_t value);
static inline bool stm32_i2c_enabled(const stm32_i2c *i2c)
{
    return (i2c->cr1 & STM32_I2C_CR1_PE) != 0;
}

#endif
