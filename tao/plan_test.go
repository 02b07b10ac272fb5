package tao_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/internal/trackatonce"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
	"github.com/redbook-audio/redbook/toc"
)

// fact returns a value as reported by a drive.
func fact[T any](v T) disc.Fact[T] { return disc.Fact[T]{Value: v, Origin: disc.Reported} }

// discWith returns a CD-R with the given number of tracks in an open session.
func discWith(tracks, next int, nwa toc.LBA, free toc.Sectors) disc.Disc {
	d := disc.Disc{
		Media: fact(mmc.MediaCDR), Status: fact(mmc.DiscIncomplete), LastSession: fact(mmc.SessionIncomplete),
		Next: fact(disc.Next{Track: next, NWA: nwa, Free: free}), Capacity: fact(toc.Sectors(nwa) + free),
	}
	for n := next - tracks; n < next; n++ {
		d.Tracks = append(d.Tracks, disc.Track{Number: n, Session: 1, State: disc.TrackComplete, Origin: disc.Reported})
	}
	if tracks == 0 {
		d.Status, d.LastSession = fact(mmc.DiscEmpty), fact(mmc.SessionEmpty)
	}
	return d
}

// closed returns a finalized disc.
func closed(media mmc.MediaType) disc.Disc {
	return disc.Disc{Media: fact(media), Status: fact(mmc.DiscFinalized), LastSession: fact(mmc.SessionComplete)}
}

// discOf80 is a blank disc of the usual capacity, 79:59:72.
var discOf80 = discWith(0, 1, 0, 359847)

// planned plans a burn without a drive.
func planned(d disc.Disc, tracks []burn.Track, o *burn.Options) (burn.Plan, error) {
	before := burn.Plan{Drive: "drive", Disc: d}
	if o != nil {
		before.Speed = o.Speed
	}
	return engine.Again(before, tracks, o, trackatonce.Method())
}

func exact(n int, sectors toc.Sectors) []burn.Track {
	var tracks []burn.Track
	for i := range n {
		s := sectors / toc.Sectors(n)
		if i == n-1 {
			s = sectors - s*toc.Sectors(n-1)
		}
		tracks = append(tracks, burn.Track{Source: pcm.Silence(fmt.Sprintf("%02d.wav", i+1), int64(s)*588-int64(i))})
	}
	return tracks
}

func TestPlanTooLongNamesThePauses(t *testing.T) {
	_, err := planned(discOf80, exact(24, (79*60+50)*75), nil)
	is(t, err, burn.ErrNoSpace, burn.ErrDoesNotFit)
	var fit *burn.FitError
	require.ErrorAs(t, err, &fit)
	require.Equal(t, burn.FitError{Need: (79*60+50)*75 + 23*152, Room: 359847, Music: (79*60 + 50) * 75, Pauses: 23}, *fit)
	p, err := planned(discOf80, exact(24, (79*60+10)*75), nil)
	require.NoError(t, err)
	require.Equal(t, 23, p.Pauses)
	require.Equal(t, toc.Sectors(359847-356250-23*152), p.FreeLeft)
	_, err = planned(discOf80, exact(1, 359848), nil)
	require.ErrorAs(t, err, &fit)
	require.Equal(t, toc.Sectors(1), fit.Need-fit.Room)
	// Exactly full.
	_, err = planned(discOf80, exact(1, 359847), nil)
	require.NoError(t, err)
	half := discWith(3, 4, 180152, 179695)
	_, err = planned(half, exact(2, 180000), &burn.Options{Append: true})
	require.ErrorAs(t, err, &fit)
	require.True(t, fit.Append)
	require.Equal(t, toc.Sectors(179695), fit.Room)
}

func TestPlanRefuses(t *testing.T) {
	second := pcm.Silence("a.wav", 44100)
	good := []burn.Track{{Source: second}}
	used := discWith(89, 90, 50000, 300000)
	torn := discWith(2, 3, 50000, 300000)
	torn.Tracks[1].State = disc.TrackDamaged
	mute := discWith(0, 1, 0, 359847)
	mute.Status.Origin = disc.Unknown
	many := make([]burn.Track, 100)
	for i := range many {
		many[i] = good[0]
	}
	for name, test := range map[string]struct {
		disc   disc.Disc
		tracks []burn.Track
		opts   burn.Options
		want   error
		text   string
	}{
		"no tracks":      {discOf80, nil, burn.Options{}, burn.ErrNoTracks, ""},
		"100 tracks":     {discOf80, many, burn.Options{}, burn.ErrTrackLimit, "100 tracks"},
		"89 and 11":      {used, many[:11], burn.Options{Append: true}, burn.ErrTrackLimit, "11 tracks and 89 on the disc"},
		"empty":          {discOf80, []burn.Track{{Source: pcm.FromBytes("e.wav", pcm.CDDA, nil)}}, burn.Options{}, burn.ErrEmptySource, "track 1: e.wav"},
		"48 kHz":         {discOf80, []burn.Track{{Source: pcm.FromBytes("h.wav", pcm.Format{SampleRate: 48000, Channels: 2}, make([]byte, 400))}}, burn.Options{}, burn.ErrNotCDDA, "48 kHz"},
		"not blank":      {used, good, burn.Options{}, burn.ErrMediaNotBlank, "tracks on it: 89"},
		"finished":       {closed(mmc.MediaCDR), good, burn.Options{}, burn.ErrFinalized, "finalized"},
		"finished CD-RW": {closed(mmc.MediaCDRW), good, burn.Options{}, burn.ErrFinalized, "finalized"},
		"torn track":     {torn, good, burn.Options{Append: true}, burn.ErrTrackOpen, "track 2"},
		"state unknown":  {mute, good, burn.Options{}, burn.ErrBadResponse, "state of the disc"},
		"pressed":        {closed(mmc.MediaCDROM), good, burn.Options{}, burn.ErrMediaNotSupported, "CD-ROM"},
		"DVD":            {closed(mmc.MediaType(6)), good, burn.Options{}, burn.ErrMediaNotSupported, "DVD+R"},
		"MCN":            {discOf80, good, burn.Options{MCN: "4006381333932"}, burn.ErrInvalidMCN, "check digit"},
		"ISRC":           {discOf80, []burn.Track{{Source: second, ISRC: "1SABC1234567"}}, burn.Options{}, burn.ErrInvalidISRC, "two letters"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := planned(test.disc, test.tracks, &test.opts)
			is(t, err, test.want)
			require.ErrorContains(t, err, test.text)
			require.NotNil(t, burn.Category(err))
		})
	}
}

