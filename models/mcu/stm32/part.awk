# Makes of a part's description (parts/*.part, behind the *.types that it uses) the header that firmware includes
# (-v make=header) or the table that the models read (-v make=table, C).
function die(text) { printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"; failed = 1; exit 1 }
function hex(text,    i, value) { # mawk's strtonum() is missing
    if (text !~ /^0[xX]/) return text + 0
    value = 0; text = toupper(substr(text, 3))
    for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
    return value
}
function as_hex(value,    text, digit) { # %X of mawk ends at 31 bits
    text = ""
    do { digit = value % 16; text = substr("0123456789ABCDEF", digit + 1, 1) text; value = (value - digit) / 16 } while (value > 0)
    return "0x" text
}
function power(bits,    value) { value = 1; while (bits-- > 0) value *= 2; return value }
function mask(lowest, width) { return (power(width) - 1) * power(lowest) }
{ sub(/[ \t]*#.*/, "") }
NF == 0 { next }
$1 == "uses" { next } # CMake reads it
$1 == "header" { header_name = $2; next }
$1 == "macros" { for (i = 2; i <= NF; i++) macro[++macro_count] = $i; next }
$1 == "part" {
    if (NF != 6 || $3 != "ram" || $5 != "flash") die("part NAME ram BYTES flash BYTES")
    parts[++part_count] = $2; ram[part_count] = $4; flash[part_count] = $6
    next
}
$1 == "type" {
    type[++type_count] = $2; type_at[$2] = type_count; first_reg[type_count] = reg_count + 1
    for (i = 3; i <= NF; i++) { if ($i == "core") core[type_count] = 1; else if ($i == "plain") plain[type_count] = 1; else die("unknown: " $i) }
    next
}
$1 == "define" { define[++define_count] = $2 " " $3; next }
$1 == "follows" { follows[++follow_count] = $2 " " $3; next }
$1 == "block" {
    if (!($4 in type_at)) die($2 ": no type " $4)
    block[++block_count] = $2; base[block_count] = $3; block_type[block_count] = type_at[$4]; clock[block_count] = $5
    block_at[$2] = block_count
    next
}
$1 == "exception" || $1 == "irq" { n = ++vector_count; number[n] = $1 == "irq" ? $2 + 16 : $2; vector[n] = $3; next }
$1 == "i2c_pins" {
    if (!($2 in block_at)) die("no block " $2)
    pins[++pin_count] = $2; scl[pin_count] = $3; sda[pin_count] = $4; pin_bit[pin_count] = $5
    next
}
type_count > 0 && $2 ~ /^0x/ { # a register of the type above
    n = ++reg_count; last_reg[type_count] = n; name = $1; array[n] = 1
    if (name ~ /\[/) { array[n] = name; sub(/.*\[/, "", array[n]); array[n] += 0; sub(/\[.*/, "", name) }
    reg[n] = name; offset[n] = $2; reset[n] = "0"; first = 3
    if ($3 == "=") { reset[n] = $4; first = 5 }
    first_field[n] = field_count + 1
    for (i = first; i <= NF; i++) {
        if (split($i, word, ":") != 2) die("a field is NAME:BIT or NAME:LOW-HIGH")
        f = ++field_count; field[f] = word[1]; element[f] = 0
        if (split(word[2], where, "@") == 2) element[f] = where[2]
        high = split(where[1], range, "-") == 2 ? range[2] : range[1]
        low[f] = range[1]; width[f] = high - range[1] + 1
        field_at[type[type_count] "." name "." word[1]] = f; reg_at[type[type_count] "." name] = n
    }
    last_field[n] = field_count
    next
}
{ die("unknown: " $0) }

# ---- the header that firmware includes
function struct(t,    r, at, gap, gaps) {
    at = 0; gaps = 0
    print "typedef struct\n{"
    for (r = first_reg[t]; r <= last_reg[t]; r++) {
        gap = (hex(offset[r]) - at) / 4
        if (gap > 0) printf "  uint32_t RESERVED_%d[%d];\n", gaps++, gap
        printf "  __IO uint32_t %s%s;\n", reg[r], (array[r] > 1 ? "[" array[r] "]" : "")
        at = hex(offset[r]) + 4 * array[r]
    }
    printf "} %s_TypeDef;\n\n", type[t]
}
function field_lines(t,    r, f, name, b) {
    for (r = first_reg[t]; r <= last_reg[t]; r++)
        for (f = first_field[r]; f <= last_field[r]; f++) {
            name = type[t] "_" reg[r] (array[r] > 1 ? element[f] + 1 : "") "_" field[f]
            printf "#define %s_Pos %dU\n#define %s_Msk (0x%XUL << %s_Pos)\n#define %s %s_Msk\n", \
                name, low[f], name, power(width[f]) - 1, name, name, name
            for (b = 0; width[f] > 1 && b < width[f]; b++)
                printf "#define %s_%d (0x%XUL << %s_Pos)\n", name, b, power(b), name
        }
}
function header(    t, i, b, words) {
    print "/* Made from " header_name ".part of i2cproof. */\n#ifndef I2CPROOF_" header_name "_H\n#define I2CPROOF_" header_name "_H\n"
    print "typedef enum\n{\n  NonMaskableInt_IRQn = -14,\n  HardFault_IRQn = -13,\n  MemoryManagement_IRQn = -12,\n  BusFault_IRQn = -11,\n  UsageFault_IRQn = -10,\n  SVCall_IRQn = -5,\n  DebugMonitor_IRQn = -4,"
    for (i = 1; i <= vector_count; i++) printf "  %s_IRQn = %d,\n", vector[i], number[i] - 16
    print "} IRQn_Type;\n\n#define __NVIC_PRIO_BITS 4\n#define __CM3_REV 0x0200U\n#include <core_cm3.h>\n"
    for (t = 1; t <= type_count; t++) if (!(t in core)) struct(t)
    for (b = 1; b <= block_count; b++)
        if (!(block_type[b] in core))
            printf "#define %s_BASE %sUL\n#define %s ((%s_TypeDef *)%s_BASE)\n", block[b], base[b], block[b], type[block_type[b]], block[b]
    for (t = 1; t <= type_count; t++) if (!(t in core)) field_lines(t)
    for (i = 1; i <= define_count; i++) {
        split(define[i], words, " ")
        printf "#define %s %sUL\n", words[1], words[2]
    }
    print "\n#endif"
}

# ---- the table that the models read
function address(path,    words, f) { # of BLOCK.REGISTER.FIELD; sets found_bit and found_width
    if (split(path, words, ".") != 3 || !(words[1] in block_at)) die("no " path)
    f = field_at[type[block_type[block_at[words[1]]]] "." words[2] "." words[3]]
    if (f == "") die("no " path)
    found_bit = low[f]; found_width = width[f]
    return as_hex(hex(base[block_at[words[1]]]) + hex(offset[reg_at[type[block_type[block_at[words[1]]]] "." words[2]]]))
}
function clock_bit(path,    at) {
    if (path == "") return "0, 0"
    at = address(path)
    return at ", " as_hex(mask(found_bit, found_width))
}
function table(    t, r, f, b, i, id, at, from, words, width_at) {
    id = header_name
    print "// Made from " id ".part."
    printf "static const stm32_field %s_fields[] = {\n", id
    for (f = 1; f <= field_count; f++) printf "    {\"%s\", %d, %d, %d},\n", field[f], low[f], width[f], element[f]
    printf "};\nstatic const stm32_register %s_registers[] = {\n", id
    for (r = 1; r <= reg_count; r++)
        printf "    {\"%s\", %s, %d, %s, %d, %d},\n", reg[r], offset[r], array[r], reset[r], first_field[r] - 1, last_field[r] - first_field[r] + 1
    printf "};\nstatic const stm32_type %s_types[] = {\n", id
    for (t = 1; t <= type_count; t++) {
        r = last_reg[t]
        printf "    {\"%s\", %s, %d, %d, %d},\n", type[t], (t in plain) ? "true" : "false", hex(offset[r]) + 4 * array[r], first_reg[t] - 1, r - first_reg[t] + 1
    }
    printf "};\nstatic const stm32_block %s_blocks[] = {\n", id
    for (b = 1; b <= block_count; b++)
        printf "    {\"%s\", %s, %d, %s},\n", block[b], base[b], block_type[b] - 1, clock_bit(clock[b])
    printf "};\nstatic const stm32_follow %s_follows[] = {\n", id
    for (i = 1; i <= follow_count; i++) {
        split(follows[i], words, " ")
        at = address(words[1]); b = found_bit; width_at = found_width
        sub(/[^.]*$/, "", words[1])
        from = address(words[1] words[2])
        printf "    {%s, %d, %s, %d, %d},\n", at, b, from, found_bit, width_at
    }
    printf "};\nstatic const stm32_i2c_pins %s_pins[] = {\n", id
    for (i = 1; i <= pin_count; i++)
        printf "    {%d, \"%s\", \"%s\", %s},\n", block_at[pins[i]] - 1, scl[i], sda[i], clock_bit(pin_bit[i])
    printf "};\nstatic const stm32_vector %s_vectors[] = {\n", id
    for (i = 1; i <= vector_count; i++) printf "    {%d, \"%s\"},\n", number[i], vector[i]
    printf "};\n#define STM32_PARTS_%s", id
    for (i = 1; i <= part_count; i++)
        printf " \\\n    {\"%s\", \"%s\", \"%s\", %d, %d, %s_fields, %s_registers, %s_types, %d, %s_blocks, %d, %s_follows, %d, %s_pins, %d, %s_vectors, %d}%s", \
            tolower(parts[i]), id, macro_list(), ram[i], flash[i], id, id, id, type_count, id, block_count, id, follow_count, id, pin_count, id, vector_count, i < part_count ? "," : "\n"
}
function macro_list(    i, text) { for (i = 1; i <= macro_count; i++) text = text (i > 1 ? " " : "") macro[i]; return text }
END {
    if (failed) exit 1
    if (make == "header") header(); else table()
}
