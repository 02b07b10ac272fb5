#!/usr/bin/env bash
# Runs tests of internal/vm: vm.sh MINUTES MODE TESTS, with what REDBOOK_VM is to be and a
# pattern for go test -run. Whatever happens it is over after MINUTES and nothing is left:
# what the tests write is in one temporary folder, QEMU and the simulated drives end with
# the test program.
set -euo pipefail
limit=$1 mode=$2 tests=$3
export TMPDIR REDBOOK_VM=$mode
TMPDIR=$(mktemp -d)
pid=""
trap 'rm -rf "$TMPDIR"' EXIT
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; wait || true; exit 130' INT TERM
# Go's own limit comes first: it says where every row stands.
timeout -k 10 "${limit}m" "${GO:-go}" test -count=1 -timeout $((limit * 60 - 30))s -parallel 8 -v ./internal/vm -run "$tests" &
pid=$!
wait "$pid"
