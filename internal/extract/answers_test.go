package extract_test

import (
	"bytes"
	"io"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// mute is a drive that refuses READ SUB-CHANNEL: codes come from Q only.
func mute() sim.Personality {
	return sim.Personality{Name: "mute", Settings: sim.Settings{NoSubChannel: true}}
}

// questions counts READ SUB-CHANNEL.
func (b *bench) questions() (n int) {
	for _, e := range b.tap.Exchanges() {
		if e.CDB[0] == command.OpReadSubChannel {
			n++
		}
	}
	return n
}

// Q alone has every code, and shows that a track has none.
func TestCodesOfQ(t *testing.T) {
	d := album(t)
	b := benchWith(t, mute(), d)
	l := b.scan(t)
	facts(t, d, l)
	for _, track := range l.Tracks {
		assert.Equal(t, disc.Reported, track.ISRC.Origin, "track %d", track.Number)
	}
	assert.Equal(t, disc.Reported, l.MCN.Origin)
	l = benchWith(t, mute(), pressed(t, "", nil, sim.PressedTrack{Open: noise(1, 300)})).scan(t)
	assert.Equal(t, disc.Fact[toc.MCN]{Origin: disc.Reported}, l.MCN, "none")
}

// An answer that Q confirms isn't asked for twice.
func TestQuestions(t *testing.T) {
	b := benchOf(t, "", album(t))
	b.scan(t)
	assert.Equal(t, 3+2+1, b.questions(), "three ISRCs, a track without one, the MCN")
}

// "None" needs 95 frames with a valid CRC: at most five may be damaged.
func TestNoneNeedsAllOfQ(t *testing.T) {
	for sectors, known := range map[toc.Sectors]bool{94: false, 95: true, 96: true, 300: true} {
		p := sim.PressedTrack{Open: noise(1, sectors)}
		l := benchWith(t, mute(), pressed(t, "", nil, sim.PressedTrack{Open: noise(2, 500)}, p)).scan(t)
		assert.True(t, l.Tracks[0].ISRC.Known())
		assert.Equal(t, known, l.Tracks[1].ISRC.Known(), "%d sectors", sectors)
		assert.Empty(t, l.Tracks[1].ISRC.Value)
	}
	for errors, known := range map[int]bool{20: true, 5: false} { // one in so many frames
		p := mute()
		p.QErrors = errors
		l := benchWith(t, p, pressed(t, "", nil, sim.PressedTrack{Open: noise(2, 500)})).scan(t)
		assert.Equal(t, known, l.Tracks[0].ISRC.Known(), "one in %d", errors)
		assert.Equal(t, known, l.MCN.Known(), "one in %d", errors)
	}
}

// A catalog number that only the end of a track shows counts, and nothing is "none" if the
// start of no track can be read.
func TestCatalogAtTheEnd(t *testing.T) {
	for mcn, length := range map[toc.MCN]toc.Sectors{"4006381333931": 320, "": 300} {
		d := pressed(t, mcn, nil, sim.PressedTrack{Open: noise(1, length)})
		b := benchWith(t, mute(), d)
		on, err := inspect.Look(t.Context(), b.Drive, nil)
		require.NoError(t, err)
		l, err := extract.Scan(t.Context(), b.Drive, on, &extract.ScanOptions{OnProgress: func(int, int) { b.faults.Add(unreadable(0, 99)) }})
		require.NoError(t, err)
		assert.Equal(t, mcn, l.MCN.Value)
		assert.Equal(t, mcn != "", l.MCN.Known())
		assert.False(t, l.Tracks[0].ISRC.Known())
		assert.False(t, l.Tracks[0].SCMS.Known())
	}
}

// A drive that answers every question about a track with the code of track 1.
func TestCodeOfAnotherTrack(t *testing.T) {
	d := pressed(t, "", nil, sim.PressedTrack{Open: noise(1, 300), ISRC: "DEAB31200001"}, sim.PressedTrack{Open: noise(2, 300)},
		sim.PressedTrack{Open: noise(3, 300), ISRC: "DEAB31200003"})
	b := benchOf(t, "", d)
	b.faults.Add(scsitest.Rule{Match: func(req *scsi.Request) bool {
		if req.CDB[0] == command.OpReadSubChannel && req.CDB[3] == 3 {
			req.CDB[6] = 1
		}
		return false
	}})
	l := b.scan(t)
	assert.Equal(t, disc.Fact[toc.ISRC]{Value: "DEAB31200001", Origin: disc.Reported}, l.Tracks[0].ISRC)
	for i, want := range []toc.ISRC{"", "DEAB31200003"} {
		got := l.Tracks[i+1].ISRC
		assert.Equal(t, want, got.Value)
		assert.Equal(t, disc.Contradicted, got.Origin)
		assert.ErrorIs(t, got.Err, inspect.ErrContradiction)
	}
}

// The pause of a track of another session isn't part of the one before it.
func TestPauseOfAnotherSession(t *testing.T) {
	b := benchOf(t, "", pressed(t, "", nil, sim.PressedTrack{Open: noise(1, 300)}, sim.PressedTrack{Open: noise(2, 300), Pregap: 150}))
	on, err := inspect.Look(t.Context(), b.Drive, nil)
	require.NoError(t, err)
	on.Tracks[0].Sectors, on.Tracks[1].Session = 450, 2
	on.LeadOuts.Value[0].Session = 2
	l, err := extract.Scan(t.Context(), b.Drive, on, nil)
	require.NoError(t, err)
	assert.ErrorIs(t, l.Tracks[0].Indexes.Err, extract.ErrNoFrames)
	assert.Equal(t, toc.LBA(450), l.Tracks[0].Next)
	assert.ErrorIs(t, l.Tracks[1].Pause.Err, disc.ErrNotAsked)
}

// Whichever reading of Q the drive stops at: the facts until then are right, the others are
// unknown, and each has a reason.
func TestQStops(t *testing.T) {
	d := album(t)
	all := benchOf(t, "", d)
	all.scan(t)
	for n := 1; n < all.readings(); n++ {
		b := benchOf(t, "", d)
		b.faults.Add(scsitest.Rule{Sticky: true, Skip: n, Match: withQ, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)})
		l := b.scan(t)
		require.Error(t, l.NoQ)
		known := true
		for i, want := range d.Tracks() {
			got := l.Tracks[i]
			assert.Equal(t, want.ISRC, got.ISRC.Value, "READ SUB-CHANNEL still works")
			for _, fact := range []struct {
				known bool
				err   error
			}{{got.Indexes.Known(), got.Indexes.Err}, {got.Pause.Known(), got.Pause.Err}, {got.SCMS.Known(), got.SCMS.Err}} {
				assert.Equal(t, fact.known, fact.err == nil, "track %d, after %d", i+1, n)
			}
			assert.False(t, !known && got.Indexes.Known(), "track %d, after %d", i+1, n)
			if known = got.Indexes.Known(); known {
				assert.Len(t, got.Indexes.Value, len(want.Indexes), "track %d, after %d", i+1, n)
			} else {
				assert.ErrorIs(t, got.Indexes.Err, l.NoQ)
			}
			if got.Pause.Known() {
				assert.Equal(t, want.Pregap, got.Pause.Value, "track %d, after %d", i+1, n)
			}
		}
		assert.False(t, known, "after %d", n)
	}
}

