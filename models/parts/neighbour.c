#include "models/parts/neighbour.h"

#include <assert.h>
#include <string.h>

enum { ALERT_RESPONSE = 0x0C };

static bool owns(const neighbour *n, unsigned addr7)
{
    return (n->config.own_addr7[addr7 / 64] >> addr7 % 64 & 1) != 0;
}

// ---- lines ----------------------------------------------------------------------------------

static void output_now(void *ctx, uint64_t now_ps)
{
    neighbour *n = ctx;
    (void)now_ps;
    i2c_node_set(n->sim, n->node, I2C_SDA, n->next_sda);
}

static void output_later(neighbour *n, bool low, uint64_t now_ps)
{
    n->next_sda = low ? I2C_PULLED : I2C_RELEASED;
    if (i2c_node_drive(n->sim, n->node, I2C_SDA) == n->next_sda)
        i2c_timer_cancel(n->sim, &n->output);
    else
        i2c_timer_set(n->sim, &n->output, now_ps + n->config.output_delay_ps);
}

static void end_stretch(void *ctx, uint64_t now_ps)
{
    neighbour *n = ctx;
    (void)now_ps;
    i2c_node_release(n->sim, n->node, I2C_SCL);
}

/// Holds SCL if the coming clock is the one, and the byte is its own.
static void maybe_stretch(neighbour *n, unsigned coming, uint64_t now_ps)
{
    const neighbour_config *c = &n->config;
    const bool this_byte = c->stretch_byte == NEIGHBOUR_EVERY_BYTE || c->stretch_byte == n->byte;
    if (coming != c->stretch_clock || !this_byte || c->stretch_ps == 0)
        return;
    i2c_node_pull(n->sim, n->node, I2C_SCL);
    i2c_timer_set(n->sim, &n->stretch, now_ps + c->stretch_ps);
}

static void let_go(neighbour *n)
{
    i2c_timer_cancel(n->sim, &n->output);
    i2c_timer_cancel(n->sim, &n->stretch);
    i2c_node_set_both(n->sim, n->node, I2C_SDA, I2C_RELEASED, I2C_RELEASED);
}

// ---- bytes ----------------------------------------------------------------------------------

static uint8_t byte_to_send(neighbour *n)
{
    if (n->alert_reply)
        return n->byte == 1 ? (uint8_t)(n->alert_addr7 << 1) : 0xFF;
    if (n->part == NEIGHBOUR_RESOLUTION)
        return neighbour_arp_gives(&n->arp, n->byte - 1);
    const neighbour_config *c = &n->config;
    const uint32_t index = n->byte - n->first_data;
    n->bytes_read++;
    if (n->part == NEIGHBOUR_ID)
        return (uint8_t)(c->id >> (16 - 8 * (index % 3)));
    if (c->table != NULL && c->table_bytes > 0)
        return c->table[index % c->table_bytes];
    return c->read != NULL ? c->read(c->ctx, index) : 0xFF;
}

/// The header of a 10-bit address (UM10204 3.1.11); one for reading needs a full match before it.
static bool accepts_header(neighbour *n)
{
    const neighbour_config *c = &n->config;
    const bool match =
        c->own_addr10_count > 0 && (n->shift >> 1 & 3u) == (unsigned)c->own_addr10 >> 8;
    const bool chosen = match && n->ten_chosen;
    const bool reads = (n->shift & 1u) != 0;
    n->ten_chosen = chosen && reads;
    n->part = reads ? NEIGHBOUR_DATA : NEIGHBOUR_LOW_BITS;
    n->first_data = reads ? 1 : 2;
    return reads ? chosen : match;
}

static bool accepts_id_code(neighbour *n)
{
    const bool chosen = n->id_chosen;
    n->id_chosen = false;
    n->part = n->shift & 1u ? NEIGHBOUR_ID : NEIGHBOUR_ID_ADDRESS;
    return n->config.device_id && (!(n->shift & 1u) || chosen);
}

static bool accepts_address(neighbour *n)
{
    const bool is_header = (n->shift & 0xF8u) == 0xF0u;
    const bool is_id_code = (n->shift & 0xFEu) == 0xF8u;
    n->ten_chosen = n->ten_chosen && is_header;
    n->id_chosen = n->id_chosen && is_id_code;
    n->arp.open = n->arp.open && n->shift >> 1 == NEIGHBOUR_DEVICE_DEFAULT;
    n->part = NEIGHBOUR_DATA;
    n->first_data = 1;
    if (is_header)
        return accepts_header(n);
    if (is_id_code)
        return accepts_id_code(n);
    if (n->shift >> 1 == NEIGHBOUR_DEVICE_DEFAULT &&
        neighbour_arp_addressed(&n->arp, (n->shift & 1u) != 0)) {
        n->part = NEIGHBOUR_RESOLUTION;
        return true;
    }
    return n->shift == 0 ? n->config.general_call : owns(n, n->shift >> 1);
}

/// The second byte of what takes two to address it.
static bool accepts_second(neighbour *n)
{
    const neighbour_config *c = &n->config;
    if (n->part == NEIGHBOUR_ID_ADDRESS)
        return n->id_chosen = owns(n, n->shift >> 1);
    const unsigned addr10 = (c->own_addr10 & 0x300u) | n->shift;
    n->part = NEIGHBOUR_DATA;
    return n->ten_chosen = addr10 >= c->own_addr10 && addr10 - c->own_addr10 < c->own_addr10_count;
}

