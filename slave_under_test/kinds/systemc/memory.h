// What kernel.cpp needs of the slave's memory.
#ifndef SYSTEMC_MEMORY_H
#define SYSTEMC_MEMORY_H

/// From now on systemc_memory_refresh() brings back what is there now. False: the machine gave
/// none.
bool systemc_memory_keep();
/// To be followed at once by restoring the writable segments of all objects that share the memory.
void systemc_memory_refresh();

#endif
