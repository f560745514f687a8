// The bus of the loop whose bus stands in a file of its own.
#define LOOP_BUS_HERE
#include "bench/loop_bus.h"
