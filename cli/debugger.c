#include "cli/debugger.h"

#include "cli/console.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGS_MAX = 40 + 2 * OPTIONS_LIST_MAX, LINK_BYTES = 4096, SEED_BYTES = 24 };

/// From our own frames to the slave's: the first that is neither in the program nor a hook of the
/// compiler's, which the firmware's own object has for us.
static const char to_the_slave[] =
    "python\n"
    "f = gdb.newest_frame()\n"
    "def ours(f):\n"
    "    o = gdb.current_progspace().solib_name(f.pc())\n"
    "    n = f.name() or ''\n"
    "    return o is None or n.startswith('__tsan') or n.startswith('i2cproof_') or n in "
    "('reads', 'writes', 'spend')\n"
    "while f.older() is not None and ours(f):\n"
    "    f = f.older()\n"
    "f.select()\n"
    "end\n";

typedef struct {
    const char *at[ARGS_MAX];
    unsigned count;
} arguments;

static void add(arguments *a, const char *text)
{
    if (a->count + 1 < ARGS_MAX)
        a->at[a->count++] = text;
    a->at[a->count] = NULL;
}

static void add_two(arguments *a, const char *option, const char *value)
{
    add(a, option);
    add(a, value);
}

static bool has_access(const play_finding *finding)
{
    return finding != NULL && finding->access.number != 0;
}

/// The commands as a file, since python's lines need one; it has no name, and is gone with gdb.
static bool make_script(char *path, size_t bytes, bool stops)
{
    char text[sizeof to_the_slave + 512];
    const int length =
        snprintf(text, sizeof text,
                 "set pagination off\nset confirm off\nset breakpoint pending on\n%srun\n%s%s",
                 stops ? "break slave_stop\n" : "", stops ? to_the_slave : "",
                 stops ? "echo \\nThe access that moved the line (up, down, info locals; continue "
                         "ends the case):\\n\nframe\n"
                       : "if $_isvoid($_exitcode)\nbacktrace 8\nend\n");
    FILE *file = tmpfile();
    if (file == NULL || fwrite(text, 1, (size_t)length, file) != (size_t)length ||
        fflush(file) != 0)
        return false;
    snprintf(path, bytes, "/proc/self/fd/%d", dup(fileno(file)));
    return true;
}

static void add_own(arguments *a, const cli_options *options, const char *slave, const char *id,
                    const char *seed)
{
    add_two(a, "replay", slave);
    add(a, id);
    add_two(a, "--jobs", "0");
    add_two(a, "--seed", seed);
    if (options->long_runs)
        add(a, "--long");
    if (options->out != NULL)
        add_two(a, "--out", options->out);
    for (unsigned i = 0; i < options->scenarios.count; i++)
        add_two(a, "--scenarios", options->scenarios.at[i]);
}

void debugger_run(const cli_options *options, const char *slave, const char *id,
                  const play_finding *finding)
{
    char own[LINK_BYTES] = "";
    char script[64];
    char seed[SEED_BYTES];
    char stop[DEBUGGER_STOP_BYTES] = "";
    arguments a = {.count = 0};
    if (readlink("/proc/self/exe", own, sizeof own - 1) < 0 ||
        !make_script(script, sizeof script, has_access(finding))) {
        console_error("cannot start gdb: %s", strerror(errno));
        return;
    }
    if (!has_access(finding))
        console_error("%s: the finding names no access of the slave's code: gdb stops only at a "
                      "crash",
                      id);
    snprintf(seed, sizeof seed, "%" PRIu64, options->seed);
    add_two(&a, "gdb", "-q");
    if (!isatty(STDIN_FILENO))
        add(&a, "-batch");
    add_two(&a, "-iex", "set debuginfod enabled off");
    add_two(&a, "-x", script);
    add_two(&a, "--args", own);
    add_own(&a, options, slave, id, seed);
    if (has_access(finding)) {
        snprintf(stop, sizeof stop, "%u:%u", finding->access.attach, finding->access.number);
        add_two(&a, "--stop-at", stop);
    }
    fflush(NULL);
    execvp("gdb", (char *const *)(uintptr_t)a.at);
    console_error("cannot start gdb (package gdb): %s", strerror(errno));
}

bool debugger_read_stop(const char *text, slave_move *access)
{
    char *end = NULL;
    access->attach = (uint32_t)strtoul(text, &end, 10);
    if (end == text || *end != ':')
        return false;
    text = end + 1;
    access->number = (uint32_t)strtoul(text, &end, 10);
    return end != text && *end == '\0' && access->number != 0;
}
