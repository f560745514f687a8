/// A loaded shared object with a slave in it: found, checked, and made fresh again for each case.
///
/// Fresh means: its writable segments hold what they held right after loading, and the declared
/// state is zero. The state ends at a page that cannot be touched, and one stands before it.
///
/// Threads: one at a time. Ownership: the object is the caller's until hosted_object_free().
#ifndef HOSTED_OBJECT_H
#define HOSTED_OBJECT_H

#include "slave_under_test/kinds/hosted/i2cproof_slave.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct hosted_object hosted_object;

/// Loads the object at `path` and gives it `host`, which must outlive it. An object that is loaded
/// already is loaded from a copy, so that the two share no variables. NULL on failure; `message`
/// then says why, beginning with `name`, by which a person knows the object.
hosted_object *hosted_object_load(const char *path, const char *name, const i2cproof_host *host,
                                  char *message, size_t message_bytes);
void hosted_object_free(hosted_object *object);

const i2cproof_slave *hosted_object_slave(const hosted_object *object);
/// The declared state; NULL when none is declared.
void *hosted_object_state(const hosted_object *object);
/// Makes its memory fresh. Allocates nothing.
void hosted_object_refresh(hosted_object *object);
/// Says that the slave has written beside its own memory where no guard page sees it: past the end
/// of its variables into the rest of their last page, or in front of its state into the rest of the
/// first page of that. NULL: it has not. Static text.
const char *hosted_object_overwrote(const hosted_object *object);
/// `address` lies in one of the two pages that guard the state.
bool hosted_object_guards(const hosted_object *object, const void *address);

#endif
