#include "soft_address.h"

#include "fault.h"
#include "soft_general_call.h"

/* First bytes with a meaning of their own (UM10204 Table 4), without the R/W bit. */
enum { TEN_BIT_HEADER = 0x78, TEN_BIT_HEADER_MASK = 0x7C, ID_CODE = 0x7C };
enum { ID_BYTES = 3 };

/* What the bytes of the segment are, behind the one that began it. */
typedef enum {
    FOR_OTHERS,   /* nothing of its business until the next START */
    FOR_TARGET,   /* data */
    LOW_TEN_BITS, /* the second byte of a 10-bit address */
    CALL,         /* a general call */
    ID_ADDRESS,   /* the address behind the Device ID code */
    ID_DATA       /* the Device ID is read */
} meaning;

static struct {
    meaning meaning;
    uint8_t own7;    /* or SOFT_NO_ADDRESS */
    uint8_t wanted7; /* own7 from the next START of a free bus on */
    uint8_t pins7;
    bool bus_taken;   /* between START and STOP */
    bool ten_chosen;  /* both address bytes matched in this transfer: a read header is for it */
    bool id_chosen;   /* the Device ID code and its own address were sent: 0xF9 is for it */
    uint8_t id_index; /* of the three bytes */
} bus;

/* ---- addresses ---- */

static bool is_own7(uint8_t addr7)
{
    return (addr7 & ADDRESS_MASK) == (bus.own7 & ADDRESS_MASK) || addr7 == SECOND_ADDRESS;
}

static bool own7_begins(uint8_t addr7, bool read)
{
    bus.meaning = FOR_TARGET;
    return target_addressed(addr7, read);
}

/* The upper two bits of a 10-bit address with a direction. Many slaves may share them: to be chosen
 * takes the second byte, and for a read a full match before it in the same transfer (3.1.11). */
static bool ten_bit_begins(uint8_t addr7, bool read)
{
    const bool match = TEN_BIT_ADDRESS >= 0 &&
                       (FAULT(TEN_BIT_TOP_IGNORED) || (addr7 & 3) == (TEN_BIT_ADDRESS >> 8 & 3));
    const bool chosen = bus.ten_chosen;
    if (!match || (!read && !FAULT(TEN_BIT_KEPT_OVER_WRITE_HEADER)))
        bus.ten_chosen = false;
    if (!match)
        return false;
    if (!read) {
        bus.meaning = LOW_TEN_BITS;
        bus.ten_chosen = FAULT(TEN_BIT_HALF_MATCH) || bus.ten_chosen;
        return true;
    }
    if (FAULT(TEN_BIT_FORGETS_AFTER_READ))
        bus.ten_chosen = false;
    bus.meaning = FOR_TARGET;
    return (chosen || FAULT(TEN_BIT_READS_UNCHOSEN)) && target_addressed(TEN_BIT_ADDRESS, true);
}

static bool ten_bit_completes(uint8_t low)
{
    const bool match = low == (TEN_BIT_ADDRESS & 0xFF) || FAULT(TEN_BIT_LOW_IGNORED) ||
                       (FAULT(TEN_BIT_LOW_SEVEN_BITS) && low >> 1 == (TEN_BIT_ADDRESS & 0xFF) >> 1);
    bus.ten_chosen = match;
    bus.meaning = match ? FOR_TARGET : FOR_OTHERS;
    return match && target_addressed(TEN_BIT_ADDRESS, false);
}

/* Anybody with an id acknowledges the code; whom it is for tells the byte behind it (3.1.17). */
static bool id_begins(bool read)
{
    const bool chosen = bus.id_chosen;
    bus.id_chosen = FAULT(ID_KEPT_OVER_NACK) && chosen; /* one read, which its NACK ends */
    bus.id_index = 0;
    bus.meaning = read ? ID_DATA : ID_ADDRESS;
    return DEVICE_ID >= 0 && (!read || chosen || FAULT(ID_WITHOUT_ADDRESS));
}

/* The direction bit of the address does not count. */
static bool id_address_completes(uint8_t byte)
{
    bus.id_chosen = is_own7(byte >> 1) || FAULT(ID_FOR_ANYBODY);
    if (FAULT(ID_COMPARES_DIRECTION) && (byte & 1))
        bus.id_chosen = false;
    bus.meaning = FOR_OTHERS;
    return bus.id_chosen;
}

/* ---- what soft_i2c asks ---- */

/* Another address in between forgets what the forms of several bytes have matched. */
static void forget_others(uint8_t addr7)
{
    if ((addr7 & TEN_BIT_HEADER_MASK) != TEN_BIT_HEADER && !FAULT(TEN_BIT_KEPT_OVER_OTHERS))
        bus.ten_chosen = false;
    if (addr7 != ID_CODE && !FAULT(ID_KEPT_OVER_OTHERS))
        bus.id_chosen = false;
}

