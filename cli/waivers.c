#include "cli/waivers.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

static bool source_date(time_t *seconds)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    if (text == NULL || *text < '0' || *text > '9')
        return false;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *seconds = (time_t)value;
    return true;
}

uint32_t waivers_today(void)
{
    time_t seconds = 0;
    struct tm day = {0};
    if (!source_date(&seconds))
        seconds = time(NULL);
    if (gmtime_r(&seconds, &day) == NULL)
        return 0;
    return (uint32_t)(day.tm_year + 1900) * 10000 + (uint32_t)(day.tm_mon + 1) * 100 +
           (uint32_t)day.tm_mday;
}

bool waivers_expired(const waivers *list, unsigned i)
{
    return list->today_ymd > list->slave->waivers[i].until_ymd;
}

bool waivers_waive(waivers *list, const play_finding *finding)
{
    if (!finding->accepted || finding->accept >= list->slave->waiver_count)
        return false;
    if (finding->accept < WAIVERS_MAX)
        list->used[finding->accept] = true;
    return !waivers_expired(list, finding->accept);
}

play_verdict waivers_verdict(waivers *list, const play_result *result)
{
    play_verdict gravest = PLAY_PASS;
    bool waiver_met = false;
    for (unsigned i = 0; i < result->findings; i++) {
        const play_finding *finding = &result->finding[i];
        play_verdict verdict = finding->undeclared ? PLAY_PASS : finding->verdict;
        waiver_met = waiver_met || finding->accepted;
        if (waivers_waive(list, finding))
            verdict = PLAY_NOTE;
        if (verdict > gravest)
            gravest = verdict;
    }
    // Without a waiver the player has said it all, more findings than it could keep included.
    if (!waiver_met)
        return result->verdict;
    const bool by_reason = result->reason[0] != '\0';
    return by_reason && result->verdict > gravest ? result->verdict : gravest;
}
