#include "slave_under_test/kinds/firmware/recipe.h"

#include "slave_under_test/kinds/firmware/assembler.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// An endless loop without effect may not be left out (-fno-finite-loops), nor merged with others
// (no-prune): firmware waits in such. Equal code in two places is not made one, for that would have
// no line that a finding could name.
static const char *const compile_flags[] = {"-O2",
                                            "-g",
                                            "-fPIC",
                                            "-ffreestanding",
                                            "-fno-finite-loops",
                                            "-fno-strict-aliasing",
                                            "-fwrapv",
                                            "-fno-common",
                                            "-fno-omit-frame-pointer",
                                            "-fno-color-diagnostics",
                                            "-fsanitize=thread",
                                            "-mllvm",
                                            "-tsan-distinguish-volatile=1",
                                            "-mllvm",
                                            "-tsan-instrument-func-entry-exit=0",
                                            "-fsanitize-coverage=trace-pc,no-prune",
                                            "-fsanitize=integer-divide-by-zero",
                                            "-fpatchable-function-entry=13", // FIRMWARE_TAP_ROOM
                                            "-mllvm",
                                            "-simplifycfg-sink-common=false",
                                            "-fno-sanitize-recover=all",
                                            "-fno-delete-null-pointer-checks",
                                            "-fsigned-char", // as avr-gcc has it
                                            "-Wno-main-return-type",
                                            "-Wno-unknown-attributes", // of the target's compiler
                                            NULL};
static const char *const c_flags[] = {"-Werror=implicit-function-declaration", NULL};
// As avr-gcc's users have it; what runs off the end of main() does not run on into what lies
// behind.
static const char *const cpp_flags[] = {"-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics",
                                        "-fno-strict-return", NULL};
static const char *const ir_flags[] = {"-O2",
                                       "-fPIC",
                                       "-Xclang",
                                       "-disable-llvm-passes",
                                       "-mllvm",
                                       "-enable-tail-merge=false",
                                       "-Wno-override-module",
                                       "-Wno-unused-command-line-argument",
                                       NULL};
// Below 4 GiB, so that an address fits what firmware keeps addresses in.
static const char *const link_flags[] = {"-shared",
                                         "-nostartfiles",
                                         "-fno-sanitize=all",
                                         "-Wl,-z,defs",
                                         "-Wl,-z,now",
                                         "-Wl,-Bsymbolic",
                                         "-Wl,-Ttext-segment=0x20000000",
                                         NULL};
static const char *const headers[] = {I2CPROOF_FIRMWARE_HEADERS, I2CPROOF_PART_HEADERS, NULL};
static const char *const own_sources[] = {I2CPROOF_FIRMWARE_RUNTIME, I2CPROOF_FIRMWARE_LIBRARY,
                                          NULL};
static const char *const own_flags[] = {"-O2", "-g", "-fPIC", "-fvisibility=hidden", NULL};

/// The value that a source gives F_CPU itself, from the compiler's warning with that line; 0: none.
static uint64_t other_clock_hz(const char *words)
{
    static const char line[] = "#define F_CPU";
    const char *at = strstr(words, "'F_CPU' macro redefined");
    at = at == NULL ? NULL : strstr(at, line);
    if (at == NULL)
        return 0;
    at += strlen(line);
    at += strspn(at, " \t(");
    return strtoull(at, NULL, 0);
}

static void add(char *words, size_t bytes, const char *text)
{
    const size_t length = strlen(words);
    (void)snprintf(words + length, bytes - length, "%s", text);
}

static void add_refusal(const firmware_family *family, char *words, size_t bytes)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s: kind firmware runs C%s%s\n", family->language,
                   family->elsewhere[0] != '\0' ? "; " : "", family->elsewhere);
    add(words, bytes, text);
}

static bool rewrite(const void *ctx, const char *from, const char *to, char *message,
                    size_t message_bytes)
{
    const firmware_recipe *made = ctx;
    const firmware_assembler_target target = {.instructions = made->family->instructions,
                                              .language = made->family->language,
                                              .elsewhere = made->family->elsewhere,
                                              .stubs = made->stubs,
                                              .blocks_count = made->blocks_count};
    return firmware_assembler_rewrite(&target, from, to, message, message_bytes);
}

