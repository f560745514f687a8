// The silent slave: a wrong address, an 8-bit one, an interrupt that never comes. Every scenario
// fails on it, and none says why; a scan of all addresses does, once.
#include "scenarios/play/play_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ADDR7 = 0x08, LAST_ADDR7 = 0x77 }; // UM10204 3.1.12: the others are reserved

/// Whether the slave itself acknowledges the address, in a write without data.
static bool answers(play_stage *stage, uint8_t addr7)
{
    const master_message message = {
        .begin = MASTER_START, .addressed = true, .address = (uint8_t)(addr7 << 1), .stop = true};
    const master_transfer transfer = {&message, 1};
    master_outcome outcome;
    char why[MASTER_TEXT_BYTES];
    if (!master_can(stage->master, &transfer, false, why, sizeof why))
        return true; // this master cannot tell
    stage->slave_acked = false;
    standstill_run(stage, &transfer, &outcome);
    return stage->slave_acked;
}

static uint8_t find_answer(play_stage *stage)
{
    for (unsigned addr7 = FIRST_ADDR7; addr7 <= LAST_ADDR7 && !stage->standstill.found; addr7++)
        if (answers(stage, (uint8_t)addr7))
            return (uint8_t)addr7;
    return 0;
}

static const char *see_why(play_stage *stage)
{
    const slave_adapter *adapter = stage->options.adapter;
    return adapter->silence == NULL ? NULL : adapter->silence(stage->slave);
}

/// What the slave's kind sees of it, else what it mostly is.
static const char *say_why(play_stage *stage)
{
    const char *why = see_why(stage);
    return why != NULL ? why : "does its START interrupt come, are these its pins?";
}

static void scan(play_stage *stage)
{
    const uint8_t own_addr7 = play_set_slave(stage->set)->addr7;
    char *text = stage->silence_text;
    const size_t bytes = sizeof stage->silence_text;
    stage->silence = SILENCE_ANSWERS;
    if (answers(stage, own_addr7))
        return;
    const uint8_t other = find_answer(stage);
    const char *why = stage->standstill.found ? see_why(stage) : NULL;
    if ((stage->standstill.found && why == NULL) || other == own_addr7)
        return; // a bus that is held says nothing of addresses, and who answers now and then is not
                // silent
    stage->silence = SILENCE_SILENT;
    if (why != NULL)
        snprintf(text, bytes, "it holds the bus and answers at no address: %s", why);
    else if (other == 0)
        snprintf(text, bytes, "it answers at no address: %s", say_why(stage));
    else if (other == own_addr7 >> 1)
        snprintf(text, bytes, "it answers at 0x%02X = 0x%02X >> 1: is 0x%02X the 8-bit form?",
                 other, own_addr7, own_addr7);
    else if (other >> 1 == own_addr7)
        snprintf(text, bytes, "it answers at 0x%02X: is that the 8-bit form of 0x%02X?", other,
                 own_addr7);
    else
        snprintf(text, bytes, "it answers at 0x%02X, not at 0x%02X", other, own_addr7);
}

/// The findings of the case follow from the silence: one takes their place.
static void replace_findings(play_stage *stage)
{
    play_result *result = stage->result;
    play_finding *finding = &result->finding[0];
    const play_finding first = result->finding[0];
    play_finding_by_runner(finding, "silent", first.at_ps, stage->silence_text);
    snprintf(finding->blame, sizeof finding->blame, "slave");
    snprintf(finding->expected, sizeof finding->expected, "an ACK of 0x%02X",
             play_set_slave(stage->set)->addr7);
    memcpy(finding->text, first.text, sizeof finding->text);
    memcpy(finding->file, first.file, sizeof finding->file);
    finding->line = first.line;
    finding->point = first.point;
    result->findings = 1;
    result->findings_dropped = 0;
}

/// What the slave has counted for the case until now; the caller's to put_counters().
static void *keep_counters(const play_stage *stage)
{
    const slave_adapter *adapter = stage->options.adapter;
    size_t bytes = 0;
    const void *counters =
        adapter->counters == NULL ? NULL : adapter->counters(stage->options.image, &bytes);
    void *kept = bytes == 0 ? NULL : malloc(bytes);
    if (kept != NULL)
        memcpy(kept, counters, bytes);
    return kept;
}

static void put_counters(const play_stage *stage, void *kept)
{
    size_t bytes = 0;
    if (kept != NULL) {
        void *counters = stage->options.adapter->counters(stage->options.image, &bytes);
        memcpy(counters, kept, bytes);
    }
    free(kept);
}

/// The scan is no part of the case, which must be the same in whatever order cases are played: it
/// has its own randomness, whichever case asks first. The master makes it as the run has it: a
/// slave that is deaf to what a scenario sets (intervals at their minimum, say) has broken the
/// scenario's row, and is not silent.
static void scan_apart(play_stage *stage)
{
    const play_result result = *stage->result;
    const play_case *one = stage->one;
    play_case plain = *one;
    plain.spec = plain.master;
    plain.sweep = -1;
    snprintf(plain.id, sizeof plain.id, "%s/silence", play_set_slave(stage->set)->name);
    stage->one = &plain;
    void *kept = keep_counters(stage);
    if (world_new(stage, 0)) {
        scan(stage);
        stage->silence_master = plain.master;
        stage->silence_trial = plain.trial;
        stage->found_count = 0;
        stage->left_open = true;
        world_end(stage);
    }
    put_counters(stage, kept);
    stage->one = one;
    *stage->result = result;
}

void silence_check(play_stage *stage)
{
    if (stage->result->findings == 0 || play_set_slave(stage->set)->arp == SLAVE_ARP_YES)
        return; // a device that is assigned its address is silent there until then
    if (stage->silence == SILENCE_UNKNOWN || stage->silence_master != stage->one->master ||
        stage->silence_trial != stage->one->trial)
        scan_apart(stage);
    if (stage->silence == SILENCE_SILENT)
        replace_findings(stage);
}
