#include "soft_i2c.h"

#include "../fault.h"

typedef enum { IDLE, ADDRESS, ADDRESS_ACK, RECEIVE, RECEIVE_ACK, SEND, SEND_ACK } soft_state;

static struct {
    soft_state state;
    uint8_t shift; /* bits so far, or those still to send, first one on top */
    uint8_t bits;  /* clocks of the byte that have risen */
    bool sending;
    bool acked;     /* the master's answer to the byte sent */
    bool lost;      /* SDA is low under a 1; until SCL falls, STOP or START may still say why */
    bool pulls_sda; /* what was last asked of the pin */
    bool serving;   /* SCL is held until the main loop has served the bus */
    bool clocked;   /* the clock's interrupts are on */
    bool own_vectors;
    uint64_t fell; /* when SCL fell last */
    uint64_t low;  /* how long it was low in this transfer, for a time-out that adds up */
    /* Times that a right slave does not need: of the last edges, for those that are wrong. */
    uint64_t rose, moved, started, stopped;
    bool hs_code; /* the address was the controller code of Hs-mode */
    bool hs;
    bool restarted; /* the segment began with a repeated START */
} bus;

/* A little more than Fast-mode's least START hold and set-up. */
#define SOFT_FM_SLACK I2CPROOF_NS(630)

/* More than Standard-mode's slowest edge and its set-up time. */
#define SOFT_LEAVE_TIME I2CPROOF_US(2)

/* What only faults look at. */
static struct {
    uint64_t stopped;  /* when STOP came last; 0: never */
    uint32_t bytes;    /* of data in this segment */
    uint8_t waiting;   /* a byte that has come in and was not handed over yet */
    bool waits;        /* there is one */
    bool dead;         /* it takes part in nothing any more */
    bool foreign_stop; /* a STOP has ended a transfer of others */
    bool refuses_next; /* a NACK is left over */
    bool resumed;      /* it has sent a byte of ones behind a NACK */
    uint8_t fetched;   /* the byte to send behind the present one */
    bool busy;         /* the bus was busy at reset, and no STOP has come */
    bool first;        /* the byte that comes is the first behind the address */
} fault;

/* Macros, so that a finding names the line that pulled. */
#define PULL_SDA()                                                                                 \
    do {                                                                                           \
        if (!bus.pulls_sda)                                                                        \
            i2cproof_pull(I2CPROOF_SDA);                                                           \
        bus.pulls_sda = true;                                                                      \
    } while (0)
#define RELEASE_SDA()                                                                              \
    do {                                                                                           \
        if (bus.pulls_sda)                                                                         \
            i2cproof_release(I2CPROOF_SDA);                                                        \
        bus.pulls_sda = false;                                                                     \
    } while (0)

static void enter(soft_state state)
{
    static const char *const names[] = {"idle",        "address", "address ack", "receive",
                                        "receive ack", "send",    "send ack"};
    bus.state = state;
    i2cproof_state(names[state]);
}

/* An edge that came while a routine ran is still flagged when the clock's interrupts are switched
 * off: behind the next START it would count as a bit. */
static void listen_to_clock(bool on)
{
    if (bus.own_vectors || bus.clocked == on)
        return;
    bus.clocked = on;
    if (on && !FAULT(KEEPS_FLAGS)) {
        i2cproof_clear(SOFT_SCL_FALL);
        i2cproof_clear(SOFT_SCL_RISE);
    }
    i2cproof_enable(SOFT_SCL_FALL, on ? I2CPROOF_ON_SCL_FALL : 0);
    i2cproof_enable(SOFT_SCL_RISE, on ? I2CPROOF_ON_SCL_RISE : 0);
}

