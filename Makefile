# The usual targets. You do not need make to build or test redbook: `go test ./...` works.
GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.9.0
GORELEASER = github.com/goreleaser/goreleaser/v2@v2.15.1

export CGO_ENABLED = 0

.PHONY: all help build test test-short check fmt vet staticcheck lint vulncheck race test-386 cross size fuzz cover sweep interrupt mutate \
	bench bench-sound album clean test-vm test-vm-full test-wine test-cdemu bench-vm test-iokit recording release-snapshot reproducible

all: build

help: ## print this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

build: ## build bin/redbook
	$(GO) build -trimpath -o bin/ ./cmd/redbook

test: ## run all tests
	$(GO) test ./...

test-short: ## run the tests that take seconds
	$(GO) test -short ./...

# .ci/run runs this after `go test ./...`.
check: fmt vet staticcheck race test-386 cross fuzz cover ## run every check that a change must pass besides the tests

fmt: ## check the formatting
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "gofmt these files:"; echo "$$out"; exit 1; fi

vet: ## run go vet
	$(GO) vet ./...

staticcheck: ## run staticcheck
	$(GO) run $(STATICCHECK) ./...

lint: ## check spelling, doc comments, modern Go and dead code
	scripts/lint.sh

# Not part of check: it needs vuln.go.dev.
vulncheck: ## look up known vulnerabilities of the dependencies
	$(GO) run $(GOVULNCHECK) ./...

# Full-length discs are left to the plain run: -short. Packages that only compute, in one
# goroutine, are left out.
race: ## run the tests with the race detector (needs gcc)
	CGO_ENABLED=1 $(GO) test -race -short $$($(GO) list ./... | grep -v -e /internal/ -e /examples -e /pcm -e /toc -e /disc -e /rip -e /cdtext) ./internal/decode ./internal/engine ./internal/iscsi/... ./internal/pool ./internal/scsitest ./internal/spool

# 32-bit pointers and lengths: the packages that read files, count samples or make system
# calls. The engine has none of that, and its tests run twice already. amd64 kernels run 386
# programs; elsewhere this only compiles.
test-386: ## run the tests that depend on the word size as a 32-bit program
	@if [ "$$($(GO) env GOHOSTARCH)" = amd64 ]; then \
		GOARCH=386 $(GO) test -short ./scsi/... ./power ./mmc ./internal/exchange ./internal/command ./internal/unit ./toc ./internal/placing ./pcm ./internal/convert ./internal/decode/... ./cdtext ./internal/cue ./sim/... ./internal/wav ./internal/iscsi/...; \
	fi
	GOARCH=386 $(GO) vet ./...

cross: ## build and vet for every system and processor, and check the size
	scripts/cross.sh

size: ## check that the program of a release stays small
	scripts/size.sh

# A number of inputs, not a time: Go's fuzzer sometimes reports its own deadline as a failure.
fuzz: ## run each fuzz target for 3000 inputs
	scripts/fuzz.sh 3000x

# Each package must cover itself. The engine records only through a Method, so the tests of tao
# and sao count for it and for the recording modes.
cover: ## check the test coverage
	scripts/cover.sh 85 mmc internal/command internal/unit internal/exchange=internal/exchange,internal/command toc internal/placing internal/cuesheet disc internal/inspect rip internal/extract tao internal/trackatonce=internal/trackatonce,tao sao internal/sessionatonce=sao cdtext sim burn internal/engine=internal/engine,tao,sao,journal

# 400,000 runs; the result is bin/sweep.txt (docs/internals/faults.md).
sweep: ## run the whole fault sweep (ten minutes on two idle cores)
	@mkdir -p bin
	$(GO) test -count=1 -timeout 60m -run TestSweep ./internal/sweep -all -table $(CURDIR)/bin/sweep.txt; \
		status=$$?; cat bin/sweep.txt; exit $$status

# docs/internals/testing.md has the counts.
interrupt: ## interrupt a burn at every command, and kill the program 200 times (minutes)
	REDBOOK_INTERRUPT=all $(GO) test -count=1 -timeout 60m -v -run Interrupted ./journal
	REDBOOK_KILLS=200 $(GO) test -count=1 -timeout 60m -v -run TestKilledProgram ./cmd/redbook

# About half an hour for all packages on two quiet cores; make mutate MUTATE=toc takes a minute
# (docs/internals/faults.md).
MUTATE = internal/engine burn disc internal/inspect internal/extract tao internal/trackatonce=internal/trackatonce,tao sao internal/sessionatonce=sao mmc internal/command internal/unit internal/exchange cdtext toc internal/placing internal/cuesheet
mutate: ## mutation testing (half an hour)
	$(GO) run ./internal/mutate -n 300 -floor 90 -short -budget 4s -timeout 20s $(MUTATE)

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

# docs/internals/vm.md. Installs what it needs by apt, and ends after 12 minutes at most.
test-vm: ## Linux guests in QEMU: other burners and rippers, our SG_IO
	GO=$(GO) scripts/vm.sh 12 1 '^TestVM$$'

test-vm-full: ## the same with full discs
	GO=$(GO) scripts/vm.sh 60 full '^TestVM$$'

# Installs wine64 as well (690 MB).
test-wine: ## the Windows program under Wine, in such a guest
	GO=$(GO) scripts/vm.sh 8 1 '^TestWine$$'

# Fetches CDEmu's sources by git, or takes those of the folder REDBOOK_CDEMU, and builds them.
test-cdemu: ## CDEmu's writer, with a kernel and without
	GO=$(GO) scripts/vm.sh 10 1 '^TestCDEmu'

bench-vm: ## redbook, wodim and cdrskin side by side in one guest
	GO=$(GO) scripts/vm.sh 12 1 '^TestBench$$'

# docs/internals/testing.md. Installs what it needs by apt.
test-iokit: ## the macOS backend against a stand-in for Apple's frameworks
	scripts/test-iokit.sh

# docs/internals/performance.md.
bench-sound: ## compare the codecs with sox, flac, mpg123, oggdec and opusdec
	$(GO) run ./internal/speed

album: ## generate the tracks of examples/album again, bit for bit
	$(GO) run ./examples/album/gen

# Takes a minute and a half: the burn runs in real time. Look at the result before you commit it.
recording: ## record the terminal of the README again (Linux)
	$(GO) run ./internal/record -o docs/images/burn.svg

# .goreleaser.yaml, docs/install.md.
release-snapshot: ## build archives, packages and manifests into dist
	$(GO) run $(GORELEASER) release --snapshot --clean

# Ten minutes and more: nothing that the first build compiled is used by the second.
reproducible: ## build a release twice, in two folders, and compare
	GO=$(GO) GORELEASER=$(GORELEASER) scripts/reproducible.sh

clean: ## remove bin and dist
	rm -rf bin dist
