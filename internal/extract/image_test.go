package extract_test

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/extract"
	"github.com/redbook-audio/redbook/internal/image"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/rip"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

func all(int) bool { return true }

// whole is everything from LBA 0 to the lead-out.
func whole(t testing.TB, d *sim.Disc) []byte {
	p := make([]byte, toc.Sectors(d.Sessions()[0].LeadOut).Bytes())
	require.NoError(t, d.ReadSectors(0, p))
	return p
}

// The files hold every sample that isn't silent, and their sheet describes the rest: a
// disc made from them is the same. The checksums are those of the disc, whatever is in the
// files.
func TestImageIsTheDisc(t *testing.T) {
	d := album(t)
	want := whole(t, d)
	for _, o := range []image.Options{{Hidden: true}, {Hidden: true, Single: true}} {
		b := benchOf(t, "", d)
		l := b.scan(t)
		sectors := extract.NewSectors(b.Drive, &l, 0)
		sound, err := sectors.FindSound(t.Context(), &l)
		require.NoError(t, err)
		assert.Equal(t, rip.Sound{Hidden: true, After: map[int]bool{1: true, 2: false, 3: false, 4: false}}, sound)
		img := image.Of(&l, all, sound)
		img.Sectors = sectors
		sums := extract.NewSumming(&l)
		o.Tap = sums.Tap
		r, err := image.Write(t.Context(), t.TempDir(), img, &o)
		require.NoError(t, err)
		back, err := image.Open(r.Sheet, nil)
		require.NoError(t, err)
		tracks := make([]sim.PressedTrack, len(back.Tracks))
		for i, track := range back.Tracks {
			tracks[i] = sim.PressedTrack{Pregap: track.Pregap, Control: track.Control, ISRC: track.ISRC, Open: track.Source.Open}
			if track.Pause != nil {
				tracks[i].Pause = track.Pause.Open
			}
			for _, m := range track.Indexes {
				tracks[i].Indexes = append(tracks[i].Indexes, m.Offset)
			}
		}
		packs, err := os.ReadFile(back.CDTextFile)
		require.NoError(t, err)
		copied := pressed(t, back.MCN, packs, tracks...)
		assert.Equal(t, d.Tracks(), copied.Tracks())
		assert.True(t, bytes.Equal(want, whole(t, copied)))
		for i, track := range l.Tracks {
			got, ok := sums.Track(track.Number)
			require.True(t, ok)
			assert.Equal(t, crc32.ChecksumIEEE(want[toc.Sectors(track.Start).Bytes():toc.Sectors(track.Next).Bytes()]), got.CRC32, "track %d", i+1)
		}
		_, ok := sums.Track(9)
		assert.False(t, ok)
	}
}

// A catalog number with a wrong check digit can't be one in a sheet: it becomes a remark,
// and the disc is read all the same.
func TestWrongCatalog(t *testing.T) {
	l := benchOf(t, "", pressed(t, "1234567890123", nil, sim.PressedTrack{Open: noise(1, 300)})).scan(t)
	assert.Equal(t, toc.MCN("1234567890123"), l.MCN.Value)
	img := image.Of(&l, all, rip.Sound{})
	assert.Empty(t, img.MCN)
	assert.Contains(t, img.Comments[0], "1234567890123")
	c, err := extract.Plan(&l, pcm.Silence("x", extract.Frames(&l)))
	require.NoError(t, err)
	assert.Empty(t, c.MCN)
	assert.Equal(t, []rip.Loss{extract.LossMCN}, c.Losses)
}

// An unreadable sector between two tracks is silence and counted; in a track it is an error.
func TestUnreadable(t *testing.T) {
	d := album(t)
	bad := func(from, to toc.LBA) scsitest.Rule {
		return scsitest.Rule{Sticky: true, Fault: scsitest.SenseFault([]byte{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x11, 5, 0, 0, 0, 0}), Match: touches(from, to)}
	}
	b := benchOf(t, "", d)
	l := b.scan(t)
	pause := d.Tracks()[1].Start
	b.faults.Add(bad(pause-5, pause-4))
	s := extract.NewSectors(b.Drive, &l, 0)
	p := make([]byte, toc.Sectors(50).Bytes())
	require.NoError(t, s.ReadSectors(t.Context(), pause-50, p))
	assert.Equal(t, toc.Sectors(2), s.Unreadable())
	assert.Equal(t, make([]byte, 2*toc.SectorSize), p[45*toc.SectorSize:47*toc.SectorSize])
	assert.NotEqual(t, make([]byte, toc.SectorSize), p[47*toc.SectorSize:48*toc.SectorSize])

	b.faults.Add(bad(pause+10, pause+10))
	assert.Error(t, s.ReadSectors(t.Context(), pause, p))
	_, _, err := s.Spool(t.Context(), &l, t.TempDir(), nil)
	assert.Error(t, err)
}

