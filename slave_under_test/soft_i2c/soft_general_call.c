#include "soft_general_call.h"

#include "fault.h"
#include "soft_address.h"

enum { RESET_AND_RELOAD = 0x06, RELOAD = 0x04 };

static struct {
    uint8_t code;  /* the second byte of the call */
    uint8_t bytes; /* behind the address, at most 2 */
} call;

/* The code as it is compared. */
static uint8_t code_of(uint8_t byte)
{
    if (FAULT(CALL_IGNORES_LOW_BIT))
        return byte & 0xFE;
    if (FAULT(CALL_COMPARES_LOW_BITS))
        return byte & 0x07;
    return FAULT(CALL_ZERO_ACTS) && byte == 0 ? RESET_AND_RELOAD : byte;
}

static bool has_use_for(uint8_t code)
{
    if (code & 1)
        return HARDWARE_CALL;
    return code == RELOAD || (code == RESET_AND_RELOAD && SOFTWARE_RESET);
}

bool soft_general_call_begins(void)
{
    call.code = 0;
    call.bytes = 0;
    return GENERAL_CALL;
}

bool soft_general_call_received(uint8_t byte)
{
    if (call.bytes == 0) {
        call.bytes = 1;
        call.code = code_of(byte);
        if (FAULT(RESETS_AT_BYTE))
            soft_general_call_act(call.code);
        return has_use_for(call.code);
    }
    call.bytes = 2;
    if (!(call.code & 1) || !HARDWARE_CALL)
        return FAULT(CALL_TAKES_MORE);
    target_called(FAULT(CALLER_NOT_SHIFTED) ? call.code : call.code >> 1, byte);
    return true;
}

void soft_general_call_act(uint8_t code)
{
    if (code == RESET_AND_RELOAD && SOFTWARE_RESET) {
        if (FAULT(RESET_PULLS_SDA)) {
            i2cproof_pull(I2CPROOF_SDA);
            i2cproof_at(I2CPROOF_US(3));
            i2cproof_release(I2CPROOF_SDA);
        }
        if (!FAULT(RESET_KEEPS_REGISTERS))
            target_reset();
        if (!FAULT(RESET_KEEPS_ADDRESS))
            soft_address_reload();
    } else if (code == RELOAD && !FAULT(RELOAD_DOES_NOTHING)) {
        if (FAULT(RELOAD_RESETS))
            target_reset();
        soft_address_reload();
    }
}

void soft_general_call_ends(bool whole)
{
    if (whole && (call.bytes == 1 || (FAULT(CALL_TAKES_MORE) && call.bytes == 2)))
        soft_general_call_act(call.code);
}
