#!/usr/bin/env bash
# Runs every fuzz target of the module for the number of inputs or the time given: 3000x, 10m.
# One test program for each package: linking it anew for each target takes longer than the fuzzing.
set -euo pipefail
much=${1:?usage: fuzz.sh 3000x|TIME}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
while read -r pkg dir; do
	targets=$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go 2>/dev/null | sed 's/^func //' | sort -u) || true
	[ -n "$targets" ] || continue
	go test -c -fuzz . -o "$work/fuzz.test" "$pkg"
	for target in $targets; do
		echo "fuzz $pkg $target"
		(cd "$dir" && "$work/fuzz.test" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$much" \
			-test.fuzzminimizetime 1x -test.fuzzcachedir "$work/cache")
		count=$((count + 1))
	done
done < <(go list -f '{{.ImportPath}} {{.Dir}}' ./...)
echo "$count fuzz targets"
[ "$count" -gt 0 ]
