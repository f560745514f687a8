#define _GNU_SOURCE // O_CLOEXEC, strdup
#include "slave_under_test/kinds/avr/program.h"

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// avr-gcc counts all memories of a part in one space of addresses (avr-libc, "Memory Sections").
enum { DATA_AT = 0x800000, EEPROM_AT = 0x810000, FUSES_AT = 0x820000 };
enum { FLASH_MAX = 0x20000, EEPROM_MAX = 0x1000, PART_BYTES = 64 };
enum { NOTE_NAME_AT = 16 + 8 * 4 + 1 }; // in .note.gnu.avr.deviceinfo
enum { MMCU_NAME = 1 };                 // the tag of simavr's avr_mcu_section.h

typedef struct {
    char *name;
    uint32_t at; ///< flash or data address
    uint32_t bytes;
    bool function, variable;
} symbol;

struct avr_program {
    unsigned char *flash;
    size_t flash_bytes;
    unsigned char eeprom[EEPROM_MAX];
    size_t eeprom_bytes;
    char part[PART_BYTES];
    symbol *symbols;
    size_t symbol_count;
    uint32_t variables_end;
};

typedef struct {
    avr_program *program;
    Elf *elf;
    const char *name;
    char *message;
    size_t message_bytes;
} reader;

static bool fail(const reader *r, const char *text)
{
    (void)snprintf(r->message, r->message_bytes, "%s: %s", r->name, text);
    return false;
}

// ---- memories ---------------------------------------------------------------------------------

static bool take(unsigned char *memory, size_t most, size_t *used, uint64_t at,
                 const unsigned char *bytes, size_t count)
{
    if (at > most || count > most - at)
        return false;
    memcpy(memory + at, bytes, count);
    if (at + count > *used)
        *used = at + count;
    return true;
}

static bool read_segment(const reader *r, const GElf_Phdr *segment, const unsigned char *file,
                         size_t file_bytes)
{
    avr_program *p = r->program;
    if (segment->p_type != PT_LOAD || segment->p_filesz == 0)
        return true;
    if (segment->p_offset > file_bytes || segment->p_filesz > file_bytes - segment->p_offset)
        return fail(r, "the ELF file is cut short");
    const unsigned char *bytes = file + segment->p_offset;
    const size_t count = segment->p_filesz;
    if (segment->p_paddr < DATA_AT)
        return take(p->flash, FLASH_MAX, &p->flash_bytes, segment->p_paddr, bytes, count) ||
               fail(r, "its code is larger than any part's flash");
    if (segment->p_paddr >= EEPROM_AT && segment->p_paddr < FUSES_AT)
        return take(p->eeprom, EEPROM_MAX, &p->eeprom_bytes, segment->p_paddr - EEPROM_AT, bytes,
                    count) ||
               fail(r, "its EEPROM data is larger than any part's EEPROM");
    return true; // fuses, lock bits, signature
}

static bool read_memories(const reader *r)
{
    size_t count = 0, file_bytes = 0;
    const unsigned char *file = (const unsigned char *)elf_rawfile(r->elf, &file_bytes);
    r->program->flash = malloc(FLASH_MAX);
    if (file == NULL || r->program->flash == NULL || elf_getphdrnum(r->elf, &count) != 0)
        return fail(r, "cannot be read");
    memset(r->program->flash, 0xFF, FLASH_MAX);
    memset(r->program->eeprom, 0xFF, sizeof r->program->eeprom);
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;
        if (gelf_getphdr(r->elf, (int)i, &segment) == NULL)
            return fail(r, "the ELF file is cut short");
        if (!read_segment(r, &segment, file, file_bytes))
            return false;
    }
    return r->program->flash_bytes > 0 || fail(r, "it holds no code");
}

// ---- sections ---------------------------------------------------------------------------------

