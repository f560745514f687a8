#include "cli/options.h"

#include "scenarios/lang/lang.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS_MAX = 64 }; ///< more gain nothing, and cost memory and the start of a process each

/// They take a slave as a file, or as sources and a part.
enum { FIRST_CONTACT = COMMAND_RUN | COMMAND_CHECK | COMMAND_PROBE | COMMAND_SWEEP | COMMAND_INIT };

enum { PLAYING = COMMAND_RUN | COMMAND_REPLAY, MEASURING = PLAYING | COMMAND_SWEEP | COMMAND_DIFF };

typedef bool take_fn(cli_options *options, const char *value, char *message, size_t bytes);

typedef struct {
    const char *name; ///< without the dashes
    unsigned commands;
    bool has_value;
    take_fn *take; ///< NULL: `field` is set, to true or to the value
    size_t field;  ///< offset in cli_options of a bool or, with a value, of a const char *
} option;

// ---- the options --------------------------------------------------------------------------------

static bool add(option_list *list, const char *value, const char *name, char *message, size_t bytes)
{
    if (list->count == OPTIONS_LIST_MAX) {
        snprintf(message, bytes, "more than %d times --%s", OPTIONS_LIST_MAX, name);
        return false;
    }
    list->at[list->count++] = value;
    return true;
}

static bool take_master(cli_options *o, const char *value, char *message, size_t bytes)
{
    return add(&o->masters, value, "master", message, bytes);
}

static bool take_scenarios(cli_options *o, const char *value, char *message, size_t bytes)
{
    return add(&o->scenarios, value, "scenarios", message, bytes);
}

static bool take_filter(cli_options *o, const char *value, char *message, size_t bytes)
{
    if (value[0] == '\0') {
        snprintf(message, bytes, "an empty value");
        return false;
    }
    return add(&o->filters, value, "filter", message, bytes);
}

static bool take_source(cli_options *o, const char *value, char *message, size_t bytes)
{
    return add(&o->sources, value, "sources", message, bytes);
}

static bool take_include(cli_options *o, const char *value, char *message, size_t bytes)
{
    return add(&o->includes, value, "include", message, bytes);
}

static bool take_define(cli_options *o, const char *value, char *message, size_t bytes)
{
    return add(&o->defines, value, "define", message, bytes);
}

/// A number without sign, decimal or 0x, up to `most`.
static bool read_number(const char *text, uint64_t most, uint64_t *value)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    const int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    const unsigned long long number = strtoull(text, &end, base);
    if (errno != 0 || *end != '\0' || number > most)
        return false;
    *value = number;
    return true;
}

static bool take_seed(cli_options *o, const char *value, char *message, size_t bytes)
{
    if (read_number(value, UINT64_MAX, &o->seed))
        return true;
    snprintf(message, bytes, "\"%s\" is no number from 0 to 2^64 - 1", value);
    return false;
}

static bool take_jobs(cli_options *o, const char *value, char *message, size_t bytes)
{
    uint64_t jobs = 0;
    if (!read_number(value, UINT64_MAX, &jobs)) {
        snprintf(message, bytes, "\"%s\" is no number of workers (0: in this process)", value);
        return false;
    }
    o->jobs = jobs < JOBS_MAX ? (unsigned)jobs : JOBS_MAX;
    o->jobs_given = true;
    return true;
}

static bool take_vcd(cli_options *o, const char *value, char *message, size_t bytes)
{
    static const char *const names[] = {"none", "fail", "all"};
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(value, names[i]) == 0) {
            o->vcd = (vcd_choice)i;
            return true;
        }
    snprintf(message, bytes, "\"%s\": none, fail or all", value);
    return false;
}

bool options_is_kind(const char *name)
{
    return strcmp(name, "firmware") == 0 || strcmp(name, "avr") == 0;
}

static bool take_kind(cli_options *o, const char *value, char *message, size_t bytes)
{
    o->kind = value;
    if (options_is_kind(value))
        return true;
    snprintf(message, bytes, "\"%s\": firmware or avr", value);
    return false;
}

