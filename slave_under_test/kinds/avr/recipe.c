#include "slave_under_test/kinds/avr/recipe.h"

#include "slave_under_test/kinds/avr/sketch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// As the makefiles of avr-libc's users and the Arduino IDE have it. libdw does not read the stabs
// that this gcc makes of a plain -g.
static const char *const flags[] = {"-Os",
                                    "-gdwarf-2",
                                    "-Wall",
                                    "-ffunction-sections",
                                    "-fdata-sections",
                                    "-fno-diagnostics-color"};
static const char *const none[] = {NULL};
static const char *const c_flags[] = {"-std=gnu99", "-Werror=implicit-function-declaration", NULL};
static const char *const cpp_flags[] = {"-std=gnu++11", "-fno-exceptions",
                                        "-fno-threadsafe-statics", NULL};

#define ARDUINO "/usr/share/arduino/hardware/arduino/avr/"
#define VARIANT "/usr/share/arduino/hardware/arduino/avr/variants/standard"
#define CORE    ARDUINO "cores/arduino/"
#define WIRE    ARDUINO "libraries/Wire/src/"

static const char *const sketch_flags[] = {"-std=gnu++11", "-fpermissive", "-fno-exceptions",
                                           "-fno-threadsafe-statics", NULL};
static const char *const arduino_headers[] = {CORE, VARIANT, WIRE};
// Arduino 1.8's numbers of itself.
static const char *const arduino_defines[] = {"ARDUINO=10819", "ARDUINO_AVR_UNO",
                                              "ARDUINO_ARCH_AVR"};
static const char *const arduino_sources[] = {CORE "main.cpp",
                                              CORE "hooks.c",
                                              CORE "wiring.c",
                                              CORE "wiring_analog.c",
                                              CORE "wiring_digital.c",
                                              CORE "wiring_pulse.c",
                                              CORE "wiring_shift.c",
                                              CORE "WInterrupts.c",
                                              CORE "Print.cpp",
                                              CORE "Stream.cpp",
                                              CORE "WString.cpp",
                                              CORE "WMath.cpp",
                                              CORE "new.cpp",
                                              CORE "abi.cpp",
                                              CORE "HardwareSerial.cpp",
                                              CORE "HardwareSerial0.cpp",
                                              WIRE "Wire.cpp",
                                              WIRE "utility/twi.c"};
// The float.h of this gcc has DECIMAL_DIG for C alone.
// NOLINTBEGIN(bugprone-suspicious-missing-comma): the folders are joined to their flag
static const char *const arduino_flags[] = {"-DDECIMAL_DIG=__DECIMAL_DIG__",
                                            "-std=gnu++11",
                                            "-Os",
                                            "-gdwarf-2",
                                            "-w",
                                            "-ffunction-sections",
                                            "-fdata-sections",
                                            "-fno-exceptions",
                                            "-fno-threadsafe-statics",
                                            "-I" CORE,
                                            "-I" VARIANT,
                                            "-I" WIRE,
                                            "-DARDUINO=10819",
                                            "-DARDUINO_AVR_UNO",
                                            "-DARDUINO_ARCH_AVR"};
// NOLINTEND(bugprone-suspicious-missing-comma)

bool avr_recipe_add_arduino(avr_recipe *made)
{
    unsigned n = 0;
    if (access(CORE "Arduino.h", R_OK) != 0 || access(WIRE "Wire.h", R_OK) != 0)
        return false;
    for (unsigned i = 0; i < sizeof arduino_headers / sizeof *arduino_headers; i++)
        made->headers[i] = arduino_headers[i];
    for (unsigned i = 0; i < sizeof arduino_defines / sizeof *arduino_defines; i++)
        made->defines[i + 1] = arduino_defines[i];
    for (unsigned i = 0; i < sizeof arduino_sources / sizeof *arduino_sources; i++)
        made->own_sources[i] = arduino_sources[i];
    (void)snprintf(made->clock_flag, sizeof made->clock_flag, "-D%s", made->clock_define);
    made->own_flags[n++] = made->part_flag;
    made->own_flags[n++] = made->clock_flag;
    for (unsigned i = 0; i < sizeof arduino_flags / sizeof *arduino_flags; i++)
        made->own_flags[n++] = arduino_flags[i];
    made->own_flags[n] = NULL;
    made->recipe.headers = made->headers;
    made->recipe.own_sources = made->own_sources;
    made->recipe.own_flags = made->own_flags;
    made->recipe.sketch_flags = sketch_flags;
    made->recipe.sketch_header = "Arduino.h";
    made->recipe.complete_sketch = avr_sketch_complete;
    return true;
}

void avr_recipe_make(avr_recipe *made, const char *part, uint64_t clock_hz)
{
    unsigned n = 0;
    memset(made, 0, sizeof *made);
    (void)snprintf(made->part_flag, sizeof made->part_flag, "-mmcu=%s", part);
    (void)snprintf(made->clock_define, sizeof made->clock_define, "F_CPU=%" PRIu64 "UL", clock_hz);
    made->compile_flags[n++] = made->part_flag;
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        made->compile_flags[n++] = flags[i];
    made->compile_flags[n] = NULL;
    made->link_flags[0] = made->part_flag;
    made->link_flags[1] = "-Os";
    made->link_flags[2] = "-Wl,--gc-sections";
    made->link_flags[3] = NULL;
    made->defines[0] = made->clock_define;
    made->defines[1] = NULL;
    made->recipe = (slave_recipe){.variable = "I2CPROOF_AVR_GCC",
                                  .compiler = "avr-gcc",
                                  .package = "gcc-avr, with avr-libc",
                                  .compile_flags = made->compile_flags,
                                  .c_flags = c_flags,
                                  .cpp_flags = cpp_flags,
                                  .link_flags = made->link_flags,
                                  .headers = none,
                                  .defines = made->defines,
                                  .own_sources = none,
                                  .own_flags = none};
}
