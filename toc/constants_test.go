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
	require.Equal(t, Sectors(4*SectorsPerSecond), Sectors(MinTrack))
	require.Equal(t, Sectors(90*SectorsPerSecond), Sectors(FirstLeadOutSectors))
	require.Equal(t, Sectors(30*SectorsPerSecond), Sectors(NextLeadOutSectors))
	require.Equal(t, Sectors(60*SectorsPerSecond), Sectors(NextLeadInSectors))
	require.Equal(t, []Sectors{2, 152}, []Sectors{RunOutSectors, PauseSectors}) // MMC-6 4.2.3.4
	require.Equal(t, 0xAA, LeadOutTrack)
	require.Equal(t, []Control{0b0001, 0b0010, 0b0100, 0b1000}, []Control{PreEmphasis, CopyPermitted, DataTrack, FourChannel})
}

// A minute, a second or a frame has its own limit, and the error says which and how much.
func TestTimeNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"100:00:00": "minutes must be 0 to 99", "00:60:00": "seconds must be 0 to 59", "00:00:75": "frames must be 0 to 74",
		"256:00:00": "minutes must be 0 to 99", "00:00:-1": "frames must be 0 to 74",
	} {
		_, err := ParseMSF(text)
		require.ErrorIs(t, err, ErrTime)
		require.ErrorContains(t, err, want)
	}
	m, err := ParseMSF("99:59:74")
	require.NoError(t, err)
	require.Equal(t, MSF{M: 99, S: 59, F: 74}, m)
	for _, text := range []string{"x:00:00", "00:60:00", "", "00"} {
		n, err := ParsePosition(text)
		require.ErrorIs(t, err, ErrTime, text)
		require.Zero(t, n)
	}
}
