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
$1 == "pin_change" { change[++change_count] = sprintf("'%s', \"%s\", \"%s\", \"%s\", \"%s\"", $2, $3, $4, $5, $6); next }
$1 == "external" { external[++external_count] = sprintf("\"%s\", \"%s\"", $2, $3); next }
$1 == "watchdog_period" { timed_period = $2 == "timed"; next }
$1 == "only" { # what follows belongs to these parts alone
    for (i = 2; i <= NF; i++)
        whole[$i] = 1
    common_regs = reg_count; common_vectors = vector_count; common_changes = change_count
    split_at_only = 1
    next
}
$1 == "bits" { # more names of a register's bits
    n = ++reg_count
    reg[n] = $2; at[n] = at[by_name[$2]]; space[n] = space[by_name[$2]]; reset[n] = "0x00"; again[n] = 1
    if (!($2 in by_name) || NF != 10) die($2 ": a register above, and eight bits")
    for (b = 7; b >= 0; b--)
        bit[n, b] = $(10 - b)
    next
}
$1 == "reg" || $1 == "mem" || $1 == "reg16" || $1 == "mem16" {
    n = ++reg_count
    reg[n] = $2; at[n] = $3; space[n] = $1; reset[n] = "0x00"; by_name[$2] = n
    first = 4
    if ($4 == "=") { reset[n] = $5; first = 6 }
    if (NF >= first && NF != first + 7) die($2 ": eight bits, or none")
    for (b = 7; b >= 0 && NF >= first; b--)
        bit[n, b] = $(first + 7 - b)
    next
}
$1 == "vector" {
    n = ++vector_count
    number[n] = $2; names[n] = NF - 2
    for (i = 3; i <= NF; i++) name[n, i - 2] = $i
    next
}
{ die("unknown: " $1) }

function name_of_file(    n, words) { n = split(FILENAME, words, "/"); return words[n] }

function register_lines(i,    b) {
    if (!(i in again))
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
function vector_lines(i,    b) {
    for (b = 1; b <= names[i]; b++)
        if (name[i, b] ~ /^SIG_/)
            printf "#define %s _VECTOR(%d)\n", name[i, b], number[i]
        else if (name[i, b] !~ /^=/)
            printf "#define %s_vect_num %d\n#define %s_vect _VECTOR(%d)\n", name[i, b], number[i], name[i, b], number[i]
}
function part_lines(i,    p) {
    p = parts[i]
    printf "%s defined(__AVR_%s__)\n", i == 1 ? "#if" : "#elif", p
    printf "#define RAMSTART %s\n#define RAMSIZE %d\n#define FLASHEND (%d - 1)\n#define E2END (%d - 1)\n", \
        ram_at[p], ram[p], flash[p], eeprom[p]
}
function only_line(    p, text) {
    for (p in whole)
        text = text (text == "" ? "" : " || ") "defined(__AVR_" p "__)"
    return text
}
function header(    i) {
    print "/* Made from " name_of_file() " of i2cproof. */"
    for (i = 1; i <= common_regs; i++) register_lines(i)
    for (i = 1; i <= common_vectors; i++) vector_lines(i)
    if (split_at_only) {
        print "#if " only_line()
        for (; common_regs < reg_count;) register_lines(++common_regs)
        for (; common_vectors < vector_count;) vector_lines(++common_vectors)
        print "#endif"
    }
    printf "#define _VECTORS_SIZE (%d * %d)\n", vector_count + 1, flash[parts[part_count]] > 8192 ? 4 : 2
    for (i = 1; i <= part_count; i++) part_lines(i)
    print "#endif"
    print "#define RAMEND (RAMSTART + RAMSIZE - 1)\n#define XRAMEND RAMEND\n#define E2PAGESIZE 4"
}

function offset(i) { return space[i] ~ /^reg/ ? at[i] " + 0x20" : at[i] }
function registers(id,    i, b) {
    printf "static const avr_register %s_registers[] = {\n", id
    for (i = 1; i <= reg_count; i++) {
        printf "    {\"%s\", %s, %s, %d, {", reg[i], offset(i), reset[i], space[i] ~ /16$/ ? 2 : 1
        for (b = 0; b < 8; b++)
            printf "%s%s", (i, b) in bit && bit[i, b] != "-" ? "\"" bit[i, b] "\"" : "NULL", b < 7 ? ", " : ""
        print "}},"
    }
    print "};"
}
function vectors(id,    i, b, text) {
    printf "static const avr_vector %s_vectors[] = {\n", id
    for (i = 1; i <= vector_count; i++) {
        text = ""
        for (b = 1; b <= names[i]; b++) {
            sub(/^=/, "", name[i, b])
            text = text (b == 1 ? "" : ", ") "\"" name[i, b] "\""
        }
        printf "    {%d, {%s}},\n", number[i], text
    }
    print "};"
}
function rows(type, id, what, list, count,    i) {
    printf "static const %s %s_%s[] = {\n", type, id, what
    for (i = 1; i <= count; i++) printf "    {%s},\n", list[i]
    print "};"
}
function table(    i, p, all, id) {
    id = name_of_file(); sub(/\.part$/, "", id)
    print "// Made from " name_of_file() "."
    registers(id)
    vectors(id)
    rows("avr_pin_change", id, "changes", change, change_count)
    rows("avr_external", id, "externals", external, external_count)
    printf "#define AVR_PARTS_%s", id
    for (i = 1; i <= part_count; i++) {
        p = parts[i]; all = p in whole
        printf " \\\n    {\"%s\", \"%s\", \"%s\", %s, %d, %d, %d, \"%s\", \"%s\", %d, %s_registers, %d, %s_vectors, %d, %s_changes, %d, %s_externals, %d}%s", \
            tolower(p), p, id, ram_at[p], ram[p], flash[p], eeprom[p], scl, sda, timed_period, \
            id, all ? reg_count : common_regs, id, all ? vector_count : common_vectors, \
            id, all ? change_count : common_changes, id, external_count, i < part_count ? "," : "\n"
    }
}
END {
    if (failed) exit 1
    if (!split_at_only) { common_regs = reg_count; common_vectors = vector_count; common_changes = change_count }
    if (make == "header") header(); else table()
}
