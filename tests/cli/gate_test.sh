#!/bin/sh
# docs/ci/gate.sh opens for a right slave, closes for a wrong one, and opens again when its failures
# are the baseline.
set -eu
I2CPROOF=$1
gate=$2
data=$3
export I2CPROOF

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

ends_with() {
    expected=$1
    shift
    status=0
    "$@" >log 2>&1 || status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "$*: ended with $status, not $expected" >&2
        cat log >&2
        exit 1
    fi
}

ends_with 2 "$gate"
ends_with 0 "$gate" "$data/good.slave" -- --quick --filter 'ack.*'
grep -q '<testsuite ' i2cproof-out/junit.xml
wrong="$data/mischief.slave -- --scenarios $data/mischief.scenario --filter *v=0x8[2E]"
set -f
ends_with 1 "$gate" $wrong
grep -q '<failure ' i2cproof-out/junit.xml
echo "mischief/mischief.told/standard/v=0x82 crash" >i2cproof-baseline
ends_with 0 "$gate" $wrong
ends_with 2 "$gate" "$data/none.slave"
