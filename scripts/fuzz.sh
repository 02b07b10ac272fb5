#!/usr/bin/env bash
# Runs every fuzz target of the module for the time given, such as 2s.
set -euo pipefail
time=${1:?usage: fuzz.sh TIME}
count=0
for pkg in $(go list ./...); do
	dir=$(go list -f '{{.Dir}}' "$pkg")
	targets=$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go 2>/dev/null | sed 's/^func //' | sort -u) || true
	for target in $targets; do
		echo "fuzz $pkg $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x "$pkg"
		count=$((count + 1))
	done
done
echo "$count fuzz targets"
[ "$count" -gt 0 ]
