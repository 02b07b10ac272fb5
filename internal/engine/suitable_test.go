package engine

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

func fact[T any](v T) disc.Fact[T] { return disc.Fact[T]{Value: v, Origin: disc.Reported} }

// blankDisc returns a blank CD-R as a good drive reports it.
func blankDisc() disc.Disc {
	return disc.Disc{
		Media: fact(mmc.MediaCDR), Status: fact(mmc.DiscEmpty), LastSession: fact(mmc.SessionEmpty), Sessions: fact(0),
		Next: fact(disc.Next{Track: 1, Free: 359844}), Capacity: fact(toc.Sectors(359844)),
	}
}

// openDisc returns a disc with a track in an open session.
func openDisc() disc.Disc {
	d := blankDisc()
	d.Status, d.LastSession = fact(mmc.DiscIncomplete), fact(mmc.SessionIncomplete)
	d.Tracks = []disc.Track{on(1, 300, disc.TrackComplete)}
	d.Next = fact(disc.Next{Track: 2, NWA: 452, Free: 359392})
	return d
}

// Which discs can be written, and the reasons for the others.
func TestSuitableDiscs(t *testing.T) {
	with := func(d disc.Disc, change func(*disc.Disc)) disc.Disc {
		change(&d)
		return d
	}
	for _, row := range []struct {
		name   string
		d      disc.Disc
		append bool
		want   error
	}{
		{"blank CD-R", blankDisc(), false, nil},
		{"blank CD-R, to append", blankDisc(), true, nil},
		{"blank CD-RW", with(blankDisc(), func(d *disc.Disc) { d.Media.Value = mmc.MediaCDRW }), false, nil},
		{"CD-ROM", with(blankDisc(), func(d *disc.Disc) { d.Media.Value = mmc.MediaCDROM }), false, burn.ErrMediaNotSupported},
		{"kind unknown", with(blankDisc(), func(d *disc.Disc) { d.Media = disc.Fact[mmc.MediaType]{} }), false, burn.ErrMediaNotSupported},
		{"state unknown", with(blankDisc(), func(d *disc.Disc) { d.Status = disc.Fact[mmc.DiscStatus]{Err: errors.New("none")} }), false, burn.ErrBadResponse},
		{"state only by other replies", with(blankDisc(), func(d *disc.Disc) { d.Status.Err = errors.New("none") }), false, burn.ErrBadResponse},
		{"finalized", with(openDisc(), func(d *disc.Disc) { d.Status.Value = mmc.DiscFinalized }), true, burn.ErrFinalized},
		{"neither of the three states", with(openDisc(), func(d *disc.Disc) { d.Status.Value = mmc.DiscOther }), true, burn.ErrFinalized},
		{"tracks, and not to append", openDisc(), false, burn.ErrMediaNotBlank},
		{"tracks, to append", openDisc(), true, nil},
		{"no next address", with(blankDisc(), func(d *disc.Disc) { d.Next = disc.Fact[disc.Next]{Err: errors.New("none")} }), false, burn.ErrBadResponse},
		{"a torn track", with(openDisc(), func(d *disc.Disc) { d.Tracks[0].State = disc.TrackDamaged }), true, burn.ErrTrackOpen},
		{"an unfinished track", with(openDisc(), func(d *disc.Disc) { d.Tracks[0].State = disc.TrackIncomplete }), true, burn.ErrTrackOpen},
		{"an empty reservation", with(openDisc(), func(d *disc.Disc) { d.Tracks[0].State = disc.TrackReserved }), true, burn.ErrTrackOpen},
		{"recording would go on in a track", with(openDisc(), func(d *disc.Disc) { d.Next.Value.Unfinished = true }), true, burn.ErrTrackOpen},
		{"a torn track in a closed session", with(openDisc(), func(d *disc.Disc) {
			d.LastSession.Value, d.Tracks[0].State = mmc.SessionComplete, disc.TrackDamaged
		}), true, nil},
		{"a session that came to no track", with(openDisc(), func(d *disc.Disc) { d.Tracks, d.Next = nil, disc.Fact[disc.Next]{} }), true, burn.ErrCutShort},
		{"an open session without a track, and a next address", with(openDisc(), func(d *disc.Disc) { d.Tracks = nil }), true, nil},
		{"no track in the second session", with(openDisc(), func(d *disc.Disc) {
			d.Tracks, d.Next, d.Sessions.Value = nil, disc.Fact[disc.Next]{}, 1
		}), true, burn.ErrBadResponse},
		{"no track, and the session's state unknown", with(openDisc(), func(d *disc.Disc) {
			d.Tracks, d.Next, d.LastSession.Origin = nil, disc.Fact[disc.Next]{}, disc.Unknown
		}), true, burn.ErrBadResponse},
		{"tracks, and no next address", with(openDisc(), func(d *disc.Disc) { d.Next = disc.Fact[disc.Next]{} }), true, burn.ErrBadResponse},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := checkDisc(row.d, &burn.Options{Append: row.append})
			if row.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.want)
		})
	}
}

