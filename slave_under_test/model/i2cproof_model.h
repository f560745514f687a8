/* What the bytes of a slave mean, in C: the file of `data model FILE.c`. It is told what the slave
 * was seen to do on the wire, and says whether that was right: in every transfer of every scenario,
 * until a scenario breaks a transfer off or puts noise on the wires.
 *
 *     #include <i2cproof_model.h>
 *
 *     static uint8_t last;
 *     static void reset(void) { last = 0; }
 *     static int written(uint8_t byte, int acked) { if (acked) last = byte; return 1; }
 *     static int next(void) { return last; }
 *     I2CPROOF_MODEL(.reset = reset, .written = written, .next = next);
 *
 * A model is trusted: it runs inside i2cproof, keeps its state in plain variables that reset()
 * sets, and links against nothing. C11 or C++.
 */
#ifndef I2CPROOF_MODEL_H
#define I2CPROOF_MODEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when a model that was built for the former value could not be run. */
#define I2CPROOF_MODEL_VERSION 1u

/* From next(): any byte will do. */
#define I2CPROOF_ANY (-1)

/* Fields may be left out. */
typedef struct {
    uint32_t interface_version;
    void (*reset)(void); /* after power-up: before each case and each point of a sweep */
    /* The slave has acknowledged an address of its own, or 0x00, behind START or a repeated START.
     */
    void (*addressed)(uint8_t addr7, int read);
    /* A byte was written, and the slave has acknowledged it or not. Returns whether that was right:
     * 1, or 0. */
    int (*written)(uint8_t byte, int acked);
    /* The slave has sent a byte: the one that is right, 0 to 0xFF, or I2CPROOF_ANY. */
    int (*next)(void);
    /* A transfer in which it was addressed has ended with a STOP. */
    void (*stopped)(void);
} i2cproof_model;

extern const i2cproof_model i2cproof_model_descriptor __attribute__((visibility("default")));

/* The one definition of a model. Fields in the order of the struct. */
#define I2CPROOF_MODEL(...)                                                                        \
    const i2cproof_model i2cproof_model_descriptor = {.interface_version = I2CPROOF_MODEL_VERSION, \
                                                      __VA_ARGS__}

#ifdef __cplusplus
}
#endif

#endif