/* The time-out counts one low phase of SCL within a transfer, from its fall on. */
static void watch_low(void)
{
#if SOFT_TIMEOUT_US
    const bool acks = bus.state == ADDRESS_ACK || bus.state == RECEIVE_ACK || bus.state == SEND_ACK;
    bus.fell = i2cproof_now();
    if (bus.state == IDLE || (FAULT(NO_TIMEOUT_IN_ADDRESS) && bus.state == ADDRESS) ||
        (FAULT(NO_TIMEOUT_SENDING) && bus.state == SEND) || (FAULT(NO_TIMEOUT_IN_ACK) && acks) ||
        (FAULT(NO_TIMEOUT_RECEIVING) && bus.state == RECEIVE))
        return;
    const uint64_t spent = FAULT(TIMEOUT_ADDS_UP) || FAULT(TIMEOUT_ADDS_BYTES) ? bus.low : 0;
    const uint64_t limit = I2CPROOF_US(SOFT_TIMEOUT_US);
    i2cproof_timer(SOFT_LOW, spent < limit ? limit - spent : 0);
#endif
}

static void watch_no_more(void)
{
#if SOFT_TIMEOUT_US
    bus.low += i2cproof_now() - bus.fell;
    i2cproof_timer_stop(SOFT_LOW);
#endif
}

/* Off the bus until the next START. */
static void drop_out(void)
{
    enter(IDLE);
    RELEASE_SDA();
    i2cproof_addressed(0);
    listen_to_clock(false);
    watch_no_more();
}

static void hold(bool on)
{
    bus.serving = on;
#if SOFT_EVENTS
    soft_holding(on);
#endif
}

uint64_t soft_leave(void)
{
    const bool holds = bus.serving;
    if (holds)
        hold(false);
    drop_out();
    if (!holds)
        return 0;
    if (!FAULT(LEAVES_AT_ONCE))
        i2cproof_at(SOFT_LEAVE_TIME); /* SDA is up before SCL rises, or that would be a STOP */
    i2cproof_release(I2CPROOF_SCL);
    return SOFT_LEAVE_TIME;
}

uint64_t soft_on_low(void *state)
{
    (void)state;
    if (i2cproof_level(I2CPROOF_SCL) || (FAULT(NO_TIMEOUT_IN_STRETCH) && bus.serving) ||
        FAULT(TIMEOUT_SEEN_AT_RISE))
        return 0; /* SCL has just risen: what is let go now would be a STOP */
#if SOFT_EVENTS
    soft_timed_out();
#endif
    if (FAULT(TIMEOUT_KEEPS_SDA)) {
        enter(IDLE);
        listen_to_clock(false);
        return 0;
    }
    return soft_leave();
}

static uint8_t reversed(uint8_t byte)
{
    uint8_t other = 0;
    for (int i = 0; i < 8; i++)
        other = (uint8_t)(other << 1 | (byte >> i & 1));
    return other;
}

static void set_hs(bool on)
{
    const uint64_t in_hs = FAULT(NO_FILTER_IN_HS) ? 0 : I2CPROOF_NS(10);
    const uint64_t filter = on ? in_hs : I2CPROOF_NS(50);
    if (!SOFT_HS || bus.hs == on)
        return;
    bus.hs = on;
    if (!on && FAULT(KEEPS_SHORT_FILTER))
        return;
    i2cproof_input_filter(I2CPROOF_SCL, filter);
    i2cproof_input_filter(I2CPROOF_SDA, filter);
}

/* What the variants that do not forget a byte that was cut off go by. */
static struct {
    bool byte;
    uint8_t starts; /* since then */
} cut;

/* And what those count that wear out. */
static struct {
    uint8_t restarts, foreign; /* repeated STARTs of this transfer, addresses of others */
    uint16_t sent;             /* bytes of this read */
    uint16_t served;           /* bytes of this transfer */
    uint16_t segments;         /* with data, that a repeated START ended */
    uint16_t stops;            /* of transfers of others */
    bool deaf;
    uint64_t sda_fell, scl_fell;
} worn;

static void note_cut(bool start)
{
    const bool in_byte = bus.state == ADDRESS || bus.state == RECEIVE || bus.state == SEND;
    /* The rise in which START or STOP comes was counted, too. */
    if (in_byte && bus.bits > 1 && bus.bits < 8) {
        cut.byte = true;
        cut.starts = 0;
    }
    if (start && cut.starts < UINT8_MAX)
        cut.starts++;
}

/* ---- START and STOP: whatever went on is over (UM10204 3.1.10 note 4) ---- */

/* Whether START or STOP comes within a byte. */
static bool is_within_byte(void)
{
    return (bus.state == ADDRESS || bus.state == RECEIVE) && bus.bits > 1 && bus.bits < 8;
}

