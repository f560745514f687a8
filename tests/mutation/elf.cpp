#include "tests/mutation/elf.h"

#include <cstring>
#include <elf.h>
#include <stdexcept>

namespace mutation
{

namespace
{

template <typename Part> Part part_at(const std::string &file, uint64_t offset)
{
    Part part;
    if (offset > file.size() || file.size() - offset < sizeof part)
        throw std::runtime_error("an ELF file that is cut short");
    std::memcpy(&part, file.data() + offset, sizeof part);
    return part;
}

Elf64_Shdr section(const std::string &file, const Elf64_Ehdr &head, unsigned i)
{
    return part_at<Elf64_Shdr>(file, head.e_shoff + uint64_t{i} * sizeof(Elf64_Shdr));
}

} // namespace

std::string loaded_parts(const std::string &file)
{
    const auto head = part_at<Elf64_Ehdr>(file, 0);
    if (std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64)
        throw std::runtime_error("no ELF file of 64 bits");
    const Elf64_Shdr names = section(file, head, head.e_shstrndx);
    std::string parts;
    for (unsigned i = 0; i < head.e_shnum; i++) {
        const Elf64_Shdr one = section(file, head, i);
        const std::string name = file.c_str() + names.sh_offset + one.sh_name;
        if ((one.sh_flags & SHF_ALLOC) == 0 || name == ".note.gnu.build-id")
            continue;
        parts += name + " " + std::to_string(one.sh_size) + "\n";
        if (one.sh_type != SHT_NOBITS)
            parts += file.substr(one.sh_offset, one.sh_size);
    }
    return parts;
}

} // namespace mutation
