//go:build darwin || (linux && iokitfake)

package power

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/redbook-audio/redbook/internal/iokit"
)

// macAwake keeps a Mac awake. Its name contains no system, because a test runs it on Linux
// with a library that replaces Apple's.
func macAwake(lib *iokit.Library, reason string) (func() error, error) {
	release, err := lib.KeepAwake(reason)
	if errors.Is(err, iokit.NotPermitted) || errors.Is(err, iokit.NotPrivileged) {
		return nil, fmt.Errorf("macOS refuses: %w", errors.Join(err, fs.ErrPermission))
	}
	return release, err
}