/* Whether a fault takes a START for something else. */
static bool start_is_lost(void)
{
    const uint64_t pause = fault.stopped == 0 ? I2CPROOF_MS(1) : i2cproof_now() - fault.stopped;
    if (FAULT(RESTART_IS_STOP) && bus.state != IDLE) {
        drop_out();
        return true;
    }
    fault.dead = fault.dead || (FAULT(BUS_ERROR_STAYS) && is_within_byte());
    return fault.dead || fault.busy || (FAULT(STOP_HIDES_START) && pause < I2CPROOF_US(6)) ||
           (FAULT(ARMED_LATE) && pause < I2CPROOF_US(100)) ||
           (FAULT(SEND_IGNORES_START) && bus.state == SEND);
}

void soft_start(void)
{
    fault.resumed = false;
    if (start_is_lost())
        return;
    if (FAULT(FALLS_ASLEEP) && fault.stopped > 0 &&
        i2cproof_now() - fault.stopped > I2CPROOF_MS(40)) {
        fault.stopped = i2cproof_now();
        return;
    }
#if SOFT_EVENTS
    soft_started();
#endif
    watch_no_more();
    if (!FAULT(TIMEOUT_ADDS_UP))
        bus.low = 0;
    if (FAULT(LAST_BYTE_WAITS) && fault.waits)
        (void)soft_received(fault.waiting);
    fault.waits = false;
    bus.restarted = bus.state != IDLE;
    if (FAULT(MISSES_RESTART) && bus.state != IDLE)
        return;
    if (FAULT(NEEDS_SR_SET_UP) && bus.state != IDLE && i2cproof_now() - bus.rose < SOFT_FM_SLACK)
        return;
    if (FAULT(NEEDS_BUS_FREE) && i2cproof_now() - bus.stopped < I2CPROOF_NS(1350))
        return;
    bus.started = i2cproof_now();
    if (FAULT(DEAF_AFTER_NACK) && bus.state == IDLE && bus.sending && !bus.acked)
        return;
    note_cut(true);
    worn.served = bus.state == IDLE ? 0 : worn.served;
    worn.segments += bus.state == RECEIVE && !fault.first;
    worn.deaf = worn.deaf || (FAULT(COUNTS_SEGMENTS) && worn.segments == 512);
    worn.restarts = bus.state == IDLE ? 0 : (uint8_t)(worn.restarts + (worn.restarts < 255));
    if (worn.deaf || (FAULT(TIRES_OF_RESTARTS) && worn.restarts == 255)) {
        drop_out();
        return;
    }
    if (!FAULT(STAYS_SLOW) && bus.hs_code)
        set_hs(true); /* 5.3.3: before SCL is high for the repeated START */
    bus.hs_code = false;
    enter(ADDRESS);
    if (!FAULT(RESTART_KEEPS_COUNT))
        bus.bits = FAULT(COUNTS_START) ? 1 : 0;
    RELEASE_SDA();
    listen_to_clock(true);
}

void soft_stop(void)
{
#if SOFT_EVENTS
    soft_stopped();
#endif
    if (FAULT(NEEDS_STOP_SET_UP) && i2cproof_now() - bus.rose < SOFT_FM_SLACK)
        return;
    bus.stopped = i2cproof_now();
    bus.low = 0;
    if (FAULT(MISSES_STOP) && (bus.state == RECEIVE || bus.state == SEND)) {
        bus.bits = 0;
        return;
    }
    if (FAULT(DELIVERS_CUT_BYTE) && bus.state == RECEIVE && bus.bits > 1)
        (void)soft_received((uint8_t)(bus.shift << (8 - bus.bits)));
    if (FAULT(DELIVERS_STALE_BYTE) && bus.state == RECEIVE && bus.bits == 1)
        (void)soft_received(bus.shift);
    if (FAULT(DELIVERS_CUT_POINTER) && bus.state == RECEIVE && fault.first && bus.bits > 1)
        (void)soft_received((uint8_t)(bus.shift << (8 - bus.bits)));
    fault.busy = false;
    note_cut(false);
    fault.dead = fault.dead || (FAULT(BUS_ERROR_STAYS) && is_within_byte()) ||
                 (FAULT(VOID_LOCKS) && bus.state == ADDRESS && bus.bits == 0);
    fault.stopped = i2cproof_now();
    fault.foreign_stop = bus.state == IDLE;
    worn.stops += bus.state == IDLE;
    worn.deaf = worn.deaf || (FAULT(COUNTS_FOREIGN_STOPS) && worn.stops == 256);
    fault.waits = false;
    if (!FAULT(STAYS_FAST))
        set_hs(false);
    bus.hs_code = false;
    if (bus.state != IDLE)
        drop_out();
    if (FAULT(STOP_IS_START)) {
        enter(ADDRESS);
        bus.bits = 0;
        listen_to_clock(true);
    }
}

