#!/usr/bin/env bash
# Writes the completions and manual pages that packages contain, with the program itself, and
# builds the tool that lists the modules of each program: package-texts.sh FOLDER
set -euo pipefail
out=${1:?folder}
rm -rf "$out"
mkdir -p "$out/completions" "$out/man.gz"
# goreleaser's hooks inherit the target of the host, and nothing of the user's configuration may
# reach the pages.
GOOS= GOARCH= go build -trimpath -o "$out/build/redbook" ./cmd/redbook
mkdir -p "$out/build"
GOOS= GOARCH= GOBIN=$(realpath "$out/build") go install -trimpath github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
redbook() { env -i PATH="$PATH" HOME="$out" LC_ALL=C "$out/build/redbook" "$@"; }
redbook completion bash >"$out/completions/redbook.bash"
redbook completion zsh >"$out/completions/_redbook"
redbook completion fish >"$out/completions/redbook.fish"
redbook completion powershell >"$out/completions/redbook.ps1"
redbook man "$out/man" >/dev/null
for page in "$out"/man/*.1; do
	gzip -9n <"$page" >"$out/man.gz/${page##*/}.gz"
done
