# The usual targets. Nobody needs make to use or test redbook: `go test ./...` does.
GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

export CGO_ENABLED = 0

.PHONY: all build test check fmt vet staticcheck race test-386 cross fuzz cover sweep mutate bench bench-sound album clean \
	test-vm test-vm-full test-wine bench-vm test-iokit

all: build

build:
	$(GO) build -trimpath -o bin/ ./cmd/redbook

test:
	$(GO) test ./...

# What .ci/run does after `go test ./...`.
check: fmt vet staticcheck race test-386 cross fuzz cover

fmt:
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "gofmt these files:"; echo "$$out"; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) run $(STATICCHECK) ./...

# Full-length discs are left to the plain run: -short. So are packages that have one
# goroutine and only compute.
race:
	CGO_ENABLED=1 $(GO) test -race -short $$($(GO) list ./... | grep -v -e /internal/ -e /examples -e /pcm -e /toc -e /cue)

# 32-bit pointers and lengths. Runs on amd64 kernels as it is; elsewhere it only compiles.
test-386:
	@if [ "$$($(GO) env GOHOSTARCH)" = amd64 ]; then \
		GOARCH=386 $(GO) test -short ./...; \
	else GOARCH=386 $(GO) vet ./...; fi

cross:
	scripts/cross.sh

# A number of inputs and not of seconds: Go's fuzzer now and then reports its own
# deadline as a failure of the target.
fuzz:
	scripts/fuzz.sh 3000x

# Each of these packages covers itself, without help from the tests of the others; burn
# records only through a Method, so the tests of tao and sao count for it.
cover:
	scripts/cover.sh 85 mmc toc disc tao sao cdtext sim burn=burn,tao,sao

# Every point of the fault sweep against the simulator's truth: docs/internals/faults.md. More than
# a million runs; the table of what it found is bin/sweep.txt.
sweep:
	@mkdir -p bin
	$(GO) test -count=1 -timeout 60m -run TestSweep ./internal/sweep -all -table $(CURDIR)/bin/sweep.txt; \
		status=$$?; cat bin/sweep.txt; exit $$status

# Mutation testing: docs/internals/faults.md. Hours for all packages; make mutate MUTATE=toc takes
# ten minutes.
MUTATE = toc mmc tao
mutate:
	$(GO) run ./internal/mutate -n 300 -floor 90 $(MUTATE)

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Linux guests in QEMU, other people's burners and rippers, our SG_IO: docs/internals/vm.md.
# Installs what it needs by apt. Whatever happens, it is over after 12 minutes.
test-vm:
	GO=$(GO) scripts/vm.sh 12 1 '^TestVM$$'

# With full discs besides.
test-vm-full:
	GO=$(GO) scripts/vm.sh 60 full '^TestVM$$'

# The program for Windows under Wine in that guest. Installs wine64 besides (690 MB).
test-wine:
	GO=$(GO) scripts/vm.sh 8 1 '^TestWine$$'

# redbook, wodim and cdrskin beside one another in one guest.
bench-vm:
	GO=$(GO) scripts/vm.sh 12 1 '^TestBench$$'

# The macOS backend, run on Linux against a C library in place of Apple's: docs/internals/testing.md.
# Installs what it needs by apt.
test-iokit:
	scripts/test-iokit.sh

# Codecs, and the whole way from file to sectors, beside sox, flac, mpg123, oggdec and
# opusdec: docs/internals/performance.md.
bench-sound:
	$(GO) run ./internal/speed

# Makes the three pieces of examples/album again; they come out the same to the last bit.
album:
	$(GO) run ./examples/album/gen

clean:
	rm -rf bin