/* ---- bits ---- */

static void put_bit(void)
{
    if (FAULT(SENDS_LIVE))
        bus.shift = (uint8_t)(soft_next() << bus.bits);
    if (bus.shift & 0x80)
        RELEASE_SDA();
    else
        PULL_SDA();
    bus.shift = (uint8_t)(bus.shift << 1);
}

static void begin_byte_to_send(void)
{
    const bool first = bus.state == ADDRESS_ACK;
    enter(SEND);
    bus.bits = 0;
    bus.shift = FAULT(PREFETCHES) && !first ? fault.fetched : soft_next();
    if (FAULT(LSB_FIRST))
        bus.shift = reversed(bus.shift);
    if (FAULT(READS_END_AT_32) && fault.bytes >= 32)
        bus.shift = 0xFF;
    fault.bytes++;
    if (FAULT(SHIFTS_FIRST))
        bus.shift = (uint8_t)(bus.shift << 1);
    put_bit();
}

static void begin_byte_to_receive(void)
{
    enter(RECEIVE);
    bus.bits = 0;
    if (!FAULT(KEEPS_ACK))
        RELEASE_SDA();
}

/* The address that came, as those that lose bits of it behind a cut byte see it. */
static uint8_t compared_address(void)
{
    const uint8_t addr7 = bus.shift >> 1;
    return FAULT(CUT_MASKS_ADDRESS) && cut.byte ? addr7 & 0x7E : addr7;
}

static void address_complete(void)
{
    if (!FAULT(KEEPS_DIRECTION) || !bus.restarted)
        bus.sending = (bus.shift & 1) != 0;
    fault.bytes = 0;
    fault.first = true;
    bus.hs_code = (bus.shift & 0xF8) == 0x08;
    const bool deaf = FAULT(CUT_DEAF_LATER) && cut.byte && cut.starts == 4;
    if (deaf || (!soft_addressed(compared_address(), bus.sending) &&
                 !(FAULT(STAYS_ADDRESSED) && bus.restarted))) {
        if (FAULT(COMPARES_EVERY_BYTE) || (FAULT(CUT_COMPARES_EVERY_BYTE) && cut.byte) ||
            (FAULT(FOREIGN_WEARS_OUT) && ++worn.foreign == 25))
            bus.bits = (uint8_t)-1; /* behind the ninth clock it counts from 0 again */
        else
            drop_out();
        return;
    }
    enter(ADDRESS_ACK);
    i2cproof_addressed(1);
    PULL_SDA();
}

/* Gives a byte to the application; true acknowledges it. */
static bool hand_over(uint8_t byte)
{
    fault.first = false;
    if (FAULT(NACK_STAYS) && fault.refuses_next) {
        fault.refuses_next = false;
        return false;
    }
    if (FAULT(COUNTS_IN_A_BYTE) && ++fault.bytes > 0xFF)
        return false;
    if (!FAULT(LAST_BYTE_WAITS))
        return soft_received(byte) || FAULT(ACKS_ANYWAY);
    const bool before = fault.waits;
    const uint8_t last = fault.waiting;
    fault.waits = true;
    fault.waiting = byte;
    return !before || soft_received(last);
}

static void byte_received(void)
{
    const bool skipped = FAULT(CUT_SKIPS_BYTE) && cut.byte;
    if (skipped)
        cut.byte = false;
    else if (!hand_over(FAULT(LSB_FIRST_IN) ? reversed(bus.shift) : bus.shift)) {
        drop_out();
        return;
    }
    enter(RECEIVE_ACK);
    PULL_SDA();
}

