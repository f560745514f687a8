/// Coverage of firmware whose blocks count (blocks.h): the counters, which fresh memory leaves
/// alone, and what they say of the sources.
///
/// A case counts into its process's own memory; what of it counts is for the caller to say.
#ifndef FIRMWARE_COVERAGE_H
#define FIRMWARE_COVERAGE_H

#include "sim/sim.h"
#include "slave_under_test/coverage.h"
#include "slave_under_test/kinds/firmware/firmware_link.h"
#include "slave_under_test/kinds/firmware/object.h"

typedef struct firmware_coverage firmware_coverage;

/// Makes the counters and gives them to the object. NULL: its blocks do not count, or there is no
/// memory.
firmware_coverage *firmware_coverage_open(const firmware_object *object);
void firmware_coverage_free(firmware_coverage *coverage);

/// What the bus is at now, for what runs from here on.
void firmware_coverage_look(firmware_link *link, const i2c_monitor *monitor, i2c_node node);

/// The memory that a case counts into.
void *firmware_coverage_counters(const firmware_coverage *coverage, size_t *bytes);
/// Adds what a case has left there to the sums.
void firmware_coverage_count(firmware_coverage *coverage, const void *counters);

/// How what has run is told.
typedef struct {
    const char *const *without; ///< files below these folders are left out; ends with NULL
    /// What a person calls the function of that name, where it is another; "" elsewhere.
    void (*name)(const void *ctx, const char *function, char *text, size_t bytes);
    const void *ctx;
} firmware_coverage_words;

/// What has run so far; the caller's to slave_coverage_free(). NULL without memory.
slave_coverage *firmware_coverage_take(const firmware_coverage *coverage,
                                       const firmware_coverage_words *words);

#endif
