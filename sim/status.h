/// What engine calls return when the caller or the machine is at fault. A slave that breaks the
/// protocol is no error: it is a finding (rules.h). A broken invariant of ours is an assert.
#ifndef I2C_STATUS_H
#define I2C_STATUS_H

#define I2C_STATUS_MAP(X)                                                                          \
    X(OK, "no error")                                                                              \
    X(BAD_CONFIG, "a config field is out of its range")                                            \
    X(TOO_MANY, "a fixed table is full")                                                           \
    X(NO_MEMORY, "out of memory")

#define I2C_STATUS_AS_ENUM(name, text) I2C_##name,
typedef enum { I2C_STATUS_MAP(I2C_STATUS_AS_ENUM) } i2c_status;
#undef I2C_STATUS_AS_ENUM

/// The text of a status; static, never NULL.
const char *i2c_status_text(i2c_status status);

#define I2C_MUST_CHECK __attribute__((warn_unused_result))

#endif
