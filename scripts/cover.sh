#!/usr/bin/env bash
# Fails when tests cover less than FLOOR percent of a package: its own tests, or with
# PACKAGE=A,B those of the packages A and B.
set -euo pipefail
floor=${1:?usage: cover.sh FLOOR PACKAGE[=TESTS,...]...}
shift
profile=$(mktemp)
trap 'rm -f "$profile"' EXIT
failed=0
for arg in "$@"; do
	pkg=${arg%%=*}
	read -ra tests <<<"$(sed 's/^[^=]*=//; s/,/ /g' <<<"$arg")"
	percent=
	if go test -short -coverprofile="$profile" -coverpkg="./$pkg" "${tests[@]/#/./}" >/dev/null; then
		percent=$(go tool cover -func="$profile" | sed -nE 's/^total:.*[^0-9.]([0-9.]+)%$/\1/p')
	fi
	echo "cover $arg ${percent:-unknown}% (floor $floor%)"
	if [ -z "$percent" ] || ! awk -v p="$percent" -v f="$floor" 'BEGIN { exit !(p >= f) }'; then
		failed=1
	fi
done
exit "$failed"
