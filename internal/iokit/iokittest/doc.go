// Package iokittest is a Mac that isn't there: it loads the C library that stands in
// for Apple's frameworks (internal/iokit/testdata/fake, built by make test-iokit) and
// gives it drives. It exists under the build tag iokitfake only.
package iokittest
