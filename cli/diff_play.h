/// Plays the cases of one slave on two: the same master, seed and statements for both, and keeps
/// the first difference.
#ifndef CLI_DIFF_PLAY_H
#define CLI_DIFF_PLAY_H

#include "cli/diff_log.h"
#include "cli/lineup.h"

#include <stdbool.h>
#include <stdint.h>

enum { DIFF_END_BYTES = 128, DIFF_MORE = 8 };

/// What came of it. Without pointers: the processes that play write it.
typedef struct {
    uint32_t compared;     ///< cases that both slaves can play
    uint32_t inapplicable; ///< cases that are not for both
    uint32_t different;
    uint32_t both_end;          ///< cases in which both slaves end the process or hang
    uint32_t judged_other;      ///< no difference, but another verdict: response times
    char judged[PLAY_ID_BYTES]; ///< the first of those
    uint32_t open;              ///< cases that differ in what a slave may hear or not
    uint32_t more[DIFF_MORE];   ///< further cases that differ, the first of them
    uint32_t number;            ///< of the first case that differs
    diff_first first;
    bool ended[2];               ///< the slave ended its process there ...
    char end[2][DIFF_END_BYTES]; ///< ... in this way
    uint32_t left_out;           ///< cases of which only a part could be kept
} diff_outcome;

typedef struct {
    const lineup_slave *side[2]; ///< the first one's file says what is played
    uint64_t bound_ps;           ///< I2C_NEVER_PS: times do not matter
    void (*on_progress)(void *ctx, uint32_t done, uint32_t all);
    void *on_progress_ctx;
} diff_request;

/// Pulses, longer and shorter than these, that a slave at the speed of either may hear or not.
typedef struct {
    uint64_t above_ps, below_ps;
} diff_pulses;
diff_pulses diff_open_pulses(const diff_request *request);

/// False when the machine gives no process or memory; `message` says so.
bool diff_play(const diff_request *request, diff_outcome *outcome, char *message,
               size_t message_bytes);

#endif
