/// Included before everything in what is made of a design: where its prints go, and that its ends
/// are ours.
#ifndef RTL_PRINTS_H
#define RTL_PRINTS_H

#ifdef __cplusplus
extern "C"
#endif
    int
    i2cproof_rtl_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define VL_PRINTF i2cproof_rtl_printf
#define VL_USER_FINISH
#define VL_USER_STOP
#define VL_USER_FATAL
#define VL_USER_WARN

#endif
