#ifndef VCD_READER_PRIVATE_H
#define VCD_READER_PRIVATE_H

// The reader's state, shared by reader.c (words, commands, changes), reader_header.c (the sections
// of the declarations), reader_values.c (values) and ids.c (identifiers).

#include "vcd/vcd_private.h"

#include <locale.h>

/// Bytes that grow up to a limit, with a 0 byte behind them.
typedef struct {
    char *bytes;
    size_t len, room;
} vcd_text_buffer;

/// False: out of memory.
bool vcd_text_append(vcd_text_buffer *text, const char *bytes, size_t len);

// ---- ids.c: identifiers to signal numbers

typedef struct {
    uint32_t id_at, id_len; ///< in `names`
    uint32_t width;
    vcd_var_type type;
} vcd_declared;

typedef struct {
    vcd_declared *signals;
    uint32_t count, room;
    vcd_text_buffer names;
    uint32_t *table; ///< open addressing, number + 1; 0: free. At most half full
    uint32_t slots;  ///< a power of two, or 0
} vcd_ids;

/// False: not declared.
bool vcd_ids_find(const vcd_ids *ids, const char *id, size_t len, vcd_signal *signal);
/// Adds an identifier that is not there yet. VCD_OK, VCD_NO_MEMORY, VCD_TOO_MANY.
vcd_status vcd_ids_add(vcd_ids *ids, const char *id, size_t len, vcd_var_type type, uint32_t width,
                       vcd_signal *signal);
void vcd_ids_release(vcd_ids *ids);

// ---- the reader

/// One word of the input and where it stood.
typedef struct {
    const char *bytes;
    size_t len;
    uint64_t line, column;
} vcd_word;

typedef enum {
    VCD_IN_COMMANDS, ///< between commands
    VCD_IN_SECTION,  ///< collecting words up to $end
    VCD_AT_ID,       ///< a vector, real or string waits for its identifier
} vcd_reader_state;

typedef enum {
    VCD_SECTION_DATE,
    VCD_SECTION_VERSION,
    VCD_SECTION_COMMENT,
    VCD_SECTION_TIMESCALE,
    VCD_SECTION_SCOPE,
    VCD_SECTION_UPSCOPE,
    VCD_SECTION_VAR,
    VCD_SECTION_ENDDEFINITIONS,
    VCD_SECTION_SKIPPED, ///< attributes of GTKWave's dialect
} vcd_section;

/// `$var type width id name [ msb : lsb ]` with blanks everywhere has this many words.
#define VCD_SECTION_WORDS 9u

struct vcd_reader {
    vcd_reader_config config;
    vcd_error error;
    vcd_reader_state state;
    bool finished;

    // Words.
    uint64_t line, column; ///< of the next byte
    vcd_text_buffer carry; ///< start of a word cut by the end of the bytes fed
    uint64_t carry_line, carry_column;

    // Sections. Words stand in `text`, each with one byte behind it.
    vcd_section section;
    vcd_text_buffer text;
    vcd_word words[VCD_SECTION_WORDS]; ///< bytes are set when the section is whole
    size_t word_at[VCD_SECTION_WORDS];
    uint32_t word_count; ///< all, also those that found no place in `words`
    vcd_word keyword;    ///< place of the $keyword; its bytes are gone

    bool has_timescale, defined;
    bool in_dump;
    vcd_dump dump;
    uint32_t depth;
    vcd_ids ids;

    // Values.
    bool has_time;
    uint64_t time;
    vcd_text_buffer pending; ///< value word waiting for its identifier
    uint64_t pending_line, pending_column;
    vcd_text_buffer value; ///< digits or text given to the callback
    locale_t c_locale;
};

/// Notes the error at the word's place (NULL: none) and returns `status`.
vcd_status vcd_reader_fail(vcd_reader *r, vcd_status status, const vcd_word *at, const char *format,
                           ...) VCD_PRINTF(4, 5);

/// VCD_OK where the callback said true, else VCD_STOPPED, noted.
vcd_status vcd_reader_told(vcd_reader *r, bool go_on);

/// The section is whole: acts on it.
vcd_status vcd_reader_section(vcd_reader *r);

/// A change: the value's word as in the file (for scalars its one digit), of signal `id`.
vcd_status vcd_reader_change(vcd_reader *r, const vcd_word *word, const vcd_word *id);

/// Digits only, of at most 64 bits; false otherwise.
bool vcd_parse_u64(const char *bytes, size_t len, uint64_t *number);

#endif
