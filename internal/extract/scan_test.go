package extract_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// album is a disc with everything that a disc can contain.
func album(t testing.TB) *sim.Disc {
	return pressed(t, "4006381333931", pack(t),
		sim.PressedTrack{Open: noise(1, 800), Pregap: 150 + 310, Pause: noise(2, 310), Indexes: []toc.Sectors{100, 222, 700}, ISRC: "DEAB31200001"},
		sim.PressedTrack{Open: noise(3, 350), Pregap: 50, Pause: noise(4, 20), Control: toc.CopyPermitted},
		sim.PressedTrack{Open: noise(5, 3000), ISRC: "DEAB31200003", Control: toc.PreEmphasis},
		sim.PressedTrack{Open: noise(6, 333), Pregap: 150, ISRC: "DEAB31200004", Indexes: []toc.Sectors{330}},
	)
}

// facts are the expected results of a scan, whatever the drive.
func facts(t testing.TB, d *sim.Disc, l rip.Layout) {
	t.Helper()
	require.Len(t, l.Tracks, len(d.Tracks()))
	for i, want := range d.Tracks() {
		got := l.Tracks[i]
		assert.Equal(t, want.Start, got.Start)
		assert.Equal(t, disc.Fact[toc.Sectors]{Value: want.Pregap, Origin: disc.Reported}, got.Pause, "pause of track %d", want.Number)
		var marks []toc.IndexMark
		for i, at := range want.Indexes {
			marks = append(marks, toc.IndexMark{Index: uint8(i + 2), Offset: toc.Sectors(at - want.Start)})
		}
		assert.Equal(t, disc.Fact[[]toc.IndexMark]{Value: marks, Origin: disc.Reported}, got.Indexes, "indexes of track %d", want.Number)
		assert.Equal(t, want.ISRC, got.ISRC.Value, "track %d", want.Number)
		assert.Equal(t, want.Control, got.Flags.Value, "track %d", want.Number)
		assert.Equal(t, disc.Fact[bool]{Origin: disc.Reported}, got.SCMS)
	}
	assert.Equal(t, d.Summary().MCN, l.MCN.Value)
}

// In whatever form the drive returns Q, the result is the same.
func TestScan(t *testing.T) {
	for _, name := range []string{"", "q-formatted", "q-binary", "q-raw", "q-errors", "isrc-stale", "no-cd-text", "mmc1", "offset-582"} {
		t.Run(name, func(t *testing.T) {
			d := album(t)
			b := benchOf(t, name, d)
			l := b.scan(t)
			facts(t, d, l)
			assert.NoError(t, l.NoQ)
			assert.Equal(t, toc.Sectors(310), l.Hidden())
			if name == "no-cd-text" {
				assert.False(t, l.Text.Known())
				assert.Error(t, l.Text.Err)
			} else {
				assert.Equal(t, pack(t), l.Text.Value)
			}
		})
	}
}

// A drive without Q: nothing is claimed about facts that only Q has.
func TestScanWithoutQ(t *testing.T) {
	for _, name := range []string{"q-none", "q-zeros"} {
		l := benchOf(t, name, album(t)).scan(t)
		require.ErrorIs(t, l.NoQ, inspect.ErrNoQ, name)
		for i, track := range l.Tracks {
			assert.Equal(t, i == 0, track.Pause.Known(), "the first pause is in the table of contents")
			assert.False(t, track.Indexes.Known())
			assert.False(t, track.SCMS.Known())
			assert.ErrorIs(t, track.Indexes.Err, inspect.ErrNoQ)
			assert.Equal(t, name == "q-none", track.ISRC.Known(), "READ SUB-CHANNEL is another command")
		}
		assert.Equal(t, name == "q-none", l.MCN.Known())
		if name == "q-none" {
			assert.Equal(t, toc.ISRC("DEAB31200003"), l.Tracks[2].ISRC.Value)
			assert.Equal(t, disc.Reported, l.Tracks[1].ISRC.Origin)
			assert.Empty(t, l.Tracks[1].ISRC.Value)
		}
	}
}