// The plan of a copy has the disc's samples in its tracks, in order.
func TestPlan(t *testing.T) {
	d := album(t)
	b := benchOf(t, "", d)
	l := b.scan(t)
	s := extract.NewSectors(b.Drive, &l, 0)
	dir := t.TempDir()
	done := toc.Sectors(0)
	audio, remove, err := s.Spool(t.Context(), &l, dir, func(n, total toc.Sectors) {
		assert.Equal(t, toc.Sectors(d.Sessions()[0].LeadOut), total)
		done = n
	})
	require.NoError(t, err)
	assert.Equal(t, toc.Sectors(d.Sessions()[0].LeadOut), done)
	c, err := extract.Plan(&l, audio)
	require.NoError(t, err)
	assert.Empty(t, c.Losses)
	var got []byte
	for i, track := range c.Tracks {
		r, err := track.Source.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		got = append(got, data...)
		assert.Equal(t, d.Tracks()[i].ISRC, track.ISRC)
		assert.Equal(t, d.Tracks()[i].Control, track.Control)
	}
	assert.True(t, bytes.Equal(whole(t, d), got))
	assert.Equal(t, []toc.Sectors{310, 50, 0, 150}, []toc.Sectors{c.Tracks[0].Pregap, c.Tracks[1].Pregap, c.Tracks[2].Pregap, c.Tracks[3].Pregap})

	tracks, losses, err := c.TrackAtOnce(rip.Sound{Hidden: true, After: map[int]bool{1: true}})
	require.NoError(t, err)
	assert.Equal(t, []rip.Loss{extract.LossPauses, extract.LossIndexes, extract.LossHidden, extract.LossTitles}, losses)
	assert.Equal(t, []int64{850 * 588, 350 * 588, 3000 * 588, 333 * 588},
		[]int64{tracks[0].Source.Frames(), tracks[1].Source.Frames(), tracks[2].Source.Frames(), tracks[3].Source.Frames()}, "the pause with sound stays")
	require.NoError(t, remove())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)

	ctx, cancel := context.WithCancel(t.Context())
	_, _, err = extract.NewSectors(b.Drive, &l, 0).Spool(ctx, &l, dir, func(n, _ toc.Sectors) {
		if n > 1000 {
			cancel()
		}
	})
	assert.ErrorIs(t, err, context.Canceled)
	left, err = os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left, "nothing is left after a cancel")
	_, err = extract.Plan((&rip.Layout{}), pcm.Silence("x", 1))
	assert.ErrorIs(t, err, extract.ErrNothing)
}

// A fact that a source drive doesn't report is a loss of the copy.
func TestLosses(t *testing.T) {
	for name, want := range map[string][]rip.Loss{
		"": nil, "q-none": {extract.LossQ}, "no-cd-text": {extract.LossText}, "q-zeros": {extract.LossQ, extract.LossMCN, extract.LossISRC},
	} {
		l := benchOf(t, name, album(t)).scan(t)
		c, err := extract.Plan(&l, pcm.Silence("x", extract.Frames(&l)))
		require.NoError(t, err)
		assert.Equal(t, want, c.Losses, name)
	}
	d := pressed(t, "", nil, sim.PressedTrack{Open: noise(1, 300), SCMS: true}, sim.PressedTrack{Open: noise(2, 200)})
	l := benchOf(t, "", d).scan(t)
	assert.True(t, l.Tracks[0].SCMS.Value)
	assert.False(t, l.Tracks[1].SCMS.Value)
	c, err := extract.Plan(&l, pcm.Silence("x", extract.Frames(&l)))
	require.NoError(t, err)
	assert.Equal(t, []rip.Loss{extract.LossShort}, c.Losses)
	assert.Equal(t, []bool{true, false}, []bool{c.Tracks[0].SCMS, c.Tracks[1].SCMS})
}

