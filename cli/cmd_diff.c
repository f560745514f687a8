// `diff`: two slaves on the same stimulus, and the first thing in which they differ.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/diff_play.h"
#include "cli/diff_wave.h"
#include "cli/files.h"
#include "cli/lineup_private.h"
#include "cli/runner.h"
#include "scenarios/lang/lexer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void show_progress(void *ctx, uint32_t done, uint32_t all)
{
    console_progress(ctx, "diff", done, all);
}

/// `--times 2us`. False, and said, when it is no time.
static bool read_bound(const cli_options *options, uint64_t *bound_ps)
{
    lang_token_kind kind = LANG_TOKEN_NUMBER;
    int64_t value = 0;
    const char *why = NULL;
    *bound_ps = I2C_NEVER_PS;
    if (options->times == NULL)
        return true;
    const size_t bytes = strlen(options->times);
    if (lang_scan_number(options->times, bytes, &kind, &value, &why) != bytes ||
        kind != LANG_TOKEN_TIME || value < 0) {
        console_error("--times: \"%s\" is no time, as in 2us", options->times);
        return false;
    }
    *bound_ps = (uint64_t)value;
    return true;
}

// ---- the report ---------------------------------------------------------------------------------

static void tell_place(FILE *out, const diff_first *first)
{
    const diff_place *p = &first->place;
    fprintf(out, "  where     ");
    if (first->world > 0)
        fprintf(out, "simulation %" PRIu32 " of the case, ", first->world + 1);
    if (p->transfer == 0)
        fprintf(out, "before the first START");
    else if (!p->in_segment)
        fprintf(out, "behind transfer %" PRIu32, p->transfer);
    else if (p->bit == 9)
        fprintf(out, "transfer %" PRIu32 ", acknowledge of byte %" PRIu32, p->transfer, p->byte);
    else
        fprintf(out, "transfer %" PRIu32 ", byte %" PRIu32 ", bit %" PRIu32, p->transfer, p->byte,
                p->bit);
    fprintf(out, "%s%s\n", first->before[0] != '\0' ? "    behind " : "", first->before);
}

static void tell_sides(FILE *out, const diff_outcome *o)
{
    static const char names[] = {'A', 'B'};
    for (unsigned side = 0; side < 2; side++) {
        const uint64_t at_ns = o->first.at_ps[side] / I2C_PS_PER_NS;
        if (o->ended[side])
            fprintf(out, "  %c         ends there: %s\n", names[side], o->end[side]);
        else if (o->ended[!side])
            fprintf(out, "  %c         goes on\n", names[side]);
        else
            fprintf(out, "  %c         %s%s%" PRIu64 ".%03u us\n", names[side], o->first.did[side],
                    "    at ", at_ns / 1000, (unsigned)(at_ns % 1000));
    }
}

static void tell_more(FILE *out, const diff_request *request, const diff_outcome *o)
{
    play_case one;
    for (uint32_t i = 0; i + 1 < o->different && i < DIFF_MORE; i++) {
        play_set_case(request->side[0]->set, o->more[i], &one);
        fprintf(out, "  %s      %s\n", i == 0 ? "also" : "    ", one.id);
    }
    if (o->different > DIFF_MORE + 1)
        fprintf(out, "            and %" PRIu32 " more\n", o->different - DIFF_MORE - 1);
}

static void tell_difference(const console *c, const diff_request *request, const diff_outcome *o,
                            const char *folder)
{
    static const char *const kinds[] = {"", "on the wires", "on the host's side", "in time"};
    const bool ended = o->ended[0] || o->ended[1];
    play_case one;
    play_set_case(request->side[0]->set, o->number, &one);
    const char *id = strchr(one.id, '/');
    fprintf(c->out, "%sDIFFERENT%s  %s    %s\n", console_paint(c, PAINT_RED), console_plain(c),
            one.id, ended ? "one of them ends" : kinds[o->first.verdict]);
    if (!ended)
        tell_place(c->out, &o->first);
    tell_sides(c->out, o);
    fprintf(c->out, "  wave      %s/waves/diff.vcd (gtkwave %s/waves/diff.gtkw)\n", folder, folder);
    for (unsigned side = 0; side < 2; side++)
        fprintf(c->out, "  replay    i2cproof replay %s %s\n", request->side[side]->path, id + 1);
    tell_more(c->out, request, o);
}