// A drive that vanishes ends the scan at once, whatever it was asked.
func TestScanOfDriveThatVanishes(t *testing.T) {
	d := album(t)
	b := benchOf(t, "", d)
	on, err := inspect.Look(t.Context(), b.Drive, nil)
	require.NoError(t, err)
	before := len(b.tap.Exchanges())
	_, err = extract.Scan(t.Context(), b.Drive, on, nil)
	require.NoError(t, err)
	for n := range len(b.tap.Exchanges()) - before {
		b := benchOf(t, "", d)
		b.faults.Add(scsitest.Rule{Skip: n, Fault: scsitest.TransportFault(scsi.SentNo, fs.ErrNotExist)})
		before := len(b.tap.Exchanges())
		_, err := extract.Scan(t.Context(), b.Drive, on, nil)
		assert.ErrorIs(t, err, fs.ErrNotExist, "command %d", n)
		assert.Len(t, b.tap.Exchanges(), before+n+1, "nothing is sent after command %d", n)
	}
}

// Sound counts from the first sector of what precedes track 1 to the last before it.
func TestHiddenSound(t *testing.T) {
	sound := make([]byte, toc.SectorSize)
	sound[0] = 1
	for _, at := range []int{0, 24, 25, 50, -1} {
		hidden := make([]byte, 51*toc.SectorSize)
		if at >= 0 {
			copy(hidden[at*toc.SectorSize:], sound)
		}
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(hidden)), nil }
		b := benchOf(t, "", pressed(t, "", nil, sim.PressedTrack{Open: noise(1, 300), Pregap: 150 + 51, Pause: open}))
		l := b.scan(t)
		found, err := extract.NewSectors(b.Drive, &l, 0).FindSound(t.Context(), &l)
		require.NoError(t, err)
		assert.Equal(t, rip.Sound{Hidden: at >= 0, After: map[int]bool{1: false}}, found, "sound in sector %d", at)
	}
}

// An error of the audio names the sectors that were asked for.
func TestSpoolNamesSectors(t *testing.T) {
	b := benchOf(t, "", album(t))
	l := b.scan(t)
	b.faults.Add(scsitest.Rule{Sticky: true, Match: touches(30, 31), Fault: scsitest.TransportFault(scsi.SentNo, nil)})
	var done []toc.Sectors
	_, _, err := extract.NewSectors(b.Drive, &l, 0).Spool(t.Context(), &l, t.TempDir(), func(n, _ toc.Sectors) { done = append(done, n) })
	assert.ErrorContains(t, err, "sectors 27 to 53: ")
	assert.Equal(t, []toc.Sectors{27}, done, "a command has at most 63,504 bytes")
	_, _, err = extract.NewSectors(b.Drive, &rip.Layout{}, 0).Spool(t.Context(), &rip.Layout{}, t.TempDir(), nil)
	assert.ErrorIs(t, err, extract.ErrNothing)
}