static void byte_sent(void)
{
    if (FAULT(SLIPS_AT_64K) && ++worn.sent == 0) {
        begin_byte_to_send();
        return;
    }
    enter(SEND_ACK);
    if (!FAULT(PREFETCHES) || fault.bytes == 1)
        soft_sent();
    if (FAULT(PREFETCHES)) { /* whether the master wants it or not */
        fault.fetched = soft_next();
        soft_sent();
    }
    if (!FAULT(KEEPS_LAST_BIT))
        RELEASE_SDA();
}

static void after_masters_ack(void)
{
    fault.refuses_next = !bus.acked;
    if (!bus.acked && FAULT(RESUMES_AFTER_NACK)) {
        enter(SEND);
        bus.bits = 0;
        bus.shift = fault.resumed ? 0x00 : 0xFF;
        fault.resumed = true;
        put_bit();
        return;
    }
    if (!bus.acked && !FAULT(SENDS_AFTER_NACK)) {
        drop_out();
        return;
    }
    begin_byte_to_send();
}

/* What an SCL fall asks for. A spike can make a bit of its own that is counted late: more than
 * eight are eight. */
static void step(void)
{
    switch (bus.state) {
    case IDLE:
        break;
    case ADDRESS:
        if (bus.bits >= 8)
            address_complete();
        break;
    case ADDRESS_ACK:
        if (FAULT(FOREIGN_STOP_ENDS) && fault.foreign_stop)
            drop_out();
        else if (bus.sending)
            begin_byte_to_send();
        else
            begin_byte_to_receive();
        fault.foreign_stop = false;
        break;
    case RECEIVE:
        if (FAULT(KEEPS_ACK) && bus.bits == 1)
            RELEASE_SDA();
        if (bus.bits >= 8)
            byte_received();
        break;
    case RECEIVE_ACK:
        begin_byte_to_receive();
        break;
    case SEND:
        if (bus.bits >= 8)
            byte_sent();
        else
            put_bit();
        break;
    case SEND_ACK:
        after_masters_ack();
        break;
    }
}

/* ---- stretching ---- */

/* Whether the main loop is needed before the clock may go on. The address itself is compared at
 * once: a slave that is not meant must not hold SCL. */
static bool needs_time(void)
{
    switch (bus.state) {
    case RECEIVE:
        return SOFT_STRETCH == 2 || (SOFT_STRETCH == 1 && bus.bits == 8);
    case ADDRESS_ACK:
        return SOFT_STRETCH == 2 || (SOFT_STRETCH == 1 && bus.sending);
    case RECEIVE_ACK:
    case SEND:
        return SOFT_STRETCH == 2;
    case SEND_ACK:
        return SOFT_STRETCH != 0 && bus.acked;
    default:
        return false;
    }
}

/* How much longer a service takes that looks through all that came before it in the transfer. */
static uint64_t searches_us(void)
{
    if (FAULT(SEARCHES_RESTARTS))
        return worn.restarts;
    if (FAULT(SEARCHES_READ) && bus.state == SEND)
        return worn.served++ / 8;
    if (FAULT(SEARCHES_WRITTEN) && bus.state == RECEIVE)
        return worn.served++ / 2;
    return 0;
}

uint64_t soft_serve(void *state)
{
    (void)state;
    if (!bus.serving)
        return I2CPROOF_SLEEP;
#if SOFT_EVENTS
    if (!soft_can_serve())
        return I2CPROOF_SLEEP;
#endif
    hold(false);
    if (FAULT(SHORT_SET_UP))
        i2cproof_at(I2CPROOF_US(8));
    if (FAULT(SERVES_WITHOUT_HOLD))
        i2cproof_at(I2CPROOF_US(SOFT_SERVE_US));
    const uint64_t held = i2cproof_now() - bus.fell;
    if (FAULT(LONG_HOLD_CLEARS_BIT) && bus.state == RECEIVE && held > I2CPROOF_US(60))
        bus.shift &= 0xFE;
    if (FAULT(LONG_HOLD_LOSES_BYTE) && bus.state == RECEIVE && held > I2CPROOF_MS(5)) {
        enter(RECEIVE_ACK);
        PULL_SDA();
    } else {
        step(); /* SDA is set up long before SCL is let go (Table 11, note on tHD;DAT) */
    }
    const bool slow = FAULT(CUT_SLOWS_LATER) && cut.byte && cut.starts > 3;
    i2cproof_at(I2CPROOF_US(slow ? 400 : SOFT_SERVE_US + searches_us()));
    if (FAULT(SHORT_SET_UP))
        i2cproof_at(I2CPROOF_NS(8900));
    if (!FAULT(STUCK_STRETCH) || bus.state != SEND)
        i2cproof_release(I2CPROOF_SCL);
    return I2CPROOF_US(SOFT_SERVE_US);
}

