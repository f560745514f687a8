/// What the parts of the scenario parser share. Internal to scenarios/lang.
///
/// The parser always looks at one token, `token`. A mistake puts the lexer into panic: from then on
/// the line yields nothing but its end, so no caller has to check for failure to be sure to stop;
/// nodes made in between are never seen, because a faulty program is thrown away.
#ifndef LANG_PARSER_H
#define LANG_PARSER_H

#include "scenarios/lang/builder.h"
#include "scenarios/lang/lexer.h"

typedef enum { LANG_NAME_FOR, LANG_NAME_PARAMETER, LANG_NAME_CAPTURE } lang_origin;

/// Whether a transfer is still under way when a statement begins. ANY: nobody can say (in a
/// definition, or after the wires were moved by hand).
typedef enum { LANG_BUS_FREE, LANG_BUS_OPEN, LANG_BUS_ANY } lang_bus;

/// A variable, or a parameter that stands for a string (in a specialised transfer).
typedef struct {
    const char *text; ///< in the file's text
    size_t bytes;
    lang_origin origin;
    lang_type type;
    uint32_t slot;
    bool hidden;              ///< its group has ended
    const lang_token *string; ///< the STRING that it stands for; NULL: a value
} lang_variable;

enum {
    LANG_VARIABLE_MAX = 64,
    LANG_PARAMETER_MAX = 16,
    LANG_GROUP_DEPTH_MAX = 8,
    LANG_EXPRESSION_DEPTH_MAX = 64,
    LANG_BLOCK_DEPTH_MAX = 16,
    // Bounds of work that grows faster than the file.
    LANG_TRANSFER_MAX = 4096,
    LANG_SCENARIO_MAX = 4096,
    LANG_REREAD_MAX_BYTES = 8 * 1024 * 1024 ///< of definitions, for calls with strings
};

typedef struct {
    lang_variable variables[LANG_VARIABLE_MAX];
    uint32_t count;
    uint32_t slot_count;
} lang_scope;

/// A transfer definition as far as the parser needs it beyond the program's table.
typedef struct {
    const char *name;
    size_t bytes;
    uint32_t index; ///< into the program's transfers; valid once `compiled`
    uint32_t indent;
    lang_token parameters[LANG_PARAMETER_MAX];
    uint32_t parameter_count;
    lang_lexer body; ///< just behind the colon
    bool begins_with_restart;
    bool leaves_open; ///< has no P at its end
    bool asks_either; ///< has an [A or N]
    bool compiled;
    bool names_neighbour;
} lang_known_transfer;

typedef struct {
    lang_lexer lexer;
    lang_token token;
    uint32_t indent; ///< of the current line
    bool at_eof;
    uint16_t file;
    lang_builder *builder;
    const lang_options *options;
    lang_scope scope;
    lang_table transfers; ///< lang_known_transfer of this file
    uint32_t group_depth;
    uint32_t expression_depth;
    uint32_t block_depth;
    size_t reread_bytes;
    lang_bus bus;
    bool in_items;        ///< of a transfer, where `pec` is a value
    bool names_neighbour; ///< what is read here has `other` or one of its values in it
    bool no_capture;      ///< in the transfer of a rival
} lang_parser;

