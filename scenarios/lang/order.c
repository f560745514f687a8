/// The order of a transfer's items: who speaks when, by UM10204 3.1.10. It also settles what `[_]`
/// is, an acknowledge or a byte, which only its place tells.
#include "scenarios/lang/parser.h"

#include <stdio.h>

typedef enum {
    AT_BEGIN,   ///< nothing yet
    AT_ADDRESS, ///< behind S or Sr
    AT_W_ACK,   ///< the slave acknowledges an address with +W, or a byte
    AT_W,       ///< the master may send a byte
    AT_R_ACK,   ///< the slave acknowledges its address with +R
    AT_R,       ///< the slave sends a byte
    AT_R_ACKED, ///< the master answers it
    AT_STOPPED  ///< behind P
} place_in_transfer;

typedef struct {
    lang_parser *p;
    lang_bus bus;
    bool again;       ///< second round through a group
    uint32_t address; ///< LANG_ADDRESS that was last
    uint32_t may_end; ///< an [A or N P]
    lang_order order;
} walker;

static place_in_transfer walk(walker *w, uint32_t first, place_in_transfer at);

/// A token that stands for a node of this logical line, for its place in messages.
static lang_token token_of(const lang_parser *p, const lang_node *node)
{
    size_t start = p->lexer.line_start;
    for (uint32_t line = p->lexer.line; line > node->line && start > 0; line--) {
        start--;
        while (start > 0 && p->lexer.text[start - 1] != '\n')
            start--;
    }
    return (lang_token){.kind = LANG_TOKEN_MARK,
                        .text = p->lexer.text + start,
                        .at = start + node->column - 1,
                        .line = node->line,
                        .column = node->column};
}

static void wrong(walker *w, uint32_t node, const char *what)
{
    const lang_token token = token_of(w->p, lang_node_of(w->p, node));
    lang_fail_at(w->p, &token, "%s%s", w->again ? "when the group repeats: " : "", what);
}

/// "own+R", for messages.
static void address_text(walker *w, char *text, size_t bytes)
{
    const lang_node *address = lang_node_of(w->p, w->address);
    static const char *const names[] = {"own", "other", "gc"};
    const char direction = address->value == 1 ? 'R' : 'W';
    if (address->a != LANG_ADDRESS_VALUE)
        snprintf(text, bytes, "%s+%c", names[address->a], direction);
    else if (lang_node_of(w->p, address->b)->kind == LANG_NUMBER)
        snprintf(text, bytes, "0x%02X+%c", (unsigned)lang_node_of(w->p, address->b)->value & 0xFF,
                 direction);
    else
        snprintf(text, bytes, "an address +%c", direction);
}

/// What should stand at a place, when something else does.
static void wrong_here(walker *w, uint32_t node, place_in_transfer at)
{
    char address[24];
    char text[128];
    address_text(w, address, sizeof address);
    switch (at) {
    case AT_BEGIN:
    case AT_STOPPED:
        wrong(w, node, "a transfer begins with S");
        return;
    case AT_ADDRESS:
        wrong(w, node, "after S and Sr comes an address with its direction: own+W or own+R");
        return;
    case AT_W_ACK:
        snprintf(text, sizeof text,
                 "after %s and each byte the slave answers: write [A], [N] or [_]", address);
        break;
    case AT_W:
        snprintf(text, sizeof text, "after %s the master sends: write 0x5A, Sr or P", address);
        break;
    case AT_R_ACK:
        snprintf(text, sizeof text, "after %s the slave answers: write [A], [N] or [_]", address);
        break;
    case AT_R:
        snprintf(text, sizeof text, "after %s the slave sends: write [0x5A] or [_]", address);
        break;
    case AT_R_ACKED:
        snprintf(text, sizeof text, "after a byte from the slave the master answers: write A or N");
        break;
    }
    wrong(w, node, text);
}

static bool may_be_restarted(place_in_transfer at)
{
    return at == AT_ADDRESS || at == AT_W || at == AT_R;
}

static place_in_transfer walk_restart(walker *w, uint32_t node, place_in_transfer at)
{
    if (at == AT_BEGIN) {
        w->order.begins_with_restart = true;
        if (w->bus == LANG_BUS_FREE)
            wrong(w, node, "Sr needs a transfer before it that did not end with P");
    } else if (at == AT_STOPPED) {
        wrong(w, node, "after P comes S, not Sr");
    } else if (!may_be_restarted(at)) {
        wrong_here(w, node, at);
    }
    return AT_ADDRESS;
}

