/* What a slave in C sees of i2cproof. A slave is a shared object that is made of its author's
 * sources and this header alone; it links against nothing of i2cproof.
 *
 *     #include <i2cproof_slave.h>
 *
 *     static uint64_t on_pins(void *state) { ... return I2CPROOF_US(2); }
 *     static const i2cproof_vector vectors[] = {{"PCINT", I2CPROOF_ON_PINS, on_pins}, ...};
 *     I2CPROOF_SLAVE(.init = init, .vectors = vectors, .vector_count = 1);
 *
 * How time passes. A function of the slave runs in one instant of simulated time. Pins are read at
 * that instant; what it writes takes effect at the offset given by i2cproof_at() (0 until then),
 * and on a pin the output delay later. It returns how long it took: until then the CPU is busy,
 * and other interrupts wait with their one-deep flags. I2CPROOF_AGAIN(phase, time) calls an
 * interrupt routine again after that time, still inside the routine: so it waits for a pin.
 *
 * Memory. Every case of a run finds variables as they were when the object was loaded, and the
 * declared state as zeros; the declared state lies against a page that cannot be touched, so that
 * an overrun is seen at once, and what was written in front of it is seen when the case ends.
 * malloc() works, but what it gave is not taken back between cases, and what was allocated while
 * the object was loaded (globals of C++) must not be freed by a case.
 *
 * C11, C++ (GNU dialect of either). Lines are open drain: a slave pulls or releases, never drives
 * high. Times are picoseconds. Slave is UM10204's target.
 */
#ifndef I2CPROOF_SLAVE_H
#define I2CPROOF_SLAVE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when an object that was built for the former value could not be run. */
#define I2CPROOF_INTERFACE_VERSION 1u

#define I2CPROOF_NS(n) ((uint64_t)(n)*UINT64_C(1000))
#define I2CPROOF_US(n) ((uint64_t)(n)*UINT64_C(1000000))
#define I2CPROOF_MS(n) ((uint64_t)(n)*UINT64_C(1000000000))

/* From an interrupt routine: call it again in `time`, with i2cproof_phase() = 1 to 127. */
#define I2CPROOF_AGAIN(phase, time)                                                                \
    (UINT64_C(1) << 63 | (uint64_t)(phase) << 48 | ((uint64_t)(time) & ((UINT64_C(1) << 48) - 1)))
/* From the main loop: sleep until an interrupt has been served. */
#define I2CPROOF_SLEEP UINT64_MAX

enum { I2CPROOF_SCL, I2CPROOF_SDA };

/* What raises an interrupt; or-ed together, one flag for all of it as on an AVR port. */
enum {
    I2CPROOF_ON_SCL_FALL = 1,
    I2CPROOF_ON_SCL_RISE = 2,
    I2CPROOF_ON_SDA_FALL = 4,
    I2CPROOF_ON_SDA_RISE = 8,
    I2CPROOF_ON_SCL = 3,
    I2CPROOF_ON_SDA = 12,
    I2CPROOF_ON_PINS = 15,
    I2CPROOF_ON_USI_START = 16,    /* level: until the USI's flag is cleared */
    I2CPROOF_ON_USI_OVERFLOW = 32, /* level */
    I2CPROOF_ON_TIMER = 64,        /* its own one-shot timer, i2cproof_timer() */
    I2CPROOF_ON_TWI = 128,         /* level: until TWINT of the TWI is cleared */
    I2CPROOF_ON_I2C_EVENT = 256,   /* level: while a flag of the STM32's I2C asks for it */
    I2CPROOF_ON_I2C_ERROR = 512    /* level */
};

/* Who may interrupt a routine. */
enum {
    I2CPROOF_BY_NONE,   /* nobody (AVR) */
    I2CPROOF_BY_HIGHER, /* vectors of a lower priority number (Cortex-M) */
    I2CPROOF_BY_ANY     /* everybody: the routine switches interrupts on at once */
};

