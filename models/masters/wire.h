/// The Arduino Wire library on an AVR at 16 MHz, as C functions. Each call runs the simulation
/// until it returns, and takes the time that the real one takes, so a sketch can be written down
/// line by line:
///
///     wire_begin_transmission(w, 0x50);
///     wire_write(w, 0x00);
///     wire_end_transmission(w, false);   // Wire.endTransmission(false)
///     wire_request_from(w, 0x50, 2, true);
///     while (wire_available(w))
///         use(wire_read(w));
///
/// Behaviour is that of ArduinoCore-avr's Wire and twi.c. Times of interrupt routine and calls were
/// measured on compiled library code, single-stepped; the shape of the hardware's edges within a
/// clock is the data sheet's where it says something, and else an assumption (parameters `split`).
///
/// Not modelled: Wire as a slave; write() outside beginTransmission(); that requestFrom() of length
/// 0 overwrites the library's own memory.
#ifndef I2C_MASTERS_WIRE_H
#define I2C_MASTERS_WIRE_H

#include "models/masters/master.h"

typedef struct wire wire;

enum {
    WIRE_BUFFER_BYTES = 32,
    WIRE_OK = 0,
    WIRE_TOO_LONG = 1, ///< cannot occur: write() has cut before
    WIRE_ADDRESS_NACK = 2,
    WIRE_DATA_NACK = 3,
    WIRE_OTHER =
        4, ///< arbitration lost, bus error; here also: the budget of the simulation is spent
    WIRE_TIMEOUT = 5
};

/// The Wire object of an `arduino` master that is attached; NULL for other masters. It has been
/// begun and set to the master's clock.
wire *wire_of(master *m);

/// begin(): 100 kHz again.
void wire_begin(wire *w);
/// setClock(): TWBR = (16 MHz / scl_hz - 16) / 2 in 8 bits. `scl_hz` is not 0.
void wire_set_clock(wire *w, uint32_t scl_hz);
/// What setClock() makes of a clock, in Hz, rounded down.
uint32_t wire_real_clock_hz(uint32_t scl_hz);
/// The TWBR it writes.
uint8_t wire_twbr(uint32_t scl_hz);

void wire_begin_transmission(wire *w, uint8_t addr7);
/// 1, or 0 when the buffer is full (the byte is lost, and getWriteError() would tell).
size_t wire_write(wire *w, uint8_t value);
/// Always the whole length, however much was cut at 32 bytes.
size_t wire_write_string(wire *w, const char *text);
size_t wire_write_buffer(wire *w, const uint8_t *data, size_t count);
bool wire_get_write_error(const wire *w);
/// Sends what was written. With `stop` false it makes a repeated START at once, and SCL stays low
/// until the next call. After a NACK there is a STOP whatever `stop` is. Returns a WIRE_ code.
uint8_t wire_end_transmission(wire *w, bool stop);
/// Reads up to 32 bytes; a larger `count` is cut. Returns how many came: 0 after an address NACK or
/// a time-out. `count` 0 clocks 256 bytes and returns 0.
uint8_t wire_request_from(wire *w, uint8_t addr7, uint8_t count, bool stop);
/// Writes `register_bytes` (at most 3) bytes of `from`, high byte first, then reads.
uint8_t wire_request_from_register(wire *w, uint8_t addr7, uint8_t count, uint32_t from,
                                   uint8_t register_bytes, bool stop);
int wire_available(const wire *w);
/// -1 when there is none.
int wire_read(wire *w);
int wire_peek(const wire *w);
/// readBytes(): what is there, up to `count`. (The real one waits a second for more, which never
/// comes: the time does not pass here.)
size_t wire_read_bytes(wire *w, uint8_t *into, size_t count);

/// setWireTimeout(); 0 switches time-outs off, as they are at the start.
void wire_set_wire_timeout(wire *w, uint32_t timeout_us, bool reset_with_timeout);
bool wire_get_wire_timeout_flag(const wire *w);
void wire_clear_wire_timeout_flag(wire *w);

#endif