/* ---- edges ---- */

void soft_scl_rise(void)
{
    if (FAULT(STUCK_LOW_DEAFENS) && i2cproof_now() - worn.scl_fell > I2CPROOF_US(500))
        worn.deaf = true;
    const bool unsettled = FAULT(NEEDS_SET_UP) && i2cproof_now() - bus.moved < I2CPROOF_NS(150);
    const bool sda = (i2cproof_level(I2CPROOF_SDA) != 0) != unsettled;
    bus.rose = i2cproof_now();
    watch_no_more();
#if SOFT_TIMEOUT_US
    if (FAULT(TIMEOUT_SEEN_AT_RISE) && i2cproof_now() - bus.fell > I2CPROOF_US(SOFT_TIMEOUT_US)) {
        soft_timed_out();
        drop_out();
        return;
    }
#endif
#if SOFT_ARBITRATES
    bus.lost = bus.state == SEND && !bus.pulls_sda && !sda && !FAULT(LOSER_GOES_ON);
#endif
    if ((FAULT(TIMES_CLOCK) && i2cproof_now() - bus.fell > I2CPROOF_US(20)) ||
        (FAULT(TIMES_BUS) && i2cproof_now() - bus.fell > I2CPROOF_MS(15))) {
        drop_out();
        return;
    }
    if (FAULT(SHORT_TIMEOUT) && i2cproof_now() - bus.fell > I2CPROOF_MS(4)) {
        drop_out();
        return;
    }
    if (bus.state == SEND_ACK)
        bus.acked = !sda || (FAULT(ACK_FROM_LOW) && bus.acked);
    else if (bus.state == ADDRESS || bus.state == RECEIVE)
        bus.shift = (uint8_t)(bus.shift << 1 | sda);
    bus.bits++;
    if (FAULT(BIT_AT_RISE) && bus.state == SEND && bus.bits > 1)
        put_bit();
    if (FAULT(ACKS_EARLY) && bus.state == RECEIVE && bus.bits == 8)
        PULL_SDA();
    if (FAULT(RELEASES_ACK_AT_RISE) && bus.state == RECEIVE_ACK)
        RELEASE_SDA();
    if (FAULT(STRETCHES_HIGH) && bus.state == RECEIVE_ACK && !bus.serving) {
        bus.serving = true;
        i2cproof_pull(I2CPROOF_SCL);
    }
}

void soft_scl_fall(void)
{
    worn.scl_fell = i2cproof_now();
    if (FAULT(FREEZES) && bus.state == SEND && i2cproof_now() - bus.fell > I2CPROOF_US(200))
        return; /* with SDA as it is, and every clock is late from now on */
    bus.fell = i2cproof_now();
    if (FAULT(NEEDS_START_HOLD) && bus.state == ADDRESS && bus.bits == 0 &&
        i2cproof_now() - bus.started < SOFT_FM_SLACK) {
        drop_out();
        return;
    }
#if SOFT_ARBITRATES
    if (bus.lost && bus.state == SEND) {
        drop_out();
        soft_lost();
        return;
    }
#endif
    const uint64_t high = i2cproof_now() - bus.rose;
    if (bus.bits > 0 && ((FAULT(HIGH_TIMEOUT) && high > I2CPROOF_MS(2)) ||
                         (FAULT(LONG_HIGH_IS_IDLE) && high > I2CPROOF_US(200)) ||
                         (FAULT(HIGH_DEAFENS) && high > I2CPROOF_US(45)) ||
                         (FAULT(LONG_HIGH_DEAFENS) && high > I2CPROOF_US(200)))) {
        worn.deaf = FAULT(HIGH_DEAFENS) || FAULT(LONG_HIGH_DEAFENS);
        drop_out();
        return;
    }
    if (FAULT(SAMPLES_AT_FALL) && (bus.state == ADDRESS || bus.state == RECEIVE) && bus.bits > 0)
        bus.shift = (uint8_t)((bus.shift & ~1u) | (i2cproof_level(I2CPROOF_SDA) != 0));
    if (SOFT_STRETCH != 0 && needs_time() && !i2cproof_level(I2CPROOF_SCL)) {
        hold(true);
        if (!FAULT(SERVES_WITHOUT_HOLD))
            i2cproof_pull(I2CPROOF_SCL);
    } else if (!bus.serving && !(FAULT(BIT_AT_RISE) && bus.state == SEND && bus.bits < 8)) {
        step();
    }
    watch_low();
}