func TestCompare(t *testing.T) {
	a := benchOf(t, "", album(t)).scan(t)
	assert.Empty(t, extract.Compare(&a, &a))
	other := pressed(t, "", nil,
		sim.PressedTrack{Open: noise(1, 800), Pregap: 460, Pause: noise(2, 310), Indexes: []toc.Sectors{101, 222, 705}, ISRC: "DEAB31200001"},
		sim.PressedTrack{Open: noise(3, 350), Pregap: 52},
		sim.PressedTrack{Open: noise(5, 3000), ISRC: "DEAB31200009"},
		sim.PressedTrack{Open: noise(6, 333), Pregap: 151, ISRC: "DEAB31200004", Indexes: []toc.Sectors{330}},
	)
	b := benchOf(t, "", other).scan(t)
	assert.Equal(t, []extract.Difference{
		{What: "mcn"}, {What: "text"}, {What: "indexes", Track: 1}, {What: "pauses", Track: 2}, {What: "isrc", Track: 3},
	}, extract.Compare(&a, &b))
	none := benchOf(t, "q-zeros", other).scan(t)
	assert.Equal(t, []extract.Difference{{What: "text"}}, extract.Compare(&a, &none), "what isn't known doesn't differ")
}

// Many drives include the following pause in a track (READ TRACK INFORMATION extends to the
// next one). The result is the same, because Q shows where the pause begins.
func TestSizesWithPause(t *testing.T) {
	d := album(t)
	b := benchOf(t, "", d)
	on, err := inspect.Look(t.Context(), b.Drive, nil)
	require.NoError(t, err)
	plain := b.scan(t)
	for i := range len(on.Tracks) - 1 {
		on.Tracks[i].Sectors = toc.Sectors(on.Tracks[i+1].Start - on.Tracks[i].Start)
	}
	l, err := extract.Scan(t.Context(), b.Drive, on, nil)
	require.NoError(t, err)
	facts(t, d, l)
	s := extract.NewSectors(b.Drive, &l, 0)
	sound, err := s.FindSound(t.Context(), &l)
	require.NoError(t, err)
	assert.Equal(t, rip.Sound{Hidden: true, After: map[int]bool{1: true, 2: false, 3: false, 4: false}}, sound)
	assert.Equal(t, image.Of(&plain, all, sound), image.Of(&l, all, sound))
	assert.Empty(t, extract.Compare(&plain, &l))
}

// Damaged packs from the drive are not recorded on a copy, and the loss is reported; a
// missing checksum is computed.
func TestCopyOfDamagedText(t *testing.T) {
	l := benchOf(t, "", album(t)).scan(t)
	packs, err := (&image.Image{Title: "Album", Tracks: []image.SourceTrack{{Track: image.Track{Number: 1, TrackInfo: toc.TrackInfo{Title: "One"}}}}}).EncodeText()
	require.NoError(t, err)
	plan := func(packs []byte) extract.Copy {
		l.Text.Value = packs
		c, err := extract.Plan(&l, pcm.Silence("disc", extract.Frames(&l)))
		require.NoError(t, err)
		return c
	}
	clean := plan(packs)
	assert.Equal(t, packs, clean.Packs)
	assert.NotContains(t, clean.Losses, extract.LossTextPacks)
	zero := bytes.Clone(packs)
	copy(zero[len(zero)-2:], []byte{0, 0})
	c := plan(zero)
	assert.Equal(t, packs, c.Packs)
	assert.NotContains(t, c.Losses, extract.LossTextPacks)
	other := l
	other.Text.Value = packs
	assert.Empty(t, extract.Compare(&l, &other), "the same text")
	assert.Empty(t, extract.Compare(&other, &l), "the same text")
	bad := bytes.Clone(packs)
	bad[5] ^= 1
	c = plan(bad)
	assert.Equal(t, packs[18:], c.Packs)
	assert.Contains(t, c.Losses, extract.LossTextPacks)
	assert.Contains(t, image.Of(&l, all, rip.Sound{}).Comments, "REDBOOK parts of the CD-TEXT are missing: the drive reports them damaged")
}
