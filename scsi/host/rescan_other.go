//go:build !linux

package host

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// rescan is for Linux: other systems examine the disc when the drive is released.
func rescan(context.Context, string) error {
	return fmt.Errorf("%s: %w", runtime.GOOS, errors.ErrUnsupported)
}