/* It is busy for as long as it waits: what comes meanwhile is answered behind it, never before. */
uint64_t soft_on_scl_fall(void *state)
{
    (void)state;
    const uint64_t hold = SOFT_HS && !bus.hs ? I2CPROOF_NS(SOFT_HOLD_NS) : 0;
    i2cproof_at(hold);
    soft_scl_fall();
    return hold;
}

uint64_t soft_on_scl_rise(void *state)
{
    (void)state;
    if (FAULT(SAMPLES_LATE) && i2cproof_phase() == 0)
        return I2CPROOF_AGAIN(1, I2CPROOF_NS(650));
    soft_scl_rise();
    return 0;
}

void soft_keep_order(void)
{
    if (SOFT_HS && !bus.hs)
        i2cproof_at(I2CPROOF_NS(SOFT_HOLD_NS));
}

/* SDA changes under a low SCL are data. */
uint64_t soft_on_sda(void *state)
{
    (void)state;
    if (!i2cproof_level(I2CPROOF_SDA))
        worn.sda_fell = i2cproof_now();
    else if ((FAULT(LONG_LOW_DEAFENS) && i2cproof_now() - worn.sda_fell > I2CPROOF_MS(30)) ||
             (FAULT(LONGER_LOW_DEAFENS) && i2cproof_now() - worn.sda_fell > I2CPROOF_MS(200)))
        worn.deaf = true;
    bus.moved = i2cproof_now();
    if (FAULT(ACK_FROM_LOW) && bus.state == SEND_ACK && !i2cproof_level(I2CPROOF_SDA))
        bus.acked = true;
    if (!i2cproof_level(I2CPROOF_SCL))
        return 0;
    soft_keep_order();
    if (i2cproof_level(I2CPROOF_SDA))
        soft_stop();
    else
        soft_start();
    return 0;
}

bool soft_is_restarted(void)
{
    return bus.restarted;
}

bool soft_is_behind_ack(void)
{
    return bus.state == RECEIVE && bus.bits == 1;
}

void soft_init(bool own_vectors)
{
    bus.own_vectors = own_vectors;
    bus.clocked = true;
    fault.busy = FAULT(BUSY_AT_RESET) && !i2cproof_level(I2CPROOF_SCL);
    if (FAULT(NO_FILTER_ON_SDA))
        i2cproof_input_filter(I2CPROOF_SDA, 0);
    if (FAULT(NO_FILTER_ON_SCL))
        i2cproof_input_filter(I2CPROOF_SCL, 0);
    if (FAULT(JOINS_TRANSFER))
        enter(ADDRESS); /* as if the clocks that come were those of an address */
    listen_to_clock(FAULT(JOINS_TRANSFER));
    if (FAULT(HOLDS_SCL_AT_RESET)) {
        i2cproof_pull(I2CPROOF_SCL); /* its clock is not steady yet */
        i2cproof_at(I2CPROOF_US(150));
        i2cproof_release(I2CPROOF_SCL);
    }
    if (FAULT(PULSES_AT_RESET)) {
        PULL_SDA(); /* the port's output is switched on before its latch is set */
        i2cproof_at(I2CPROOF_US(2));
        RELEASE_SDA();
    }
}
