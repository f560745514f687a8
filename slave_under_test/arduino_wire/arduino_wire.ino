// Eight registers behind Arduino's Wire library, as its users write a slave: the first byte of a
// write is the pointer, the rest goes to the registers; a read gives them from there on.
#include <Wire.h>

const uint8_t own_address = 0x2B;
const uint8_t size = 8;

volatile uint8_t value[size];
volatile uint8_t pointer;

void received(int count)
{
    if (count > 0)
        pointer = Wire.read() % size;
    while (Wire.available()) {
        value[pointer] = Wire.read();
        pointer = (pointer + 1) % size;
    }
}

void requested()
{
    uint8_t bytes[size];
    for (uint8_t i = 0; i < size; i++)
        bytes[i] = value[(pointer + i) % size];
    Wire.write(bytes, size);
}

void setup()
{
    Wire.begin(own_address);
    Wire.onReceive(received);
    Wire.onRequest(requested);
}

void loop()
{
}
