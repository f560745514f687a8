/// Computes the expressions and the `for` domains of a program. Wholly by integers; no state.
#ifndef LANG_EVAL_H
#define LANG_EVAL_H

#include "scenarios/lang/program.h"
#include "slave_under_test/slave.h"

#include <stdbool.h>
#include <stdint.h>

/// Whether a master as a file writes it ("nxt", "arduino@400k") is the one of the case.
typedef bool lang_on_master_fn(const void *ctx, const char *written);

/// What a case that is played for a measurement promises in place of the slave's file.
typedef struct {
    slave_lateness what;
    uint64_t time_ps; ///< 0 is a promise, too
} lang_promise;

/// What an expression may depend on.
typedef struct {
    const lang_program *program;
    const int64_t *slots;           ///< the frame; NULL where no variable occurs
    const slave_description *slave; ///< for LANG_PROFILE; NULL: nothing is declared
    uint64_t seed;                  ///< of the run, for `random N of`
    lang_on_master_fn *on_master;   ///< for promises on one master; NULL: those do not count
    const void *on_master_ctx;      ///< given to on_master
    bool pec_known; ///< LANG_PEC has a value here: in a transfer, behind bytes that are known
    uint8_t pec;
    const lang_promise *promise; ///< instead of the slave's own ones; NULL: those count
    /// How long the case's master waits for SCL. A slave that stretches and names no master in its
    /// promise makes it on those that wait as long. NULL: all do.
    const uint64_t *waits_ps;
    uint64_t
        own_time_ps; ///< how long a master that decides itself is let run; 0: the case's does not
} lang_env;

/// Why there is no value.
typedef enum {
    LANG_EVAL_OK,
    LANG_EVAL_UNDECLARED, ///< the slave does not declare `undeclared`: not applicable
    LANG_EVAL_DIVISION,   ///< division by zero
    LANG_EVAL_NO_PEC,     ///< `pec` behind bytes that the slave sends, where the master needs it
    LANG_EVAL_OVERFLOW    ///< beyond 64 bits, or a shift by less than 0 or more than 63
} lang_eval_status;

/// One binary operator, or a unary one with `left` 0. Shared by the compiler, which folds
/// constants.
lang_eval_status lang_apply(lang_operator op, int64_t left, int64_t right, int64_t *value);

/// The value of expression node `expr`. On LANG_EVAL_UNDECLARED `*undeclared` (may be NULL) is the
/// key to declare ("data.size" needs "data"); static text. `*value` is 0 unless OK.
lang_eval_status lang_eval(const lang_env *env, uint32_t expr, int64_t *value,
                           const char **undeclared);

/// How many values a domain (a list of LANG_DOMAIN_*) has. An empty range has 0.
lang_eval_status lang_domain_count(const lang_env *env, uint32_t domain, uint64_t *count,
                                   const char **undeclared);
/// Value `i` of a domain, below its count. `random` draws from a stream keyed by seed, place in the
/// program (file name, line) and `key`, with repetition only when the domain is smaller than the
/// number asked for.
lang_eval_status lang_domain_value(const lang_env *env, uint32_t domain, const char *key,
                                   uint64_t i, int64_t *value, const char **undeclared);

/// The value of one profile name for the slave and the master of `env`; false: it is not declared,
/// or belongs to a register.
bool lang_profile_value_of(const lang_env *env, lang_profile_value which, int64_t *value);
/// The same for those of a register or command.
bool lang_indexed_value_of(const lang_env *env, lang_profile_value which, int64_t at,
                           int64_t *value);
/// The key that must be declared for it, "data"; static.
const char *lang_profile_value_key(lang_profile_value which);

/// A value as case ids and messages write it: numbers as 0x00, times as 12us. Returns its length.
int lang_value_text(lang_type type, int64_t value, char *text, int capacity);

#endif
