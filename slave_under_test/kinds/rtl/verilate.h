/// From Verilog to C++: what Verilator is told, and what is learnt of the design on the way.
#ifndef RTL_VERILATE_H
#define RTL_VERILATE_H

#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/rtl/rtl_link.h"

/// The recipe of a slave of this kind; its lists live in here.
typedef struct rtl_recipe rtl_recipe;

/// Builds Verilator's own library, alike for all designs, to an object file. False without
/// Verilator; `message` says so. To be given back with slave_build_done() when the design is built.
bool rtl_runtime_build(const slave_build_options *options, slave_built *built, char *message,
                       size_t bytes);

/// `runtime` is the object file, and must outlive the recipe. NULL: out of memory.
rtl_recipe *rtl_recipe_new(const slave_description *slave, const char *runtime);
const slave_recipe *rtl_recipe_of(const rtl_recipe *recipe);
void rtl_recipe_free(rtl_recipe *recipe);

#endif
