package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/mmctest"
	"github.com/redbook-audio/redbook/toc"
)

const (
	trackInvisibleCDB = "52 01 00 00 00 FF 00 00 24 00"
	// Constructed for a blank 79:59/71 CD-R: free and size 359844, as in G6.
	trackBlank = "00 22 01 01 00 00 4F 01 00 00 00 00 00 00 00 00 00 05 7D A4 00 00 00 00 00 05 7D A4 00*8"
	// After one track of 15980 sectors (G7): next track at 16132.
	trackNext = "00 22 02 01 00 00 4F 01 00 00 3F 04 00 00 3F 04 00 05 3E A0 00 00 00 00 00 05 3E A0 00*8"
	// That track, complete: size 15980 by Pioneer's manual, as on the drive of udisks issue 836.
	trackDone = "00 22 01 01 00 00 0F 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 3E 6C 00*8"
	// G27: a packet-formatted CD-RW, from xorriso's log (udftools pull 44).
	trackPacket = `00 22 01 01 00 07 B2 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 20
		00 04 81 60 00 00 00 00 00 00`
	// G27: a closed data track there, of 34177 sectors.
	trackData = `00 22 01 01 00 04 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
		00 00 85 81 00 00 00 00 00 00`
)

func TestReadTrackInformationBlank(t *testing.T) {
	c := command.ReadTrackInformation{Type: command.AddressTrack, Number: command.InvisibleTrack}
	wantCDB(t, c, trackInvisibleCDB)
	got, err := c.Do(t.Context(), play(t, in(trackInvisibleCDB, trackBlank)))
	require.NoError(t, err)
	assert.Equal(t, command.TrackInformation{
		Len: 36, Track: 1, Session: 1, Blank: true, NWAValid: true,
		Free: 359844, FreeValid: true, Size: 359844, SizeValid: true,
	}, got)
	assert.True(t, got.Invisible())
	assert.False(t, got.Reserved())
	mmctest.WantFailures(t, trackInvisibleCDB, c.Do)
}

func TestReadTrackInformationCDBs(t *testing.T) {
	wantCDB(t, command.ReadTrackInformation{Type: command.AddressTrack, Number: 1}, "52 01 00 00 00 01 00 00 24 00")
	wantCDB(t, command.ReadTrackInformation{Number: 0x12345678}, "52 00 12 34 56 78 00 00 24 00")
	wantCDB(t, command.ReadTrackInformation{Type: 0xFF}, "52 03 00 00 00 00 00 00 24 00")
}

func TestReadTrackInformationStates(t *testing.T) {
	next := mmctest.Decode[command.TrackInformation](t, unhex(trackNext))
	nwa, ok := next.NextWritable()
	assert.True(t, ok)
	assert.Equal(t, toc.LBA(16132), nwa)
	assert.Equal(t, toc.Sectors(343712), next.Free)

	done := mmctest.Decode[command.TrackInformation](t, unhex(trackDone))
	assert.Equal(t, toc.Sectors(15980), done.Size)
	assert.False(t, done.Blank || done.RT || done.NWAValid || done.Invisible())
	_, ok = done.NextWritable()
	assert.False(t, ok)

	packet := mmctest.Decode[command.TrackInformation](t, unhex(trackPacket))
	assert.Equal(t, command.TrackInformation{
		Len: 34, Track: 1, Session: 1, Control: 7, RT: true, Packet: true,
		FreeValid: true, Size: 295264, SizeValid: true,
	}, packet)
	data := mmctest.Decode[command.TrackInformation](t, unhex(trackData))
	assert.Equal(t, toc.Sectors(34177), data.Size)
	assert.False(t, data.Control.Audio())
}

// The 48 bytes of MMC-5, with damage and copy set.
func TestReadTrackInformation48Bytes(t *testing.T) {
	got := mmctest.Decode[command.TrackInformation](t, unhex(`00 2E 02 03 00 32 C1 03 FF FF FF 6A FF FF D2 8D
		00 00 00 05 00 00 00 06 00 00 00 07 00 00 00 08 00*16`))
	assert.Equal(t, command.TrackInformation{
		Len: 48, Track: 2, Session: 3, Control: toc.CopyPermitted, Damage: true, Copy: true,
		RT: true, Blank: true, NWAValid: true, Start: -150, NWA: -11635,
		Free: 5, FreeValid: true, Size: 7, SizeValid: true,
	}, got)
	assert.True(t, got.Reserved())
}

// Pioneer BDR-205 and LITE-ON LTR-48125S report -150 for a blank disc.
func TestNextWritableOnBlank(t *testing.T) {
	b := unhex(trackBlank)
	copy(b[12:], unhex("FF FF FF 6A"))
	got := mmctest.Decode[command.TrackInformation](t, b)
	assert.Equal(t, toc.LBA(-150), got.NWA)
	nwa, ok := got.NextWritable()
	assert.True(t, ok)
	assert.Equal(t, toc.LBA(0), nwa)
	copy(b[8:], unhex("FF FF FF 6A")) // the start as well
	nwa, _ = mmctest.Decode[command.TrackInformation](t, b).NextWritable()
	assert.Equal(t, toc.LBA(0), nwa)
	for _, tt := range []struct{ start, nwa, want toc.LBA }{
		{16132, -150, 16132}, {16132, -1, 16132}, {16132, 0, 0}, {0, 1, 1}, {16132, 16200, 16200},
	} {
		got, ok := command.TrackInformation{Start: tt.start, NWA: tt.nwa, NWAValid: true}.NextWritable()
		assert.True(t, ok)
		assert.Equal(t, tt.want, got)
	}
}

// Replies of 20 and 28 bytes are legal: later fields are marked as missing.
func TestReadTrackInformationPrefixes(t *testing.T) {
	for _, golden := range []string{trackBlank, trackNext, trackDone, trackPacket, trackData} {
		mmctest.WantPrefixes[command.TrackInformation](t, unhex(golden), command.TrackInformation{}, "Size", "SizeValid")
	}
	short := unhex(trackBlank)[:20]
	got := mmctest.Decode[command.TrackInformation](t, short)
	assert.Equal(t, toc.Sectors(359844), got.Free)
	assert.False(t, got.SizeValid)
	old := append([]byte{0, 0x1A}, unhex(trackDone)[2:]...) // 28 bytes by its length field
	got = mmctest.Decode[command.TrackInformation](t, old)
	assert.Equal(t, 28, got.Len)
	assert.Equal(t, toc.Sectors(15980), got.Size)
}

// G10: asked for the invisible track of a closed disc.
func TestReadTrackInformationFinalised(t *testing.T) {
	c := command.ReadTrackInformation{Type: command.AddressTrack, Number: command.InvisibleTrack}
	_, err := c.Do(t.Context(), play(t, refused(in(trackInvisibleCDB, ""), senseInvalidField)))
	assert.ErrorIs(t, err, asc.InvalidFieldInCDB)
	assert.EqualError(t, err, "READ TRACK INFORMATION: illegal request, invalid field in CDB (5/24/00)")
}

func FuzzTrackInformation(f *testing.F) {
	mmctest.FuzzReply[command.TrackInformation](f, command.TrackInformation{}, unhex(trackBlank), unhex(trackPacket), unhex(trackDone))
}
