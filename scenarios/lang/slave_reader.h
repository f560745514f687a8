/// What the parts of the .slave reader share. Internal to scenarios/lang. It reads with the lexer,
/// the messages and the conventions of parser.h: a mistake gives its line up.
#ifndef LANG_SLAVE_READER_H
#define LANG_SLAVE_READER_H

#include "scenarios/lang/parser.h"

typedef struct slave_chunk slave_chunk;

/// A description with the memory it points to.
typedef struct {
    slave_description description; ///< first, so that its address is that of the whole
    slave_chunk *chunks;
} owned_slave;

/// A file that is being read, and the one whose `like` led to it.
typedef struct slave_file {
    const char *path;
    const char *folder;                ///< that its relative paths count from
    const struct slave_file *liked_by; ///< NULL: the description's own file
    bool skipped[SLAVE_KEY_COUNT];     ///< keys that the files before it have replaced
    bool any_key;                      ///< a key of it was read
} slave_file;

typedef struct {
    lang_parser p; ///< only its lexer, token, indent and at_eof
    owned_slave *owned;
    slave_description *slave;
    slave_file *file; ///< being read
    slave_key key;    ///< being read
    bool no_memory;
    bool unaddressed; ///< `address` may be missing
    lang_table tolerances;
    lang_table waivers;
    lang_table commands;
    lang_table bits;
    lang_table lines;
    lang_table wrap_ends; ///< two tokens each, in the order of the wraps
} slave_reader;

// ---- slave_text.c: memory and words
/// Zeroed memory that lives as long as the description; on failure r->no_memory and NULL.
void *slave_alloc(slave_reader *r, size_t bytes);
const char *slave_copy(slave_reader *r, const char *text, size_t bytes);
/// A WORD, NAME or STRING token as text; strings are unescaped.
const char *slave_text(slave_reader *r, const lang_token *token);
/// The same, as a path that counts from the folder of the file.
const char *slave_path(slave_reader *r, const lang_token *token);
/// Moves a table's elements into the description's memory and empties it.
void *slave_keep(slave_reader *r, lang_table *table, size_t element_bytes, uint32_t *count);
/// Appends the words of the line: these keys may be repeated.
void slave_words(slave_reader *r, slave_strings *strings, const char *what, bool paths);
/// Which of the words stands here (then it is passed), or -1 with a complaint.
int slave_choose(slave_reader *r, const char *const *words, size_t count);
bool slave_yes(slave_reader *r);
uint64_t slave_number(slave_reader *r, const char *what, uint64_t least, uint64_t most);
uint64_t slave_time(slave_reader *r, const char *what);
/// LO or LO..HI.
slave_range slave_read_range(slave_reader *r, const char *what, uint32_t most);

/// Keeps the line of a key or register whose values begin at offset `at` of the file.
void slave_keep_line(slave_reader *r, slave_key key, size_t at, bool deeper); ///< slave_lines.c

// ---- known_good.c
/// What a declared known_good does.
typedef struct {
    bool addresses_slave; ///< some message is for the slave
    bool reads, writes;   ///< from it; bytes to it
    bool pointer_known;   ///< `pointer` is the first byte of a write to it
    bool data_follows;    ///< a byte behind that
    uint64_t pointer;
} lang_known_good_facts;
/// False when none is declared, or there is no memory to look at it.
bool lang_known_good_ask(const slave_description *slave, lang_known_good_facts *facts);

// ---- slave_conflicts.c
/// What the keys of a whole description say against each other is a mistake.
void slave_check_conflicts(slave_reader *r);

// ---- slave_reader.c
/// The file that r->p stands at the begin of, as far as its keys go. Whether they are complete is
/// not asked. False when it has no header.
bool slave_read_keys(slave_reader *r, lang_token *name);
/// The key with this name, or SLAVE_KEY_COUNT.
slave_key slave_find_key(const lang_token *token);
/// What stands before the last slash of a path; "." without one.
const char *slave_folder(slave_reader *r, const char *path);

// ---- slave_keys.c, slave_code_keys.c, slave_data.c, slave_like.c
typedef void slave_key_fn(slave_reader *r);
typedef struct {
    slave_key_fn *read;
    bool words;   ///< its first value is read as a word
    bool repeats; ///< may stand more than once
} slave_key_reader;
const slave_key_reader *slave_key_reader_of(slave_key key);
/// NULL: the key is not about the slave's code.
const slave_key_reader *slave_code_key_reader_of(slave_key key);
void slave_read_data(slave_reader *r);
/// `like FILE`: reads that file, without the keys that this one has.
void slave_read_like(slave_reader *r);
void slave_read_command(slave_reader *r); ///< slave_command.c
/// The registers below a `data registers` line; ends at the first line that is no deeper.
void slave_read_registers(slave_reader *r, uint32_t indent);

#endif
