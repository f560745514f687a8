/* A slave that is right until it is written one of the bytes below: then it does to its process
 * what firmware on a bench can only do to a chip. From 0x90 on no level of a requirement softens
 * it: the bus or the slave is dead, or memory is overwritten. */
#include "soft_i2c.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOLDER = SOFT_VECTORS };

static uint8_t last;
static bool deaf;
#ifndef HARMLESS
/* The linker's name for the first byte behind all variables of this object. */
extern uint8_t behind_all[] __asm__("_end") __attribute__((visibility("hidden")));
static volatile uint8_t block[16];

static void spin(void)
{
    for (volatile unsigned n = 0;; n++) {
    }
}

static void spin_deaf(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    spin();
}

static void eat_memory(void)
{
    for (;;) {
        char *more = malloc(1 << 20);
        memset(more, 1, 1 << 20); /* the last one is NULL */
    }
}

static void keep_memory(void)
{
    for (int i = 0; i < 80; i++) {
        volatile char *more = malloc(1 << 20);
        more[0] = 1;
    }
}

static void close_all(void)
{
    for (int i = 0; i < 1024; i++)
        close(i);
}

static void print_much(void)
{
    for (int i = 0; i < 20000; i++)
        printf("this is line %d of the slave\n", i);
    fprintf(stderr, "and this its error\n");
}

static unsigned deeper(unsigned n)
{
    volatile char room[4096];
    room[n % sizeof room] = (char)n;
    return deeper(n + 1) + (unsigned)room[(n + 1) % sizeof room];
}

static void overrun(void)
{
    for (size_t i = 0; i < (1u << 24); i++)
        block[i] = 0x5A;
}

static void overwrite(void)
{
    volatile uint8_t *at = behind_all;
    for (unsigned i = 0; i < 16; i++)
        at[i] = 0x5A;
}

static void misbehave(uint8_t what)
{
    switch (what) {
    case 0x80:
        *(volatile int *)8 = 1;
        break;
    case 0x81:
        spin();
        break;
    case 0x82:
        exit(7);
    case 0x83:
        abort();
    case 0x84:
        close_all();
        break;
    case 0x85:
        print_much();
        break;
    case 0x86:
        eat_memory();
        break;
    case 0x87:
        overrun();
        break;
    case 0x88:
        deeper(0);
        break;
    case 0x89:
        _exit(0);
    case 0x8A:
        raise(SIGKILL);
        break;
    case 0x8B:
        spin_deaf();
        break;
    case 0x8C:
        keep_memory();
        break;
    case 0x8D:
        printf("a line\n\x1b[31mred\n");
        break;
    case 0x90:
        deaf = true;
        break;
    case 0x91:
        i2cproof_pull(I2CPROOF_SCL);
        break;
    case 0x92:
        i2cproof_timer(HOLDER, I2CPROOF_US(12));
        break;
    case 0x93:
        overwrite();
        break;
    default:
        break;
    }
}

#endif

bool soft_addressed(uint8_t addr7, bool read)
{
    (void)read;
    return addr7 == 0x31 && !deaf;
}

bool soft_received(uint8_t byte)
{
    last = byte;
#ifndef HARMLESS
    misbehave(byte);
#endif
    return true;
}

uint8_t soft_next(void)
{
    return last;
}

void soft_sent(void)
{
}

static void init(void *state)
{
    (void)state;
    soft_init(false);
}

/* Behind the clocks of the byte: nothing lets SDA go again. */
static uint64_t hold(void *state)
{
    (void)state;
    for (unsigned v = 0; v < SOFT_VECTORS; v++)
        i2cproof_enable(v, 0);
    i2cproof_pull(I2CPROOF_SDA);
    return 0;
}

static const i2cproof_vector vectors[] = {
    SOFT_VECTOR_TABLE,
    {"HOLD", I2CPROOF_ON_TIMER, hold, 0, I2CPROOF_BY_NONE},
};

I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = HOLDER + 1);
