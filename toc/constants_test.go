package toc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The figures of IEC 60908 and MMC-6 (table 350), in the units of both.
func TestFiguresOfTheRedBook(t *testing.T) {
	require.Equal(t, 44100, SectorsPerSecond*SamplesPerSector)
	require.Equal(t, SectorSize, SamplesPerSector*2*16/8)
	require.Equal(t, Sectors(2*SectorsPerSecond), Sectors(PregapSectors))
	require.Equal(t, []Control{0b0001, 0b0010, 0b0100, 0b1000}, []Control{PreEmphasis, CopyPermitted, DataTrack, FourChannel})
}