static place_in_transfer walk_start(walker *w, uint32_t node, place_in_transfer at)
{
    if (at == AT_BEGIN && w->bus == LANG_BUS_OPEN)
        wrong(w, node, "the transfer before did not end with P: begin with Sr");
    else if (may_be_restarted(at))
        wrong(w, node, "within a transfer the START is repeated: write Sr");
    else if (at != AT_BEGIN && at != AT_STOPPED)
        wrong_here(w, node, at);
    return AT_ADDRESS;
}

static place_in_transfer walk_group(walker *w, uint32_t index, place_in_transfer at)
{
    const lang_node group = *lang_node_of(w->p, index);
    const place_in_transfer after = walk(w, group.a, at);
    const lang_node *count = group.kind == LANG_REPEAT ? lang_node_of(w->p, group.b) : NULL;
    const bool once = count != NULL && count->kind == LANG_NUMBER && count->value <= 1;
    if (after == at || once || w->p->lexer.panic)
        return after;
    const bool outer = w->again;
    w->again = true;
    const place_in_transfer last = walk(w, group.a, after);
    w->again = outer;
    return last;
}

static place_in_transfer walk_acknowledge(walker *w, uint32_t node, place_in_transfer at)
{
    if (at != AT_W_ACK && at != AT_R_ACK)
        wrong_here(w, node, at);
    if (lang_node_of(w->p, node)->value == LANG_EITHER)
        w->order.asks_either = true;
    if (lang_node_of(w->p, node)->a != 0)
        w->may_end = node;
    return at == AT_R_ACK ? AT_R : AT_W;
}

static place_in_transfer walk_want(walker *w, uint32_t node, place_in_transfer at)
{
    lang_node *want = lang_node_of(w->p, node);
    if (want->value == LANG_WANT_ANY && (at == AT_W_ACK || at == AT_R_ACK)) {
        want->kind = LANG_WANT_ACK;
        want->value = LANG_EITHER;
        return walk_acknowledge(w, node, at);
    }
    if (at != AT_R)
        wrong_here(w, node, at);
    return AT_R_ACKED;
}

static place_in_transfer walk_item(walker *w, uint32_t node, place_in_transfer at)
{
    const lang_node *item = lang_node_of(w->p, node);
    switch (item->kind) {
    case LANG_START:
        return walk_start(w, node, at);
    case LANG_RESTART:
        return walk_restart(w, node, at);
    case LANG_STOP:
        if (!may_be_restarted(at))
            wrong_here(w, node, at);
        return AT_STOPPED;
    case LANG_ADDRESS:
        if (at != AT_ADDRESS)
            wrong_here(w, node, at);
        w->address = node;
        return item->value == 1 ? AT_R_ACK : AT_W_ACK;
    case LANG_BYTE:
        if (at != AT_W)
            wrong_here(w, node, at);
        return AT_W_ACK;
    case LANG_MASTER_ACK:
        if (at == AT_W_ACK || at == AT_R_ACK)
            wrong(w, node, "the slave acknowledges here: write [A] or [N]");
        else if (at != AT_R_ACKED)
            wrong_here(w, node, at);
        return AT_R;
    case LANG_WANT_ACK:
        return walk_acknowledge(w, node, at);
    case LANG_WANT_BYTE:
        return walk_want(w, node, at);
    default:
        return walk_group(w, node, at);
    }
}

static place_in_transfer walk(walker *w, uint32_t first, place_in_transfer at)
{
    for (uint32_t node = first; node != LANG_NONE && !w->p->lexer.panic;
         node = lang_node_of(w->p, node)->next)
        at = walk_item(w, node, at);
    return at;
}

lang_order lang_check_order(lang_parser *p, uint32_t first, lang_bus bus)
{
    walker w = {.p = p, .bus = bus};
    if (p->lexer.panic || p->builder->no_memory || p->builder->too_large || first == LANG_NONE)
        return w.order;
    const place_in_transfer at = walk(&w, first, AT_BEGIN);
    w.order.leaves_open = at != AT_STOPPED;
    if (w.order.leaves_open && w.may_end != LANG_NONE)
        wrong(&w, w.may_end, "a transfer that an [A or N P] may end ends with P");
    if (at == AT_STOPPED || at == AT_W || at == AT_R || p->lexer.panic)
        return w.order;
    // Said where the transfer ends, since what is missing is missing there.
    uint32_t last = first;
    while (lang_node_of(p, last)->next != LANG_NONE)
        last = lang_node_of(p, last)->next;
    wrong_here(&w, last, at);
    return w.order;
}
