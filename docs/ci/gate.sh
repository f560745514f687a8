#!/bin/sh
# A merge gate: plays the suite on a slave and fails when something new is broken.
#
#   gate.sh SLAVE-FILE... [-- OPTIONS OF i2cproof run]
#
# Reads from the environment, all optional:
#   I2CPROOF           the program                      (default: i2cproof)
#   I2CPROOF_OUT       folder of results                (default: i2cproof-out)
#   I2CPROOF_BASELINE  known failures, CASE-ID RULE     (default: i2cproof-baseline, if there is one)
#
# Ends with i2cproof's exit status: 0 merge, 1 a new failure, 2 or more: the gate itself is broken.
set -eu

program=${I2CPROOF:-i2cproof}
out=${I2CPROOF_OUT:-i2cproof-out}
baseline=${I2CPROOF_BASELINE:-i2cproof-baseline}

if [ $# -eq 0 ]; then
    echo "usage: $0 SLAVE-FILE... [-- OPTIONS]" >&2
    exit 2
fi

# "--" only parts slaves from options for the reader; i2cproof takes both in any order.
count=$#
while [ "$count" -gt 0 ]; do
    word=$1
    shift
    [ "$word" = "--" ] || set -- "$@" "$word"
    count=$((count - 1))
done

if [ -f "$baseline" ]; then
    set -- "$@" --baseline "$baseline"
fi

status=0
"$program" run "$@" --out "$out" || status=$?

case $status in
0) echo "gate: open" ;;
1) echo "gate: closed, see $out/junit.xml" ;;
*) echo "gate: broken, i2cproof ended with $status" >&2 ;;
esac
exit "$status"
