//go:build !linux && !windows && !darwin

package power

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

func keepAwake(context.Context, string, *Lock) error {
	return fmt.Errorf("%s has no service for this: %w", runtime.GOOS, errors.ErrUnsupported)
}
