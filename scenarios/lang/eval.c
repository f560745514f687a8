#include "scenarios/lang/eval.h"

#include "scenarios/lang/commands.h"
#include "scenarios/lang/lang.h"
#include "scenarios/lang/registers.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static lang_eval_status checked(bool overflow)
{
    return overflow ? LANG_EVAL_OVERFLOW : LANG_EVAL_OK;
}

static lang_eval_status divide(lang_operator op, int64_t left, int64_t right, int64_t *value)
{
    if (right == 0)
        return LANG_EVAL_DIVISION;
    if (left == INT64_MIN && right == -1)
        return LANG_EVAL_OVERFLOW;
    *value = op == LANG_OP_DIVIDE ? left / right : left % right;
    return LANG_EVAL_OK;
}

/// Shifts of a negative number keep its bits, as two's complement has them.
static lang_eval_status shift(lang_operator op, int64_t left, int64_t right, int64_t *value)
{
    if (right < 0 || right > 63)
        return LANG_EVAL_OVERFLOW;
    if (op == LANG_OP_SHIFT_RIGHT)
        *value = left >= 0 ? left >> right : ~(~left >> right);
    else
        *value = (int64_t)((uint64_t)left << right);
    return LANG_EVAL_OK;
}

static lang_eval_status apply(lang_operator op, int64_t left, int64_t right, int64_t *value)
{
    switch (op) {
    case LANG_OP_MULTIPLY:
        return checked(__builtin_mul_overflow(left, right, value));
    case LANG_OP_PLUS:
        return checked(__builtin_add_overflow(left, right, value));
    case LANG_OP_MINUS:
        return checked(__builtin_sub_overflow(left, right, value));
    case LANG_OP_DIVIDE:
    case LANG_OP_MODULO:
        return divide(op, left, right, value);
    case LANG_OP_SHIFT_LEFT:
    case LANG_OP_SHIFT_RIGHT:
        return shift(op, left, right, value);
    case LANG_OP_LESS:
        *value = left < right;
        break;
    case LANG_OP_LESS_EQUAL:
        *value = left <= right;
        break;
    case LANG_OP_GREATER:
        *value = left > right;
        break;
    case LANG_OP_GREATER_EQUAL:
        *value = left >= right;
        break;
    case LANG_OP_EQUAL:
        *value = left == right;
        break;
    case LANG_OP_NOT_EQUAL:
        *value = left != right;
        break;
    case LANG_OP_AND:
        *value = left & right;
        break;
    case LANG_OP_XOR:
        *value = left ^ right;
        break;
    case LANG_OP_OR:
        *value = left | right;
        break;
    case LANG_OP_LOGICAL_AND:
        *value = left != 0 && right != 0;
        break;
    case LANG_OP_LOGICAL_OR:
        *value = left != 0 || right != 0;
        break;
    case LANG_OP_NOT:
        *value = right == 0;
        break;
    case LANG_OP_COMPLEMENT:
        *value = ~right;
        break;
    case LANG_OP_COUNT:
        assert(op != LANG_OP_COUNT);
    }
    return LANG_EVAL_OK;
}

lang_eval_status lang_apply(lang_operator op, int64_t left, int64_t right, int64_t *value)
{
    *value = 0;
    const lang_eval_status status = apply(op, left, right, value);
    if (status != LANG_EVAL_OK)
        *value = 0;
    return status;
}

static lang_eval_status profile(const lang_env *env, const lang_node *node, int64_t *value,
                                const char **undeclared)
{
    const lang_profile_value which = (lang_profile_value)node->value;
    int64_t at = 0;
    *value = 0;
    if (lang_profile_is_indexed(which)) {
        const lang_eval_status status = lang_eval(env, node->b, &at, undeclared);
        if (status != LANG_EVAL_OK)
            return status;
        if (env->slave != NULL && lang_indexed_value_of(env, which, at, value))
            return LANG_EVAL_OK;
    } else if (env->slave != NULL && lang_profile_value_of(env, which, value)) {
        return LANG_EVAL_OK;
    }
    if (undeclared != NULL)
        *undeclared = lang_profile_value_key(which);
    *value = 0;
    return LANG_EVAL_UNDECLARED;
}

