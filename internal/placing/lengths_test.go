package placing

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

// The figures of IEC 60908 and MMC-6 in seconds.
func TestLengths(t *testing.T) {
	require.Equal(t, 4*toc.SectorsPerSecond, MinTrack)
	require.Equal(t, 90*toc.SectorsPerSecond, FirstLeadOutSectors)
	require.Equal(t, 60*toc.SectorsPerSecond, NextLeadInSectors)
	require.Equal(t, []int{2, 152}, []int{RunOutSectors, PauseSectors}) // MMC-6 4.2.3.4
}
