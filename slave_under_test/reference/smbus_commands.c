/* The device behind smbus.c: memory cells of every size behind commands of every protocol.
 *
 *     0x00  read byte   0xA5
 *     0x01  read word   0x1234
 *     0x02  send byte   counts up what 0x03 reads
 *     0x03  read byte   how often 0x02 and 0x13 were executed
 *     0x10  byte        kept
 *     0x11  byte        kept, 0 to 99
 *     0x12  word        kept
 *     0x13  write word  the device works for BUSY_MS
 *     0x14  word        kept, 0x0100 to 0x01FF
 *     0x20  block       kept
 *     0x30  process call        the complement of the word
 *     0x31  block process call  M bytes give 32 - M: their sum and what follows it
 *     0x40  32 bit      kept (3.x)
 *     0x41  64 bit      kept (3.x) */
#include "smbus.h"

#include "../fault.h"
#include <i2cproof_slave.h>

#include <stddef.h>
#include <string.h>

#ifndef BUSY_MS
#define BUSY_MS 5
#endif

enum { COUNT = 0x02, COUNTED = 0x03, PERCENT = 0x11, WORK = 0x13, PAGE = 0x14 };

static const smbus_command commands[] = {
    {.code = 0x00, .read = 1},
    {.code = 0x01, .read = 2},
    {.code = COUNT, .send = true},
    {.code = COUNTED, .read = 1},
    {.code = 0x10, .write = 1, .read = 1},
    {.code = PERCENT, .write = 1, .read = 1},
    {.code = 0x12, .write = 2, .read = 2},
    {.code = WORK, .write = 2},
    {.code = PAGE, .write = 2, .read = 2},
    {.code = 0x20, .write = SMBUS_BLOCK, .read = SMBUS_BLOCK},
    {.code = 0x30, .write = 2, .read = 2, .call = true},
    {.code = 0x31, .write = SMBUS_BLOCK, .read = SMBUS_BLOCK, .call = true},
#if SMBUS_3
    {.code = 0x40, .write = 4, .read = 4},
    {.code = 0x41, .write = 8, .read = 8},
#endif
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* What each command holds, as it goes over the wire: low byte first. */
static uint8_t cell[COMMANDS][8] = {{0xA5}, {0x34, 0x12}};
static uint8_t block[SMBUS_DATA_MAX] = {1, 0x00};
uint8_t smbus_executed; /* commands that took effect */
uint8_t quicks;         /* quick commands, and the bit of the last one */
uint8_t quick_bit;

const smbus_command *smbus_find(uint8_t code)
{
    for (unsigned i = 0; i < COMMANDS; i++)
        if (commands[i].code == code)
            return &commands[i];
    return NULL;
}

bool smbus_accepts(const smbus_command *command, const uint8_t *data, unsigned count)
{
    if (FAULT(INVALID_TAKEN))
        return true;
    if (command->code == PERCENT)
        return data[0] <= 99;
    if (command->code == PAGE && count == 2)
        return data[1] == 0x01;
    return true;
}

static void keep(const smbus_command *command, const uint8_t *data, unsigned count)
{
    if (command->write == SMBUS_BLOCK)
        memcpy(block, data, count);
    else
        memcpy(cell[command - commands], data, count);
}

void smbus_execute(const smbus_command *command, const uint8_t *data, unsigned count)
{
    smbus_executed++;
    if (command->send || command->code == WORK)
        cell[COUNTED][0] = (uint8_t)(cell[COUNTED][0] + (FAULT(EXECUTES_TWICE) ? 2 : 1));
    if (command->code == WORK)
        smbus_works_for(I2CPROOF_MS(BUSY_MS));
    if (count > 0)
        keep(command, data, count);
}

/* The complement of a word: the device knows it as a number. */
static unsigned answer_word(const uint8_t *data, uint8_t *reply)
{
    const unsigned word = ~((unsigned)data[1] << 8 | data[0]);
    reply[0] = (uint8_t)(FAULT(BIG_ENDIAN) ? word >> 8 : word);
    reply[1] = (uint8_t)(FAULT(BIG_ENDIAN) ? word : word >> 8);
    return 2;
}

static unsigned answer_block(const uint8_t *data, uint8_t *reply)
{
    uint8_t sum = 0;
    const unsigned given = data[0];
    for (unsigned i = 0; i < given; i++)
        sum = (uint8_t)(sum + data[1 + i]);
    reply[0] = (uint8_t)(32 - given);
    for (unsigned i = 0; i < reply[0]; i++)
        reply[1 + i] = (uint8_t)(sum + i);
    return 1u + reply[0];
}

unsigned smbus_answer(const smbus_command *command, const uint8_t *data, uint8_t *reply)
{
    if (command->call)
        return command->read == SMBUS_BLOCK ? answer_block(data, reply) : answer_word(data, reply);
    if (command->read == SMBUS_BLOCK) {
        memcpy(reply, block, 1u + block[0]);
        reply[0] = (uint8_t)(reply[0] + (FAULT(COUNT_WITH_PEC) ? 1 : 0));
        return 1u + block[0];
    }
    memcpy(reply, cell[command - commands], command->read);
    return command->read;
}

/* Its top bit is 1, so that a STOP can follow the address: a quick command. */
uint8_t smbus_receive(void)
{
    return FAULT(QUICK_HOLDS_SDA) ? 0x45 : 0xC5;
}

void smbus_quick(bool bit)
{
    const int64_t args[] = {bit};
    i2cproof_called("quick", args, 1);
    quicks++;
    quick_bit = bit;
}