// planApart plans tracks with the pauses of track-at-once.
func planApart(d disc.Disc, tracks []burn.Track, o *burn.Options) (burn.Plan, error) {
	return newPlan("drive", d, tracks, o, func(p *burn.Plan, _ []burn.Track, _ *burn.Options) error { return PlaceApart(p) })
}

// rogue is a source of any length and format that has no audio.
type rogue struct {
	pcm.Source
	format pcm.Format
	frames int64
}

func (r rogue) Format() pcm.Format { return r.format }
func (r rogue) Frames() int64      { return r.frames }

// Which tracks are rejected before anything is read.
func TestSuitableTracks(t *testing.T) {
	good := pcm.FromBytes("good.wav", pcm.CDDA, samples(1, 588))
	mono := pcm.CDDA
	mono.Channels = 1
	for _, row := range []struct {
		name string
		t    burn.Track
		want error
	}{
		{"good", burn.Track{Source: good}, nil},
		{"no source", burn.Track{}, burn.ErrStream},
		{"mono", burn.Track{Source: rogue{good, mono, 588}}, burn.ErrNotCDDA},
		{"empty", burn.Track{Source: rogue{good, pcm.CDDA, 0}}, burn.ErrEmptySource},
		{"a negative length", burn.Track{Source: rogue{good, pcm.CDDA, -1}}, burn.ErrEmptySource},
		{"one sample", burn.Track{Source: rogue{good, pcm.CDDA, 1}}, nil},
		{"longer than any disc", burn.Track{Source: rogue{good, pcm.CDDA, 1<<30 + 1}}, burn.ErrNoSpace},
		{"a negative pause", burn.Track{Source: good, Pause: -1}, burn.ErrStream},
		{"a negative pregap", burn.Track{Source: good, Pregap: -1}, burn.ErrStream},
		{"a pause beyond all bounds", burn.Track{Source: good, Pause: 1<<30 + 1}, burn.ErrStream},
		{"a pregap beyond all bounds", burn.Track{Source: good, Pregap: 1<<30 + 1}, burn.ErrStream},
		{"the longest of all", burn.Track{Source: rogue{good, pcm.CDDA, 1 << 30}, Pause: 1 << 30, Pregap: 1 << 30}, nil},
		{"a pause", burn.Track{Source: good, Pause: 150, Pregap: 75}, nil},
		{"an ISRC", burn.Track{Source: good, ISRC: "DEAB31200001"}, nil},
		{"an ISRC with dashes", burn.Track{Source: good, ISRC: "DE-AB3-12-00001"}, burn.ErrInvalidISRC},
		{"not an ISRC", burn.Track{Source: good, ISRC: "DEAB3120000"}, burn.ErrInvalidISRC},
		{"pre-emphasis, copies permitted", burn.Track{Source: good, Control: toc.PreEmphasis | toc.CopyPermitted}, nil},
		{"data", burn.Track{Source: good, Control: toc.DataTrack}, burn.ErrStream},
		{"four channels", burn.Track{Source: good, Control: toc.FourChannel}, burn.ErrStream},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := checkTrack(row.t)
			if row.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.want)
			require.True(t, errors.Is(err, burn.ErrBadInput) || errors.Is(err, burn.ErrDoesNotFit), "the user has to change it: %v", err)
		})
	}
}