/* An interrupt vector. Enabled from the start. At most 14 of them. */
typedef struct {
    const char *name;            /* "PCINT0"; `with latency 5us on PCINT0` names it */
    uint32_t causes;             /* I2CPROOF_ON_ */
    uint64_t (*routine)(void *); /* gets the state; returns how long it took */
    uint8_t priority;            /* the lowest number first, then the order of the table */
    uint8_t interrupted_by;      /* I2CPROOF_BY_ */
} i2cproof_vector;

/* A variable that scenarios read and set and waveforms show (app set, expect app, watch). */
typedef struct {
    const char *name;
    volatile void *address; /* NULL: at `offset` of the state */
    size_t offset;
    uint32_t element_bytes; /* 1, 2, 4 or 8 */
    uint32_t count;         /* more than 1: NAME[i] */
    uint32_t is_signed;
} i2cproof_variable;

#define I2CPROOF_IS_SIGNED_(x) ((__typeof__(x))-1 < (__typeof__(x))1)
/* A plain variable, an array, a member of the state struct, an array member of it. */
#define I2CPROOF_VARIABLE(v)                                                                       \
    {                                                                                              \
#v, &(v), 0, (uint32_t)sizeof(v), 1, I2CPROOF_IS_SIGNED_(v)                                \
    }
#define I2CPROOF_ARRAY(v)                                                                          \
    {                                                                                              \
#v, &(v)[0], 0, (uint32_t)sizeof((v)[0]), (uint32_t)(sizeof(v) / sizeof((v)[0])),          \
                 I2CPROOF_IS_SIGNED_((v)[0])                                                       \
    }
#define I2CPROOF_MEMBER(type, m)                                                                   \
    {                                                                                              \
#m, NULL, offsetof(type, m), (uint32_t)sizeof(((type *)0)->m), 1,                          \
            I2CPROOF_IS_SIGNED_(((type *)0)->m)                                                    \
    }
#define I2CPROOF_MEMBER_ARRAY(type, m)                                                             \
    {                                                                                              \
#m, NULL, offsetof(type, m), (uint32_t)sizeof(((type *)0)->m[0]),                          \
            (uint32_t)(sizeof(((type *)0)->m) / sizeof(((type *)0)->m[0])),                        \
            I2CPROOF_IS_SIGNED_(((type *)0)->m[0])                                                 \
    }

/* A function that scenarios call (app call), at any instant between the slave's own. */
typedef struct {
    const char *name;
    void (*call)(void *state, const int64_t *args, uint32_t count);
    uint32_t args; /* how many it takes */
} i2cproof_function;

/* The USI of ATtiny parts. */
enum { I2CPROOF_USI_OFF, I2CPROOF_USI_HOLD_START, I2CPROOF_USI_HOLD_OVERFLOW };
enum { I2CPROOF_USI_START = 1, I2CPROOF_USI_OVERFLOW = 2, I2CPROOF_USI_STOP = 4 };

/* Registers of the TWI of megaAVR parts (models/mcu/twi.h says what it does). */
enum { I2CPROOF_TWCR, I2CPROOF_TWDR, I2CPROOF_TWAR, I2CPROOF_TWAMR, I2CPROOF_TWSR };
/* Bits of TWCR. */
enum {
    I2CPROOF_TWIE = 0x01,
    I2CPROOF_TWEN = 0x04,
    I2CPROOF_TWWC = 0x08,
    I2CPROOF_TWSTO = 0x10,
    I2CPROOF_TWEA = 0x40,
    I2CPROOF_TWINT = 0x80
};