static lang_eval_status binary(const lang_env *env, const lang_node *node, int64_t *value,
                               const char **undeclared)
{
    int64_t left = 0;
    int64_t right = 0;
    lang_eval_status status = lang_eval(env, node->b, &left, undeclared);
    const bool decided = (node->value == LANG_OP_LOGICAL_AND && left == 0) ||
                         (node->value == LANG_OP_LOGICAL_OR && left != 0);
    if (status == LANG_EVAL_OK && !decided) // as in C, the right side is then not looked at
        status = lang_eval(env, node->c, &right, undeclared);
    if (status != LANG_EVAL_OK)
        return status;
    return lang_apply((lang_operator)node->value, left, right, value);
}

lang_eval_status lang_eval(const lang_env *env, uint32_t expr, int64_t *value,
                           const char **undeclared)
{
    const lang_node *node = lang_at(env->program, expr);
    int64_t inner = 0;
    lang_eval_status status = LANG_EVAL_OK;
    *value = 0;
    switch (node->kind) {
    case LANG_NUMBER:
    case LANG_TIME:
    case LANG_FREQUENCY:
        *value = node->value;
        return LANG_EVAL_OK;
    case LANG_VARIABLE:
        assert(env->slots != NULL);
        *value = env->slots[node->d];
        return LANG_EVAL_OK;
    case LANG_PEC:
        *value = env->pec_known ? env->pec : 0;
        return env->pec_known ? LANG_EVAL_OK : LANG_EVAL_NO_PEC;
    case LANG_PROFILE:
        return profile(env, node, value, undeclared);
    case LANG_UNARY:
        status = lang_eval(env, node->b, &inner, undeclared);
        return status == LANG_EVAL_OK ? lang_apply((lang_operator)node->value, 0, inner, value)
                                      : status;
    case LANG_BINARY:
        return binary(env, node, value, undeclared);
    case LANG_CHOICE:
        status = lang_eval(env, node->a, &inner, undeclared);
        return status == LANG_EVAL_OK
                   ? lang_eval(env, inner != 0 ? node->b : node->c, value, undeclared)
                   : status;
    default:
        assert(node->kind == LANG_NUMBER); // none but expressions are asked for
        return LANG_EVAL_OVERFLOW;
    }
}

typedef struct {
    int64_t first;
    int64_t last;
    int64_t step;
} range;

static lang_eval_status read_range(const lang_env *env, const lang_node *node, range *r,
                                   const char **undeclared)
{
    r->step = 1;
    lang_eval_status status = lang_eval(env, node->b, &r->first, undeclared);
    if (status == LANG_EVAL_OK)
        status = lang_eval(env, node->c, &r->last, undeclared);
    if (status == LANG_EVAL_OK && node->d != LANG_NONE)
        status = lang_eval(env, node->d, &r->step, undeclared);
    return status == LANG_EVAL_OK && r->step <= 0 ? LANG_EVAL_DIVISION : status;
}

/// The bytes of the example of a call; an empty list where the command has none.
static lang_eval_status example_of(const lang_env *env, const lang_node *node, slave_bytes *bytes,
                                   const char **undeclared)
{
    int64_t code = 0;
    *bytes = (slave_bytes){0};
    const lang_eval_status status = lang_eval(env, node->b, &code, undeclared);
    const slave_command *c = env->slave != NULL ? lang_command_written(env->slave, code) : NULL;
    if (status == LANG_EVAL_OK && c != NULL)
        *bytes = node->value == LANG_EXAMPLE_GIVEN ? c->given : c->gives;
    return status;
}

