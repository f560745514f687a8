/// Firmware that was compiled to a shared object, loaded and ready to run from fresh memory.
///
/// Its registers lie at fixed addresses (firmware_space), so that they are constants to the
/// compiler; one process can hold them once.
///
/// Threads: one at a time. Ownership: the object is the caller's until firmware_object_free().
#ifndef FIRMWARE_OBJECT_H
#define FIRMWARE_OBJECT_H

#include "slave_under_test/kinds/firmware/core.h"
#include "slave_under_test/kinds/firmware/firmware_link.h"
#include "slave_under_test/kinds/mcu/variable.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct firmware_object firmware_object;
typedef int firmware_main_fn(void);
typedef void firmware_vector_fn(void);

/// `space` must outlive it. NULL on failure; `message` then says why, beginning with `name`, by
/// which a person knows it.
firmware_object *firmware_object_load(const char *path, const char *name,
                                      const firmware_space *space, char *message,
                                      size_t message_bytes);
void firmware_object_free(firmware_object *object);

firmware_link *firmware_object_link(const firmware_object *object);
firmware_main_fn *firmware_object_main(const firmware_object *object);
/// The function of that name that others may call; NULL: it has none.
firmware_vector_fn *firmware_object_routine(const firmware_object *object, const char *name);
/// False when it has no such variable, or several of that name.
bool firmware_object_variable(const firmware_object *object, const char *name,
                              firmware_variable *found);
/// The i-th name of a variable in its sources; NULL past the end. Lives as long as the object.
const char *firmware_object_variable_name(const firmware_object *object, unsigned i);
/// Where it lies: what is added to the addresses in its file.
uintptr_t firmware_object_base(const firmware_object *object);
/// Name of the function that holds that address; "" if unknown. Lives as long as the object.
const char *firmware_object_function(const firmware_object *object, uintptr_t at);
/// The i-th function of its sources whose name ends so; NULL past the end. Lives as long as the
/// object.
const char *firmware_object_function_ending(const firmware_object *object, const char *ending,
                                            unsigned i);
/// Makes its memory fresh. Allocates nothing.
void firmware_object_refresh(firmware_object *object);
bool firmware_object_overran(const firmware_object *object);

#endif
