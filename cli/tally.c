#include "cli/tally.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/// Whether `a` leaves a smaller share of its limit than `b`. Products fit: margins and limits are
/// far below 2^63 / 2^63 in 128 bits.
static bool tighter(const i2c_margin *a, const tally_margin *b)
{
    if (!b->seen)
        return true;
    return (__int128)a->margin_ps * b->limit_ps < (__int128)b->margin_ps * a->limit_ps;
}

static void take_margins(tally_margin *least, const play_result *result)
{
    for (unsigned i = 0; i < I2C_TIMING_COUNT; i++) {
        const i2c_margin *margin = &result->slave[i];
        if (margin->seen && margin->limit_ps > 0 && tighter(margin, least))
            *least =
                (tally_margin){true, (i2c_timing_parameter)i, margin->margin_ps, margin->limit_ps};
    }
}

static void take_time(tally_time *time, const i2c_spread *seen, uint32_t in_case)
{
    if (seen->count == 0)
        return;
    if (time->all.count == 0 || i2c_spread_margin_ps(seen) < i2c_spread_margin_ps(&time->all))
        time->least_in = in_case;
    i2c_spread_join(&time->all, seen);
}

const char *tally_edges_text(tally_edges edges)
{
    return edges == TALLY_IDEAL ? "ideal" : "rc";
}

static void take_routine(play_routine *kept, uint32_t *kept_in, const play_routine *seen,
                         uint32_t in_case)
{
    if (seen->ps <= kept->ps)
        return;
    *kept = *seen;
    *kept_in = in_case;
}

/// What finds no room is left out: promises have five latencies.
static void take_latency(tally *sum, play_verdict verdict, uint64_t latency_ps)
{
    unsigned i = 0;
    while (i < sum->latencies && sum->latency[i].latency_ps != latency_ps)
        i++;
    if (i == TALLY_LATENCIES)
        return;
    if (i == sum->latencies)
        sum->latency[sum->latencies++] = (tally_latency){latency_ps, false};
    sum->latency[i].failed =
        sum->latency[i].failed || verdict == PLAY_FAIL || verdict == PLAY_INCOMPATIBLE;
}

bool tally_latency_stood(const tally *sum, uint64_t *asked_ps, uint64_t *stands_ps)
{
    uint64_t failed_ps = UINT64_MAX;
    *asked_ps = *stands_ps = 0;
    for (unsigned i = 0; i < sum->latencies; i++) {
        const tally_latency *one = &sum->latency[i];
        if (one->latency_ps > *asked_ps)
            *asked_ps = one->latency_ps;
        if (one->failed && one->latency_ps < failed_ps)
            failed_ps = one->latency_ps;
    }
    for (unsigned i = 0; i < sum->latencies; i++)
        if (sum->latency[i].latency_ps < failed_ps && sum->latency[i].latency_ps > *stands_ps)
            *stands_ps = sum->latency[i].latency_ps;
    return *asked_ps > 0;
}

void tally_add(tally *sum, play_verdict verdict, const play_result *result)
{
    assert(verdict < PLAY_VERDICT_COUNT);
    sum->count[verdict]++;
    if (result->longest_hold_ps > sum->longest_hold_ps) {
        sum->longest_hold_ps = result->longest_hold_ps;
        sum->longest_hold_in = result->index;
    }
    if (result->transfer_held_ps > sum->transfer_held_ps) {
        sum->transfer_held_ps = result->transfer_held_ps;
        sum->transfer_held_in = result->index;
    }
    take_routine(&sum->latest, &sum->latest_in, &result->latest, result->index);
    take_routine(&sum->longest, &sum->longest_in, &result->longest, result->index);
    if (result->is_late && verdict != PLAY_NOT_APPLICABLE)
        take_latency(sum, verdict, result->latency_ps);
    take_margins(&sum->margin, result);
    for (unsigned by = 0; by < I2C_MADE_BY_OTHERS; by++)
        for (unsigned i = 0; i < I2C_TIMING_COUNT; i++)
            take_time(&sum->time[result->ideal_wires ? TALLY_IDEAL : TALLY_RC][by][i],
                      &result->made[by][i], result->index);
}