/// A slave that has none does not declare what the scenario is about.
static lang_eval_status set_count(const lang_env *env, const lang_node *node, uint64_t *count,
                                  const char **undeclared)
{
    slave_bytes bytes = {0};
    slave_key key = SLAVE_KEY_COMMAND;
    lang_eval_status status = LANG_EVAL_OK;
    *count = 0;
    if (node->kind == LANG_DOMAIN_EXAMPLE) {
        status = example_of(env, node, &bytes, undeclared);
        *count = bytes.count;
    } else if (env->slave != NULL && node->kind == LANG_DOMAIN_COMMANDS) {
        *count = lang_command_set_count(env->slave, (lang_command_set)node->value);
    } else if (node->kind == LANG_DOMAIN_REGISTERS) {
        key = SLAVE_KEY_DATA;
        if (env->slave != NULL)
            *count = lang_register_set_count(env->slave, (lang_register_set)node->value);
    }
    if (*count > 0 || status != LANG_EVAL_OK)
        return status;
    if (undeclared != NULL)
        *undeclared = lang_key_describe(key).key;
    return LANG_EVAL_UNDECLARED;
}

static lang_eval_status set_value(const lang_env *env, const lang_node *node, uint64_t i,
                                  int64_t *value, const char **undeclared)
{
    slave_bytes bytes = {0};
    if (node->kind == LANG_DOMAIN_EXAMPLE) {
        const lang_eval_status status = example_of(env, node, &bytes, undeclared);
        *value = i < bytes.count ? bytes.at[i] : 0;
        return status != LANG_EVAL_OK || i < bytes.count ? status : LANG_EVAL_OVERFLOW;
    }
    const bool found =
        node->kind == LANG_DOMAIN_COMMANDS
            ? lang_command_set_value(env->slave, (lang_command_set)node->value, i, value)
            : lang_register_set_value(env->slave, (lang_register_set)node->value, i, value);
    return found ? LANG_EVAL_OK : LANG_EVAL_OVERFLOW;
}

static bool is_set(const lang_node *node)
{
    return node->kind == LANG_DOMAIN_REGISTERS || node->kind == LANG_DOMAIN_COMMANDS ||
           node->kind == LANG_DOMAIN_EXAMPLE;
}

static lang_eval_status part_count(const lang_env *env, const lang_node *node, uint64_t *count,
                                   const char **undeclared)
{
    range r;
    *count = 1;
    if (node->kind == LANG_DOMAIN_RANDOM) {
        *count = (uint64_t)node->value;
        return LANG_EVAL_OK;
    }
    if (node->kind == LANG_DOMAIN_VALUE)
        return LANG_EVAL_OK;
    if (is_set(node))
        return set_count(env, node, count, undeclared);
    const lang_eval_status status = read_range(env, node, &r, undeclared);
    if (status != LANG_EVAL_OK)
        return status;
    if (r.last < r.first)
        *count = 0;
    else
        *count = ((uint64_t)r.last - (uint64_t)r.first) / (uint64_t)r.step + 1;
    return *count == 0 && r.last >= r.first ? LANG_EVAL_OVERFLOW : LANG_EVAL_OK;
}

lang_eval_status lang_domain_count(const lang_env *env, uint32_t domain, uint64_t *count,
                                   const char **undeclared)
{
    *count = 0;
    for (uint32_t i = domain; i != LANG_NONE; i = lang_at(env->program, i)->next) {
        uint64_t part = 0;
        const lang_node *node = lang_at(env->program, i);
        const lang_eval_status status = part_count(env, node, &part, undeclared);
        if (status != LANG_EVAL_OK)
            return status;
        if (node->kind == LANG_DOMAIN_RANDOM) {
            uint64_t from = 0;
            const lang_eval_status inner = lang_domain_count(env, node->c, &from, undeclared);
            if (inner != LANG_EVAL_OK)
                return inner;
            part = from == 0 ? 0 : part;
        }
        if (__builtin_add_overflow(*count, part, count))
            return LANG_EVAL_OVERFLOW;
    }
    return LANG_EVAL_OK;
}

/// splitmix64: a well-mixed 64-bit value of `x`.
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/// FNV-1a, to key a stream by names.
static uint64_t hash(uint64_t h, const char *text)
{
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001B3u;
    return h;
}

static uint64_t stream_key(const lang_env *env, const lang_node *node, const char *key)
{
    const char *path = lang_text(env->program, env->program->files[node->file].path);
    const char *slash = strrchr(path, '/');
    uint64_t h = hash(0xCBF29CE484222325u, slash != NULL ? slash + 1 : path);
    h = mix(h ^ node->line);
    return mix(hash(h, key) ^ mix(env->seed));
}

