/// What a shared object brings into memory, to see whether two are the same code.
#ifndef TESTS_MUTATION_ELF_H
#define TESTS_MUTATION_ELF_H

#include <string>

namespace mutation
{

/// The sections of an ELF file of 64 bits that are loaded, with their names, without the build id;
/// debug information is none of them. Throws std::runtime_error when it is no such file.
std::string loaded_parts(const std::string &file);

} // namespace mutation

#endif
