/// The transfers that must work after every fault, as a program.
#include "scenarios/lang/eval.h"
#include "scenarios/lang/parser.h"
#include "scenarios/lang/slave_reader.h"

#include <assert.h>
#include <string.h>

enum { DEVICE_DEFAULT = 0x61 }; // where devices with address resolution are, too

static uint32_t add_transfer(lang_parser *p, const char *text)
{
    const lang_token token = p->token;
    const uint32_t node = lang_parse_transfer(p, NULL);
    assert(!p->lexer.panic); // the text was read without a mistake before
    const size_t bytes = strcspn(text, "\n#");
    const uint32_t shown = lang_builder_string(p->builder, text, bytes);
    lang_node_of(p, node)->text = shown;
    lang_node_of(p, node)->line = token.line;
    return node;
}

static uint32_t parse_text(lang_builder *builder, const char *path, const slave_source *source)
{
    const lang_source whole = {path, source->text, strlen(source->text)};
    lang_parser p = {.builder = builder};
    lang_lexer_init(&p.lexer, &whole, NULL);
    p.lexer.line = source->line;
    p.lexer.line_start -= source->column - 1; // columns count from the line's start in the file
    lang_advance(&p);
    return add_transfer(&p, source->text);
}

static uint32_t parse_default(lang_builder *builder, const slave_description *slave)
{
    static const slave_source write_probe = {.text = "S own+W [A] P", .column = 1};
    static const slave_source read_one = {.text = "S own+R [A] [_] N P", .column = 1};
    static const slave_source prepare = {.text = "S 0x61+W [A] 0x01 [A] pec [A] P", .column = 1};
    lang_list list = {0};
    if (slave->arp == SLAVE_ARP_YES) // it may have no address of its own
        return parse_text(builder, slave->path, &prepare);
    if (slave->direction != SLAVE_READ_ONLY)
        lang_list_add(builder, &list, parse_text(builder, slave->path, &write_probe));
    if (slave->direction != SLAVE_WRITE_ONLY)
        lang_list_add(builder, &list, parse_text(builder, slave->path, &read_one));
    return list.first;
}

// ---- what it is about ---------------------------------------------------------------------------

/// Where a walk over its items is.
typedef struct {
    const lang_program *program;
    const slave_description *slave;
    lang_known_good_facts *facts;
    bool to_slave;  ///< the message is for the slave
    uint32_t bytes; ///< that were sent in it, behind the address
} walk;

static bool is_slave(const walk *w, const lang_node *address)
{
    int64_t addr7 = -1;
    const char *key = "";
    const lang_env env = {.program = w->program, .slave = w->slave};
    if (address->a == LANG_ADDRESS_OWN)
        return true;
    if (address->a != LANG_ADDRESS_VALUE ||
        lang_eval(&env, address->b, &addr7, &key) != LANG_EVAL_OK)
        return false;
    bool own =
        addr7 == w->slave->addr7 || (addr7 == DEVICE_DEFAULT && w->slave->arp != SLAVE_ARP_NO);
    for (uint32_t i = 0; i < w->slave->further_addr7_count; i++)
        own = own || addr7 == w->slave->further_addr7[i];
    return own;
}

static void take_byte(walk *w, const lang_node *byte)
{
    int64_t value = 0;
    const char *key = "";
    const lang_env env = {.program = w->program, .slave = w->slave};
    if (!w->to_slave)
        return;
    w->facts->writes = true;
    w->facts->data_follows = w->facts->data_follows || w->bytes > 0;
    if (w->bytes++ == 0 && lang_eval(&env, byte->b, &value, &key) == LANG_EVAL_OK) {
        w->facts->pointer_known = true;
        w->facts->pointer = (uint64_t)value;
    }
}

static void walk_items(walk *w, uint32_t first)
{
    for (uint32_t i = first; i != LANG_NONE; i = w->program->nodes[i].next) {
        const lang_node *item = &w->program->nodes[i];
        if (item->kind == LANG_ADDRESS) {
            w->to_slave = is_slave(w, item);
            w->bytes = 0;
            w->facts->addresses_slave = w->facts->addresses_slave || w->to_slave;
            w->facts->reads = w->facts->reads || (w->to_slave && item->value != 0);
        } else if (item->kind == LANG_BYTE) {
            take_byte(w, item);
        } else if (item->kind == LANG_REPEAT || item->kind == LANG_EACH) {
            walk_items(w, item->a);
        }
    }
}

bool lang_known_good_ask(const slave_description *slave, lang_known_good_facts *facts)
{
    lang_program *program = NULL;
    memset(facts, 0, sizeof *facts);
    if (slave->known_good.text == NULL || lang_known_good(&program, slave) != LANG_OK)
        return false;
    walk w = {.program = program, .slave = slave, .facts = facts};
    walk_items(&w, program->nodes[program->scenarios[0].body].a);
    lang_program_free(program);
    return true;
}

// ---- as a program -------------------------------------------------------------------------------

lang_status lang_known_good(lang_program **program, const slave_description *slave)
{
    lang_builder builder;
    *program = NULL;
    lang_builder_init(&builder);
    if (builder.no_memory) {
        lang_builder_release(&builder);
        return LANG_NO_MEMORY;
    }
    const bool declared = slave->known_good.text != NULL;
    const char *path = declared ? slave->known_good.path : slave->path;
    const uint32_t body =
        declared ? parse_text(&builder, path, &slave->known_good) : parse_default(&builder, slave);
    const lang_file file = {lang_builder_string(&builder, path, strlen(path))};
    const lang_scenario scenario = {.name = lang_builder_string(&builder, "known_good", 10),
                                    .line = slave->known_good.line,
                                    .column = slave->known_good.column,
                                    .retries_ok = true,
                                    .body = body,
                                    .slot_count = LANG_VARIABLE_MAX};
    if (!lang_table_add(&builder.files, &file, sizeof file) ||
        !lang_table_add(&builder.scenarios, &scenario, sizeof scenario))
        builder.no_memory = true;
    if (!builder.no_memory)
        *program = lang_builder_finish(&builder);
    lang_builder_release(&builder);
    return *program == NULL ? LANG_NO_MEMORY : LANG_OK;
}
