#!/usr/bin/env bash
# Builds a release of HEAD twice and fails if the two differ. The second build has another folder,
# time zone, language and umask, and an empty build cache: reproducible.sh [ARGUMENT OF GORELEASER]...
#
# What is compared is everything that users get: archives, packages, lists of modules, and the
# manifests for package managers.
set -euo pipefail
: "${GO:=go}" "${GORELEASER:?module@version}"
top=$(git rev-parse --show-toplevel)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

GOBIN=$work/tools "$GO" install "$GORELEASER"
git clone --quiet "$top" "$work/source" # HEAD may change meanwhile
build() { # FOLDER: builds a clone of the repository there
	git clone --quiet "$work/source" "$1"
	git -C "$1" remote set-url origin https://github.com/redbook-audio/redbook
	(cd "$1" && "$work/tools/goreleaser" release --snapshot --clean "${@:2}" >"$1.log" 2>&1) || { tail -40 "$1.log"; exit 1; }
}
build "$work/one" "$@"
(
	umask 077
	export TZ=Asia/Kathmandu LC_ALL=C GOCACHE=$work/cache
	build "$work/another folder" "$@"
)

# list prints the checksum of each file of a build.
list() {
	cd "$1/dist"
	find . -type f \( -name 'redbook_*' -o -name redbook -o -name 'redbook*.exe' -o -name '*.rb' -o -name 'redbook.json' -o -name '*.yaml' -o -name SHA256SUMS \) \
		! -name config.yaml -print0 | sort -z | xargs -0 sha256sum
}
list "$work/one" >"$work/one.sums"
list "$work/another folder" >"$work/another.sums"
if [ "$(wc -l <"$work/one.sums")" -lt 8 ]; then
	echo "reproducible: too few files were built" >&2
	exit 1
fi
if ! diff "$work/one.sums" "$work/another.sums"; then
	echo "reproducible: the two builds differ" >&2
	exit 1
fi
cat "$work/one.sums"
echo "reproducible: $(wc -l <"$work/one.sums") files are equal"
