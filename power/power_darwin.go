package power

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/iokit"
)

func keepAwake(_ context.Context, reason string) (func() error, error) {
	lib, err := iokit.Frameworks()
	if err != nil {
		return nil, fmt.Errorf("the frameworks of macOS: %w", err)
	}
	return macAwake(lib, reason)
}
