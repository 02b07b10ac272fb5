package mmc_test

import (
	"testing"

	"github.com/redbook-audio/redbook/mmc"
)

// The CDBs of cdrskin and wodim.
func TestPreventAllowMediumRemoval(t *testing.T) {
	wantDo(t, mmc.PreventAllowMediumRemoval{Prevent: true}, "1E 00 00 00 01 00")
	wantDo(t, mmc.PreventAllowMediumRemoval{}, "1E 00 00 00 00 00")
}
