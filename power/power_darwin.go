package power

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/iokit"
)

func keepAwake(_ context.Context, reason string, l *Lock) error {
	lib, err := iokit.Frameworks()
	if err != nil {
		return fmt.Errorf("the frameworks of macOS: %w", err)
	}
	release, err := macAwake(lib, reason)
	if err != nil {
		return err
	}
	// Nothing on macOS refuses sleep by menu or lid, so only Idle is offered.
	l.offered = idle
	l.hold(grant{By: "power assertion", Blocks: idle, Delays: sleep | lid}, release)
	return nil
}
