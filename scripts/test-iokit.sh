#!/usr/bin/env bash
# The macOS backend on Linux: the code that a Mac runs, against a C library that was
# written from Apple's published headers and has the simulated drive behind it. On
# amd64, and once more as an arm64 program under QEMU, where arguments and structures
# go other ways. What is missing is installed by apt.
set -euo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0 GOOS=linux GOFLAGS="${GOFLAGS:-} -tags=iokitfake"

if [ "$(go env GOHOSTARCH)" != amd64 ]; then
	echo "test-iokit: this runs on amd64; docs/internals/testing.md says why" >&2
	exit 1
fi
packages=()
command -v gcc >/dev/null || packages+=(gcc libc6-dev)
command -v aarch64-linux-gnu-gcc >/dev/null || packages+=(gcc-aarch64-linux-gnu)
[ -e /usr/aarch64-linux-gnu/include/stdio.h ] || packages+=(libc6-dev-arm64-cross)
command -v qemu-aarch64 >/dev/null || packages+=(qemu-user)
if [ ${#packages[@]} -gt 0 ]; then
	sudo=""
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -q
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fake() { # compiler, library, flags
	"$1" -std=gnu11 -O1 -Wall -Wextra -Werror -fvisibility=hidden -fPIC -shared -pthread "${@:3}" -o "$2" internal/iokit/testdata/fake/*.c
}
fake gcc "$dir/amd64.so"
fake aarch64-linux-gnu-gcc "$dir/arm64.so"

# The Mac's half of each package: `go test ./...` has run the rest.
go vet ./internal/iokit/... ./scsi/host ./internal/power
for arch in amd64 arm64; do
	for pkg in internal/iokit scsi/host internal/power; do
		# Pointer arithmetic is checked where it is.
		GOARCH=$arch go test -c -ldflags='-s -w' -gcflags=github.com/redbook-audio/redbook/internal/iokit=-d=checkptr -o "$dir/$arch-${pkg//\//-}" "./$pkg"
	done
done
run() { # architecture, package, flags
	local emulator=()
	[ "$1" = amd64 ] || emulator=(qemu-aarch64 -L /usr/aarch64-linux-gnu)
	(cd "$2" && REDBOOK_IOKIT=${fake:-$dir/$1.so} timeout -k 5 120 "${emulator[@]}" "$dir/$1-${2//\//-}" -test.timeout 100s "${@:3}")
}
for arch in amd64 arm64; do
	for pkg in internal/iokit scsi/host internal/power; do
		echo "test-iokit $arch $pkg"
		run $arch $pkg -test.run Mac
	done
done

# Could it fail? One mistake in the layouts at a time: a structure's members swapped,
# a function missing from a table, another interface's name.
for mutant in 1 2 3; do
	fake gcc "$dir/mutant.so" -DMUTANT=$mutant
	echo "test-iokit mutant $mutant must fail"
	if fake=$dir/mutant.so run amd64 scsi/host -test.run MacConformance >"$dir/log" 2>&1; then
		cat "$dir/log"
		echo "test-iokit: nobody noticed mutant $mutant" >&2
		exit 1
	fi
	# Because it failed, and not because it couldn't run.
	grep -m 1 -e '--- FAIL' -e 'SIG' "$dir/log" || { cat "$dir/log"; exit 1; }
done