static bool take_symbol(const reader *r, const GElf_Sym *s, const char *name)
{
    avr_program *p = r->program;
    const int type = GELF_ST_TYPE(s->st_info);
    const bool data = s->st_value >= DATA_AT && s->st_value < EEPROM_AT;
    if (name == NULL || name[0] == '\0' || s->st_shndx == SHN_UNDEF)
        return true;
    if (strcmp(name, "_end") == 0 && data)
        p->variables_end = (uint32_t)(s->st_value - DATA_AT);
    const bool code = s->st_value < DATA_AT && s->st_shndx < SHN_LORESERVE;
    if (type == STT_SECTION || type == STT_FILE || (!data && !code))
        return true;
    p->symbols[p->symbol_count++] =
        (symbol){.name = strdup(name),
                 .at = (uint32_t)(data ? s->st_value - DATA_AT : s->st_value),
                 .bytes = (uint32_t)s->st_size,
                 .function = code && name[0] != '.',
                 .variable = data && type == STT_OBJECT};
    return p->symbols[p->symbol_count - 1].name != NULL;
}

static bool read_symbols(const reader *r, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    if (data == NULL || header->sh_entsize == 0 || r->program->symbols != NULL)
        return true;
    const size_t count = (size_t)(header->sh_size / header->sh_entsize);
    r->program->symbols = calloc(count + 1, sizeof *r->program->symbols);
    if (r->program->symbols == NULL)
        return fail(r, "out of memory");
    for (size_t i = 0; i < count; i++) {
        GElf_Sym s;
        if (gelf_getsym(data, (int)i, &s) != NULL &&
            !take_symbol(r, &s, elf_strptr(r->elf, header->sh_link, s.st_name)))
            return fail(r, "out of memory");
    }
    return true;
}

/// A note: its header, sizes of the part's memories and of a table, and texts: an empty one, the
/// part's name.
static void read_device_info(const reader *r, const Elf_Data *data)
{
    const char *bytes = data->d_buf;
    if (bytes != NULL && data->d_size > NOTE_NAME_AT)
        (void)snprintf(r->program->part, sizeof r->program->part, "%.*s",
                       (int)(data->d_size - NOTE_NAME_AT), bytes + NOTE_NAME_AT);
}

/// Records of a tag, a length and as many bytes.
static void read_mmcu(const reader *r, const Elf_Data *data)
{
    const unsigned char *bytes = data->d_buf;
    for (size_t i = 0; bytes != NULL && i + 2 <= data->d_size; i += 2u + bytes[i + 1]) {
        const size_t length = bytes[i + 1];
        if (bytes[i] == MMCU_NAME && i + 2 + length <= data->d_size)
            (void)snprintf(r->program->part, sizeof r->program->part, "%.*s", (int)length,
                           (const char *)bytes + i + 2);
    }
}

static bool read_sections(const reader *r)
{
    size_t names = 0;
    Elf_Scn *section = NULL;
    if (elf_getshdrstrndx(r->elf, &names) != 0)
        return true; // stripped of all: it runs all the same
    while ((section = elf_nextscn(r->elf, section)) != NULL) {
        GElf_Shdr header;
        const char *name = gelf_getshdr(section, &header) == NULL
                               ? NULL
                               : elf_strptr(r->elf, names, header.sh_name);
        if (name == NULL)
            continue;
        if (header.sh_type == SHT_SYMTAB && !read_symbols(r, section, &header))
            return false;
        Elf_Data *data = elf_rawdata(section, NULL);
        if (data != NULL && strcmp(name, ".note.gnu.avr.deviceinfo") == 0)
            read_device_info(r, data);
        if (data != NULL && strcmp(name, ".mmcu") == 0)
            read_mmcu(r, data);
    }
    return true;
}

// ---- the file ---------------------------------------------------------------------------------

static const char *machine_name(unsigned machine)
{
    return machine == EM_X86_64    ? "x86-64"
           : machine == EM_386     ? "x86"
           : machine == EM_ARM     ? "ARM"
           : machine == EM_AARCH64 ? "AArch64"
           : machine == EM_RISCV   ? "RISC-V"
                                   : "another machine";
}

