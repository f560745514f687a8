/// The inside of a hosted slave, shared by the files of this folder alone.
#ifndef HOSTED_PRIVATE_H
#define HOSTED_PRIVATE_H

#include "models/mcu/cpu.h"
#include "models/mcu/filter.h"
#include "models/mcu/stm32_i2c.h"
#include "models/mcu/twi.h"
#include "models/mcu/usi.h"
#include "models/mcu/writes.h"
#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/hosted/object.h"
#include "slave_under_test/kinds/model.h"

enum { HOSTED_WATCH_MAX = 16, HOSTED_NAME_BYTES = 64, HOSTED_DOING_BYTES = 128 };

/// What a queued write is; `value` and `mask` as said.
typedef enum {
    HOSTED_PIN,     ///< software: value = pull, mask = line
    HOSTED_USI_PIN, ///< the drivers of a peripheral: likewise
    HOSTED_TWI_PIN,
    HOSTED_I2C_PIN,
    HOSTED_PIN_COUNT,
    HOSTED_USI_MODE = HOSTED_PIN_COUNT, ///< value = mcu_usi_mode
    HOSTED_USI_SDA,                     ///< value = on
    HOSTED_USI_DATA,                    ///< value = byte
    HOSTED_USI_STATUS,                  ///< value = counter, mask = flags to clear
    HOSTED_TWI_WRITE,                   ///< value = byte, mask = I2CPROOF_TW...
    HOSTED_I2C_WRITE, ///< value = low byte, high = high byte, mask = I2CPROOF_I2C_...
    HOSTED_I2C_READ   ///< mask = register: what its read clears
} hosted_what;

/// A variable of the slave, found by its name.
typedef struct {
    const i2cproof_variable *variable;
    uint32_t index;
    char name[HOSTED_NAME_BYTES];
} hosted_variable;

/// A variable that the waveform follows.
typedef struct {
    const volatile unsigned char *at;
    uint32_t bytes;
    int track;
    uint64_t raw; ///< its bytes when they were told last
    bool told;
} hosted_watch;

typedef struct {
    slave_instance *instance;
    unsigned vector;
    i2c_timer timer;
} hosted_timer;

/// The one vector that a kind of edge raises, where no peripheral hears it.
typedef struct {
    uint64_t (*routine)(void *);
    uint32_t bit; ///< 0: none, or not the only one
    uint32_t vector;
} hosted_lone;

enum { HOSTED_LAST = 8 }; ///< a power of two

struct slave_instance {
    slave_image *image;
    i2c_sim *sim;
    i2c_node node;
    bool on; ///< has power, and init has run
    bool attached;
    slave_attach_options options;
    // What each call into the slave needs, together.
    void *state;
    uint64_t (*routine[MCU_SOURCE_MAX])(void *);
    unsigned watches;   ///< variables to look at after each call; 0 without a trace
    bool watch_closely; ///< some have more bytes than one, or have not been told yet
    mcu_cpu cpu;
    mcu_writes writes;
    mcu_usi usi;
    mcu_twi twi;
    stm32_i2c i2c;
    bool unit_on;                    ///< a peripheral listens to the bus
    uint32_t causes[MCU_SOURCE_MAX]; ///< enabled causes of each vector
    hosted_lone lone[4];             ///< for each kind of edge
    uint32_t on_edge[4];             ///< vectors that each kind of edge raises
    uint64_t output_delay_ps;
    bool filtered; ///< its pins have input filters
    mcu_filter filter;
    uint32_t accesses;  ///< to pins and peripherals, by its code
    uint32_t stop_at;   ///< the one at which a debugger wants to stop; 0: none
    uint64_t cursor_ps; ///< offset of further writes of the present call
    unsigned phase;
    int8_t source; ///< interrupt source whose code runs; -1: main loop, init or application call
    uint8_t pulled[2]; ///< of each line, by whom: bit hosted_what, up to HOSTED_PIN_COUNT
    mcu_write last[2][HOSTED_LAST]; ///< the last writes that moved each line, in a ring
    unsigned lasts[2];
    mcu_write pull[2][HOSTED_PIN_COUNT]; ///< where each driver that pulls began to
    mcu_write data_by;                   ///< the last software write of what a peripheral sends
    const mcu_write *under;              ///< the software write that is taking effect now
    char doing[HOSTED_DOING_BYTES];
    hosted_timer timer[MCU_SOURCE_MAX];
    i2c_timer startup;
    int track_state, track_addressed;
    hosted_watch watched[HOSTED_WATCH_MAX];
};

struct slave_image {
    uint32_t attaches;
    slave_move stop; ///< where a debugger wants to stop; 0: nowhere
    hosted_object *object;
    slave_model *model; ///< NULL: none is declared
    const i2cproof_slave *slave;
    void *state;
    i2cproof_host host;
    volatile bool in_code;
    hosted_variable watch[HOSTED_WATCH_MAX];
    unsigned watches;
    slave_instance instance;
};

/// The table for slaves, without `self`; units.c adds the peripherals' part.
i2cproof_host hosted_services(void);
void hosted_unit_services(i2cproof_host *host);
/// Queues a write, or says that there is no more room.
void hosted_put(slave_instance *s, const mcu_write *write);
/// A write that takes effect at the present offset.
mcu_write hosted_begin_write(slave_instance *s, hosted_what what, i2cproof_place place);
/// A queued write takes effect.
void hosted_apply(void *ctx, const mcu_write *write);
/// One that is for a peripheral.
void hosted_apply_unit(slave_instance *s, const mcu_write *write);
/// The peripherals, all off.
void hosted_make_units(slave_instance *s);
void hosted_reset_units(slave_instance *s);
/// Tells those that are on of an edge.
void hosted_unit_edge(slave_instance *s, i2c_line line, bool high);
/// Causes that stay until the peripheral's flag is cleared.
enum {
    HOSTED_LEVEL_CAUSES = I2CPROOF_ON_USI_START | I2CPROOF_ON_USI_OVERFLOW | I2CPROOF_ON_TWI |
                          I2CPROOF_ON_I2C_EVENT | I2CPROOF_ON_I2C_ERROR
};
/// The flags of vectors follow those of the peripherals.
void hosted_sync_units(slave_instance *s);
/// What pulled a line when no software wrote anything: "USI holds SCL".
const char *hosted_unit_doing(const mcu_write *write);
/// What drove SDA when software wrote to a peripheral: ", USI data".
const char *hosted_unit_data(const mcu_write *write);
/// Which edges the node must hear of now.
void hosted_listen(slave_instance *s);
/// The level of a pin behind its input filter; `ctx` is the slave_instance.
bool hosted_level(void *ctx, i2c_line line);

/// As the adapter's.
slave_image *hosted_prepare(const slave_description *d, const slave_build_options *options,
                            char *message, size_t message_bytes);
void hosted_discard(slave_image *image);

/// Finds NAME or NAME[i]; false when the slave has none such.
bool hosted_variable_find(const slave_image *image, const char *name, hosted_variable *found);
/// Where it lies.
volatile unsigned char *hosted_variable_place(const slave_image *image, const hosted_variable *v);
int64_t hosted_variable_get(const slave_image *image, const hosted_variable *v);
void hosted_variable_set(const slave_image *image, const hosted_variable *v, int64_t value);
/// The names, for a message; cut to fit.
void hosted_variable_names(const slave_image *image, char *text, size_t text_bytes);

/// A finding that only this kind can make.
void hosted_report(slave_instance *s, const i2c_rule *rule, const char *message);
extern const i2c_rule hosted_rule_writes;

#endif
