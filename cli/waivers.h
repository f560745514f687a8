/// The `accept` lines of a slave: which of them waived something, and which are out of date.
#ifndef CLI_WAIVERS_H
#define CLI_WAIVERS_H

#include "scenarios/play/play.h"

#include <stdbool.h>
#include <stdint.h>

enum { WAIVERS_MAX = 256 };

typedef struct {
    const slave_description *slave;
    uint32_t today_ymd; ///< 20270101
    bool used[WAIVERS_MAX];
} waivers;

/// Today as YYYYMMDD: SOURCE_DATE_EPOCH if that is set to a number, else the clock (UTC).
uint32_t waivers_today(void);

bool waivers_expired(const waivers *list, unsigned i);
/// Whether the finding is waived today. Marks its line as used.
bool waivers_waive(waivers *list, const play_finding *finding);

/// The verdict of a case today: an expired line no longer waives, so its finding counts again.
play_verdict waivers_verdict(waivers *list, const play_result *result);

#endif
