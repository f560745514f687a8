# The readers of .scenario and .slave files.
i2cproof_fuzzer(lang_fuzz SOURCES lang_fuzz.c USES lang)
i2cproof_fuzzer(slave_fuzz SOURCES slave_fuzz.c USES lang)