// A plan lists what can't be recorded and what the user should know, and nothing else.
func TestWhatAPlanPointsOut(t *testing.T) {
	source := func(sectors int64) pcm.Source { return pcm.Silence("silence.wav", sectors*588) }
	one := []burn.Track{{Source: source(400)}}
	for _, row := range []struct {
		name   string
		d      disc.Disc
		tracks []burn.Track
		o      burn.Options
		want   []burn.Note
	}{
		{"nothing", blankDisc(), one, burn.Options{}, nil},
		{"test write", blankDisc(), one, burn.Options{TestWrite: true}, []burn.Note{{Kind: notekind.TestWrite}}},
		{"test write, left open", blankDisc(), one, burn.Options{TestWrite: true, NoClose: true}, []burn.Note{{Kind: notekind.TestWrite}}},
		{"left open", blankDisc(), one, burn.Options{NoClose: true}, []burn.Note{{Kind: notekind.LeftOpen}}},
		{"another session may follow", blankDisc(), one, burn.Options{MultiSession: true}, []burn.Note{{Kind: notekind.MultiSession}}},
		{"a short track", blankDisc(), []burn.Track{{Source: source(200)}}, burn.Options{}, []burn.Note{{Kind: notekind.Padded, Track: 1, Name: "silence.wav", Got: 100}}},
		{"the session of others", openDisc(), one, burn.Options{Append: true}, nil},
		{"a session of its own", func() disc.Disc {
			d := openDisc()
			d.LastSession.Value = mmc.SessionEmpty
			return d
		}(), one, burn.Options{Append: true}, []burn.Note{{Kind: notekind.NewSession}}},
		{"a reservation on CD-R", blankDisc(), one, burn.Options{Reserve: burn.ReserveAlways}, []burn.Note{{Kind: notekind.ReserveCDR}}},
		{"a reservation on CD-RW", func() disc.Disc {
			d := blankDisc()
			d.Media.Value = mmc.MediaCDRW
			return d
		}(), one, burn.Options{Reserve: burn.ReserveAlways}, nil},
		{"titles, performers, marks", blankDisc(), []burn.Track{
			{Source: source(400), Title: "One"}, {Source: source(400), Performer: "Two"},
			{Source: source(400), Indexes: []toc.IndexMark{{Index: 2, Offset: 100}}},
		}, burn.Options{}, []burn.Note{{Kind: notekind.NoCDText, Got: 2}, {Kind: notekind.NoIndexMarks, Got: 1}}},
		{"the same code twice", blankDisc(), []burn.Track{
			{Source: source(400), ISRC: "DEAB31200001"}, {Source: source(400)}, {Source: source(400)},
			{Source: source(400), ISRC: "DEAB31200001"},
		}, burn.Options{}, []burn.Note{{Kind: notekind.SameISRC, Track: 1, Got: 4}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, err := planApart(row.d, row.tracks, &row.o)
			require.NoError(t, err)
			require.Equal(t, row.want, p.Notes)
		})
	}
	for name, change := range map[string]func(*disc.Disc){
		"capacity": func(d *disc.Disc) { d.Capacity.Origin, d.Capacity.Err = disc.Contradicted, errors.New("two figures") },
		"room":     func(d *disc.Disc) { d.Next.Origin, d.Next.Err = disc.Contradicted, errors.New("two figures") },
	} {
		d := blankDisc()
		change(&d)
		p, err := planApart(d, one, nil)
		require.NoError(t, err)
		require.Len(t, p.Notes, 1, name)
		require.Equal(t, notekind.Capacity, p.Notes[0].Kind)
		require.EqualError(t, p.Notes[0].Cause.Err, "two figures")
	}
}