/* Registers of the I2C of STM32 F1, F2, F4, L1 (models/mcu/stm32_i2c.h). */
enum {
    I2CPROOF_I2C_CR1,
    I2CPROOF_I2C_CR2,
    I2CPROOF_I2C_OAR1,
    I2CPROOF_I2C_OAR2,
    I2CPROOF_I2C_DR,
    I2CPROOF_I2C_SR1,
    I2CPROOF_I2C_SR2
};
/* Their bits, as far as a slave meets them. */
enum {
    I2CPROOF_I2C_PE = 0x0001, /* CR1 */
    I2CPROOF_I2C_ENGC = 0x0040,
    I2CPROOF_I2C_NOSTRETCH = 0x0080,
    I2CPROOF_I2C_ACK = 0x0400,
    I2CPROOF_I2C_SWRST = 0x8000,
    I2CPROOF_I2C_ITERREN = 0x0100, /* CR2 */
    I2CPROOF_I2C_ITEVTEN = 0x0200,
    I2CPROOF_I2C_ITBUFEN = 0x0400,
    I2CPROOF_I2C_ENDUAL = 0x0001, /* OAR2 */
    I2CPROOF_I2C_ADDR = 0x0002,   /* SR1 */
    I2CPROOF_I2C_BTF = 0x0004,
    I2CPROOF_I2C_STOPF = 0x0010,
    I2CPROOF_I2C_RXNE = 0x0040,
    I2CPROOF_I2C_TXE = 0x0080,
    I2CPROOF_I2C_BERR = 0x0100,
    I2CPROOF_I2C_AF = 0x0400,
    I2CPROOF_I2C_OVR = 0x0800,
    I2CPROOF_I2C_BUSY = 0x0002, /* SR2 */
    I2CPROOF_I2C_TRA = 0x0004,
    I2CPROOF_I2C_GENCALL = 0x0010,
    I2CPROOF_I2C_DUALF = 0x0080
};

/* Where in the slave's sources something was done. */
typedef struct {
    const char *file;
    uint32_t line;
} i2cproof_place;

/* What a slave can ask for. Filled in by i2cproof when it loads the object. Slaves use the
 * functions and macros below. */
typedef struct {
    void *self;
    uint64_t (*now)(void *self);
    int (*level)(void *self, int line);
    void (*drive)(void *self, int line, int pull, i2cproof_place place);
    void (*at)(void *self, uint64_t offset);
    unsigned (*phase)(void *self);
    void (*enable)(void *self, unsigned vector, uint32_t causes);
    void (*interrupts)(void *self, int on);
    void (*clear)(void *self, unsigned vector);
    int (*pending)(void *self, unsigned vector);
    void (*timer)(void *self, unsigned vector, uint64_t after);
    void (*timer_stop)(void *self, unsigned vector);
    void (*usi_mode)(void *self, int mode);
    void (*usi_sda)(void *self, int on, i2cproof_place place);
    void (*usi_data)(void *self, uint8_t data, i2cproof_place place);
    void (*usi_status)(void *self, uint32_t clear, uint8_t counter, i2cproof_place place);
    uint8_t (*usi_read)(void *self);
    uint8_t (*usi_counter)(void *self);
    uint32_t (*usi_flags)(void *self);
    void (*called)(void *self, const char *function, const int64_t *args, uint32_t count);
    void (*state_name)(void *self, const char *name);
    void (*addressed)(void *self, int on);
    void (*twi_write)(void *self, int reg, uint8_t value, i2cproof_place place);
    uint8_t (*twi_read)(void *self, int reg);
    void (*i2c_write)(void *self, int reg, uint16_t value, i2cproof_place place);
    uint16_t (*i2c_read)(void *self, int reg, i2cproof_place place);
    void (*wire)(void *self, const char *name, int high);
    void (*input_filter)(void *self, int line, uint64_t length);
} i2cproof_host;

/* What the object exports, by the name i2cproof_slave_descriptor. Fields are added at the end
 * alone; an object that was built before has zeros there, and need not be built again. */