static bool read_header(const reader *r)
{
    char text[160];
    GElf_Ehdr header;
    if (elf_kind(r->elf) != ELF_K_ELF || gelf_getehdr(r->elf, &header) == NULL)
        return fail(r, "is no ELF file: give the one that avr-gcc links, no .hex");
    if (header.e_machine != EM_AVR) {
        (void)snprintf(text, sizeof text, "is for %s, not for AVR", machine_name(header.e_machine));
        return fail(r, text);
    }
    return header.e_type == ET_EXEC || fail(r, "is not linked: give the ELF, no object file");
}

static bool read_all(const reader *r)
{
    return read_header(r) && read_memories(r) && read_sections(r);
}

avr_program *avr_program_read(const char *path, const char *name, char *message,
                              size_t message_bytes)
{
    reader r = {.program = calloc(1, sizeof *r.program),
                .name = name,
                .message = message,
                .message_bytes = message_bytes};
    message[0] = '\0';
    (void)elf_version(EV_CURRENT);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        r.elf = elf_begin(fd, ELF_C_READ, NULL);
    const bool ok = r.program != NULL && r.elf != NULL ? read_all(&r) : fail(&r, "cannot be read");
    if (r.elf != NULL)
        (void)elf_end(r.elf);
    if (fd >= 0)
        (void)close(fd);
    if (ok)
        return r.program;
    avr_program_free(r.program);
    return NULL;
}

void avr_program_free(avr_program *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->symbol_count; i++)
        free(p->symbols[i].name);
    free(p->symbols);
    free(p->flash);
    free(p);
}

const unsigned char *avr_program_flash(const avr_program *p, size_t *bytes)
{
    *bytes = p->flash_bytes;
    return p->flash;
}

const unsigned char *avr_program_eeprom(const avr_program *p, size_t *bytes)
{
    *bytes = p->eeprom_bytes;
    return p->eeprom;
}

const char *avr_program_part(const avr_program *p)
{
    return p->part;
}

size_t avr_program_variables_end(const avr_program *p)
{
    return p->variables_end;
}

// ---- names ------------------------------------------------------------------------------------

bool avr_program_variable(const avr_program *p, const char *name, size_t length, uint32_t *at,
                          size_t *bytes)
{
    unsigned found = 0;
    for (size_t i = 0; i < p->symbol_count; i++)
        if (p->symbols[i].variable && strncmp(p->symbols[i].name, name, length) == 0 &&
            p->symbols[i].name[length] == '\0') {
            *at = p->symbols[i].at;
            *bytes = p->symbols[i].bytes;
            found++;
        }
    return found == 1;
}

bool avr_program_function(const avr_program *p, const char *name, uint32_t *at)
{
    for (size_t i = 0; i < p->symbol_count; i++)
        if (p->symbols[i].function && strcmp(p->symbols[i].name, name) == 0) {
            *at = p->symbols[i].at;
            return true;
        }
    return false;
}

bool avr_program_serves(const avr_program *p, unsigned vector)
{
    char name[24];
    uint32_t at = 0, none = 0;
    if (!avr_program_function(p, "__bad_interrupt", &none))
        return true;
    (void)snprintf(name, sizeof name, "__vector_%u", vector);
    return avr_program_function(p, name, &at) && at != none;
}

/// The nearest below; where several lie at one address, one that has a size.
const char *avr_program_function_at(const avr_program *p, uint32_t at)
{
    const symbol *best = NULL;
    for (size_t i = 0; i < p->symbol_count; i++) {
        const symbol *s = &p->symbols[i];
        if (!s->function || s->at > at || (s->bytes != 0 && at >= s->at + s->bytes))
            continue;
        if (best == NULL || s->at > best->at || (s->at == best->at && s->bytes > best->bytes))
            best = s;
    }
    return best != NULL ? best->name : "";
}

const char *avr_program_function_ending(const avr_program *p, const char *ending)
{
    const size_t length = strlen(ending);
    for (size_t i = 0; i < p->symbol_count; i++) {
        const size_t bytes = strlen(p->symbols[i].name);
        if (p->symbols[i].function && bytes > length &&
            strcmp(p->symbols[i].name + bytes - length, ending) == 0)
            return p->symbols[i].name;
    }
    return NULL;
}
