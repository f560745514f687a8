// Identifiers to signal numbers: a hash table over one block of names, so that hundred thousands of
// identifiers cost a few dozen bytes each.

#define _POSIX_C_SOURCE 200809L // locale_t

#include "vcd/reader_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool vcd_text_append(vcd_text_buffer *text, const char *bytes, size_t len)
{
    if (text->room - text->len <= len) {
        const size_t need = text->len + len + 1;
        const size_t room = need < text->room * 2 ? text->room * 2 : need + 32;
        char *grown = realloc(text->bytes, room);
        if (!grown)
            return false;
        text->bytes = grown;
        text->room = room;
    }
    if (len > 0)
        memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = '\0';
    return true;
}

/// FNV-1a, folded so that the low bits see all of it.
static uint32_t hash_of(const char *id, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)id[i]) * UINT64_C(0x100000001b3);
    return (uint32_t)(hash ^ hash >> 32);
}

/// The slot that has the identifier, or the free one where it belongs.
static uint32_t slot_of(const vcd_ids *ids, const char *id, size_t len)
{
    uint32_t slot = hash_of(id, len) & (ids->slots - 1);
    for (;; slot = (slot + 1) & (ids->slots - 1)) {
        const uint32_t entry = ids->table[slot];
        if (entry == 0)
            return slot;
        // By length, not as C strings: what is looked up may have 0 bytes in it.
        const vcd_declared *known = &ids->signals[entry - 1];
        if (known->id_len == len && memcmp(ids->names.bytes + known->id_at, id, len) == 0)
            return slot;
    }
}

bool vcd_ids_find(const vcd_ids *ids, const char *id, size_t len, vcd_signal *signal)
{
    if (ids->slots == 0)
        return false;
    const uint32_t entry = ids->table[slot_of(ids, id, len)];
    if (entry == 0)
        return false;
    *signal = entry - 1;
    return true;
}

static bool room_for_entry(vcd_ids *ids)
{
    if (ids->count < ids->slots / 2)
        return true;
    const uint32_t slots = ids->slots ? ids->slots * 2 : 64;
    uint32_t *table = calloc(slots, sizeof *table);
    if (!table)
        return false;
    free(ids->table);
    ids->table = table;
    ids->slots = slots;
    for (uint32_t i = 0; i < ids->count; i++) {
        const vcd_declared *known = &ids->signals[i];
        table[slot_of(ids, ids->names.bytes + known->id_at, known->id_len)] = i + 1;
    }
    return true;
}

static bool room_for_signal(vcd_ids *ids)
{
    if (ids->count < ids->room)
        return true;
    const uint32_t room = ids->room ? ids->room * 2 : 32;
    vcd_declared *signals = realloc(ids->signals, room * sizeof *signals);
    if (!signals)
        return false;
    ids->signals = signals;
    ids->room = room;
    return true;
}

vcd_status vcd_ids_add(vcd_ids *ids, const char *id, size_t len, vcd_var_type type, uint32_t width,
                       vcd_signal *signal)
{
    if (ids->count >= UINT32_MAX / 8 || ids->names.len + len >= UINT32_MAX)
        return VCD_TOO_MANY;
    if (!room_for_signal(ids) || !room_for_entry(ids))
        return VCD_NO_MEMORY;
    const uint32_t slot = slot_of(ids, id, len);
    assert(ids->table[slot] == 0);
    const uint32_t at = (uint32_t)ids->names.len;
    if (!vcd_text_append(&ids->names, id, len))
        return VCD_NO_MEMORY;
    ids->signals[ids->count] =
        (vcd_declared){.id_at = at, .id_len = (uint32_t)len, .width = width, .type = type};
    *signal = ids->count++;
    ids->table[slot] = ids->count;
    return VCD_OK;
}

void vcd_ids_release(vcd_ids *ids)
{
    free(ids->signals);
    free(ids->names.bytes);
    free(ids->table);
    *ids = (vcd_ids){0};
}
