/// A master in Verilog: a design with the ports of a controller that takes one command a byte
/// (docs/rtl.md) runs the transfers of a case.
#ifndef RTL_MASTER_H
#define RTL_MASTER_H

#include "models/masters/master.h"
#include "slave_under_test/kind.h"

typedef struct rtl_master_image rtl_master_image;

/// Builds the design that a file describes. On failure NULL, and `message` is the whole text for a
/// person. Its masters must be freed before it.
rtl_master_image *rtl_master_prepare(const slave_description *file,
                                     const slave_build_options *options, char *message,
                                     size_t message_bytes);
void rtl_master_discard(rtl_master_image *image);
/// Fills `spec`, which may be used as long as the image is there.
void rtl_master_spec(const rtl_master_image *image, master_spec *spec);

#endif
