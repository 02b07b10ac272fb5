#!/usr/bin/env bash
# Builds and vets every target that redbook is made for.
set -euo pipefail
targets="linux/amd64 linux/386 linux/arm linux/arm64 linux/riscv64 linux/s390x
windows/amd64 windows/386 windows/arm64
darwin/amd64 darwin/arm64
freebsd/amd64 freebsd/arm64"
for target in $targets; do
	echo "cross $target"
	GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 go build ./...
done
scripts/size.sh
# vet compiles the tests as well, and what they import: once for each system is enough.
for target in windows/amd64 darwin/arm64 freebsd/amd64; do
	echo "vet $target"
	GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 go vet ./...
done
# What is laid out for a kernel is vetted for every processor. Given as files, a package
# is taken without its tests.
for target in $targets; do
	echo "vet $target: packages with system calls"
	export GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0
	for pkg in scsi/host internal/power sim cmd/redbook; do
		(cd "$pkg" && go vet $(go list -f '{{join .GoFiles " "}}'))
	done
done
