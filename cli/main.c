// The program: reads the command line and hands over to a command.
#include "cli/commands.h"
#include "cli/console.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int dispatch(cli_options *options, int argc, char *const *argv)
{
    const int first = options->command == COMMAND_INIT ? EXIT_CLEAN : first_contact(options);
    if (first != EXIT_CLEAN)
        return first;
    switch (options->command) {
    case COMMAND_RUN:
        return command_run(options, argc, argv);
    case COMMAND_SWEEP:
        return command_sweep(options);
    case COMMAND_PROBE:
        return command_probe(options);
    case COMMAND_REPLAY:
        return command_replay(options);
    case COMMAND_CHECK:
        return command_check(options);
    case COMMAND_LIST:
        return command_list(options);
    case COMMAND_EXPLAIN:
        return command_explain(options);
    case COMMAND_INIT:
        return command_init(options);
    case COMMAND_DIFF:
        return command_diff(options);
    case COMMAND_NONE:
        break;
    }
    fputs(options_help(COMMAND_NONE), stderr);
    return EXIT_INPUT;
}

/// Somebody may have started us without the three standard streams; a result file must not become
/// one of them.
static void open_streams(void)
{
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", i == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0)
            _exit(EXIT_OURS);
}

/// What was printed must have arrived, unless only the reader has gone.
static int finish_stdout(int status)
{
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE || errno == 0)
        return status;
    console_error("cannot write to standard output: %s", strerror(errno));
    return status == EXIT_CLEAN || status == EXIT_FOUND ? EXIT_INPUT : status;
}

static int run_program(int argc, char **argv)
{
    char message[OPTIONS_MESSAGE_BYTES] = "";
    cli_options options;
    int status = EXIT_CLEAN;
    if (argc == 2 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0)) {
        puts("i2cproof " I2CPROOF_VERSION);
        return EXIT_CLEAN;
    }
    if (!options_read(&options, argc, argv, message, sizeof message)) {
        console_error("%s", message);
        status = EXIT_INPUT;
    } else if (options.help && argc >= 2) {
        fputs(options_help(options.command), stdout);
    } else {
        status = dispatch(&options, argc, argv);
    }
    free(options.words);
    return status;
}

int main(int argc, char **argv)
{
    open_streams();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of its writer
    return finish_stdout(run_program(argc, argv));
}