static bool take_fail_on(cli_options *o, const char *value, char *message, size_t bytes)
{
    if (strcmp(value, "warn") == 0) {
        o->fail_on_warn = true;
        return true;
    }
    snprintf(message, bytes, "\"%s\": only warn", value);
    return false;
}

#define FIELD(name) NULL, offsetof(cli_options, name)
static const option known_options[] = {
    {"master", MEASURING | COMMAND_CHECK | COMMAND_LIST | COMMAND_PROBE, true, take_master, 0},
    {"scenarios", MEASURING | COMMAND_CHECK | COMMAND_LIST | COMMAND_EXPLAIN, true, take_scenarios,
     0},
    {"kind", MEASURING | COMMAND_PROBE, true, take_kind, 0},
    {"mcu", FIRST_CONTACT, true, FIELD(mcu)},
    {"address", FIRST_CONTACT, true, FIELD(address)},
    {"sources", COMMAND_INIT, true, take_source, 0},
    {"include", FIRST_CONTACT, true, take_include, 0},
    {"define", FIRST_CONTACT, true, take_define, 0},
    {"filter", COMMAND_RUN | COMMAND_CHECK | COMMAND_LIST | COMMAND_DIFF, true, take_filter, 0},
    {"quick", COMMAND_RUN | COMMAND_CHECK | COMMAND_LIST | COMMAND_DIFF, false, FIELD(quick)},
    {"long", PLAYING | COMMAND_DIFF, false, FIELD(long_runs)},
    {"seed", MEASURING | COMMAND_LIST | COMMAND_CHECK, true, take_seed, 0},
    {"jobs", PLAYING | COMMAND_SWEEP, true, take_jobs, 0},
    {"out", MEASURING, true, FIELD(out)},
    {"vcd", COMMAND_RUN, true, take_vcd, 0},
    {"json", COMMAND_RUN | COMMAND_SWEEP, true, FIELD(json)},
    {"times", COMMAND_DIFF, true, FIELD(times)},
    {"vector", COMMAND_SWEEP, true, FIELD(vector)},
    {"isr", COMMAND_SWEEP, true, FIELD(isr)},
    {"up-to", COMMAND_SWEEP, true, FIELD(up_to)},
    {"resolution", COMMAND_SWEEP, true, FIELD(resolution)},
    {"map", COMMAND_SWEEP, true, FIELD(map)},
    {"json", COMMAND_LIST | COMMAND_PROBE, false, FIELD(as_json)},
    {"junit", COMMAND_RUN, true, FIELD(junit)},
    {"baseline", COMMAND_RUN, true, FIELD(baseline)},
    {"fail-on", COMMAND_RUN, true, take_fail_on, 0},
    {"stop-at-first", COMMAND_RUN, false, FIELD(stop_at_first)},
    {"margins", COMMAND_RUN, false, FIELD(margins)},
    {"coverage", COMMAND_RUN, false, FIELD(coverage)},
    {"open", COMMAND_REPLAY, false, FIELD(open)},
    {"gdb", COMMAND_REPLAY, false, FIELD(gdb)},
    {"stop-at", COMMAND_REPLAY, true, FIELD(stop_at)},
    {"slaves", COMMAND_LIST, true, FIELD(slaves_folder)},
    {"help", ~0U, false, FIELD(help)},
};
#undef FIELD
enum { OPTION_COUNT = sizeof known_options / sizeof known_options[0] };

// ---- reading ------------------------------------------------------------------------------------

typedef struct {
    const char *name;
    command which;
} command_word;

static const command_word commands[] = {
    {"run", COMMAND_RUN},     {"probe", COMMAND_PROBE}, {"replay", COMMAND_REPLAY},
    {"check", COMMAND_CHECK}, {"list", COMMAND_LIST},   {"explain", COMMAND_EXPLAIN},
    {"sweep", COMMAND_SWEEP}, {"init", COMMAND_INIT},   {"diff", COMMAND_DIFF}};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

const char *command_name(command which)
{
    for (unsigned i = 0; i < COMMAND_COUNT; i++)
        if (commands[i].which == which)
            return commands[i].name;
    return "i2cproof";
}

