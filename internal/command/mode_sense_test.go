package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
)

func TestModeSense10(t *testing.T) {
	wantCDB(t, command.ModeSense10{Page: 0x2A}, "5A 00 2A 00 00 00 00 00 1E 00")
	wantCDB(t, command.ModeSense10{Page: 0xFF}, "5A 00 3F 00 00 00 00 00 1E 00")

	// The first command finds the length, the second fetches all of it.
	tr := play(t, in("5A 00 05 00 00 00 00 00 1E 00", modeReply05), in("5A 00 05 00 00 00 00 00 3C 00", modeReply05))
	got, err := command.ModeSense10{Page: 5}.Do(t.Context(), tr)
	require.NoError(t, err)
	page, ok := got.Page(5)
	require.True(t, ok)
	assert.Equal(t, unhex(page05Plextor), page)
	_, ok = got.Page(0x2A)
	assert.False(t, ok)
	mmctest.WantFailures(t, "5A 00 05 00 00 00 00 00 1E 00", command.ModeSense10{Page: 5}.Do)
}

func TestModeSense10SecondStepFails(t *testing.T) {
	tr := play(t, in("5A 00 05 00 00 00 00 00 1E 00", modeReply05),
		refused(in("5A 00 05 00 00 00 00 00 3C 00", ""), senseChanged))
	_, err := command.ModeSense10{Page: 5}.Do(t.Context(), tr)
	assert.Error(t, err)
}

// Some SCSI burners send a block descriptor that wasn't requested.
func TestModeSense10BlockDescriptor(t *testing.T) {
	got := mmctest.Decode[command.ModeData](t, unhex(modeReplyBlocked))
	page, ok := got.Page(5)
	require.True(t, ok)
	assert.Equal(t, unhex(page05Plextor), page)
}

// A drive whose header counts only the bytes just sent is asked for the length of the
// page.
func TestModeSense10CountsOnlyWhatItSent(t *testing.T) {
	first := "00 1C 00 00 00 00 00 00" + page05Plextor
	tr := play(t, in("5A 00 05 00 00 00 00 00 1E 00", first), in("5A 00 05 00 00 00 00 00 3C 00", modeReply05))
	got, err := command.ModeSense10{Page: 5}.Do(t.Context(), tr)
	require.NoError(t, err)
	page, _ := got.Page(5)
	assert.Len(t, page, 52)
}

// All pages in one reply, with one in sub-page format between them.
func TestModeDataWalksPages(t *testing.T) {
	got := mmctest.Decode[command.ModeData](t, unhex("00 22 00*6 | 01 0A 00*10 | 58 01 00 04 00*4 | 9A 06 01*6"))
	page, ok := got.Page(0x1A) // PS is set and ignored
	require.True(t, ok)
	assert.Equal(t, unhex("9A 06 01*6"), page)
	_, ok = mmctest.Decode[command.ModeData](t, unhex("00 09 00*6 | 58 01 00")).Page(0x1A)
	assert.False(t, ok)
}

func TestModeDataPrefixes(t *testing.T) {
	// Each page's decoder checks the remaining bytes.
	mmctest.WantPrefixes[command.ModeData](t, unhex("00 0E 03 80 00 00 00 08 | 00 00 00 00 00 00 08 00"), command.ModeData{})
	whole := unhex(modeReplyBlocked)
	for n := range whole {
		var d command.ModeData
		if d.UnmarshalBinary(whole[:n]) != nil {
			continue
		}
		page, ok := d.Page(5)
		require.Equal(t, n >= 18, ok)
		if ok {
			assert.Equal(t, whole[16:n], page)
		}
	}
}

func FuzzModeData(f *testing.F) {
	mmctest.FuzzReply[command.ModeData](f, command.ModeData{}, unhex(modeReply05), unhex(modeReplyBlocked))
}

func FuzzModeDataPage(f *testing.F) {
	f.Add(unhex(modeReplyBlocked), byte(5))
	f.Fuzz(func(t *testing.T, b []byte, code byte) {
		var d command.ModeData
		if d.UnmarshalBinary(b) != nil {
			return
		}
		if page, ok := d.Page(code); ok && (len(page) < 2 || page[0]&0x7F != code) {
			t.Fatalf("page % X for code %02X", page, code)
		}
	})
}
