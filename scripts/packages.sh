# Debian packages by purpose, and how they are installed. Sourced by the other scripts.

# To build the program and run it on slaves that are given as C sources. Firmware needs clang, too.
packages_build="gcc g++ cmake ninja-build pkg-config libc6-dev libxml2-dev libcjson-dev libdw-dev"
# To build and run all tests: GoogleTest, the reference JSON reader, the second compiler, and the
# tools whose readers our waveforms must satisfy.
packages_test="verilator libsystemc-dev libgtest-dev libxml2-utils libsimavr-dev libelf-dev gcc-avr avr-libc arduino-core-avr clang libclang-rt-14-dev sigrok-cli gtkwave locales python3 python3-jsonschema lcov gdb"
# For the checks of .ci/run beside the tests.
packages_check="clang-format clang-tidy git"

# missing_packages NAME...: prints those that are not installed.
missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"
    done
}

# install_packages NAME...: installs what is missing, as root or through sudo; says what it does.
install_packages() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    echo "Installing from Debian: $missing"
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || {
            echo "Not root and no sudo. Install these packages and start again: $missing" >&2
            return 1
        }
        as_root="sudo"
    fi
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >/dev/null || return 1
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing >/dev/null
}

# build_preset NAME [CMAKE-ARGUMENT...]: configures and builds it, quietly unless it fails.
build_preset() {
    preset=$1
    shift
    log=$(mktemp)
    if cmake --preset "$preset" "$@" >"$log" 2>&1 && cmake --build --preset "$preset" >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    cat "$log" >&2
    rm -f "$log"
    return 1
}