static bool read_command(cli_options *options, const char *word, char *message, size_t bytes)
{
    const char *names[COMMAND_COUNT];
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
        if (strcmp(word, commands[i].name) == 0) {
            options->command = commands[i].which;
            return true;
        }
    }
    const char *meant = i2c_nearest(word, names, COMMAND_COUNT);
    snprintf(message, bytes, "there is no command \"%s\"%s%s%s; i2cproof --help lists them", word,
             meant == NULL ? "" : "; did you mean \"", meant == NULL ? "" : meant,
             meant == NULL ? "" : "\"?");
    return false;
}

static const option *find_option(const cli_options *options, const char *name, size_t length,
                                 bool *elsewhere)
{
    *elsewhere = false;
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        const option *one = &known_options[i];
        if (strlen(one->name) != length || strncmp(one->name, name, length) != 0)
            continue;
        if ((one->commands & (unsigned)options->command) != 0)
            return one;
        *elsewhere = true;
    }
    return NULL;
}

static void unknown_option(const cli_options *options, const char *name, size_t length,
                           bool elsewhere, char *message, size_t bytes)
{
    const char *names[OPTION_COUNT];
    char word[64];
    size_t count = 0;
    if (elsewhere) {
        snprintf(message, bytes, "%s has no option --%.*s", command_name(options->command),
                 (int)length, name);
        return;
    }
    for (unsigned i = 0; i < OPTION_COUNT; i++)
        if ((known_options[i].commands & (unsigned)options->command) != 0)
            names[count++] = known_options[i].name;
    snprintf(word, sizeof word, "%.*s", (int)(length < 40 ? length : 40), name);
    const char *meant = i2c_nearest(word, names, count);
    snprintf(message, bytes, "unknown option --%s%s%s%s", word,
             meant == NULL ? "" : "; did you mean --", meant == NULL ? "" : meant,
             meant == NULL ? "" : "?");
}

static bool take(cli_options *options, const option *one, const char *value, char *message,
                 size_t bytes)
{
    char *field = (char *)options + one->field;
    if (one->take != NULL)
        return one->take(options, value, message, bytes);
    if (!one->has_value) {
        *(bool *)field = true;
        return true;
    }
    if (value[0] == '\0') {
        snprintf(message, bytes, "an empty value");
        return false;
    }
    *(const char **)field = value;
    return true;
}

/// Reads the option at argv[*i]; moves *i to its last word.
static bool read_option(cli_options *options, int argc, char *const *argv, int *i, char *message,
                        size_t bytes)
{
    const char *name = argv[*i] + 2;
    const size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    char why[OPTIONS_MESSAGE_BYTES] = "";
    bool elsewhere = false;
    const option *one = find_option(options, name, length, &elsewhere);
    if (one == NULL) {
        unknown_option(options, name, length, elsewhere, message, bytes);
        return false;
    }
    if (value != NULL && !one->has_value) {
        snprintf(message, bytes, "--%s takes no value", one->name);
        return false;
    }
    if (value == NULL && one->has_value) {
        if (*i + 1 >= argc) {
            snprintf(message, bytes, "--%s needs a value", one->name);
            return false;
        }
        value = argv[++*i];
    }
    if (take(options, one, value, why, sizeof why))
        return true;
    snprintf(message, bytes, "--%s: %s", one->name, why);
    return false;
}

