#!/usr/bin/env bash
# Linters beyond vet and staticcheck: US spelling, doc comments, modern Go, dead code. Each must
# print nothing. The versions are those that run with the Go of go.mod.
set -euo pipefail
misspell=github.com/golangci/misspell/cmd/misspell@v0.8.0
revive=github.com/mgechev/revive@v1.12.0
deadcode=golang.org/x/tools/cmd/deadcode@v0.50.0
for tool in "$misspell" "$revive" "$deadcode"; do
	go run "$tool" -h >/dev/null 2>&1 || true # downloads are no findings
done

spelling() { git ls-files -z '*.go' '*.md' '*.sh' '*.yml' Makefile | xargs -0 go run "$misspell" -locale US; }
# scsi/host has an example that is compiled only, since it needs a drive.
dead() { go run "$deadcode" -test ./... | sed '/unreachable func: Example$/d'; }

failed=0
for check in spelling "go run $revive -config scripts/revive.toml ./..." "go fix -diff ./..." dead; do
	echo "lint: $check"
	out=$($check 2>&1) || failed=1
	if [ -n "$out" ]; then
		echo "$out"
		failed=1
	fi
done
exit "$failed"
