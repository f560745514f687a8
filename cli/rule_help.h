/// What `explain` says about rules that are no rows of the catalogue: a row explains itself.
#ifndef CLI_RULE_HELP_H
#define CLI_RULE_HELP_H

typedef struct {
    const char *id;
    const char *means; ///< what was seen
    const char *cause; ///< why it usually happens; may be ""
    const char *cure;  ///< what to look at or do; may be ""
} rule_help;

/// Static; NULL if there is none.
const rule_help *rule_help_find(const char *id);

#endif
