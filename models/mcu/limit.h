/// What a part's own hardware makes unavoidable: where it and UM10204 differ by its data sheet, no
/// firmware on it can do better.
#ifndef MCU_LIMIT_H
#define MCU_LIMIT_H

typedef struct {
    const char *part;   ///< "AVR TWI"
    const char *rows;   ///< of the requirements that the part does not meet, blank-separated
    const char *reason; ///< what the hardware does, one sentence
} mcu_limit;

#endif