// ---- parser.c: tokens, names, lists
void lang_advance(lang_parser *p);
void lang_advance_word(lang_parser *p);
/// Enters the next line and looks at its first token.
bool lang_next_line(lang_parser *p);
void lang_fail(lang_parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/// Complains about a token that is not the current one.
void lang_fail_at(lang_parser *p, const lang_token *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/// "expected WHAT", with what stands there instead.
void lang_expected(lang_parser *p, const char *what);
/// Reads a master that has to exist, as in `arduino@400k,rp=4k7`; the caller releases it. False:
/// the mistake is told at the present token.
bool lang_read_master(lang_parser *p, const char *text, slave_master *master);
/// "unknown KIND "name"", with the nearest of the candidates.
void lang_unknown(lang_parser *p, const lang_token *token, const char *kind,
                  const char *const *candidates, size_t count);
bool lang_is(const lang_parser *p, const char *text);
bool lang_accept(lang_parser *p, const char *text);
/// Accepts `text` or complains that it was expected.
bool lang_require(lang_parser *p, const char *text);
bool lang_at_line_end(const lang_parser *p);
/// Complains unless the line ends here.
void lang_require_end(lang_parser *p);
/// A node at the place of `token`.
uint32_t lang_make(lang_parser *p, lang_kind kind, const lang_token *token);
lang_node *lang_node_of(lang_parser *p, uint32_t index);
uint32_t lang_string_of(lang_parser *p, const lang_token *token);
/// A STRING's bytes with escapes undone, as a program string; NUL inside is a mistake.
uint32_t lang_text_of(lang_parser *p, const lang_token *token);
bool lang_is_reserved(const lang_token *token);

// ---- scope.c
lang_variable *lang_find(lang_parser *p, const lang_token *name);
/// Declares a variable and returns its slot. A capture may name an earlier capture again.
uint32_t lang_declare(lang_parser *p, const lang_token *name, lang_origin origin, lang_type type);
void lang_unknown_variable(lang_parser *p, const lang_token *name);

// ---- expression.c
typedef struct {
    uint32_t node;
    lang_type type;
    bool constant; ///< then the node is a literal of `value`
    int64_t value;
} lang_expression;

lang_expression lang_parse_expression(lang_parser *p);
/// As much as binds more tightly than a comparison.
lang_expression lang_parse_sum(lang_parser *p);
/// A literal, a name or a parenthesised expression.
lang_expression lang_parse_operand(lang_parser *p);
/// An operand of a type and, when constant, in a range; `what` names it in messages.
uint32_t lang_parse_time(lang_parser *p, const char *what);
uint32_t lang_parse_number(lang_parser *p, const char *what, int64_t least, int64_t most);
/// Complains unless `e` has that type and range. Used where the expression was parsed already.
void lang_check_number(lang_parser *p, const lang_token *token, const lang_expression *e,
                       const char *what, int64_t least, int64_t most);
/// The values of `for`: a list of LANG_DOMAIN_*, and their common type.
uint32_t lang_parse_domain(lang_parser *p, lang_type *type);
/// Appends the bytes of the operand at hand (a STRING is several) to an argument list.
void lang_parse_argument(lang_parser *p, lang_list *list, uint32_t *count, bool any_allowed);

// ---- items.c, order.c
/// Items up to the end of the line or, in a group, to `)` or `for`.
uint32_t lang_parse_items(lang_parser *p);
/// Whether a parenthesis here opens a group; `*variable` is the name behind its `for`, if any.
bool lang_at_group(const lang_parser *p, lang_token *variable);
bool lang_at_item(const lang_parser *p);

/// What the order of a transfer's items says about it.
typedef struct {
    bool begins_with_restart;
    bool leaves_open;
    bool asks_either;
} lang_order;
/// Checks the order of items, decides what each `[_]` means.
lang_order lang_check_order(lang_parser *p, uint32_t first, lang_bus bus);

// ---- transfer.c
/// Notes all `transfer` lines of the file, so that they may stand behind their use.
void lang_find_transfers(lang_parser *p);
/// Complains about the header of a transfer that lang_find_transfers() could not take.
void lang_check_header(lang_parser *p);
lang_known_transfer *lang_find_transfer(lang_parser *p, const lang_token *name);
/// Compiles the body of a definition once; `strings` (may be NULL) are the arguments that are
/// strings, for a definition of its own. Returns its index.
uint32_t lang_compile_transfer(lang_parser *p, lang_known_transfer *transfer,
                               const lang_token *strings, uint32_t count);
/// A LANG_TRANSFER or LANG_CALL node from the current token on; `order` (may be NULL) gets its
/// order.
uint32_t lang_parse_transfer(lang_parser *p, lang_order *order);

// ---- statement.c, scenario.c
bool lang_is_statement_word(const lang_token *token);
/// Statements of one block, whose first line is the current one.
uint32_t lang_parse_block(lang_parser *p, uint32_t indent);
/// `scenario NAME`, its heads and its body; `scenario` was read already.
void lang_parse_scenario(lang_parser *p);
void lang_parse_sweep(lang_parser *p, uint32_t node);
/// `rival MASTER [after TIME] : TRANSFER`; `rival` was read already.
/// `other ...`, behind its first word; of_itself.c.
uint32_t lang_parse_other(lang_parser *p, const lang_token *word);
/// `expect slave ...`, behind these words.
uint32_t lang_parse_expect_slave(lang_parser *p, const lang_token *word);
uint32_t lang_parse_rival(lang_parser *p, const lang_token *word);

// ---- needs.c
/// Whether `need` is KEY, KEY.VALUE, a form of `data`, or registers.scratch, .fifo, .command.
bool lang_need_known(const char *need, slave_key *key);
/// The nearest "KEY.VALUE" to one whose key is known and whose value is not; false: there is none.
bool lang_need_nearest(const char *need, char *nearest, size_t bytes);
/// All first parts of needs, for messages.
size_t lang_need_words(const char **words, size_t capacity);

#endif
