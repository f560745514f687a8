#include "cli/wave_vcd.h"

#include "cli/wave_decode.h"
#include "sim/sim.h"
#include "vcd/vcd.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_SIGNAL UINT32_MAX

enum { EDGES_MAX = 256 };
enum { SIGNAL_MAX = 2 + 2 + 4 * I2C_NODE_MAX + 2 * I2C_TRACE_TRACK_MAX };

/// A track of the trace in the file.
typedef struct {
    vcd_signal signal, active; ///< active: of a track `isr`, else NO_SIGNAL
    uint8_t kind;
} track_signal;

struct wave_vcd {
    vcd_writer *vcd;
    wave_facts facts;
    bool strings, tracks;
    vcd_signal line[2], pull[2][I2C_NODE_MAX], high[2][I2C_NODE_MAX], decode, finding;
    track_signal track[I2C_TRACE_TRACK_MAX];
    unsigned track_count;
    uint32_t pulled[2], driven[2]; ///< nodes that have a signal in `pull`, in `high`
    vcd_edge edge[EDGES_MAX];      ///< what changed, in order, and is not with the writer yet
    unsigned edges;
    uint64_t next;         ///< number of the next record to write
    uint64_t now_ps;       ///< time of the last one
    uint64_t now;          ///< the same in units of the file
    uint64_t next_mark_ps; ///< I2C_NEVER_PS: no more
    unsigned next_mark;
    uint32_t pulls[2], highs[2]; ///< as of now
    uint32_t pulls_unknown[2];   ///< nodes of whose pulls nothing has been said yet
    uint32_t acted;              ///< nodes that ever pulled or drove high
    uint32_t high_half;          ///< of a wide value that is under way
    wave_decoder decoder;
    bool finished;
    unsigned signals;
    wave_signal signal[SIGNAL_MAX];
};

// ---- declarations ---------------------------------------------------------------------------

