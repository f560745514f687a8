/* An I2C slave in software on an STM32F103, on the interrupts of its two pins' edges (EXTI lines 6
 * and 7, which share one vector), beside an application that measures: SysTick comes each
 * millisecond, and every third time works for some 0.3 ms on a new frame of 8 bytes. The bus must
 * not wait for it, so the edges have the higher priority and interrupt it. A read gives whole
 * frames, one behind the other. Nothing holds SCL: what comes too late is lost. */
#include "../fault.h"

#include "stm32f1xx.h"

#define SCL (1u << 6) /* PB6 */
#define SDA (1u << 7) /* PB7 */

enum { OWN_ADDR7 = 0x31, FRAME_BYTES = 8, TICKS_A_FRAME = 3 };

typedef enum { IDLE, ADDRESS, RECEIVE, SEND, ACK_OUT, ACK_IN } phase;

typedef struct {
    uint8_t byte[FRAME_BYTES];
} frame;

/* The interrupt of the pins reads `measured[valid]` alone; the application writes the other one. */
static frame measured[2];
static volatile uint8_t valid;
static volatile uint32_t frames;
static uint32_t ticks;
static volatile uint8_t test_frames; /* all bytes of a frame are its number */

static frame sent; /* of the transfer under way */
static uint8_t at;
static volatile phase now;
static phase after_ack;
static uint8_t shift, bits;
static uint32_t pins_before;

/* ---- the application ---- */

static void measure(frame *f, uint32_t n)
{
    for (unsigned i = 0; i < FRAME_BYTES; i++) {
        f->byte[i] = (uint8_t)(test_frames ? n : 7 * n + 31 * i);
        for (volatile unsigned effort = 0; effort < 200; effort++)
            ;
    }
}

void uniform(void)
{
    test_frames = 1;
}

void SysTick_Handler(void)
{
    if (++ticks % TICKS_A_FRAME != 0)
        return;
    const uint8_t next = FAULT(ONE_BUFFER) ? valid : (uint8_t)!valid;
    measure(&measured[next], frames + 1);
    valid = next;
    frames = frames + 1;
}

/* ---- the bus ---- */

static void pull(uint32_t pin)
{
    GPIOB->BRR = pin;
}

static void release(uint32_t pin)
{
    GPIOB->BSRR = pin;
}

static void begin(phase next)
{
    now = next;
    bits = 0;
    shift = 0;
}

static void send_bit(void)
{
    if (shift & 0x80)
        release(SDA);
    else
        pull(SDA);
    shift = (uint8_t)(shift << 1);
}

static void take_frame(void)
{
    sent = measured[valid];
    at = 0;
}

static void begin_sending(void)
{
    if (at == FRAME_BYTES)
        take_frame();
    begin(SEND);
    shift = sent.byte[at++];
    send_bit();
}

static void acknowledge(phase next)
{
    begin(ACK_OUT);
    after_ack = next;
    pull(SDA);
}

/* Commands are taken, and none is known. */
static void byte_is_in(void)
{
    if (now == RECEIVE) {
        acknowledge(RECEIVE);
    } else if (shift >> 1 != OWN_ADDR7) {
        now = IDLE;
    } else {
        take_frame();
        acknowledge(shift & 1 ? SEND : RECEIVE);
    }
}

static void end_of_ack(void)
{
    release(SDA);
    if (after_ack == SEND)
        begin_sending();
    else
        begin(after_ack);
}

/* SCL has fallen: what the slave shows in the next clock is put out. */
static void on_fall(void)
{
    if ((now == ADDRESS || now == RECEIVE) && bits == 8) {
        byte_is_in();
    } else if (now == SEND && bits < 8) {
        send_bit();
    } else if (now == SEND) {
        release(SDA);
        begin(ACK_IN);
    } else if ((now == ACK_OUT || now == ACK_IN) && bits > 0) {
        end_of_ack();
    }
}

static void on_rise(uint32_t pins)
{
    if (now == ADDRESS || now == RECEIVE)
        shift = (uint8_t)(shift << 1 | (pins & SDA ? 1 : 0));
    else if (now == ACK_IN)
        after_ack = pins & SDA ? IDLE : SEND;
    bits++;
}

/* SDA has moved while SCL is high. */
static void on_condition(uint32_t pins)
{
    release(SDA);
    if (pins & SDA)
        now = IDLE; /* STOP */
    else
        begin(ADDRESS); /* START */
}

void EXTI9_5_IRQHandler(void)
{
    EXTI->PR = SCL | SDA; /* first: an edge from here on comes again */
    const uint32_t pins = GPIOB->IDR & (SCL | SDA);
    const uint32_t changed = pins ^ pins_before;
    pins_before = pins;
    if ((changed & SCL) && (pins & SCL))
        on_rise(pins);
    else if (changed & SCL)
        on_fall();
    else if ((changed & SDA) && (pins & SCL))
        on_condition(pins);
}

/* ---- start ---- */

static void start_clock(void)
{
    RCC->CR |= RCC_CR_HSEON;
    while (!(RCC->CR & RCC_CR_HSERDY))
        ;
    FLASH->ACR = FLASH_ACR_PRFTBE | FLASH_ACR_LATENCY_1;
    RCC->CFGR |= RCC_CFGR_PLLSRC_HSE | RCC_CFGR_PLLMULL9 | RCC_CFGR_PPRE1_DIV2;
    RCC->CR |= RCC_CR_PLLON;
    while (!(RCC->CR & RCC_CR_PLLRDY))
        ;
    RCC->CFGR |= RCC_CFGR_SW_PLL;
    while ((RCC->CFGR & RCC_CFGR_SWS) != RCC_CFGR_SWS_PLL)
        ;
}

static void start_pins(void)
{
    RCC->APB2ENR |= RCC_APB2ENR_IOPBEN | RCC_APB2ENR_AFIOEN;
    GPIOB->BSRR = SCL | SDA;
    GPIOB->CRL =
        (GPIOB->CRL & 0x00FFFFFF) | 0x74000000; /* SDA an open-drain output, SCL an input */
    AFIO->EXTICR[1] |= AFIO_EXTICR2_EXTI6_PB | AFIO_EXTICR2_EXTI7_PB;
    EXTI->RTSR |= SCL | SDA;
    EXTI->FTSR |= SCL | SDA;
    pins_before = GPIOB->IDR & (SCL | SDA);
    EXTI->IMR |= SCL | SDA;
}

int main(void)
{
    start_clock();
    start_pins();
    SysTick_Config(SystemCoreClock / 1000); /* of the lowest priority */
    NVIC_SetPriority(EXTI9_5_IRQn, FAULT(NO_PREEMPTION) ? 15 : 1);
    NVIC_EnableIRQ(EXTI9_5_IRQn);
    for (;;)
        __WFI();
}