typedef struct {
    uint32_t interface_version; /* first, and checked first */
    uint32_t descriptor_bytes;
    const i2cproof_host **host; /* where i2cproof puts its table */
    size_t state_bytes;         /* 0: the slave keeps its state in plain variables */
    size_t state_align;
    void (*init)(void *state);          /* after power-up and reset; may be NULL */
    uint64_t (*main_loop)(void *state); /* one pass; returns its length; NULL: sleeps for ever */
    const i2cproof_vector *vectors;
    uint32_t vector_count;
    const i2cproof_variable *variables;
    uint32_t variable_count;
    const i2cproof_function *functions;
    uint32_t function_count;
    uint64_t output_delay; /* from a write to the pin; 0: 350 ns, over the longest fall time */
    uint64_t entry_time;   /* from the interrupt to the first instruction of its routine */
    uint64_t startup_time; /* from power-up or reset to init */
    /* Input filter of both pins (UM10204 Table 10, tSP): pulses shorter than this are not seen, and
     * all else that much later, by interrupts and i2cproof_level() alike. Parts of Fast-mode and
     * Fast-mode Plus have one of 50 ns; 0: none. The USI has none. */
    uint64_t input_filter;
} i2cproof_slave;

extern const i2cproof_host *i2cproof_host_ __attribute__((visibility("hidden")));
extern const i2cproof_slave i2cproof_slave_descriptor __attribute__((visibility("default")));

/* The one definition of a slave, in one of its source files. Fields in the order of the struct. */
#define I2CPROOF_SLAVE(...)                                                                        \
    const i2cproof_host *i2cproof_host_;                                                           \
    const i2cproof_slave i2cproof_slave_descriptor = {                                             \
        .interface_version = I2CPROOF_INTERFACE_VERSION,                                           \
        .descriptor_bytes = (uint32_t)sizeof(i2cproof_slave),                                      \
        .host = &i2cproof_host_,                                                                   \
        __VA_ARGS__}
/* For the fields state_bytes and state_align: I2CPROOF_STATE(struct regs). */
#define I2CPROOF_STATE(type)  .state_bytes = sizeof(type), .state_align = __alignof__(type)
#define I2CPROOF_COUNT(table) ((uint32_t)(sizeof(table) / sizeof((table)[0])))

#define I2CPROOF_CALL_(name, ...) i2cproof_host_->name(i2cproof_host_->self, __VA_ARGS__)
#ifdef __cplusplus
#define I2CPROOF_HERE_                                                                             \
    i2cproof_place                                                                                 \
    {                                                                                              \
        __FILE__, __LINE__                                                                         \
    }
#else
#define I2CPROOF_HERE_                                                                             \
    (i2cproof_place)                                                                               \
    {                                                                                              \
        __FILE__, __LINE__                                                                         \
    }
#endif

/* ---- pins ---- */

/* Pulls or releases a line, at the present offset plus the output delay. */
#define i2cproof_pull(line)    I2CPROOF_CALL_(drive, line, 1, I2CPROOF_HERE_)
#define i2cproof_release(line) I2CPROOF_CALL_(drive, line, 0, I2CPROOF_HERE_)
/* The level of a line now: 0 or 1. */
static inline int i2cproof_level(int line)
{
    return I2CPROOF_CALL_(level, line);
}

/* A wire beside the bus, an interrupt or alert pin: high or low, at once. The first call for a name
 * makes it (at most 8 of them); the string must stay. `expect pin NAME low` asks for it. */
static inline void i2cproof_wire(const char *name, int high)
{
    I2CPROOF_CALL_(wire, name, high);
}

/* Changes the length of a line's declared input filter from now on, for parts that filter less in
 * Hs-mode; 0: everything is seen at once. */
static inline void i2cproof_input_filter(int line, uint64_t length)
{
    i2cproof_host_->input_filter(i2cproof_host_->self, line, length);
}

/* ---- time ---- */

