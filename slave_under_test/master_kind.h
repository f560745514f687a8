/// Masters that are a file of the user's: a controller in Verilog (`--master rtl:FILE`), an Arduino
/// sketch (`--master sketch:FILE`). Each is prepared once and gives a master_spec, by which a case
/// makes it like any other master.
#ifndef MASTER_KIND_H
#define MASTER_KIND_H

#include "models/masters/master.h"
#include "slave_under_test/kind.h"

typedef struct master_image
    master_image; ///< a master that is built and loaded; one a process and file

/// What is to be prepared.
typedef struct {
    const char *text;              ///< what stands behind the colon
    const slave_description *file; ///< of adapters with `described`: the file of that name
} master_source;

typedef struct {
    const char *name; ///< "sketch", which stands before the colon
    bool described;   ///< it is a file in the language of slaves' files
    /// On failure NULL, and `message` is the whole text for a person. What `from` points to must
    /// outlive it.
    master_image *(*prepare)(const master_source *from, const slave_build_options *options,
                             char *message, size_t message_bytes);
    /// Its masters must have been freed.
    void (*discard)(master_image *image);
    /// Fills `spec`, which may be used as long as the image is there.
    void (*spec)(const master_image *image, master_spec *spec);
} master_adapter;

typedef const master_adapter *master_adapter_fn(void);
/// As slave_adapters_more.
extern master_adapter_fn *const master_adapters_more[];

/// The one of that name; NULL: this program has none.
const master_adapter *master_adapter_find(const char *name);
/// The program that has it where this one has not, and why there may be none: as for slaves.
const char *master_adapter_program(const char *name);
const char *master_adapter_missing(const char *name);

#endif
