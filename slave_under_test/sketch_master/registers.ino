// A master as its users write one: writes a register of a slave, reads it back, and says on Serial
// what it found. For slaves whose first byte of a write is a register's number (0x30 is one that
// keeps what is written).
#include <Wire.h>

#ifndef SLAVE_ADDRESS
#define SLAVE_ADDRESS 0x50
#endif

const uint8_t scratch = 0x30;
uint8_t value = 0xA0;
unsigned wrong = 0;

bool writeRegister(uint8_t at, uint8_t byte)
{
    Wire.beginTransmission(SLAVE_ADDRESS);
    Wire.write(at);
    Wire.write(byte);
    return Wire.endTransmission() == 0;
}

int readRegister(uint8_t at)
{
    Wire.beginTransmission(SLAVE_ADDRESS);
    Wire.write(at);
    if (Wire.endTransmission(false) != 0)
        return -1;
    return Wire.requestFrom(SLAVE_ADDRESS, 1) == 1 ? Wire.read() : -1;
}

void setup()
{
    Serial.begin(115200);
    Wire.begin();
    Wire.setClock(400000);
}

void loop()
{
    value++;
    const bool taken = writeRegister(scratch, value);
    const int back = readRegister(scratch);
    if (!taken || back != value)
        wrong++;
    Serial.print("wrote ");
    Serial.print(value, HEX);
    Serial.print(", read ");
    Serial.print(back, HEX);
    Serial.print(", wrong so far ");
    Serial.println(wrong);
    delay(20);
}
