/// `rival MASTER [meets slave within TIME] [after TIME] : TRANSFER`
#include "scenarios/lang/parser.h"

#include <stdio.h>
#include <string.h>

enum { MASTER_WORD_BYTES = 128 };

/// The master as a word, whose colon may be joined to it; 0: one like the case's own, or a mistake.
static uint32_t parse_master(lang_parser *p)
{
    p->lexer.at = p->token.at; // the word was cut up as an expression
    lang_advance_word(p);
    if (p->token.bytes > 0 && p->token.text[p->token.bytes - 1] == ':') {
        p->token.bytes--;
        p->lexer.at--;
    }
    if (lang_at_line_end(p) || p->token.bytes == 0) {
        lang_expected(p, "a master: standard, arduino@400k, or master for one like the case's own");
        return 0;
    }
    char text[MASTER_WORD_BYTES];
    snprintf(text, sizeof text, "%.*s", (int)p->token.bytes, p->token.text);
    const bool own = strcmp(text, "master") == 0;
    slave_master master;
    if (!own && !lang_read_master(p, text, &master))
        return 0;
    if (!own)
        lang_master_release(&master);
    const uint32_t name = own ? 0 : lang_builder_string(p->builder, text, strlen(text));
    lang_advance(p);
    return name;
}

uint32_t lang_parse_rival(lang_parser *p, const lang_token *word)
{
    if (p->bus == LANG_BUS_OPEN) {
        lang_fail_at(p, word, "a rival meets a START: the transfer before did not end with P");
        return LANG_NONE;
    }
    const uint32_t name = parse_master(p);
    const bool slaves = lang_accept(p, "meets");
    uint32_t within = LANG_NONE;
    if (slaves) {
        lang_require(p, "slave");
        lang_require(p, "within");
        within = lang_parse_time(p, "a time");
    }
    const uint32_t after = lang_accept(p, "after") ? lang_parse_time(p, "a time") : LANG_NONE;
    lang_require(p, ":");
    const lang_bus bus = p->bus;
    const lang_token transfer_token = p->token;
    lang_order order = {0};
    p->bus = LANG_BUS_FREE;
    p->no_capture = true;
    const uint32_t transfer = lang_parse_transfer(p, &order);
    p->no_capture = false;
    p->bus = bus;
    if (order.leaves_open)
        lang_fail_at(p, &transfer_token, "the transfer of a rival ends with P");
    const uint32_t node = lang_make(p, LANG_RIVAL, word);
    lang_node_of(p, node)->a = transfer;
    lang_node_of(p, node)->b = after;
    lang_node_of(p, node)->c = name;
    lang_node_of(p, node)->d = within;
    lang_node_of(p, node)->value = slaves;
    return node;
}