/* Further writes of this function take effect that long after its entry. */
static inline void i2cproof_at(uint64_t offset)
{
    I2CPROOF_CALL_(at, offset);
}
/* Simulated time. Firmware cannot know it; for models and their logs. */
static inline uint64_t i2cproof_now(void)
{
    return i2cproof_host_->now(i2cproof_host_->self);
}
/* 0 at the entry of a routine, else what I2CPROOF_AGAIN() gave. */
static inline unsigned i2cproof_phase(void)
{
    return i2cproof_host_->phase(i2cproof_host_->self);
}
/* Starts the one-shot timer of a vector (its index in the table); a running one starts anew. */
static inline void i2cproof_timer(unsigned vector, uint64_t after)
{
    I2CPROOF_CALL_(timer, vector, after);
}
static inline void i2cproof_timer_stop(unsigned vector)
{
    I2CPROOF_CALL_(timer_stop, vector);
}

/* ---- interrupts ---- */

/* Which of a vector's causes are enabled; 0: none. Edges that are not enabled set no flag. */
static inline void i2cproof_enable(unsigned vector, uint32_t causes)
{
    I2CPROOF_CALL_(enable, vector, causes);
}
/* The CPU's own interrupt switch. */
static inline void i2cproof_interrupts(int on)
{
    I2CPROOF_CALL_(interrupts, on);
}
static inline void i2cproof_clear(unsigned vector)
{
    I2CPROOF_CALL_(clear, vector);
}
static inline int i2cproof_pending(unsigned vector)
{
    return I2CPROOF_CALL_(pending, vector);
}

/* ---- USI: two-wire mode, external clock, positive edge ---- */

static inline void i2cproof_usi_mode(int mode)
{
    I2CPROOF_CALL_(usi_mode, mode);
}
/* Switches the driver of SDA on: it pulls while the top bit of the shift register is 0. */
#define i2cproof_usi_sda(on) I2CPROOF_CALL_(usi_sda, on, I2CPROOF_HERE_)
/* Loads the shift register. */
#define i2cproof_usi_data(data) I2CPROOF_CALL_(usi_data, data, I2CPROOF_HERE_)
/* One write of the status register: clears flags and sets the 4-bit edge counter. */
#define i2cproof_usi_status(clear, counter)                                                        \
    I2CPROOF_CALL_(usi_status, clear, counter, I2CPROOF_HERE_)
static inline uint8_t i2cproof_usi_read(void)
{
    return i2cproof_host_->usi_read(i2cproof_host_->self);
}
static inline uint8_t i2cproof_usi_counter(void)
{
    return i2cproof_host_->usi_counter(i2cproof_host_->self);
}
static inline uint32_t i2cproof_usi_flags(void)
{
    return i2cproof_host_->usi_flags(i2cproof_host_->self);
}

/* ---- TWI of megaAVR, I2C of STM32: registers ---- */

/* A write takes effect at the present offset; a read gives the value of the instant of entry, with
 * what was written at offset 0. */
#define i2cproof_twi_write(reg, value) I2CPROOF_CALL_(twi_write, reg, value, I2CPROOF_HERE_)
static inline uint8_t i2cproof_twi_read(int reg)
{
    return I2CPROOF_CALL_(twi_read, reg);
}
/* Reads clear flags (SR1 then SR2: ADDR; DR: RXNE): that, too, happens at the present offset. */
#define i2cproof_i2c_write(reg, value) I2CPROOF_CALL_(i2c_write, reg, value, I2CPROOF_HERE_)
#define i2cproof_i2c_read(reg)         I2CPROOF_CALL_(i2c_read, reg, I2CPROOF_HERE_)

/* ---- for reports and waveforms ---- */

/* Says that application code was called with these arguments (`expect calls NAME: ...`); at most
 * 8 of them. */
static inline void i2cproof_called(const char *function, const int64_t *args, uint32_t count)
{
    I2CPROOF_CALL_(called, function, args, count);
}
/* The state's name for the waveform. The string stays the slave's. */
static inline void i2cproof_state(const char *name)
{
    I2CPROOF_CALL_(state_name, name);
}
/* Whether the slave takes itself for addressed. */
static inline void i2cproof_addressed(int on)
{
    I2CPROOF_CALL_(addressed, on);
}

#ifdef __cplusplus
}
#endif

#endif
