package tao_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// discOf80 is a blank disc of 79:59:74, the usual one.
var discOf80 = tao.Disc{Media: "CD-R", Blank: true, NextTrack: 1, Capacity: 359847, Free: 359847}

func exact(n int, sectors toc.Sectors) []tao.Track {
	var tracks []tao.Track
	for i := range n {
		s := sectors / toc.Sectors(n)
		if i == n-1 {
			s = sectors - s*toc.Sectors(n-1)
		}
		tracks = append(tracks, tao.Track{Source: pcm.Silence(fmt.Sprintf("%02d.wav", i+1), int64(s)*588-int64(i))})
	}
	return tracks
}

func TestPlanTooLongNamesThePauses(t *testing.T) {
	_, err := tao.NewPlan("drive", discOf80, exact(24, (79*60+50)*75), nil)
	is(t, err, tao.ErrNoSpace, tao.ErrDoesNotFit)
	require.EqualError(t, err, "tao: plan: the album is 0:39 too long: 79:50 of music plus 23 pauses of 2 seconds make 80:37; the disc takes 79:57")
	p, err := tao.NewPlan("drive", discOf80, exact(24, (79*60+10)*75), nil)
	require.NoError(t, err)
	require.Equal(t, 23, p.Pauses)
	require.Equal(t, toc.Sectors(359847-356250-23*152), p.FreeLeft)
	_, err = tao.NewPlan("drive", discOf80, exact(1, 359848), nil)
	require.ErrorContains(t, err, "0:01 too long: 79:58 of music; the disc takes 79:57")
	// Exactly full.
	_, err = tao.NewPlan("drive", discOf80, exact(1, 359847), nil)
	require.NoError(t, err)
	half := discOf80
	half.Blank, half.Open, half.Tracks, half.NextTrack, half.NWA, half.Free = false, true, 3, 4, 180152, 179695
	_, err = tao.NewPlan("drive", half, exact(2, 180000), &tao.Options{Append: true})
	require.ErrorContains(t, err, "the disc has 39:55 left")
}

func TestPlanRefuses(t *testing.T) {
	second := pcm.Silence("a.wav", 44100)
	good := []tao.Track{{Source: second}}
	used := tao.Disc{Media: "CD-R", NextTrack: 90, Tracks: 89, Open: true, Free: 300000, NWA: 50000}
	many := make([]tao.Track, 100)
	for i := range many {
		many[i] = good[0]
	}
	for name, test := range map[string]struct {
		disc   tao.Disc
		tracks []tao.Track
		opts   tao.Options
		want   error
		text   string
	}{
		"no tracks":      {discOf80, nil, tao.Options{}, tao.ErrNoTracks, ""},
		"100 tracks":     {discOf80, many, tao.Options{}, tao.ErrTrackLimit, "100 tracks"},
		"89 and 11":      {used, many[:11], tao.Options{Append: true}, tao.ErrTrackLimit, "100 tracks, 89 of them on it already"},
		"empty":          {discOf80, []tao.Track{{Source: pcm.FromBytes("e.wav", pcm.CDDA, nil)}}, tao.Options{}, tao.ErrEmptySource, "track 1: e.wav"},
		"48 kHz":         {discOf80, []tao.Track{{Source: pcm.FromBytes("h.wav", pcm.Format{SampleRate: 48000, Channels: 2}, make([]byte, 400))}}, tao.Options{}, tao.ErrNotCDDA, "48 kHz"},
		"not blank":      {used, good, tao.Options{}, tao.ErrMediaNotBlank, "89 tracks"},
		"finished":       {tao.Disc{Media: "CD-R", Finalized: true}, good, tao.Options{}, tao.ErrFinalized, "nothing can be added"},
		"finished CD-RW": {tao.Disc{Media: "CD-RW", Finalized: true}, good, tao.Options{}, tao.ErrFinalized, "redbook blank"},
		"pressed":        {tao.Disc{Media: "CD-ROM"}, good, tao.Options{}, tao.ErrMediaNotSupported, "CD-ROM"},
		"DVD":            {tao.Disc{Media: "DVD+R"}, good, tao.Options{}, tao.ErrMediaNotSupported, "DVD+R"},
		"MCN":            {discOf80, good, tao.Options{MCN: "4006381333932"}, tao.ErrInvalidMCN, "check digit"},
		"ISRC":           {discOf80, []tao.Track{{Source: second, TrackInfo: toc.TrackInfo{ISRC: "1SABC1234567"}}}, tao.Options{}, tao.ErrInvalidISRC, "two letters"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tao.NewPlan("drive", test.disc, test.tracks, &test.opts)
			is(t, err, test.want)
			require.ErrorContains(t, err, test.text)
			require.NotNil(t, tao.Category(err))
			require.NotEmpty(t, append(tao.Advice(err), "x"))
		})
	}
}

