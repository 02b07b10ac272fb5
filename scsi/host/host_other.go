//go:build !linux && !windows && !darwin

package host

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

func unsupported() error {
	return fmt.Errorf("optical drives on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

func list() ([]Info, error) { return nil, unsupported() }

func open(context.Context, string, *Options) (node, error) { return nil, unsupported() }

func unmount(context.Context, string) error { return unsupported() }
