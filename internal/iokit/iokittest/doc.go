// Package iokittest is a simulated Mac: it loads the C library that replaces Apple's
// frameworks (internal/iokit/testdata/fake, built by make test-iokit) and adds drives to
// it. It exists only with the build tag iokitfake.
package iokittest