// A client name has 1 to 62 characters of those that IMAPI allows.
func TestClientNames(t *testing.T) {
	for _, good := range []string{"a", "az AZ 09", "redbook 1.0, by: me; you - _", strings.Repeat("x", 62)} {
		require.NoError(t, CheckClientName(good), good)
	}
	for _, bad := range []string{"", strings.Repeat("x", 63), "a/b", "a\x00", "é", "@", "[", "`", "{", "/", "name\n"} {
		require.ErrorIs(t, CheckClientName(bad), burn.ErrClientName, "%q", bad)
	}
	require.NoError(t, CheckOptions(nil))
	require.ErrorIs(t, CheckOptions(&burn.Options{ClientName: "*"}), burn.ErrClientName)
	require.ErrorIs(t, CheckOptions(&burn.Options{MCN: "123"}), burn.ErrInvalidMCN)
	require.NoError(t, CheckOptions(&burn.Options{MCN: "4006381333931"}))
	require.ErrorIs(t, CheckOptions(&burn.Options{MCN: "400-6381333931"}), burn.ErrInvalidMCN, "digits, nothing else")
}

// The estimates of a plan. A burn never takes less time than the audio at the chosen speed.
// tao's TestTimeLeftComesTrue compares the estimate with the clock of the simulated drive.
func TestEstimate(t *testing.T) {
	tracks := []burn.Track{{Source: pcm.Silence("silence.wav", 45000*588)}, {Source: pcm.Silence("short.wav", 588)}}
	for _, row := range []struct {
		o   burn.Options
		min time.Duration
		max time.Duration
	}{
		{burn.Options{}, 0, 0},
		{burn.Options{Speed: mmc.SpeedX(10)}, 76 * time.Second, 2 * time.Minute},
		{burn.Options{Speed: mmc.SpeedX(10), NoClose: true}, 60 * time.Second, 75 * time.Second},
		{burn.Options{Speed: mmc.SpeedX(20)}, 38 * time.Second, 75 * time.Second},
	} {
		p, err := planApart(blankDisc(), tracks, &row.o)
		require.NoError(t, err)
		require.GreaterOrEqual(t, p.Estimate, row.min)
		require.LessOrEqual(t, p.Estimate, row.max)
		require.Equal(t, toc.Sectors(45001), p.Music)
		require.Equal(t, toc.Sectors(299), p.Padding)
		require.Equal(t, toc.Sectors(45000+152+300), p.Total)
		require.Equal(t, toc.Sectors(359844)-p.Total, p.FreeLeft)
		require.Equal(t, 1, p.Pauses)
		require.Equal(t, 2, p.TracksOnDisc())
		require.Equal(t, burn.ModeTAO, p.Mode)
	}
	many := slices.Repeat([]burn.Track{{Source: pcm.Silence("short.wav", 4*44100)}}, 99)
	p, err := planApart(blankDisc(), many, nil)
	require.NoError(t, err)
	require.Equal(t, []int{1, 99, 98}, []int{p.Tracks[0].Number, p.Tracks[98].Number, p.Pauses})
	_, err = planApart(openDisc(), many, &burn.Options{Append: true})
	var limit *burn.FitError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, burn.FitError{Recorded: 1, Added: 99}, *limit)
}

// When disc information shows that the session is closed as requested.
func TestWhatShowsAClosedSession(t *testing.T) {
	for _, row := range []struct {
		multi   bool
		status  mmc.DiscStatus
		session mmc.SessionStatus
		want    bool
	}{
		{false, mmc.DiscFinalized, mmc.SessionComplete, true},
		{false, mmc.DiscIncomplete, mmc.SessionComplete, false},
		{false, mmc.DiscEmpty, mmc.SessionEmpty, false},
		{true, mmc.DiscFinalized, mmc.SessionComplete, false},
		{true, mmc.DiscIncomplete, mmc.SessionEmpty, true},
		{true, mmc.DiscIncomplete, mmc.SessionComplete, true},
		{true, mmc.DiscIncomplete, mmc.SessionIncomplete, false},
		{true, mmc.DiscIncomplete, mmc.SessionDamaged, false},
		{true, mmc.DiscEmpty, mmc.SessionEmpty, false},
	} {
		j := recording{Options: &burn.Options{MultiSession: row.multi}}
		require.Equal(t, row.want, j.showsClosed(command.DiscInformation{Status: row.status, LastSession: row.session}), "%+v", row)
	}
}
