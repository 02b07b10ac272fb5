package power

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// SYSTEM_POWER_STATUS begins with ACLineStatus. In SYSTEM_POWER_CAPABILITIES AoAc is the
// 21st byte and DiskSpinDown the next (offsets A0h and A8h bits, from a symbol file of
// Windows 10).
func TestEndsOnBattery(t *testing.T) {
	for _, tt := range []struct {
		name          string
		line          byte
		modernStandby byte
		want          bool
	}{
		{"laptop on battery", 0, 1, true},
		{"on mains", 1, 1, false},
		{"unknown supply", 255, 1, false},
		{"an older laptop on battery", 0, 0, false},
		{"a desktop", 1, 0, false},
	} {
		status := [powerStatusSize]byte{tt.line, 1, 80, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}
		capabilities := [capabilitiesSize]byte{0: 1, 1: 1, 2: 1, 6: 1, 7: 1, 8: 1, 13: 1, 18: 1, 19: 1, 20: tt.modernStandby, 21: 1, 22: 2, 30: 1}
		assert.Equal(t, tt.want, endsOnBattery(&status, &capabilities), tt.name)
	}
	LimitedByStandby() // on any machine
}
