/// What the parts of this kind share: a design that is built and loaded, and that design on a bus.
#ifndef RTL_PRIVATE_H
#define RTL_PRIVATE_H

#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/rtl/clock.h"
#include "slave_under_test/kinds/rtl/rtl_link.h"

enum { RTL_PENDING_MAX = 32, RTL_MOVES_KEPT = 16, RTL_TEXT_BYTES = 224 };

/// What the pads do from `due_ps` on.
typedef struct {
    uint64_t due_ps;
    i2c_drive drive[2]; ///< by i2c_line
} rtl_pads;

/// A change of a line's pad, for attribution.
typedef struct {
    uint64_t at_ps, edge;
    i2c_drive drive;
} rtl_move;

struct slave_instance {
    slave_image *image;
    i2c_sim *sim;
    i2c_node node;
    bool on, attached;
    bool in_reset;
    bool pads_off; ///< from power-up to the end of its reset
    bool ended;    ///< that it has ended was told
    slave_attach_options options;
    rtl_clock clock;
    uint64_t edge; ///< the next one's number
    i2c_timer reset_ends;
    rtl_pads pending[RTL_PENDING_MAX]; ///< a ring
    unsigned first_pending, pendings;
    i2c_drive asked[2]; ///< of the pads, whether it is there yet or not
    i2c_timer pads;
    rtl_move move[2][RTL_MOVES_KEPT]; ///< by i2c_line, rings
    unsigned moves[2];
    i2c_trace *trace; ///< NULL: nobody watches
    int track[RTL_WATCH_MAX];
    uint64_t watched[RTL_WATCH_MAX];
    char text[RTL_TEXT_BYTES];
};

struct slave_image {
    void *handle; ///< dlopen()'s
    const rtl_link *link;
    rtl_model *model;
    slave_model *data;
    uint64_t clock_hz;
    uint64_t reset_ps;
    bool has_reset;
    bool in_code;
    char top[64];
    char pin[2][48]; ///< by i2c_line: the port that drives it; "" none
    slave_instance instance;
};

/// As of slave_adapter.
slave_image *rtl_prepare(const slave_description *d, const slave_build_options *options,
                         char *message, size_t message_bytes);
void rtl_discard(slave_image *image);

#endif
