package command_test

import (
	"testing"

	"github.com/redbook-audio/redbook/internal/command"
)

// The CDBs of cdrskin and wodim.
func TestPreventAllowMediumRemoval(t *testing.T) {
	wantDo(t, command.PreventAllowMediumRemoval{Prevent: true}, "1E 00 00 00 01 00")
	wantDo(t, command.PreventAllowMediumRemoval{}, "1E 00 00 00 00 00")
	wantDo(t, command.PreventAllowMediumRemoval{Prevent: true, Persistent: true}, "1E 00 00 00 03 00")
}