/// Draw `i` of a permutation of 0..count-1, by a four-round Feistel network over the next even
/// power of two and walking until the value lies inside: no table, and no value comes twice.
static uint64_t permuted(uint64_t key, uint64_t i, uint64_t count)
{
    unsigned half = 1;
    while (half < 32 && (UINT64_C(1) << (2 * half)) < count)
        half++;
    const uint64_t mask = (UINT64_C(1) << half) - 1;
    do {
        uint64_t left = (i >> half) & mask;
        uint64_t right = i & mask;
        for (uint64_t round = 0; round < 4; round++) {
            const uint64_t next = left ^ (mix(key ^ mix(right + (round << 40))) & mask);
            left = right;
            right = next;
        }
        i = (left << half) | right;
    } while (i >= count);
    return i;
}

static lang_eval_status random_value(const lang_env *env, const lang_node *node, const char *key,
                                     uint64_t i, int64_t *value, const char **undeclared)
{
    uint64_t count = 0;
    const lang_eval_status status = lang_domain_count(env, node->c, &count, undeclared);
    if (status != LANG_EVAL_OK)
        return status;
    if (count == 0)
        return LANG_EVAL_OVERFLOW;
    // Round after round through the whole domain, each in an order of its own.
    const uint64_t stream = mix(stream_key(env, node, key) + i / count);
    return lang_domain_value(env, node->c, key, permuted(stream, i % count, count), value,
                             undeclared);
}

static lang_eval_status part_value(const lang_env *env, const lang_node *node, const char *key,
                                   uint64_t i, int64_t *value, const char **undeclared)
{
    range r;
    if (node->kind == LANG_DOMAIN_RANDOM)
        return random_value(env, node, key, i, value, undeclared);
    if (node->kind == LANG_DOMAIN_VALUE)
        return lang_eval(env, node->b, value, undeclared);
    if (is_set(node))
        return set_value(env, node, i, value, undeclared);
    const lang_eval_status status = read_range(env, node, &r, undeclared);
    if (status == LANG_EVAL_OK)
        *value = (int64_t)((uint64_t)r.first + i * (uint64_t)r.step);
    return status;
}

lang_eval_status lang_domain_value(const lang_env *env, uint32_t domain, const char *key,
                                   uint64_t i, int64_t *value, const char **undeclared)
{
    *value = 0;
    for (uint32_t at = domain; at != LANG_NONE; at = lang_at(env->program, at)->next) {
        const lang_node *node = lang_at(env->program, at);
        uint64_t part = 0;
        const lang_eval_status status = part_count(env, node, &part, undeclared);
        if (status != LANG_EVAL_OK)
            return status;
        if (i < part)
            return part_value(env, node, key, i, value, undeclared);
        i -= part;
    }
    return LANG_EVAL_OVERFLOW;
}

int lang_value_text(lang_type type, int64_t value, char *text, int capacity)
{
    static const struct {
        const char *unit;
        int64_t factor;
    } times[] = {{"s", 1000000000000},
                 {"ms", 1000000000},
                 {"us", 1000000},
                 {"ns", 1000},
                 {"ps", 1}},
      clocks[] = {{"MHz", 1000000}, {"kHz", 1000}, {"Hz", 1}};
    const size_t size = capacity > 0 ? (size_t)capacity : 0;
    if (type == LANG_TYPE_NUMBER)
        return snprintf(text, size, value >= 0 ? "0x%02" PRIX64 : "%" PRId64, value);
    // The coarsest unit in which it is whole.
    if (type == LANG_TYPE_TIME) {
        size_t i = 0;
        while (value % times[i].factor != 0)
            i++;
        return snprintf(text, size, "%" PRId64 "%s", value / times[i].factor, times[i].unit);
    }
    size_t i = 0;
    while (value % clocks[i].factor != 0)
        i++;
    return snprintf(text, size, "%" PRId64 "%s", value / clocks[i].factor, clocks[i].unit);
}