/// Eight bits have come: whether it ACKs them.
static bool accepts(neighbour *n)
{
    n->alert_reply = n->byte == 0 && n->alerts && n->shift == (ALERT_RESPONSE << 1 | 1);
    if (n->byte == 0)
        return accepts_address(n) || n->alert_reply;
    if (n->part == NEIGHBOUR_RESOLUTION)
        return neighbour_arp_takes(&n->arp, n->byte - 1, n->shift);
    if (n->byte == 1 && n->part != NEIGHBOUR_DATA)
        return accepts_second(n);
    if (n->byte - n->first_data >= n->config.takes_bytes || n->part != NEIGHBOUR_DATA)
        return false;
    n->bytes_written++;
    if (n->config.write != NULL)
        n->config.write(n->config.ctx, n->byte - n->first_data, n->shift);
    return true;
}

/// The 9th clock is over: what the next byte is.
static void next_byte(neighbour *n)
{
    const bool goes_on = n->state == NEIGHBOUR_SENDING ? n->read_on : n->acks;
    const bool address_read = n->byte == 0 && (n->shift & 1) != 0;
    n->clock = 0;
    n->byte++;
    if (!goes_on)
        n->state = NEIGHBOUR_DEAF;
    else if (n->state == NEIGHBOUR_SENDING || address_read) {
        n->state = NEIGHBOUR_SENDING;
        n->shift = byte_to_send(n);
    }
}

// ---- edges ----------------------------------------------------------------------------------

static void scl_fell(neighbour *n, uint64_t now_ps)
{
    if (n->state == NEIGHBOUR_IDLE || n->state == NEIGHBOUR_DEAF)
        return;
    if (n->clock == 9)
        next_byte(n);
    if (n->state == NEIGHBOUR_DEAF) {
        output_later(n, false, now_ps);
        return;
    }
    bool low = false;
    if (n->clock == 8 && n->state == NEIGHBOUR_RECEIVING) {
        n->acks = accepts(n);
        low = n->acks;
    } else if (n->clock < 8 && n->state == NEIGHBOUR_SENDING) {
        low = (n->shift >> (7 - n->clock) & 1) == 0;
    }
    output_later(n, low, now_ps);
    maybe_stretch(n, n->clock + 1, now_ps);
}

/// Its bit has been seen: the first 1 that another's 0 covers is the end of it.
static void arbitrate(neighbour *n)
{
    if (n->clock <= 8 && (n->shift >> (8 - n->clock) & 1) != 0 && !n->sda)
        n->state = NEIGHBOUR_DEAF;
    else if (n->clock == 8 && n->alert_reply)
        n->alerts = false;
}

static void scl_rose(neighbour *n)
{
    if (n->state == NEIGHBOUR_IDLE || n->state == NEIGHBOUR_DEAF)
        return;
    n->clock++;
    const bool competes = (n->alert_reply && n->byte == 1) || n->part == NEIGHBOUR_RESOLUTION;
    if (n->state == NEIGHBOUR_SENDING && competes)
        arbitrate(n);
    if (n->state == NEIGHBOUR_SENDING)
        n->read_on = n->clock == 9 && !n->sda;
    else if (n->clock <= 8)
        n->shift = (uint8_t)((unsigned)n->shift << 1 | (n->sda ? 1u : 0u));
}

static void started(neighbour *n)
{
    let_go(n);
    n->state = NEIGHBOUR_RECEIVING;
    n->clock = 0;
    n->byte = 0;
    n->shift = 0;
    n->starts++;
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    neighbour *n = ctx;
    if (line == I2C_SCL) {
        n->scl = high;
        if (high)
            scl_rose(n);
        else
            scl_fell(n, now_ps);
        return;
    }
    n->sda = high;
    if (!n->scl)
        return;
    if (!high) {
        started(n);
    } else {
        let_go(n);
        // The rise in which STOP comes was counted, too.
        neighbour_arp_stopped(&n->arp, n->state == NEIGHBOUR_RECEIVING && n->clock == 1);
        n->state = NEIGHBOUR_IDLE;
        n->ten_chosen = false;
        n->id_chosen = false;
    }
}

void neighbour_alert(neighbour *n, uint8_t addr7)
{
    n->alerts = true;
    n->alert_addr7 = addr7;
}

void neighbour_also_at(neighbour *n, uint8_t addr7)
{
    assert(addr7 <= 0x7F);
    n->config.own_addr7[addr7 / 64] |= UINT64_C(1) << addr7 % 64;
}

void neighbour_take_part_in_arp(neighbour *n, const uint8_t udid[NEIGHBOUR_UDID_BYTES])
{
    neighbour_arp_init(&n->arp, udid);
}

i2c_status neighbour_init(neighbour *n, i2c_sim *sim, const neighbour_config *config)
{
    assert(config->stretch_clock <= 9);
    memset(n, 0, sizeof *n);
    n->config = *config;
    n->sim = sim;
    n->output = (i2c_timer){output_now, n, false};
    n->stretch = (i2c_timer){end_stretch, n, false};
    const i2c_node_config node = {.name = config->name,
                                  .role = I2C_ROLE_NEIGHBOUR,
                                  .threshold = config->threshold,
                                  .hears = I2C_HEAR_ALL,
                                  .on_edge = on_edge,
                                  .ctx = n};
    const i2c_status status = i2c_node_add(sim, &node, &n->node);
    if (status != I2C_OK)
        return status;
    n->scl = i2c_node_level(sim, n->node, I2C_SCL);
    n->sda = i2c_node_level(sim, n->node, I2C_SDA);
    return I2C_OK;
}