static void tell_sums(const console *c, const diff_request *request, const diff_outcome *o)
{
    const diff_pulses open = diff_open_pulses(request);
    if (o->open > 0)
        fprintf(c->out,
                "%" PRIu32 " cases differ only behind a pulse %sunder %" PRIu64
                " ns (tHIGH at their speed) or a START before they are ready, which a slave may "
                "hear or not.\n",
                o->open, open.above_ps > 0 ? "over 50 ns (tSP) and " : "",
                (uint64_t)(open.below_ps / I2C_PS_PER_NS));
    if (o->both_end > 0)
        fprintf(c->out, "%" PRIu32 " cases end both slaves: nothing of them could be compared.\n",
                o->both_end);
    if (o->left_out > 0)
        fprintf(c->out, "%" PRIu32 " cases are compared to the end of what could be kept.\n",
                o->left_out);
    if (o->judged_other > 0)
        fprintf(c->out,
                "%" PRIu32 " cases are the same but for their times, and only one slave passes: "
                "%s\n",
                o->judged_other, o->judged);
    fprintf(c->out,
            "%s%s%s  %" PRIu32 " of %" PRIu32 " cases differ; %" PRIu32
            " are not for both slaves\n",
            console_paint(c, o->different == 0 ? PAINT_GREEN : PAINT_RED),
            o->different == 0 ? "SAME" : "DIFFERENT", console_plain(c), o->different, o->compared,
            o->inapplicable);
}

// ---- the command --------------------------------------------------------------------------------

static int compare(const cli_options *options, const diff_request *given, const console *c)
{
    char message[FILES_MESSAGE_BYTES] = "";
    diff_outcome outcome;
    diff_request request = *given;
    request.on_progress = show_progress;
    request.on_progress_ctx = (void *)(uintptr_t)c;
    runner_catch_signals();
    const bool fine = diff_play(&request, &outcome, message, sizeof message);
    console_progress_end(c);
    if (runner_caught() != 0)
        return EXIT_SIGNAL + runner_caught();
    if (!fine) {
        console_error("%s", message);
        return EXIT_OURS;
    }
    if (outcome.compared == 0) {
        console_error("no case is for both slaves: %" PRIu32 " were looked at",
                      outcome.inapplicable);
        return EXIT_INPUT;
    }
    if (outcome.different > 0) {
        if (!diff_wave(&request, &outcome, out_folder(options), message, sizeof message)) {
            console_error("%s", message);
            return EXIT_INPUT;
        }
        tell_difference(c, &request, &outcome, out_folder(options));
    }
    tell_sums(c, &request, &outcome);
    return outcome.different > 0 ? EXIT_FOUND : EXIT_CLEAN;
}

/// Two that do not answer at one address cannot be given the same bytes.
static bool same_address(const lineup *s)
{
    const slave_description *a = s->slave[0].description, *b = s->slave[1].description;
    if (a->addr7 == b->addr7)
        return true;
    console_error("%s is at 0x%02X and %s at 0x%02X: give both one address", s->slave[0].path,
                  a->addr7, s->slave[1].path, b->addr7);
    return false;
}

static int diff_lineup(const cli_options *options, const lineup *s, uint64_t bound_ps)
{
    const diff_request request = {.side = {&s->slave[0], &s->slave[1]}, .bound_ps = bound_ps};
    if (!same_address(s))
        return EXIT_INPUT;
    const console c = console_new(false);
    for (unsigned side = 0; side < 2; side++)
        fprintf(c.out, "%c  %s (%s)  %s\n", "AB"[side], s -> slave[side].description->name,
                lineup_kind_name(s->slave[side].description->kind), s->slave[side].path);
    const int status = compare(options, &request, &c);
    return console_close(&c) ? status : EXIT_INPUT;
}

int command_diff(const cli_options *given)
{
    cli_options options = *given;
    lineup s = {0};
    uint64_t bound_ps = I2C_NEVER_PS;
    int status = EXIT_INPUT;
    if (options.word_count < 2) {
        console_error("diff needs two slave files");
        return EXIT_INPUT;
    }
    for (unsigned i = 2; i < options.word_count && options.filters.count < OPTIONS_LIST_MAX; i++)
        options.filters.at[options.filters.count++] = options.words[i];
    if (!read_bound(&options, &bound_ps))
        return EXIT_INPUT;
    if (lineup_open(&s, &options, options.words, 2, LINEUP_BUILT))
        status = diff_lineup(&options, &s, bound_ps);
    lineup_close(&s);
    return status;
}
