/// The compiled object of a SystemC slave, loaded with libraries of its own: SystemC's kernel can
/// be elaborated once in a set of libraries, and its memory is brought back before each case.
///
/// Threads: one at a time. Ownership: the caller's until systemc_object_free().
#ifndef SYSTEMC_OBJECT_H
#define SYSTEMC_OBJECT_H

#include "slave_under_test/kinds/systemc/systemc_link.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct systemc_object systemc_object;

/// Loads the object, builds the module in it and keeps its memory: constructors of the slave run.
/// NULL on failure; `message` then says why, in the name of `name`.
systemc_object *systemc_object_load(const char *path, const char *name, char *message,
                                    size_t message_bytes);
/// All its memory is as after loading. Allocates nothing.
void systemc_object_refresh(const systemc_object *object);
systemc_link *systemc_object_link(const systemc_object *object);
/// Gives back what can be. The libraries stay: none of theirs is called any more.
void systemc_object_free(systemc_object *object);

#endif
