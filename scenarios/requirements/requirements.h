/// What a slave must do: the rows of the requirement catalogue, and the ways in which slaves fail.
///
/// All of it is constant data, compiled in from the text files beside this header; it lives as long
/// as the program and may be read by any thread. Slave is UM10204's target. Row texts are plain
/// ASCII, one sentence or two. Optional texts are "" and never NULL.
#ifndef REQUIREMENTS_H
#define REQUIREMENTS_H

#include <stdbool.h>
#include <stddef.h>

/// How binding a row is.
typedef enum {
    REQUIREMENT_MANDATORY,   ///< M: the standard asks it of every slave
    REQUIREMENT_OPTIONAL,    ///< O: the standard leaves it to the slave
    REQUIREMENT_CONDITIONAL, ///< C(x): asked of slaves that declare x
    REQUIREMENT_ROBUST,      ///< R: good practice, or implied
    REQUIREMENT_INFORMATIVE  ///< I: recorded, never judged
} requirement_level;

/// What a broken row does to a case. A conditional row that the slave did not declare has no
/// effect, as its scenarios are not applicable.
typedef enum { REQUIREMENT_FAILS, REQUIREMENT_WARNS, REQUIREMENT_NOTES } requirement_effect;

/// What it takes to judge a row; a set of these bits.
enum {
    REQUIREMENT_SEES_LEVELS = 1,      ///< L: line levels; a capture is enough
    REQUIREMENT_SEES_DRIVERS = 2,     ///< D: who pulls
    REQUIREMENT_SEES_APPLICATION = 4, ///< H: what the slave's application gets
    REQUIREMENT_SEES_ANALOGUE = 8     ///< A: voltages; a parameter of the model
};

/// One name in the condition of a conditional row.
typedef struct {
    const char *name;    ///< as in the row: "TEN", "STRETCH=bit"
    const char *need;    ///< how a .slave file and `needs` call it: KEY or KEY.VALUE; of several,
                         ///< with blanks between, one is enough
    const char *meaning; ///< "a 10-bit address"
    bool is_mode;        ///< a mode or speed class: of several, one is enough
} requirement_term;

typedef struct {
    const char *name;             ///< "I2C-BCL"
    const char *title;            ///< "Bus clear and abandoned transfers"
    const requirement_term *term; ///< what its rows are all about, as SMBus; NULL: every slave
} requirement_group;

typedef struct {
    const char *id; ///< "I2C-BCL-01"
    const requirement_group *group;
    requirement_level level;
    unsigned sees;              ///< bits REQUIREMENT_SEES_...
    const char *condition;      ///< the text inside C(...): "TEN,GC"; "" for other levels
    const char *condition_text; ///< the same in words: "a 10-bit address and the general call"
    const requirement_term *const *terms; ///< the condition's names, ended by NULL
    const char *clause;                   ///< "UM10204 3.1.16, 3.1.6", or what else it rests on
    const char *requirement;              ///< what the slave does
    const char *stimulus;                 ///< how that is tested; may be ""
    const char *expected;                 ///< what is seen then; may be ""
    const char *reading;                  ///< what a failure of this row tells; may be ""
    const char *cause;                    ///< why firmware usually breaks it; may be ""
    const char *cure;                     ///< what usually helps; "" exactly when `cause` is
    const char *unseen; ///< why no simulation of the two wires can show it; "": it can
} requirement_row;

/// A way in which real slaves fail.
typedef struct {
    const char *id;    ///< "FM-09"
    const char *title; ///< "SDA held after an abandoned transfer"
    const char *shows; ///< what one sees
    const char *cause;
    const char *const *symptoms;        ///< phrases that people use for it, ended by NULL
    const requirement_row *const *rows; ///< rows that catch it, ended by NULL
} requirement_failure;

/// The rows in the order of the catalogue, group by group; NULL past the end.
const requirement_row *requirement_at(size_t i);
size_t requirement_count(void);
/// The row of an id, in upper or lower case; NULL if there is none.
const requirement_row *requirement_find(const char *id);

/// The failure modes by number; NULL past the end.
const requirement_failure *requirement_failure_at(size_t i);
size_t requirement_failure_count(void);
/// The failure mode of an id ("FM-09"), in upper or lower case; NULL if there is none.
const requirement_failure *requirement_failure_find(const char *id);
/// The i-th failure mode that `row` catches; NULL past the end.
const requirement_failure *requirement_failure_of(const requirement_row *row, size_t i);

/// 'M', 'O', 'C', 'R' or 'I'.
char requirement_level_letter(requirement_level level);
/// "required", "required if declared", "good practice", ...
const char *requirement_level_text(requirement_level level);
requirement_effect requirement_level_effect(requirement_level level);

/// Whether the slave declares the term.
typedef bool requirement_declared_fn(void *ctx, const requirement_term *term);
/// Whether the row binds a slave: the slave declares what the row's group is about, and of the
/// row's condition all features and, where modes are named, at least one of them. Otherwise
/// *missing (may be NULL) is what it does not declare; NULL if it binds.
bool requirement_binds(const requirement_row *row, requirement_declared_fn *declared, void *ctx,
                       const requirement_term **missing);

/// One find: exactly one of `row` and `failure` is set.
typedef struct {
    const requirement_row *row;
    const requirement_failure *failure;
    unsigned score; ///< comparable within one search only
} requirement_hit;

/// The rows and failure modes that fit a symptom in plain words best ("SDA stuck low"), best first;
/// equal ones in the order of the catalogue, failure modes first. Fills at most `hits_max` and
/// returns how many; 0 when no word is known. Words beyond the sixteenth are not looked at.
size_t requirement_search(const char *text, requirement_hit *hits, size_t hits_max);

#endif
