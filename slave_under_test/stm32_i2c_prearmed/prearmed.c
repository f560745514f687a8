/* 16 bytes of memory on the I2C1 of an STM32F103, register by register, in the way of ST's HAL: a
 * transfer needs buffers that were armed for it before. The interrupts only move bytes; the main
 * loop takes what was received, copies what is to be sent and arms both again. Behind a STOP and
 * behind the master's NACK the acknowledge is switched off, so until then its address is not
 * answered. A repeated START comes without either: there SCL is held until the buffers are armed.
 */
#include "../fault.h"

#include "stm32f1xx.h"

#include <string.h>

enum { BYTES = 16, OWN_ADDR7 = 0x2B };

static const uint16_t events = I2C_CR2_ITEVTEN | I2C_CR2_ITERREN;

static uint8_t memory[BYTES]; /* of the main loop */
static uint8_t tx[BYTES], rx[BYTES];
static volatile uint8_t tx_index, rx_count;
static volatile uint8_t armed;   /* both buffers are ready for a transfer */
static volatile uint8_t active;  /* one is under way */
static volatile uint8_t waiting; /* the address has come while they were not: SCL is held */
static volatile uint8_t receiving;

static void ask_for(uint16_t requests)
{
    I2C1->CR2 = (I2C1->CR2 & I2C_CR2_FREQ) | requests;
}

static void acknowledge(int on)
{
    if (on)
        I2C1->CR1 |= I2C_CR1_ACK;
    else
        I2C1->CR1 &= ~I2C_CR1_ACK;
}

/* ---- the interrupts ---- */

static void end_transfer(void)
{
    active = 0;
    armed = 0;
    ask_for(events);
    acknowledge(0); /* behind SR1, a write of CR1 clears STOPF */
}

/* SR1 has been read: SR2 clears ADDR, and SCL goes on. A master that gave up may be gone already.
 */
static void begin_transfer(void)
{
    const uint16_t how = (uint16_t)I2C1->SR2;
    armed = 0;
    active = 1;
    receiving = !(how & I2C_SR2_TRA);
    tx_index = 0;
    if (!FAULT(STALE_LENGTH)) /* of the transfer before */
        rx_count = 0;
    ask_for(events | I2C_CR2_ITBUFEN);
    if (!(how & I2C_SR2_BUSY))
        end_transfer();
}

static void on_address(void)
{
    if (armed) {
        begin_transfer();
        return;
    }
    active = 0;
    waiting = 1; /* ADDR stays, and holds SCL while nobody looks at it */
    ask_for(I2C_CR2_ITERREN);
}

static void receive(void)
{
    const uint8_t byte = (uint8_t)I2C1->DR;
    if (rx_count < BYTES)
        rx[rx_count++] = byte;
}

static void send(void)
{
    I2C1->DR = tx[tx_index];
    if (tx_index < BYTES - 1)
        tx_index++;
}

void I2C1_EV_IRQHandler(void)
{
    const uint16_t flags = (uint16_t)I2C1->SR1;
    if (flags & I2C_SR1_RXNE)
        receive();
    if (flags & I2C_SR1_STOPF)
        end_transfer();
    if (flags & I2C_SR1_ADDR)
        on_address();
    else if (flags & I2C_SR1_TXE)
        send();
}

/* The master's NACK ends a read. A START or STOP inside a byte only sets a flag more. */
void I2C1_ER_IRQHandler(void)
{
    const uint16_t flags = (uint16_t)I2C1->SR1;
    I2C1->SR1 = FAULT(BERR_STAYS) ? I2C_SR1_BERR : 0;
    if (flags & I2C_SR1_AF)
        end_transfer();
}

/* ---- the main loop ---- */

static void arm(void)
{
    if (receiving)
        memcpy(memory, rx, rx_count);
    receiving = 0;
    memcpy(tx, memory, BYTES);
    if (FAULT(FORGETS_TO_ARM) && rx_count == BYTES)
        return;
    armed = 1;
    if (waiting) /* ADDR is still there, and interrupts again */
        ask_for(events);
    waiting = 0;
    acknowledge(1);
}

static void start(void)
{
    RCC->APB2ENR |= RCC_APB2ENR_IOPBEN;
    RCC->APB1ENR |= RCC_APB1ENR_I2C1EN;
    GPIOB->CRL = (GPIOB->CRL & 0x00FFFFFF) | 0xFF000000; /* PB6, PB7: alternate, open-drain */
    I2C1->CR2 = 36;                                      /* MHz of APB1 */
    I2C1->OAR1 = OWN_ADDR7 << 1;
    ask_for(events);
    NVIC_SetPriority(I2C1_EV_IRQn, 2);
    NVIC_SetPriority(I2C1_ER_IRQn, 2); /* alike: neither interrupts the other */
    NVIC_EnableIRQ(I2C1_EV_IRQn);
    NVIC_EnableIRQ(I2C1_ER_IRQn);
    I2C1->CR1 = I2C_CR1_PE;
}

int main(void)
{
    start();
    for (;;) {
        __disable_irq();
        if (!armed && !active)
            arm();
        else
            __WFI(); /* what is pending ends it, though it is let in only behind it */
        __enable_irq();
    }
}
