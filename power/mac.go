//go:build darwin || (linux && iokitfake)

package power

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/redbook-audio/redbook/internal/iokit"
)

// macAwake keeps a Mac awake. The name has no system in it because a test runs it on
// Linux, against a library that stands in for Apple's.
func macAwake(lib *iokit.Library, reason string) (func() error, error) {
	release, err := lib.KeepAwake(reason)
	if errors.Is(err, iokit.NotPermitted) || errors.Is(err, iokit.NotPrivileged) {
		return nil, fmt.Errorf("macOS refuses: %w", errors.Join(err, fs.ErrPermission))
	}
	return release, err
}
