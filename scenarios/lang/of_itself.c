/// What the slave's neighbour does of itself, and what the slave is expected to.
#include "scenarios/lang/parser.h"

/// other alerts 0x10, other arp 5, other host
uint32_t lang_parse_other(lang_parser *p, const lang_token *word)
{
    p->names_neighbour = true;
    if (lang_accept(p, "arp")) {
        const uint32_t node = lang_make(p, LANG_OTHER_ARP, word);
        const uint32_t bit = lang_parse_number(p, "a bit of the UDID", 0, 127);
        lang_node_of(p, node)->b = bit;
        return node;
    }
    if (lang_accept(p, "host"))
        return lang_make(p, LANG_OTHER_HOST, word);
    if (!lang_accept(p, "alerts")) {
        lang_expected(p, "alerts, arp or host");
        return LANG_NONE;
    }
    const uint32_t node = lang_make(p, LANG_ALERT, word);
    const uint32_t address = lang_parse_number(p, "a 7-bit address", 0, 0x7F);
    lang_node_of(p, node)->b = address;
    return node;
}

/// expect slave sends 0x10 0x40 _ 0x12, expect slave lost, expect slave silent
uint32_t lang_parse_expect_slave(lang_parser *p, const lang_token *word)
{
    static const char *const words[] = {"sends", "lost", "silent"};
    lang_list list = {0};
    uint32_t count = 0;
    unsigned act = 0;
    while (act < LANG_SLAVE_ACT_COUNT && !lang_accept(p, words[act]))
        act++;
    if (act == LANG_SLAVE_ACT_COUNT) {
        lang_expected(p, "sends, lost or silent");
        return LANG_NONE;
    }
    while (act == LANG_SLAVE_SENDS && !lang_at_line_end(p) && !lang_is(p, "within"))
        lang_parse_argument(p, &list, &count, true);
    if (act == LANG_SLAVE_SENDS && count == 0)
        lang_expected(p, "the bytes that it sends, its address byte first");
    const uint32_t node = lang_make(p, LANG_EXPECT_SLAVE, word);
    lang_node_of(p, node)->value = act;
    lang_node_of(p, node)->b = list.first;
    return node;
}
