package engine

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/scsi"
)

// CHECK CONDITION with no error, or with a recovered one, leaves the outcome of the WRITE
// open.
func TestSenseThatLeavesTheWriteOpen(t *testing.T) {
	for _, row := range []struct {
		code, key, asc, ascq byte
		want                 bool
	}{
		{0x70, 0, 0, 0, true}, {0x70, 1, 0x0C, 0, true}, {0x70, 1, 0x17, 1, true}, {0x70, 2, 0, 0, false}, {0x70, 3, 0x0C, 0, false},
		{0x71, 1, 0x0C, 0, false}, {0x70, 1, 4, 8, false}, {0x70, 0, 4, 8, false},
	} {
		err := scsi.NewSenseError(&scsi.Request{}, fixedSense(row.code, row.key, row.asc, row.ascq))
		require.Equal(t, row.want, mute(err), "%+v", row)
	}
	require.False(t, mute(errNoAnswer))
}

// A next writable address inside the last WRITE of a track means that only part of it was
// accepted. It stays possible that all was accepted only if addresses differ, or if one is
// past the end.
func TestLastWriteThatWasPartlyAccepted(t *testing.T) {
	for _, row := range []struct {
		answers []reply
		taken   bool
		want    error
	}{
		{[]reply{nwa(280)}, false, burn.ErrUnexpected}, {[]reply{nwa(299)}, false, burn.ErrUnexpected}, {[]reply{nwa(200)}, false, burn.ErrUnexpected},
		{[]reply{nwa(273)}, false, nil}, {[]reply{nwa(300)}, true, nil}, {[]reply{nwa(301)}, true, nil}, {[]reply{nwa(280), nwa(290)}, true, nil},
	} {
		j, _ := onScript(t, nil, map[byte][]reply{command.OpReadTrackInformation: row.answers})
		d := &dispute{t: &Task{Number: 1, Audio: 300}, cmd: command.Write10{LBA: 273, Blocks: 27}}
		taken, err := j.writing.acceptedLast(d)
		require.Equal(t, row.taken, taken, "%v", row.answers)
		require.ErrorIs(t, err, row.want)
	}
}

// A WRITE that was accepted has no error. One that wasn't has all known causes.
func TestErrorOfASettledWrite(t *testing.T) {
	err, ask := errors.New("write"), errors.New("address")
	require.NoError(t, orNil(true, err, ask))
	require.Equal(t, err, orNil(false, err, nil))
	both := orNil(false, err, ask)
	require.ErrorIs(t, both, err)
	require.ErrorIs(t, both, ask)
}
