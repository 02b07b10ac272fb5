//go:build !linux && !windows && !darwin

package power

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

func keepAwake(context.Context, string) (func() error, error) {
	return nil, fmt.Errorf("%s has no service for this: %w", runtime.GOOS, errors.ErrUnsupported)
}
