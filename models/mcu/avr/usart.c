// The transmitter of the USART (ATmega48A to 328P data sheet, chapter 20; ATtiny2313A, chapter 14):
// what firmware prints. Nothing comes in.
#include "models/mcu/avr/block.h"

enum { TXC = 0x40, UDRE = 0x20, U2X = 0x02, MPCM = 0x01 };
enum { UDRIE = 0x20, TXEN = 0x08, UCSZ2 = 0x04 };
enum { UPM1 = 0x20, USBS = 0x08, UCSZ = 0x06 };
enum { FLAGS = 0xFC }; // of UCSRnA, that a write does not set

/// Start, data, parity and stop bits (20.4).
static unsigned frame_bits(const avr_io *io)
{
    const avr_usart *u = &io->usart;
    const uint8_t mode = io->reg[u->control_c];
    const unsigned size = (mode & UCSZ) >> 1;
    const unsigned data = (io->reg[u->control_b] & UCSZ2) != 0 ? 9 : 5 + size;
    return 1 + data + ((mode & UPM1) != 0) + ((mode & USBS) != 0 ? 2 : 1);
}

static uint64_t frame_cycles(const avr_io *io)
{
    const avr_usart *u = &io->usart;
    const uint64_t rate = (uint64_t)(io->reg[u->rate_high] & 0x0F) << 8 | io->reg[u->rate_low];
    return frame_bits(io) * (rate + 1) * ((io->reg[u->status] & U2X) != 0 ? 8 : 16);
}

static void begin_frame(avr_io *io)
{
    avr_usart *u = &io->usart;
    u->sends = true;
    i2c_timer_set(io->config.sim, &u->timer, avr_cycle_ps(io, avr_cycle(io) + frame_cycles(io)));
}

static void frame_ends(void *ctx, uint64_t now_ps)
{
    avr_io *io = ctx;
    avr_usart *u = &io->usart;
    (void)now_ps;
    u->sends = false;
    if ((io->reg[u->status] & UDRE) == 0) {
        begin_frame(io);
        avr_raise(io, (avr_bit){u->status, UDRE}, (avr_bit){u->control_b, UDRIE});
    } else {
        avr_raise(io, (avr_bit){u->status, TXC}, (avr_bit){u->control_b, TXC});
    }
}

/// One byte goes out while another waits (20.6.1); a third is lost.
static void write_data(avr_io *io, uint8_t value)
{
    avr_usart *u = &io->usart;
    if ((io->reg[u->control_b] & TXEN) == 0 || (io->reg[u->status] & UDRE) == 0)
        return;
    if (io->config.on_print != NULL)
        io->config.on_print(io->config.ctx, value);
    if (u->sends)
        io->reg[u->status] &= (uint8_t)~UDRE;
    else
        begin_frame(io);
}

static void write_usart(avr_io *io, uint32_t at, uint8_t value)
{
    avr_usart *u = &io->usart;
    if (at == u->data)
        write_data(io, value);
    else if (at == u->status) // a one clears TXC; the other flags are read-only
        io->reg[at] = (uint8_t)((io->reg[at] & FLAGS & ~(value & TXC)) | (value & (U2X | MPCM)));
    else
        io->reg[at] = value;
}

static uint8_t read_usart(avr_io *io, uint32_t at)
{
    return at == io->usart.data ? 0 : io->reg[at];
}

/// Parts with one USART alone have no number in its names.
static uint16_t claim(avr_io *io, const char *name, const char *plain)
{
    const uint16_t at = avr_claim(io, name, &avr_usart_block);
    return at != AVR_NOT_THERE ? at : avr_claim(io, plain, &avr_usart_block);
}

static void find_usart(avr_io *io)
{
    avr_usart *u = &io->usart;
    u->status = claim(io, "UCSR0A", "UCSRA");
    u->control_b = claim(io, "UCSR0B", "UCSRB");
    u->control_c = claim(io, "UCSR0C", "UCSRC");
    u->rate_low = claim(io, "UBRR0L", "UBRRL");
    u->rate_high = claim(io, "UBRR0H", "UBRRH");
    u->data = claim(io, "UDR0", "UDR");
    u->timer = (i2c_timer){frame_ends, io, false};
    if (u->data == AVR_NOT_THERE)
        return;
    avr_add_source(io, (avr_bit){u->status, UDRE}, (avr_bit){u->control_b, UDRIE}, "USART_UDRE",
                   true);
    avr_add_source(io, (avr_bit){u->status, TXC}, (avr_bit){u->control_b, TXC}, "USART_TX", false);
}

static void end_usart(avr_io *io)
{
    i2c_timer_cancel(io->config.sim, &io->usart.timer);
}

static void reset_usart(avr_io *io, avr_reset cause)
{
    (void)cause;
    io->usart.sends = false;
}

const avr_block avr_usart_block = {.find = find_usart,
                                   .reset = reset_usart,
                                   .end = end_usart,
                                   .read = read_usart,
                                   .write = write_usart};
