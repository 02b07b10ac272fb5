#!/usr/bin/env bash
# Fails when a package's own tests cover less than FLOOR percent of it.
set -euo pipefail
floor=${1:?usage: cover.sh FLOOR PACKAGE...}
shift
failed=0
for pkg in "$@"; do
	line=$(go test -short -cover "./$pkg" | tail -n 1)
	percent=$(sed -nE 's/.*coverage: ([0-9.]+)% of statements.*/\1/p' <<<"$line")
	echo "cover $pkg ${percent:-unknown}% (floor $floor%)"
	if [ -z "$percent" ] || ! awk -v p="$percent" -v f="$floor" 'BEGIN { exit !(p >= f) }'; then
		failed=1
	fi
done
exit "$failed"