static bool judge(const void *ctx, bool compiled, char *words, size_t bytes)
{
    const firmware_recipe *made = ctx;
    char text[160];
    const uint64_t hz = other_clock_hz(words);
    if (hz != 0 && hz != made->clock_hz) {
        (void)snprintf(text, sizeof text,
                       "error: F_CPU is %" PRIu64 " here, and `mcu` says %" PRIu64
                       " Hz: one of them is wrong\n",
                       hz, made->clock_hz);
        add(words, bytes, text);
        return false;
    }
    if (hz != 0 && strstr(words, "1 warning generated") != NULL)
        words[0] = '\0'; // it says the same as `mcu`, in another way
    if (!compiled &&
        (strstr(words, " in asm") != NULL || strstr(words, "unknown register name") != NULL))
        add_refusal(made->family, words, bytes);
    return true;
}

const char *const *firmware_recipe_headers(void)
{
    return headers;
}

void firmware_recipe_make(firmware_recipe *made, const firmware_family *family,
                          const firmware_part *part, uint64_t clock_hz, bool blocks_count)
{
    *made = (firmware_recipe){.family = family, .clock_hz = clock_hz, .blocks_count = blocks_count};
    family->defines(part, &made->defines);
    firmware_define_made(&made->defines, "F_CPU=%" PRIu64 "UL", clock_hz);
    firmware_define(&made->defines, "main=i2cproof_main");
    if (blocks_count) // the object is another one
        firmware_define(&made->defines, "I2CPROOF_COVERAGE=1");
    made->recipe = (slave_recipe){.variable = "I2CPROOF_CLANG",
                                  .compiler = "clang",
                                  .package = "clang",
                                  .compile_flags = compile_flags,
                                  .c_flags = c_flags,
                                  .cpp_flags = cpp_flags,
                                  .rewrite = rewrite,
                                  .rewrite_ctx = made,
                                  .ir_flags = ir_flags,
                                  .judge = judge,
                                  .judge_ctx = made,
                                  .link_flags = link_flags,
                                  .headers = headers,
                                  .defines = made->defines.at,
                                  .own_sources = own_sources,
                                  .own_flags = own_flags};
}

/// Nothing may be concluded from the body that it has in the sources: not that it never returns,
/// nor what. Naked code is looked into by nobody; assembler.c makes it plain again.
static bool force(firmware_recipe *made, const slave_strings *stubs)
{
    static const char *const attributes[] = {"noinline", "optnone", "naked"};
    const char **c = made->stub_c_flags, **cpp = made->stub_cpp_flags;
    for (const char *const *flag = c_flags; *flag != NULL; flag++)
        *c++ = *flag;
    for (const char *const *flag = cpp_flags; *flag != NULL; flag++)
        *cpp++ = *flag;
    for (uint32_t i = 0; i < 3 * stubs->count; i++) {
        const int n = snprintf(made->stub_word[i], FIRMWARE_STUB_BYTES, "-force-attribute=%s:%s",
                               stubs->at[i / 3], attributes[i % 3]);
        if (n < 0 || n >= FIRMWARE_STUB_BYTES)
            return false;
        *c++ = *cpp++ = "-mllvm";
        *c++ = *cpp++ = made->stub_word[i];
    }
    return true;
}

bool firmware_recipe_stub(firmware_recipe *made, const slave_strings *stubs)
{
    _Static_assert(sizeof c_flags / sizeof *c_flags <= 5 &&
                       sizeof cpp_flags / sizeof *cpp_flags <= 5,
                   "FIRMWARE_STUB_FLAGS");
    if (stubs->count == 0)
        return true;
    if (stubs->count > FIRMWARE_STUBS_MAX || !force(made, stubs))
        return false;
    made->stubs = stubs;
    made->recipe.c_flags = made->stub_c_flags;
    made->recipe.cpp_flags = made->stub_cpp_flags;
    return true;
}