func TestPlanWarns(t *testing.T) {
	short := []burn.Track{{Source: pcm.Silence("jingle.wav", 44100)}, {Source: pcm.Silence("b.wav", 441000)}}
	short[0].ISRC, short[1].ISRC = "USABC1234567", "USABC1234567"
	for _, test := range []struct {
		opts burn.Options
		note burn.Note
	}{
		{burn.Options{}, burn.Note{Kind: notekind.Padded, Track: 1, Name: "jingle.wav", Got: 225}},
		{burn.Options{}, burn.Note{Kind: notekind.SameISRC, Track: 1, Got: 2}},
		{burn.Options{TestWrite: true}, burn.Note{Kind: notekind.TestWrite}},
		{burn.Options{NoClose: true}, burn.Note{Kind: notekind.LeftOpen}},
		{burn.Options{MultiSession: true}, burn.Note{Kind: notekind.MultiSession}},
		{burn.Options{Reserve: burn.ReserveAlways}, burn.Note{Kind: notekind.ReserveCDR}},
	} {
		p, err := planned(discOf80, short, &test.opts)
		require.NoError(t, err)
		require.Contains(t, p.Notes, test.note)
	}
}

func TestPlanIsPureAndGoesThroughJSON(t *testing.T) {
	tracks := album()
	tracks[0].Title, tracks[0].ISRC = "Title", "USABC1234567"
	o := &burn.Options{Speed: mmc.SpeedX(16), MCN: "4006381333931", Verify: disc.VerifyFull}
	p, err := planned(discOf80, tracks, o)
	require.NoError(t, err)
	again, err := planned(discOf80, tracks, o)
	require.NoError(t, err)
	require.Equal(t, p, again)
	b, err := json.Marshal(p)
	require.NoError(t, err)
	back, err := burn.ParsePlan(b)
	require.NoError(t, err)
	require.Equal(t, p, back)
	require.Equal(t, 3, p.TracksOnDisc())
	require.Equal(t, []toc.LBA{0, 553, 1005}, []toc.LBA{p.Tracks[0].Start, p.Tracks[1].Start, p.Tracks[2].Start})
	require.Equal(t, toc.Sectors(300), p.Tracks[1].Sectors())
	require.Greater(t, p.Estimate, 5*time.Second)
	_, err = burn.ParsePlan([]byte(`{"version": 1}`))
	require.ErrorContains(t, err, "version 1")
	_, err = burn.ParsePlan([]byte(`{`))
	require.Error(t, err)
}

func TestReportGoesThroughJSON(t *testing.T) {
	b := newBench(t, "offset+667", sim.CDR80)
	tracks := album()
	tracks[0].ISRC = "USABC1234567"
	r := b.burn(t, tracks, burn.Options{Verify: disc.VerifyFull, Speed: mmc.SpeedX(16)})
	data, err := json.Marshal(r)
	require.NoError(t, err)
	back, err := burn.ParseReport(data)
	require.NoError(t, err)
	second, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(data), string(second))
	require.Equal(t, "success: 3 of 3 tracks, 0:14, disc closed", r.String())
	require.Equal(t, mmc.SpeedX(16), r.SpeedSet)
	require.Positive(t, r.SpeedMean)
	_, err = burn.ParseReport([]byte(`{"version": 0}`))
	require.ErrorContains(t, err, "version 0")
	_, err = burn.ParseReport([]byte(`[]`))
	require.Error(t, err)
}

// MakePlan asks the drive, writes nothing, and reads no source.
func TestMakePlan(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"modern", "nwa-minus-150", "mmc1", "pioneer"} {
		b := newBench(t, name, sim.CDR80)
		unread := burn.Track{Source: &flaky{Source: pcm.Silence("x", 400*588), fail: fmt.Errorf("read too early")}}
		p, err := tao.MakePlan(ctx, b.drive, []burn.Track{unread}, nil)
		require.NoError(t, err, name)
		require.Equal(t, toc.Sectors(359844), p.Disc.Next.Value.Free, name)
		require.Equal(t, toc.LBA(0), p.Tracks[0].Start)
		require.Contains(t, p.Disc.ATIP.Value.Manufacturer(), "CMC Magnetics")
		require.True(t, b.disc.Summary().Blank)
		require.False(t, b.trayLocked())
	}
	_, err := tao.MakePlan(ctx, nil, album(), nil)
	is(t, err, burn.ErrNoRecorder)
	_, err = tao.MakePlan(ctx, newBench(t, "modern", sim.CDR80).drive, nil, nil)
	is(t, err, burn.ErrNoTracks)
	empty := newBench(t, "modern", sim.CDR80)
	empty.Eject()
	_, err = tao.MakePlan(ctx, empty.drive, album(), nil)
	is(t, err, burn.ErrNoMedia, burn.ErrUnsuitableDisc)
	require.Equal(t, burn.ErrUnsuitableDisc, burn.Category(err))
}