static tally_swept *swept_of(tally_sweeps *sweeps, const char *transfer)
{
    for (unsigned i = 0; i < sweeps->count; i++)
        if (strcmp(sweeps->swept[i].transfer, transfer) == 0)
            return &sweeps->swept[i];
    if (sweeps->count == TALLY_SWEPT_MAX)
        return NULL;
    tally_swept *swept = &sweeps->swept[sweeps->count++];
    snprintf(swept->transfer, sizeof swept->transfer, "%s", transfer);
    return swept;
}

const char *tally_kind_text(lang_sweep_kind kind)
{
#define TEXT(name, text) text,
    static const char *const texts[] = {LANG_SWEEP_KIND_MAP(TEXT)};
#undef TEXT
    return texts[kind];
}

void tally_sweep_add(tally_sweeps *sweeps, int16_t kind, const play_result *result)
{
    const uint64_t points = result->points - result->points_skipped;
    if (kind < 0 || points == 0)
        return;
    tally_swept *swept = swept_of(sweeps, result->swept);
    if (swept == NULL) {
        sweeps->others += points;
        return;
    }
    swept->points[kind] += points;
    swept->failed[kind] += result->points_failed;
}

uint64_t tally_sweep_points(const tally_sweeps *sweeps, unsigned *kinds)
{
    uint64_t all = sweeps->others;
    bool has[LANG_SWEEP_KIND_COUNT] = {false};
    for (unsigned i = 0; i < sweeps->count; i++)
        for (unsigned k = 0; k < LANG_SWEEP_KIND_COUNT; k++) {
            all += sweeps->swept[i].points[k];
            has[k] = has[k] || sweeps->swept[i].points[k] > 0;
        }
    *kinds = 0;
    for (unsigned k = 0; k < LANG_SWEEP_KIND_COUNT; k++)
        *kinds += has[k];
    return all;
}

void tally_reason_add(tally_reasons *reasons, const char *text)
{
    for (unsigned i = 0; i < reasons->count; i++)
        if (strncmp(reasons->reason[i].text, text, TALLY_REASON_BYTES - 1) == 0) {
            reasons->reason[i].cases++;
            return;
        }
    if (reasons->count == TALLY_REASONS) {
        reasons->others++;
        return;
    }
    tally_reason *reason = &reasons->reason[reasons->count++];
    snprintf(reason->text, sizeof reason->text, "%s", text);
    reason->cases = 1;
}

bool tally_other_form(const slave_description *slave, const char *reason)
{
    static const char *const forms[SLAVE_DATA_COUNT] = {
        "opaque", "echo", "buffer", "queue", "frame", "stream", "eeprom", "model", "registers"};
    static const char before[] = "not declared: ";
    if (slave->declared[SLAVE_KEY_DATA].line == 0 || strncmp(reason, before, strlen(before)) != 0)
        return false;
    reason += strlen(before);
    const size_t length = strcspn(reason, ".");
    for (unsigned i = 0; i < SLAVE_DATA_COUNT; i++)
        if (strlen(forms[i]) == length && strncmp(forms[i], reason, length) == 0)
            return slave->data.form != i;
    return false;
}

void tally_reasons_sort(tally_reasons *reasons)
{
    for (unsigned i = 1; i < reasons->count; i++) {
        const tally_reason moved = reasons->reason[i];
        unsigned k = i;
        for (; k > 0 && reasons->reason[k - 1].cases < moved.cases; k--)
            reasons->reason[k] = reasons->reason[k - 1];
        reasons->reason[k] = moved;
    }
}

int64_t tally_margin_percent(const tally_margin *margin)
{
    if (!margin->seen || margin->limit_ps <= 0)
        return 0;
    const __int128 hundred = (__int128)margin->margin_ps * 100;
    __int128 percent = hundred / margin->limit_ps;
    if (hundred < 0 && hundred % margin->limit_ps != 0)
        percent--;
    return (int64_t)percent;
}

uint64_t tally_all(const tally *sum)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < PLAY_VERDICT_COUNT; i++)
        all += sum->count[i];
    return all;
}

uint64_t tally_played(const tally *sum)
{
    return tally_all(sum) - sum->count[PLAY_NOT_APPLICABLE];
}