// Any disc is scanned correctly on drives with a CRC: pauses of one sector and of a
// minute, adjacent marks, codes in between.
func TestScanAnyDisc(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		mcn := toc.MCN(rapid.SampledFrom([]string{"", "4006381333931"}).Draw(rt, "mcn"))
		var tracks []sim.PressedTrack
		for i := range rapid.IntRange(1, 4).Draw(rt, "tracks") {
			length := toc.Sectors(rapid.IntRange(300, 1500).Draw(rt, "length"))
			track := sim.PressedTrack{
				Open:   noise(uint64(i), length),
				Pregap: toc.Sectors(rapid.SampledFrom([]int{0, 1, 2, 7, 32, 150, 151, 225, 900}).Draw(rt, "pause")),
				ISRC:   toc.ISRC(rapid.SampledFrom([]string{"", "USABC123456" + string(rune('0'+i))}).Draw(rt, "isrc")),
			}
			at := toc.Sectors(0)
			for range rapid.IntRange(0, 5).Draw(rt, "marks") {
				at += toc.Sectors(rapid.IntRange(3, 200).Draw(rt, "distance"))
				if at < length {
					track.Indexes = append(track.Indexes, at)
				}
			}
			tracks = append(tracks, track)
		}
		d := sim.NewDisc(sim.CDR80)
		if err := d.Press(mcn, nil, tracks); err != nil {
			rt.Fatal(err)
		}
		l := benchOf(t, "", d).scan(t)
		for i, want := range d.Tracks() {
			got := l.Tracks[i]
			// A boundary at a sector with a code instead of a position may be one sector
			// off.
			if off := got.Pause.Value - want.Pregap; off < -1 || off > 1 || want.Pregap > 1 && got.Pause.Value == 0 {
				rt.Fatalf("pause of track %d: %d instead of %d", want.Number, got.Pause.Value, want.Pregap)
			}
			if len(got.Indexes.Value) != len(want.Indexes) || want.ISRC != got.ISRC.Value {
				rt.Fatalf("track %d: marks %v, ISRC %s; want %v, %s", want.Number, got.Indexes.Value, got.ISRC.Value, want.Indexes, want.ISRC)
			}
			for j, at := range want.Indexes {
				mark := got.Indexes.Value[j]
				if off := mark.Offset - toc.Sectors(at-want.Start); int(mark.Index) != j+2 || off < -1 || off > 1 {
					rt.Fatalf("index %d of track %d: %v instead of %d", j+2, want.Number, mark, at-want.Start)
				}
			}
		}
		if l.MCN.Value != mcn {
			rt.Fatalf("MCN %q", l.MCN.Value)
		}
	})
}

// The cost of a scan: six commands for a track without pause and marks, and at most two
// more for a pause of two seconds.
func TestScanIsShort(t *testing.T) {
	var tracks []sim.PressedTrack
	for i := range 10 {
		track := sim.PressedTrack{Open: noise(uint64(i), 3000)}
		if i == 5 {
			track.Pregap = 150
		}
		tracks = append(tracks, track)
	}
	b := benchOf(t, "", pressed(t, "", nil, tracks...))
	l := b.scan(t)
	assert.Equal(t, toc.Sectors(150), l.Tracks[5].Pause.Value)
	assert.LessOrEqual(t, b.readings(), 1+10*6+2)
}

// Scratches in Q, unreadable sectors at the worst places, and a drive that stops answering:
// the result is never wrong.
func TestScanAroundDamage(t *testing.T) {
	d := album(t)
	lost := func(from, to toc.LBA) scsitest.Rule {
		return scsitest.Rule{Sticky: true, Fault: scsitest.SenseFault([]byte{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x11, 5, 0, 0, 0, 0}), Match: touches(from, to)}
	}
	b := benchOf(t, "", d)
	next := d.Tracks()[1].Start
	b.faults.Add(lost(next-8, next-1))
	l := b.scan(t)
	assert.Equal(t, toc.Sectors(50), l.Tracks[1].Pause.Value, "the sectors before them show it")

	b = benchOf(t, "", d)
	b.faults.Add(lost(next-60, next-1))
	l = b.scan(t)
	assert.False(t, l.Tracks[1].Pause.Known())
	assert.ErrorIs(t, l.Tracks[1].Pause.Err, extract.ErrNoFrames)
	assert.False(t, l.Tracks[0].Indexes.Known())
	assert.True(t, l.Tracks[3].Pause.Known(), "other tracks are not concerned")

	b = benchOf(t, "", d)
	b.faults.Add(scsitest.Rule{Sticky: true, Skip: 20, Match: withQ, Fault: scsitest.TransportFault(0, nil)})
	l = b.scan(t)
	assert.Error(t, l.NoQ)
	assert.False(t, l.Tracks[3].Indexes.Known())
	assert.Equal(t, toc.ISRC("DEAB31200004"), l.Tracks[3].ISRC.Value, "READ SUB-CHANNEL still works")

	ctx, cancel := context.WithCancel(t.Context())
	b = benchOf(t, "", d)
	on, err := inspect.Look(ctx, b.Drive, nil)
	require.NoError(t, err)
	_, err = extract.Scan(ctx, b.Drive, on, &extract.ScanOptions{OnProgress: func(track, _ int) {
		if track == 3 {
			cancel()
		}
	}})
	assert.ErrorIs(t, err, context.Canceled)
	_, err = extract.Scan(t.Context(), nil, on, nil)
	assert.ErrorIs(t, err, inspect.ErrNoDrive)
}