/// -I and -D as compilers have them, with or without a blank. False: it is none of them.
static bool read_short(cli_options *options, int argc, char *const *argv, int *i, bool *fine,
                       char *message, size_t bytes)
{
    const char *word = argv[*i];
    const bool include = strncmp(word, "-I", 2) == 0, define = strncmp(word, "-D", 2) == 0;
    if ((!include && !define) || ((unsigned)options->command & FIRST_CONTACT) == 0)
        return false;
    const char *value = word[2] != '\0' ? word + 2 : *i + 1 < argc ? argv[++*i] : NULL;
    *fine = value != NULL;
    if (value == NULL)
        snprintf(message, bytes, "%s needs a value", word);
    else
        *fine = include ? take_include(options, value, message, bytes)
                        : take_define(options, value, message, bytes);
    return true;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

bool options_read(cli_options *options, int argc, char *const *argv, char *message,
                  size_t message_bytes)
{
    bool only_words = false;
    *options = (cli_options){.seed = 1, .vcd = VCD_FAIL, .argv = argv};
    options->words = calloc((size_t)argc + 1, sizeof *options->words);
    if (options->words == NULL) {
        snprintf(message, message_bytes, "out of memory");
        return false;
    }
    if (argc < 2 || is_help(argv[1])) {
        options->help = true;
        return argc < 3 || read_command(options, argv[2], message, message_bytes);
    }
    if (!read_command(options, argv[1], message, message_bytes))
        return false;
    for (int i = 2; i < argc; i++) {
        const char *word = argv[i];
        bool fine = true;
        if (!only_words && read_short(options, argc, argv, &i, &fine, message, message_bytes)) {
            if (!fine)
                return false;
            continue;
        }
        if (!only_words && strcmp(word, "--") == 0)
            only_words = true;
        else if (!only_words && strcmp(word, "-h") == 0)
            options->help = true;
        else if (only_words || strncmp(word, "--", 2) != 0)
            options->words[options->word_count++] = word;
        else if (!read_option(options, argc, argv, &i, message, message_bytes))
            return false;
    }
    return true;
}

// ---- help ---------------------------------------------------------------------------------------

static const char help_program[] =
    "i2cproof: does this I2C slave hold the protocol against the masters it will meet?\n"
    "\n"
    "  i2cproof run X.slave...        play the suite on slaves\n"
    "  i2cproof run SOURCES --mcu PART@CLOCK --address A   the same for firmware, without a file\n"
    "  i2cproof init DIR SOURCES --mcu PART@CLOCK          a folder to begin with\n"
    "  i2cproof diff A.slave B.slave  the first thing in which two slaves differ\n"
    "  i2cproof sweep WHAT X.slave    how much latency, or clock, a slave stands\n"
    "  i2cproof probe X.slave         learn from the wire what a slave does, as its file\n"
    "  i2cproof replay X.slave CASE   repeat one case and keep its waveform\n"
    "  i2cproof replay N              the same for finding N of the last run\n"
    "  i2cproof check FILES...        read slave and scenario files, count their cases\n"
    "  i2cproof list WHAT             slaves, masters, scenarios, rules, requirements, cases\n"
    "  i2cproof explain ID | WORDS    what a rule asks, why firmware breaks it, what helps\n"
    "\n"
    "i2cproof COMMAND --help tells more; i2cproof --version.\n"
    "\n"
    "Exit status: 0 no case failed, 1 a case failed, 2 bad usage or input, 3 an error of\n"
    "i2cproof itself or of a case, 130 or 143 interrupted.\n";

static const char help_run[] =
    "i2cproof run X.slave... [options]\n"
    "i2cproof run SOURCES... --mcu PART@CLOCK --address A [options]\n"
    "\n"
    "Plays the suite on every slave, prints what was found and writes the folder i2cproof-out/.\n"
    "\n"
    "  --mcu PART@CLOCK    the sources are firmware for that part, e.g. attiny85@8MHz; a slave "
    "file\n"
    "                      for them is written to the folder of results\n"
    "  --address A         their address, e.g. 0x26\n"
    "  -I DIR, -D NAME=V   as for their compiler; also --include DIR, --define NAME=V\n"
    "  --kind avr|firmware firmware's sources compiled with avr-gcc and executed by simavr, or\n"
    "                      compiled for this machine (default: as the slave says)\n"
    "  --master NAME       with this master, e.g. arduino@400k or nxt,fw=1.05 (repeatable);\n"
    "                      rtl:FILE.master: one in Verilog; sketch:FILE.ino: an Arduino sketch\n"
    "                      makes its own transfers; all: every one of `i2cproof list masters`.\n"
    "                      Default: those that the slave names\n"
    "  --scenarios PATH    play these scenarios, too: a file, or all *.scenario of a folder\n"
    "  --filter GLOB       only cases whose id or scenario matches, e.g. 'rd.*' or '*/nxt/*';\n"
    "                      may be repeated: cases that match one of them\n"
    "  --quick             a short part of every scenario\n"
    "  --long              also what takes long: more scenarios, more orders\n"
    "  --seed N            seed of all random choices (default 1)\n"
    "  --jobs N            worker processes (default: one a core); 0: none, for a debugger\n"
    "  --out DIR           folder of results (default i2cproof-out)\n"
    "  --vcd WHICH         waves of: none, fail (default: the first 20 findings), all cases\n"
    "  --json FILE         result.json there, too; - for stdout, the summary goes to stderr\n"
    "  --junit FILE        junit.xml there, too\n"
    "  --baseline FILE     known failures, lines of CASE-ID RULE: shown, but not counted\n"
    "  --fail-on warn      warnings fail, too\n"
    "  --stop-at-first     play no more after the first case that fails\n"
    "  --coverage          of firmware: which of its lines, branches and functions have run, and\n"
    "                      what was on the bus then; lcov's coverage.info in the folder of "
    "results\n"
    "  --margins           a table of all times that slave and masters made: limit, least,\n"
    "                      mean, most, margin and where, with RC edges and with ideal ones\n";

static const char help_probe[] =
    "i2cproof probe X.slave... [options]\n"
    "\n"
    "Finds out on the bus at which addresses a slave answers, whether it takes the general call,\n"
    "where it holds SCL, how many bytes it takes, what its reads mean and when it is ready, and\n"
    "prints that as a .slave file that can be saved beside the one that was probed: how the slave\n"
    "is built, and what the wire does not tell, is repeated from there. What contradicts the file "
    "is\n"
    "marked. It need not say more than kind and sources; even the address may be missing.\n"
    "\n"
    "  --master NAME       ask with this master (default: the fastest textbook one within the\n"
    "                      slave's declared speed, and slower ones when it does not answer)\n"
    "  --json              an array for programs\n"
    "\n"
    "Exit status: 0 all was asked, 1 the slave answers at no address, hangs or crashes, 2 bad "
    "usage\n"
    "or input, 3 an error of i2cproof itself.\n";

static const char help_sweep[] =
    "i2cproof sweep latency|main_stall|irq_off|cpu_clock|speed X.slave... [options]\n"
    "\n"
    "Finds how much of it a slave stands on each of its masters: a grid first, then the middle of\n"
    "every border between what passes and what fails, each point in 16 phases. All windows that "
    "fail\n"
    "are told, and the line that promises in the slave's file what every run then tests.\n"
    "\n"
    "  latency             extra time from the interrupt to the first instruction of its routine\n"
    "  main_stall          the main loop stands still, again and again\n"
    "  irq_off             interrupts are off, again and again\n"
    "  cpu_clock           the clock of the CPU, for slaves that have one: the lowest that works\n"
    "  speed               the clock of SCL, as far as the master can make it\n"
    "\n"
    "  --master NAME       on this master (repeatable); default: those that the slave names\n"
    "  --vector NAME       latency: only this interrupt is late; default: all\n"
    "  --isr NAME:TIME/EVERY  a competing interrupt besides, e.g. TIMER0_OVF:4us/1ms\n"
    "  --up-to VALUE       end of the sweep, e.g. 200us or 400k\n"
    "  --resolution TIME   how near a border is followed (default 10ns; main_stall 100ns;\n"
    "                      clocks: to three digits)\n"
    "  --map FILE          latency: draws SCL clock x latency as SVG\n"
    "  --out DIR           folder of the page sweep.html (default i2cproof-out)\n"
    "  --json FILE         all of it for programs; - for stdout, the table goes to stderr\n"
    "  --scenarios PATH, --seed N, --jobs N: as for run\n"
    "\n"
    "Exit status: 0 measured, 1 the slave fails undisturbed, 2 bad usage or input, or the slave "
    "has\n"
    "none of what is swept, 3 an error of i2cproof itself.\n";

static const char help_diff[] =
    "i2cproof diff A.slave B.slave [SCENARIO...] [options]\n"
    "\n"
    "Plays the cases of A that are for both slaves on both, with the same master and seed, and\n"
    "tells the first in which they differ: a START, bit or STOP on the wires, or a call of the\n"
    "application. When each of them answers does not matter, only what and in which order.\n"
    "\n"
    "  SCENARIO            only these, as for --filter\n"
    "  --times BOUND       compare times of bits, too: how long SCL is low and when SDA settles\n"
    "                      behind its fall may differ by so much, e.g. 2us\n"
    "  --kind avr|firmware B as this kind\n"
    "  --out DIR           folder of waves/diff.vcd, both side by side (default i2cproof-out)\n"
    "  --master NAME, --scenarios PATH, --filter GLOB, --quick, --long, --seed N: as for run\n"
    "\n"
    "Exit status: 0 no difference, 1 a difference, 2 bad usage or input, or no case is for both,\n"
    "3 an error of i2cproof itself.\n";

static const char help_replay[] =
    "i2cproof replay X.slave CASE [options]\n"
    "i2cproof replay N [options]\n"
    "\n"
    "Repeats one case and writes its waveform to DIR/waves/. CASE is a case id with or without\n"
    "the slave's name, with @POINT behind it for one point of a sweep; N is a finding of the\n"
    "last run in DIR.\n"
    "\n"
    "  --open              open the waveform in GTKWave\n"
    "  --gdb               then again under gdb, up to the access of the slave's code that made "
    "the\n"
    "                      line as it is at the finding\n"
    "  --out DIR           folder of results (default i2cproof-out)\n"
    "  --seed N            seed of the run (default 1, or that of the run for N)\n"
    "  --scenarios PATH    scenarios beside the suite, as given to the run\n"
    "  --long              also what takes long: more scenarios, more orders\n"
    "  --jobs 0            play in this process, for a debugger\n";

static const char help_check[] =
    "i2cproof check FILES... [options]\n"
    "\n"
    "Reads .slave and .scenario files, builds the slaves, and tells how many cases each has and\n"
    "what they still need to be declared. Plays nothing.\n"
    "\n"
    "  --master NAME, --scenarios PATH, --filter GLOB, --quick, --seed N: as for run\n";

static const char help_list[] =
    "i2cproof list slaves|masters|scenarios|rules|requirements [--json]\n"
    "i2cproof list cases X.slave... [--master NAME] [--filter GLOB] [--quick] [--json]\n"
    "\n"
    "  --json              an array for programs\n"
    "  --slaves DIR        list slaves: look there instead of at the shipped ones\n"
    "  --scenarios PATH    list scenarios, cases: these, too\n";

static const char help_init[] =
    "i2cproof init DIR SOURCES... --mcu PART@CLOCK [--address A] [-I DIR] [-D NAME=V]\n"
    "\n"
    "Writes a folder to begin with: a slave file for the sources, glue.c where they have no "
    "main(),\n"
    "and ci.yml, a job that gates merges. Files that are there already stay.\n";

static const char help_explain[] =
    "i2cproof explain ID\n"
    "i2cproof explain WORDS\n"
    "\n"
    "Explains a requirement (I2C-RD-03), a rule (crash), a scenario (ack.shape), a way to fail\n"
    "(FM-09), or finds them by a symptom: i2cproof explain \"SDA stuck low\"\n"
    "\n"
    "  --scenarios PATH    scenarios beside the suite\n";

const char *options_help(command which)
{
    switch (which) {
    case COMMAND_RUN:
        return help_run;
    case COMMAND_PROBE:
        return help_probe;
    case COMMAND_REPLAY:
        return help_replay;
    case COMMAND_CHECK:
        return help_check;
    case COMMAND_LIST:
        return help_list;
    case COMMAND_EXPLAIN:
        return help_explain;
    case COMMAND_SWEEP:
        return help_sweep;
    case COMMAND_INIT:
        return help_init;
    case COMMAND_DIFF:
        return help_diff;
    case COMMAND_NONE:
        break;
    }
    return help_program;
}