bool soft_addressed(uint8_t addr7, bool read)
{
    const uint8_t first = (uint8_t)(addr7 << 1 | read);
    if (bus.meaning == LOW_TEN_BITS && first == (TEN_BIT_ADDRESS & 0xFF)) /* only by a fault */
        return ten_bit_completes(first);
    bus.meaning = FOR_OTHERS;
    forget_others(addr7);
    if (bus.own7 == SOFT_NO_ADDRESS && !FAULT(OFF_ANSWERS_CALLS))
        return false;
    if (is_own7(addr7))
        return own7_begins(addr7, read);
    if (FAULT(TEN_BIT_AS_SEVEN) && addr7 == (TEN_BIT_ADDRESS & 0x7F))
        return own7_begins(addr7, read);
    if (FAULT(ANSWERS_RESERVED) && addr7 == 0x02)
        return own7_begins(addr7, read);
    if ((addr7 & TEN_BIT_HEADER_MASK) == TEN_BIT_HEADER)
        return ten_bit_begins(addr7, read);
    if (addr7 == ID_CODE)
        return id_begins(read);
    if (FAULT(RESET_AS_ADDRESS) && addr7 == 0x03 && !read)
        soft_general_call_act(0x06);
    if (addr7 != 0 || (read && !FAULT(CALLED_BY_START_BYTE)))
        return false; /* 0x01 is the START byte, which nobody answers (3.1.15) */
    bus.meaning = CALL;
    return soft_general_call_begins();
}

bool soft_received(uint8_t byte)
{
    switch (bus.meaning) {
    case FOR_TARGET:
        return target_received(byte);
    case LOW_TEN_BITS:
        return ten_bit_completes(byte);
    case CALL:
        return soft_general_call_received(byte);
    case ID_ADDRESS:
        return id_address_completes(byte);
    default:
        return false;
    }
}

uint8_t soft_next(void)
{
    if (bus.meaning != ID_DATA)
        return target_next();
    return bus.id_index < ID_BYTES ? (uint8_t)(DEVICE_ID >> (16 - 8 * bus.id_index)) : 0xFF;
}

/* Read on, the id begins again with its first byte. */
void soft_sent(void)
{
    if (bus.meaning != ID_DATA || FAULT(ID_MOVES_POINTER))
        target_sent();
    if (bus.meaning == ID_DATA && bus.id_index < ID_BYTES)
        bus.id_index++;
    if (bus.id_index == ID_BYTES && !FAULT(ID_DOES_NOT_WRAP))
        bus.id_index = 0;
}

/* ---- START and STOP ---- */

static void on_start(void)
{
    if (!bus.bus_taken)
        bus.own7 = bus.wanted7;
    bus.bus_taken = true;
    if (!FAULT(TEN_BIT_HALF_KEPT))
        bus.meaning = FOR_OTHERS;
    soft_start();
}

/* A call takes effect here, when it is whole: a STOP in its middle is none. */
static void on_stop(void)
{
    const bool whole = soft_is_behind_ack() || FAULT(CALL_ACTS_WHEN_CUT);
    const bool called = bus.meaning == CALL;
    soft_stop();
    bus.bus_taken = false;
    if (!FAULT(TEN_BIT_HALF_KEPT))
        bus.meaning = FOR_OTHERS;
    if (!FAULT(TEN_BIT_KEPT_OVER_STOP))
        bus.ten_chosen = false;
    if (!FAULT(ID_KEPT_OVER_STOP))
        bus.id_chosen = false;
    if (called)
        soft_general_call_ends(whole);
}

/* SDA changes under a low SCL are data. */
uint64_t soft_address_on_sda(void *state)
{
    (void)state;
    if (!i2cproof_level(I2CPROOF_SCL))
        return 0;
    soft_keep_order();
    if (i2cproof_level(I2CPROOF_SDA))
        on_stop();
    else
        on_start();
    return 0;
}

/* ---- its own address ---- */

void soft_address_init(uint8_t pins_addr7)
{
    bus.own7 = bus.wanted7 = bus.pins7 = pins_addr7;
    soft_init(false);
}

void soft_address_set(uint8_t addr7)
{
    bus.wanted7 = addr7;
    if (FAULT(NEW_ADDRESS_AT_ONCE)) {
        bus.own7 = addr7;
        soft_stop(); /* as writing the address register does where it switches the port off and on
                      */
    }
}

void soft_address_set_pins(uint8_t addr7)
{
    bus.pins7 = addr7;
}

void soft_address_reload(void)
{
    soft_address_set(bus.pins7);
}