/// A name as a scope or variable can have it. GTKWave takes [3] for a bit range and . for a scope.
static void clean_name(char *to, size_t bytes, const char *from, size_t from_bytes)
{
    size_t used = 0;
    const size_t length = strnlen(from, from_bytes);
    for (size_t i = 0; i < length && used + 1 < bytes; i++) {
        const char c = from[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
        if (c == ']')
            continue;
        to[used] = '_';
        if (plain)
            to[used] = c;
        used++;
    }
    if (used == 0)
        to[used++] = '_';
    to[used] = '\0';
}

/// Declares a variable in the open scope `scope`.
static vcd_signal declare(wave_vcd *v, const char *scope, const char *name, unsigned bits,
                          wave_signal entry)
{
    const vcd_var var = {.type = bits == 0   ? VCD_VAR_STRING
                                 : bits == 1 ? VCD_VAR_WIRE
                                             : VCD_VAR_REG,
                         .width = bits == 0 ? 1 : bits,
                         .name = name,
                         .has_range = bits > 1,
                         .msb = (int32_t)bits - 1};
    vcd_signal signal = NO_SIGNAL;
    if (vcd_writer_var(v->vcd, &var, &signal) != VCD_OK || v->signals == SIGNAL_MAX)
        return NO_SIGNAL;
    entry.bits = bits;
    snprintf(entry.path, sizeof entry.path, "%s.%s", scope, name);
    v->signal[v->signals++] = entry;
    return signal;
}

static vcd_signal declare_bit(wave_vcd *v, const char *scope, const char *name, wave_signal entry,
                              bool first)
{
    const vcd_signal signal = declare(v, scope, name, 1, entry);
    if (signal != NO_SIGNAL && v->facts.whole)
        (void)vcd_writer_bit(v->vcd, signal, first ? VCD_1 : VCD_0);
    return signal;
}

static void declare_bus(wave_vcd *v)
{
    const wave_signal entry = {.group = WAVE_BUS};
    (void)vcd_writer_scope(v->vcd, VCD_SCOPE_MODULE, "bus");
    v->line[I2C_SCL] = declare_bit(v, "bus", "scl", entry, true);
    v->line[I2C_SDA] = declare_bit(v, "bus", "sda", entry, true);
    (void)vcd_writer_upscope(v->vcd);
}

static void declare_monitor(wave_vcd *v)
{
    (void)vcd_writer_scope(v->vcd, VCD_SCOPE_MODULE, "monitor");
    v->decode = declare(v, "monitor", "decode", 0, (wave_signal){.group = WAVE_MONITOR});
    v->finding = declare(v, "monitor", "finding", 0, (wave_signal){.group = WAVE_FINDINGS});
    (void)vcd_writer_upscope(v->vcd);
}

/// The node's scope: its name, with a number where an earlier node has the same.
static void node_scope(const i2c_trace *tables, unsigned node, char *name, size_t bytes)
{
    unsigned same = 1;
    char own[I2C_TRACE_NAME_BYTES];
    clean_name(own, sizeof own, tables->node[node], I2C_TRACE_NAME_BYTES);
    for (unsigned i = 0; i < node; i++) {
        char other[I2C_TRACE_NAME_BYTES];
        clean_name(other, sizeof other, tables->node[i], I2C_TRACE_NAME_BYTES);
        same += strcmp(own, other) == 0;
    }
    if (same == 1)
        snprintf(name, bytes, "%s", own);
    else
        snprintf(name, bytes, "%s_%u", own, same);
}

static void declare_node(wave_vcd *v, const i2c_trace *tables, unsigned node)
{
    static const char *const pull_name[2] = {"scl_pull", "sda_pull"};
    static const char *const high_name[2] = {"scl_high", "sda_high"};
    const wave_signal entry = {.group = WAVE_NODES, .node = node};
    char name[I2C_TRACE_NAME_BYTES + 8];
    char scope[I2C_TRACE_NAME_BYTES + 16];
    node_scope(tables, node, name, sizeof name);
    snprintf(scope, sizeof scope, "nodes.%s", name);
    (void)vcd_writer_scope(v->vcd, VCD_SCOPE_MODULE, name);
    for (unsigned line = 0; line < 2; line++) {
        v->pull[line][node] = declare_bit(v, scope, pull_name[line], entry, false);
        v->pulled[line] |= (uint32_t)(v->pull[line][node] != NO_SIGNAL) << node;
    }
    for (unsigned line = 0; line < 2; line++) {
        if ((v->facts.highs[line] >> node & 1u) == 0)
            continue;
        v->high[line][node] = declare_bit(v, scope, high_name[line], entry, false);
        v->driven[line] |= (uint32_t)(v->high[line][node] != NO_SIGNAL) << node;
    }
    (void)vcd_writer_upscope(v->vcd);
}

static void declare_nodes(wave_vcd *v, const i2c_trace *tables)
{
    const unsigned nodes = tables->nodes < I2C_NODE_MAX ? tables->nodes : I2C_NODE_MAX;
    if (nodes == 0)
        return;
    (void)vcd_writer_scope(v->vcd, VCD_SCOPE_MODULE, "nodes");
    for (unsigned node = 0; node < nodes; node++)
        declare_node(v, tables, node);
    (void)vcd_writer_upscope(v->vcd);
}

static void declare_track(wave_vcd *v, const char *scope, const i2c_track *track, unsigned number)
{
    char name[I2C_TRACE_NAME_BYTES];
    track_signal *s = &v->track[number];
    const wave_signal entry = {.group = WAVE_TRACKS, .track = number};
    clean_name(name, sizeof name, track->name, I2C_TRACE_NAME_BYTES);
    s->kind = track->kind <= I2C_TRACK_TEXT ? track->kind : I2C_TRACK_INTEGER;
    s->active = NO_SIGNAL;
    if (s->kind == I2C_TRACK_BIT) {
        s->signal = declare_bit(v, scope, name, entry, false);
    } else if (s->kind == I2C_TRACK_TEXT) {
        if (strcmp(name, "isr") == 0)
            s->active = declare_bit(v, scope, "isr_active", entry, false);
        s->signal = declare(v, scope, name, 0, entry);
    } else {
        const unsigned bits = track->bits >= 1 && track->bits <= 64 ? track->bits : 64;
        s->signal = declare(v, scope, name, bits, entry);
    }
}

/// Opens the scopes of a dotted name, and returns how many; `path` is the name as the file has it.
static unsigned open_scopes(wave_vcd *v, const char *dotted, char *path, size_t bytes)
{
    unsigned depth = 0;
    size_t used = 0;
    const char *at = dotted;
    path[0] = '\0';
    while (depth < 8) {
        char part[I2C_TRACE_NAME_BYTES];
        const size_t length = strcspn(at, ".");
        clean_name(part, sizeof part, at, length);
        (void)vcd_writer_scope(v->vcd, VCD_SCOPE_MODULE, part);
        used += (size_t)snprintf(path + used, bytes - used, "%s%s", used == 0 ? "" : ".", part);
        depth++;
        if (at[length] == '\0' || used + I2C_TRACE_NAME_BYTES >= bytes)
            break;
        at += length + 1;
    }
    return depth;
}

static void scope_of(const i2c_track *track, char scope[I2C_TRACE_NAME_BYTES])
{
    memcpy(scope, track->scope, I2C_TRACE_NAME_BYTES);
    scope[I2C_TRACE_NAME_BYTES - 1] = '\0'; // the block may come from a process that ran wild
}

/// All tracks of the scope that track `first` is the first of.
static void declare_scope(wave_vcd *v, const i2c_trace *tables, unsigned first)
{
    char scope[I2C_TRACE_NAME_BYTES];
    char other[I2C_TRACE_NAME_BYTES];
    char path[WAVE_PATH_BYTES - I2C_TRACE_NAME_BYTES];
    scope_of(&tables->track[first], scope);
    for (unsigned i = 0; i < first; i++) {
        scope_of(&tables->track[i], other);
        if (strcmp(scope, other) == 0)
            return;
    }
    unsigned depth = open_scopes(v, scope, path, sizeof path);
    for (unsigned i = first; i < v->track_count; i++) {
        scope_of(&tables->track[i], other);
        if (strcmp(scope, other) == 0)
            declare_track(v, path, &tables->track[i], i);
    }
    for (; depth > 0; depth--)
        (void)vcd_writer_upscope(v->vcd);
}

static void declare_all(wave_vcd *v, const wave_vcd_config *config)
{
    const i2c_trace *tables = config->tables;
    v->decode = v->finding = NO_SIGNAL;
    declare_bus(v);
    if (v->strings)
        declare_monitor(v);
    declare_nodes(v, tables);
    v->track_count = tables->tracks < I2C_TRACE_TRACK_MAX ? tables->tracks : I2C_TRACE_TRACK_MAX;
    for (unsigned i = 0; v->tracks && i < v->track_count; i++)
        declare_scope(v, tables, i);
}

wave_vcd *wave_vcd_open(const char *path, const wave_vcd_config *config, char *message,
                        size_t message_bytes)
{
    const uint64_t scale_ps = config->facts->scale_ps;
    vcd_error error;
    wave_vcd *v = calloc(1, sizeof *v);
    if (v == NULL) {
        snprintf(message, message_bytes, "%s: out of memory", path);
        return NULL;
    }
    assert(scale_ps == 1 || scale_ps == 10 || scale_ps == 100 || scale_ps == 1000);
    const vcd_writer_config writer = {.timescale = scale_ps == 1000 ? 1 : (uint32_t)scale_ps,
                                      .unit = scale_ps == 1000 ? VCD_NS : VCD_PS,
                                      .version = "i2cproof",
                                      .strict = config->strict};
    if (vcd_writer_open_path(&v->vcd, path, &writer, &error) != VCD_OK) {
        snprintf(message, message_bytes, "%s", error.text);
        free(v);
        return NULL;
    }
    v->facts = *config->facts;
    v->strings = !config->strict && !config->wires_only;
    v->tracks = !config->wires_only;
    v->pulls_unknown[0] = v->pulls_unknown[1] = v->facts.whole ? 0 : UINT32_MAX;
    v->next_mark_ps = v->strings && v->facts.marks > 0 ? v->facts.mark[0].at_ps : I2C_NEVER_PS;
    declare_all(v, config);
    if (v->facts.whole)
        (void)vcd_writer_start(v->vcd, 0);
    return v;
}

// ---- records ----------------------------------------------------------------------------------

static inline uint64_t scaled(const wave_vcd *v, uint64_t at_ps)
{
    switch (v->facts.scale_ps) { // divisions by constants
    case 1000:
        return at_ps / 1000;
    case 100:
        return at_ps / 100;
    case 10:
        return at_ps / 10;
    default:
        return at_ps;
    }
}

// Bits are most of a file, and go to the writer many at a time; whatever else is written comes
// after those before it.

static void put_edges(wave_vcd *v)
{
    (void)vcd_writer_edges(v->vcd, v->edge, v->edges);
    v->edges = 0;
}

static inline void put_bit(wave_vcd *v, vcd_signal signal, bool high)
{
    if (v->edges == EDGES_MAX)
        put_edges(v);
    v->edge[v->edges++] = (vcd_edge){v->now, signal, high ? VCD_1 : VCD_0};
}

/// Where the next edges go, of every node if need be ...
static inline vcd_edge *room_for_edges(wave_vcd *v)
{
    if (v->edges > EDGES_MAX - I2C_NODE_MAX)
        put_edges(v);
    return &v->edge[v->edges];
}

/// ... and that they have been put there, up to `end`.
static inline void put_edges_to(wave_vcd *v, const vcd_edge *end)
{
    v->edges = (unsigned)(end - v->edge);
}

static void put_text(wave_vcd *v, vcd_signal signal, const char *text, size_t length)
{
    put_edges(v);
    (void)vcd_writer_time(v->vcd, v->now);
    (void)vcd_writer_string(v->vcd, signal, text, length);
}

static void put_integer(wave_vcd *v, vcd_signal signal, uint64_t value)
{
    put_edges(v);
    (void)vcd_writer_time(v->vcd, v->now);
    (void)vcd_writer_int(v->vcd, signal, value);
}

/// All findings of one instant as one text.
static void put_marks(wave_vcd *v)
{
    char text[4 * (WAVE_RULE_BYTES + 2)];
    size_t used = 0;
    const wave_facts *f = &v->facts;
    const uint64_t at_ps = v->next_mark_ps;
    for (; v->next_mark < f->marks && f->mark[v->next_mark].at_ps == at_ps; v->next_mark++)
        if (used + WAVE_RULE_BYTES + 2 < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used == 0 ? "" : ", ",
                                     f->mark[v->next_mark].rule);
    v->next_mark_ps = v->next_mark < f->marks ? f->mark[v->next_mark].at_ps : I2C_NEVER_PS;
    v->now_ps = at_ps;
    v->now = scaled(v, at_ps);
    put_text(v, v->finding, text, used);
}

/// The nodes whose bit differs get their new one. Returns the end of the edges; `edge` has room for
/// I2C_NODE_MAX of them.
static inline vcd_edge *add_mask(vcd_edge *edge, const vcd_signal *signals, uint32_t value,
                                 uint32_t differs, uint64_t now)
{
    for (; differs != 0; differs &= differs - 1) {
        const unsigned node = (unsigned)__builtin_ctz(differs);
        *edge++ = (vcd_edge){now, signals[node], value >> node & 1u ? VCD_1 : VCD_0};
    }
    return edge;
}

static inline vcd_edge *add_pulls(wave_vcd *v, vcd_edge *edge, const i2c_record *r, uint64_t now)
{
    const unsigned line = r->a & 1u;
    const uint32_t differs = (r->value ^ v->pulls[line]) | v->pulls_unknown[line];
    v->pulls[line] = r->value;
    v->pulls_unknown[line] = 0;
    v->acted |= r->value;
    return add_mask(edge, v->pull[line], r->value, differs & v->pulled[line], now);
}

static inline vcd_edge *add_level(const wave_vcd *v, vcd_edge *edge, const i2c_record *r,
                                  uint64_t now)
{
    const vcd_signal signal = v->line[r->a & 1u];
    *edge = (vcd_edge){now, signal, r->b != 0 ? VCD_1 : VCD_0};
    return edge + (signal != NO_SIGNAL);
}

static void put_highs(wave_vcd *v, const i2c_record *r)
{
    const unsigned line = r->a & 1u;
    v->highs[line] = r->value;
    v->acted |= r->value;
    vcd_edge *const edge = room_for_edges(v); // rare; the same is not written again
    put_edges_to(v, add_mask(edge, v->high[line], r->value, v->driven[line], v->now));
}

static void put_track(wave_vcd *v, const i2c_trace *trace, const i2c_record *r)
{
    if (!v->tracks || r->b >= v->track_count || v->track[r->b].signal == NO_SIGNAL)
        return;
    const track_signal *s = &v->track[r->b];
    if (s->kind == I2C_TRACK_BIT) {
        put_bit(v, s->signal, r->value != 0);
    } else if (s->kind == I2C_TRACK_INTEGER) {
        put_integer(v, s->signal, (uint64_t)v->high_half << 32 | r->value);
        v->high_half = 0;
    } else {
        static const char unknown[] = "?";
        const char *text = r->value < I2C_TRACE_TEXT_MAX ? trace->text[r->value] : unknown;
        const size_t length = strnlen(text, I2C_TRACE_TEXT_BYTES);
        put_text(v, s->signal, text, length);
        if (s->active != NO_SIGNAL)
            put_bit(v, s->active, length > 0);
    }
}

/// What the decode track shows from this record on. False: that stands in records to come.
static bool put_decode(wave_vcd *v, const i2c_trace *trace, const i2c_record *r, bool last)
{
    const char *sign = wave_decoder_sign(r);
    if (sign != NULL) {
        put_text(v, v->decode, sign, strlen(sign));
    } else if (wave_decoder_begins_slot(&v->decoder, r)) {
        char text[WAVE_SLOT_BYTES];
        unsigned bits;
        const uint64_t end = wave_next_event(trace, v->next, &bits);
        const bool ends = end < trace->written;
        // What waits must not be overwritten before the next call; a byte with that many records
        // in it shows no text.
        const bool patient = trace->written - v->next < 3 * (uint64_t)(trace->capacity / 8);
        if (!ends && !last && patient)
            return false;
        wave_slot_text(ends ? wave_record(trace, end) : NULL, ends || last ? bits : 0, text);
        put_text(v, v->decode, text, strlen(text));
    }
    wave_decoder_pass(&v->decoder, r);
    return true;
}

/// Time goes on to that of the record; findings on the way come first.
static inline void pass_time(wave_vcd *v, uint64_t at_ps)
{
    while (v->next_mark_ps <= at_ps)
        put_marks(v);
    v->now_ps = at_ps;
    v->now = scaled(v, at_ps);
}

static inline bool put_record(wave_vcd *v, const i2c_trace *trace, const i2c_record *r, bool last)
{
    if (r->at_ps != v->now_ps) {
        if (r->at_ps < v->now_ps)
            return true; // never from a sound trace
        pass_time(v, r->at_ps);
    }
    switch (r->kind) {
    case I2C_RECORD_LEVEL:
        if (v->strings && v->decoder.after_start && !put_decode(v, trace, r, last))
            return false;
        if (v->line[r->a & 1u] != NO_SIGNAL)
            put_bit(v, v->line[r->a & 1u], r->b != 0);
        return true;
    case I2C_RECORD_PULLS:
        put_edges_to(v, add_pulls(v, room_for_edges(v), r, v->now));
        return true;
    case I2C_RECORD_HIGHS:
        put_highs(v, r);
        return true;
    case I2C_RECORD_EVENT:
        return !v->strings || put_decode(v, trace, r, last);
    case I2C_RECORD_TRACK:
        put_track(v, trace, r);
        return true;
    case I2C_RECORD_TRACK_HI:
        v->high_half = r->value;
        return true;
    default:
        return true; // never from a sound trace
    }
}

/// Levels and pulls are most records and need no more than their bits: takes as many as follow each
/// other, up to the ring's end. What a finding, the decode track or anything else waits for is left
/// to put_record().
static void take_bits(wave_vcd *v, const i2c_trace *trace)
{
    const uint64_t to_end = trace->capacity - (v->next & (trace->capacity - 1u));
    const uint64_t left = trace->written - v->next;
    const i2c_record *const begin = wave_record(trace, v->next);
    const i2c_record *const end = begin + (left < to_end ? left : to_end);
    const bool decodes = v->strings && v->decoder.after_start;
    const bool all = v->strings || v->tracks; // else what is told in these shows by its time alone
    const i2c_record *r = begin;
    vcd_edge *edge = room_for_edges(v);
    for (; r != end; r++) {
        if (r->kind > I2C_RECORD_PULLS ? all || r->kind == I2C_RECORD_HIGHS
                                       : decodes && r->kind == I2C_RECORD_LEVEL)
            break;
        if (r->at_ps != v->now_ps) {
            if (r->at_ps < v->now_ps || r->at_ps >= v->next_mark_ps)
                break;
            v->now_ps = r->at_ps;
            v->now = scaled(v, r->at_ps);
        }
        if (edge > &v->edge[EDGES_MAX - I2C_NODE_MAX]) {
            put_edges_to(v, edge);
            edge = room_for_edges(v);
        }
        if (r->kind == I2C_RECORD_LEVEL)
            edge = add_level(v, edge, r, v->now);
        else if (r->kind == I2C_RECORD_PULLS)
            edge = add_pulls(v, edge, r, v->now);
    }
    put_edges_to(v, edge);
    v->next += (uint64_t)(r - begin);
}

static void take(wave_vcd *v, const i2c_trace *trace, bool last)
{
    const uint64_t oldest = trace->written - i2c_trace_kept(trace);
    if (v->next < oldest)
        v->next = oldest;
    if (!v->facts.whole && v->now_ps == 0 && v->next < trace->written) {
        v->now_ps = wave_record(trace, v->next)->at_ps;
        while (v->next_mark < v->facts.marks && v->facts.mark[v->next_mark].at_ps < v->now_ps)
            v->next_mark++;
        if (v->next_mark_ps != I2C_NEVER_PS)
            v->next_mark_ps =
                v->next_mark < v->facts.marks ? v->facts.mark[v->next_mark].at_ps : I2C_NEVER_PS;
        v->now = scaled(v, v->now_ps);
        (void)vcd_writer_start(v->vcd, v->now);
    }
    for (take_bits(v, trace); v->next < trace->written; take_bits(v, trace)) {
        if (!put_record(v, trace, wave_record(trace, v->next), last))
            break;
        v->next++;
    }
    put_edges(v);
}

void wave_vcd_take(wave_vcd *v, const i2c_trace *trace)
{
    take(v, trace, false);
}

bool wave_vcd_finish(wave_vcd *v, const i2c_trace *trace, char *message, size_t message_bytes)
{
    assert(!v->finished);
    v->finished = true;
    take(v, trace, true);
    if (!v->facts.whole && v->now_ps == 0)
        (void)vcd_writer_start(v->vcd, 0);
    while (v->next_mark_ps != I2C_NEVER_PS)
        put_marks(v);
    const uint64_t end = scaled(v, v->facts.end_ps);
    (void)vcd_writer_time(v->vcd, end > v->now ? end : v->now);
    if (vcd_writer_finish(v->vcd) == VCD_OK)
        return true;
    snprintf(message, message_bytes, "%s", vcd_writer_error(v->vcd)->text);
    return false;
}

const wave_signal *wave_vcd_signal(const wave_vcd *v, unsigned i)
{
    return i < v->signals ? &v->signal[i] : NULL;
}

bool wave_vcd_node_acted(const wave_vcd *v, unsigned node)
{
    return node < I2C_NODE_MAX && (v->acted >> node & 1u) != 0;
}

void wave_vcd_free(wave_vcd *v)
{
    if (v == NULL)
        return;
    vcd_writer_free(v->vcd);
    free(v);
}