func TestPlanWarns(t *testing.T) {
	short := []tao.Track{{Source: pcm.Silence("jingle.wav", 44100)}, {Source: pcm.Silence("b.wav", 441000)}}
	short[0].ISRC, short[1].ISRC = "USABC1234567", "USABC1234567"
	for _, test := range []struct {
		opts tao.Options
		disc tao.Disc
		text string
	}{
		{tao.Options{}, discOf80, "track 1 (jingle.wav) is shorter than four seconds: 3s of silence is added"},
		{tao.Options{}, discOf80, "tracks 1 and 2 have the same ISRC"},
		{tao.Options{TestWrite: true}, discOf80, "nothing is written"},
		{tao.Options{NoClose: true}, discOf80, "redbook close"},
		{tao.Options{MultiSession: true}, discOf80, "another session"},
		{tao.Options{Reserve: tao.ReserveAlways}, discOf80, "RESERVE TRACK on a CD-R"},
	} {
		p, err := tao.NewPlan("drive", test.disc, short, &test.opts)
		require.NoError(t, err)
		require.Contains(t, fmt.Sprint(p.Warnings), test.text)
	}
}

func TestPlanIsPureAndGoesThroughJSON(t *testing.T) {
	tracks := album()
	tracks[0].Title, tracks[0].ISRC = "Title", "USABC1234567"
	o := &tao.Options{Speed: tao.SpeedX(16), MCN: "4006381333931", Verify: tao.VerifyFull}
	p, err := tao.NewPlan("drive", discOf80, tracks, o)
	require.NoError(t, err)
	again, err := tao.NewPlan("drive", discOf80, tracks, o)
	require.NoError(t, err)
	require.Equal(t, p, again)
	b, err := json.Marshal(p)
	require.NoError(t, err)
	back, err := tao.ParsePlan(b)
	require.NoError(t, err)
	require.Equal(t, p, back)
	require.Equal(t, 3, p.TracksOnDisc())
	require.Equal(t, []toc.LBA{0, 553, 1005}, []toc.LBA{p.Tracks[0].Start, p.Tracks[1].Start, p.Tracks[2].Start})
	require.Equal(t, toc.Sectors(300), p.Tracks[1].Sectors())
	require.Greater(t, p.Estimate, 5*time.Second)
	_, err = tao.ParsePlan([]byte(`{"version": 2}`))
	require.ErrorContains(t, err, "version 2")
	_, err = tao.ParsePlan([]byte(`{`))
	require.Error(t, err)
}

func TestReportGoesThroughJSON(t *testing.T) {
	b := newBench(t, "offset+667", sim.CDR80)
	tracks := album()
	tracks[0].ISRC = "USABC1234567"
	r := b.burn(t, tracks, tao.Options{Verify: tao.VerifyFull, Speed: tao.SpeedX(16)})
	data, err := json.Marshal(r)
	require.NoError(t, err)
	back, err := tao.ParseReport(data)
	require.NoError(t, err)
	require.Equal(t, r, back)
	require.Equal(t, "success: 3 of 3 tracks, 0:14, disc closed", r.String())
	require.Equal(t, tao.SpeedX(16), r.SpeedSet)
	require.Positive(t, r.SpeedMean)
	_, err = tao.ParseReport([]byte(`{"version": 0}`))
	require.ErrorContains(t, err, "version 0")
	_, err = tao.ParseReport([]byte(`[]`))
	require.Error(t, err)
}

// MakePlan asks the drive, writes nothing, and reads no source.
func TestMakePlan(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"modern", "nwa-minus-150", "mmc1", "pioneer"} {
		b := newBench(t, name, sim.CDR80)
		unread := tao.Track{Source: &flaky{Source: pcm.Silence("x", 400*588), fail: fmt.Errorf("read too early")}}
		p, err := tao.MakePlan(ctx, b.drive, []tao.Track{unread}, nil)
		require.NoError(t, err, name)
		require.Equal(t, toc.Sectors(359844), p.Disc.Free, name)
		require.Equal(t, toc.LBA(0), p.Tracks[0].Start)
		require.Contains(t, p.Disc.Made, "CMC")
		require.True(t, b.disc.Blank())
		require.False(t, b.trayLocked())
	}
	_, err := tao.MakePlan(ctx, nil, album(), nil)
	is(t, err, tao.ErrNoRecorder)
	_, err = tao.MakePlan(ctx, newBench(t, "modern", sim.CDR80).drive, nil, nil)
	is(t, err, tao.ErrNoTracks)
	empty := newBench(t, "modern", sim.CDR80)
	empty.Eject()
	_, err = tao.MakePlan(ctx, empty.drive, album(), nil)
	is(t, err, tao.ErrNoMedia, tao.ErrUnsuitableDisc)
	require.Equal(t, tao.ErrUnsuitableDisc, tao.Category(err))
}
