#include "cli/rule_help.h"

#include <stddef.h>
#include <string.h>

#define OF_WHOM                                                                                    \
    "Where the slave is named: it owes the times of a master in transfers of its own "             \
    "(`also_master`). Else `i2cproof list masters` names what real masters are known to break."

static const rule_help helps[] = {
    {"known_good",
     "The transfer that the slave's file names as known to work does not work on a fresh slave, "
     "before any fault.",
     "The line has a wrong register or value, or the slave is not ready yet when it is asked.",
     "Correct the known_good line, or declare `ready within TIME after reset`."},
    // ---- the slave on the wire
    {"general_call_undeclared",
     "The slave acknowledged address 0, and its file says nothing about the general call.",
     "Slaves on an AVR's USI compare addresses in software and often take 0 on purpose.",
     "Put `general_call ack` into the slave file if it is meant; else refuse address 0."},
    {"stretch_undeclared", "The slave held SCL low, and its file says nothing about stretching.",
     "USI, TWI and most I2C peripherals hold SCL until their interrupt routine has run.",
     "Declare it: `stretch byte max 1ms` or `stretch bit max 20us`. Masters that do not wait then "
     "tell of it."},
    {"stretch_in_byte",
     "SCL was held between two bits of a byte, though only holds between bytes are declared.",
     "A routine that serves single edges runs late, or an edge counter is off by one.",
     "Declare `stretch bit` if it is meant; else look at which routine pulls SCL there."},
    {"stretch_limit",
     "The slave held SCL, as it may, longer than this master waits. The master gave up, carried on "
     "under the hold, or sampled too early. Each keeps its contract, but not together.",
     "Software masters and USB adapters often do not look at SCL, or for a bounded time only "
     "(`i2cproof list masters` shows how long).",
     "Make the slave's routine shorter, have the answer ready before it is asked for, slow the "
     "clock down, or do not name this master in the slave file."},
    {"contention_scl", "The master drove SCL high with its output while the slave held it low.",
     "The master drives SCL push-pull (NXT, EV3, leJOS): it cannot be stretched.",
     "A slave for such a master must not stretch at all; a series resistor limits the current."},
    {"contention_sda",
     "The master drove SDA high with its output while the slave pulled it low, as it may.",
     "NXT and its like switch SDA to output early in the ACK clock.",
     "Nothing to cure in the slave: a series resistor limits the current."},
    {"short_start",
     "The master held its START shorter than the specification asks, and the slave missed the "
     "address behind it.",
     "NXT makes START at a random time before a tick: the hold goes down to nothing.",
     "A start detector in hardware sees it; a pin interrupt may not. A retry by the application is "
     "what helps."},
    {"scl_stuck",
     "SCL stayed low and nobody but the slave held it: no master can do anything any more.",
     "An interrupt routine that waits for something that does not come, or one that never ran and "
     "left the hardware's hold in place.",
     "Give every wait in a routine a bound, and let go of SCL when it is over."},
    {"limit",
     "The part's own hardware could not serve the bus there, whatever its firmware does. The "
     "finding "
     "names the part, what it does, and the rows that this breaks; the slave must be back for the "
     "transfer behind it.",
     "The TWI of megaAVR parts takes a START or STOP inside a byte for a bus error, loses that "
     "START, "
     "and hears again only when the firmware has written TWSTO.",
     "Nothing to cure; a quicker interrupt makes the deaf time shorter. A firmware that leaves the "
     "state of error for ever fails as before."},
    {"silent", "The slave never acknowledged its address, whatever was tried.",
     "Another address than declared (the 8-bit form?), interrupts never enabled, the wrong pins.",
     "The finding says what else it did answer and whether its code ever ran."},
    {"arbitration_undefined",
     "Two masters had sent the same up to here; then one made a repeated START or a STOP where the "
     "other sends a bit. The specification leaves open what follows, and so does the verdict.",
     "Both address the same slave with the same bytes, but one of them with fewer: the slave can "
     "do nothing about it.",
     "Give the two transfers the same length, or bytes that differ before the shorter one ends."},
    // ---- scenarios
    {"bracket", "What the slave drove is not what stands in the scenario's [brackets].", "",
     "The finding quotes the line of the scenario; the waveform shows the clock it is about."},
    {"recovery",
     "After the fault the slave did not come back: the known-good transfer failed, or needed more "
     "than nine clocks of bus clear.",
     "A state that only a STOP leaves, or one that waits for the rest of a byte.",
     "Begin afresh at every START, wherever the last transfer stood."},
    {"model",
     "The slave sent another byte than the model of its data (`data model FILE.c`), or "
     "acknowledged "
     "one that the model does not.",
     "One of the two is wrong about what a transfer means: the pointer, the order, what a STOP "
     "does.",
     "The finding names the first byte that differs; the model says no more in that case."},
    {"no_stop",
     "The master ended a write without a STOP, and the slave writes at STOP: it has written "
     "nothing.",
     "LEGO's own EV3 firmware ends neither writes nor reads with a STOP.",
     "Nothing to cure in a slave that has to wait for STOP; one that need not can commit with each "
     "byte or at the next START."},
    {"gave_up", "The master ended the transfer by itself: a time-out, or a bus that was not free.",
     "A line that stayed low; the finding says who held it.", ""},
    {"arbitration",
     "Two masters met, and another one than the scenario expects has won, or none has met another.",
     "The slave held SDA low where it had to let go, so that a master took it for its rival; or it "
     "did not answer the address that was to win.",
     "The finding's waveform shows who pulls SDA in the clock at which one of them let go."},
    {"returned", "The master's own call returned another value than the scenario expects.", "", ""},
    {"idle", "A line was still low, or pulled by the slave, when the bus should have been idle.",
     "The slave did not let go after the last clock or at STOP.", ""},
    {"app", "A variable of the slave's application does not have the value that is expected.", "",
     ""},
    {"calls", "The slave's callbacks were not called as expected, or not with these values.", "",
     ""},
    {"compare", "A value or time that the scenario compares is not as expected.", "", ""},
    {"poll", "The slave was still busy (or ready) when the poll's time was over.", "", ""},
    // ---- the slave's code
    {"hang", "The slave's code ran for 1 s of processor time while simulated time stood still.",
     "A loop that waits for a flag, a pin or a counter which only simulated time can change. "
     "Hosted "
     "code runs in no time: it must return and be called again.",
     "The finding's `debug` line plays the case under gdb: Ctrl-C, then `bt`, shows where it "
     "loops."},
    {"crash",
     "The slave's code ended the process that it ran in: a signal (SIGSEGV: a wrong pointer or an "
     "index beyond an array), abort(), a failed assert, or exit(). Of a model in hardware: it "
     "called "
     "$finish, $stop or $fatal, or does not settle.",
     "An index that a master can drive beyond the buffer, a callback that was never set.",
     "The finding's `debug` line plays the case under gdb; after `run` it stops at the line, and "
     "`bt` "
     "shows who called it."},
    {"unmodelled",
     "Firmware reads or writes registers of a block that has no model: they hold what was written, "
     "and "
     "nothing else happens. A note, or a failure where the slave file says `strict_registers yes`.",
     "A timer, an ADC, a serial port beside the I2C; start-up code that waits for a bit of such a "
     "block.",
     "Nothing to cure, if the bus does not hang on it. `bit BLOCK.REGISTER.FIELD follows FIELD` "
     "(or 0, "
     "or 1) gets past a wait, `stub FUNCTION` past a driver."},
    {"unset",
     "A model in hardware ran beside a second one that had the opposite in every bit that nothing "
     "has "
     "set, and one of its bus pins differed.",
     "A register or memory without a reset that reaches a pin; a `default: x = 'x`. Real hardware "
     "comes up with anything there.",
     "Give it a reset, or do not look at it before it is written."},
    {"memory",
     "The slave's code wrote outside its declared state, or took more memory than a slave may.",
     "Writes behind the end of a buffer when a master sends more than it holds.",
     "Bound every index before the store, whatever the master sends."},
    {"writes", "The slave's code asked for more pin writes ahead of time than the model holds.",
     "A routine that writes a pin in a loop without returning.", ""},
    {"budget",
     "The case did not end within the time that a case may take. It says nothing about the slave.",
     "", "Repeat it alone; if it comes again, please report it with the replay line."},
    // ---- masters, and slaves in transfers of their own (`also_master`)
    {"master.t_hd_sta", "A master held START shorter than the table of its mode asks.", "",
     OF_WHOM},
    {"master.t_low", "A master's SCL was low for a shorter time than the table of its mode asks.",
     "", OF_WHOM},
    {"master.t_high", "A master's SCL was high for a shorter time than the table of its mode asks.",
     "Another node cut into the high phase, or the master counts from its own release.", OF_WHOM},
    {"master.t_su_sta", "A master's SCL was high too short before its repeated START.", "",
     OF_WHOM},
    {"master.t_su_sto", "A master's SCL was high too short before its STOP.", "", OF_WHOM},
    {"master.t_buf", "A master made START too soon after a STOP.", "", OF_WHOM},
    {"master.t_hd_dat", "A master changed SDA before SCL had fallen.", "", OF_WHOM},
    {"master.t_su_dat", "A master changed SDA too short before SCL rose.", "", OF_WHOM},
    {"master.period", "A master clocks faster than its mode allows.", "", OF_WHOM},
};

const rule_help *rule_help_find(const char *id)
{
    for (size_t i = 0; i < sizeof helps / sizeof helps[0]; i++)
        if (strcmp(helps[i].id, id) == 0)
            return &helps[i];
    return NULL;
}
