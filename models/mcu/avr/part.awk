# Makes of a part's description (parts/*.part) the header that firmware includes (-v make=header) or
# the table that the models read (-v make=table, C).
function die(text) { printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"; failed = 1; exit 1 }
{ sub(/[ \t]*#.*/, "") }
NF == 0 { next }
$1 == "part" {
    parts[++part_count] = $2
    for (i = 3; i <= NF; i++) {
        if ($i == "ram") { ram_at[$2] = $(i + 1); ram[$2] = $(i + 2); i += 2 }
        else if ($i == "flash") { flash[$2] = $(i + 1); i++ }
        else if ($i == "eeprom") { eeprom[$2] = $(i + 1); i++ }
        else die("unknown: " $i)
    }
    next
}
$1 == "twi_pins" { scl = $3; sda = $5; next }
$1 == "reg" || $1 == "mem" || $1 == "reg16" || $1 == "mem16" {
    n = ++reg_count
    reg[n] = $2; at[n] = $3; space[n] = $1; reset[n] = "0x00"
    first = 4
    if ($4 == "=") { reset[n] = $5; first = 6 }
    if (NF >= first && NF != first + 7) die($2 ": eight bits, or none")
    for (b = 7; b >= 0 && NF >= first; b--)
        bit[n, b] = $(first + 7 - b)
    next
}
$1 == "vector" {
    n = ++vector_count
    number[n] = $2; vector[n] = $3; olds[n] = NF - 3
    for (i = 4; i <= NF; i++) old[n, i - 3] = $i
    next
}
{ die("unknown: " $1) }


function header(    i, b, p) {
    print "/* Made from " name_of_file() " of i2cproof. */"
    for (i = 1; i <= reg_count; i++) {
        printf "#define %s _SFR_%s(%s)\n", reg[i], \
            space[i] == "reg" ? "IO8" : space[i] == "reg16" ? "IO16" : space[i] == "mem" ? "MEM8" : "MEM16", at[i]
        for (b = 7; b >= 0; b--)
            if ((i, b) in bit && bit[i, b] != "-" && !(bit[i, b] in told)) {
                printf "#define %s %d\n", bit[i, b], b
                if (bit[i, b] ~ /^PORT[A-Z][0-7]$/)
                    printf "#define P%s %d\n", substr(bit[i, b], 5), b
                told[bit[i, b]] = 1
            }
    }
    for (i = 1; i <= vector_count; i++) {
        printf "#define %s_vect_num %d\n#define %s_vect _VECTOR(%d)\n", vector[i], number[i], vector[i], number[i]
        for (b = 1; b <= olds[i]; b++)
            printf "#define %s _VECTOR(%d)\n", old[i, b] ~ /^SIG_/ ? old[i, b] : old[i, b] "_vect", number[i]
    }
    for (i = 1; i <= part_count; i++) {
        p = parts[i]
        printf "%s defined(__AVR_AT%s__)\n", i == 1 ? "#if" : "#elif", substr(p, 3)
        printf "#define RAMSTART %s\n#define RAMEND (%s + %d - 1)\n#define FLASHEND (%d - 1)\n#define E2END (%d - 1)\n", \
            ram_at[p], ram_at[p], ram[p], flash[p], eeprom[p]
    }
    print "#endif"
}
function name_of_file(    n, words) { n = split(FILENAME, words, "/"); return words[n] }
function offset(i) { return space[i] ~ /^reg/ ? at[i] " + 0x20" : at[i] }
function table(    i, b, p, id) {
    id = name_of_file(); sub(/\.part$/, "", id)
    print "// Made from " name_of_file() "."
    printf "static const avr_register %s_registers[] = {\n", id
    for (i = 1; i <= reg_count; i++) {
        printf "    {\"%s\", %s, %s, %d, {", reg[i], offset(i), reset[i], space[i] ~ /16$/ ? 2 : 1
        for (b = 0; b < 8; b++)
            printf "%s%s", (i, b) in bit && bit[i, b] != "-" ? "\"" bit[i, b] "\"" : "NULL", b < 7 ? ", " : ""
        print "}},"
    }
    printf "};\nstatic const avr_vector %s_vectors[] = {\n", id
    for (i = 1; i <= vector_count; i++)
        printf "    {%d, \"%s\"},\n", number[i], vector[i]
    print "};"
    for (i = 1; i <= part_count; i++) {
        p = parts[i]
        printf "#define AVR_PART_%s {\"%s\", \"%s\", %s, %d, %d, %d, \"%s\", \"%s\", %s_registers, %d, %s_vectors, %d}\n", \
            p, p, id, ram_at[p], ram[p], flash[p], eeprom[p], scl, sda, id, reg_count, id, vector_count
    }
}
END { if (!failed) { if (make == "header") header(); else table() } }
