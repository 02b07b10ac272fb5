package unit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/unit"
	"github.com/redbook-audio/redbook/scsi"
)

func TestSenseProgress(t *testing.T) {
	tests := []struct {
		bytes    string
		fraction float64
		ok       bool
	}{
		{"70 00 02 00 00 00 00 10 00 00 00 0C 04 08 00 80 00 00", 0, true}, // G15
		{"70 00 02 00 00 00 00 0A 00 00 00 00 04 07 00 80 40 00", 0.25, true},
		{"70 00 00 00 00 00 00 0A 00 00 00 00 04 07 00 80 FF FF", 65535.0 / 65536, true},
		{"72 00 04 07 00 00 00 08 02 06 00 00 80 80 00 00", 0.5, true},
		{"70 00 02 00 00 00 00 0A 00 00 00 00 04 08 00 00 40 00", 0, false}, // SKSV is not set
		{"70 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 80 00 05", 0, false}, // a retry count
		{"70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 05", 0, false}, // a field pointer
	}
	for _, tt := range tests {
		s, err := scsi.ParseSense(unhex(tt.bytes))
		require.NoError(t, err)
		fraction, ok := unit.ProgressOf(s)
		assert.Equal(t, tt.ok, ok, tt.bytes)
		assert.InDelta(t, tt.fraction, fraction, 0, tt.bytes)
	}
}
