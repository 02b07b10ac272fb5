package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// A difference that results from how a drive counts doesn't matter; any other one does.
func TestWhichDifferencesCount(t *testing.T) {
	for _, row := range []struct {
		name  string
		d     disc.Difference
		found bool // tracks of an earlier burn are closed with those of this one
		stays bool
	}{
		{"the table of contents lists it, and nothing else is known", disc.Difference{Kind: inspect.TrackUnfinished, Track: 2, Got: int(disc.TrackUnknown)}, false, false},
		{"incomplete", disc.Difference{Kind: inspect.TrackUnfinished, Track: 2, Got: int(disc.TrackIncomplete)}, false, true},
		{"damaged", disc.Difference{Kind: inspect.TrackUnfinished, Track: 2, Got: int(disc.TrackDamaged)}, false, true},
		{"an earlier track was shown with its pregap", disc.Difference{Kind: inspect.StartDiffers, Track: 1, Want: 1000, Got: 1150}, true, false},
		{"another start of an earlier track", disc.Difference{Kind: inspect.StartDiffers, Track: 1, Want: 1000, Got: 1151}, true, true},
		{"150 sectors late", disc.Difference{Kind: inspect.StartDiffers, Track: 2, Want: 1000, Got: 1150}, false, true},
		{"control", disc.Difference{Kind: inspect.ControlDiffers, Track: 2, Want: 0, Got: 1}, false, false},
		{"data", disc.Difference{Kind: inspect.NotAudio, Track: 2}, false, true},
		{"missing", disc.Difference{Kind: inspect.TrackMissing, Track: 2}, false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, []toc.Sectors{400, 400})
			for _, k := range c.Tasks {
				k.Source = pcm.FromBytes("one.wav", pcm.CDDA, nil)
			}
			if row.found {
				c.found = []inspect.Expected{{Number: 1}}
			}
			got := c.tolerated([]disc.Difference{row.d})
			require.Equal(t, row.stays, len(got) == 1)
			if row.d.Kind == inspect.ControlDiffers {
				require.Equal(t, []burn.Note{{Kind: notekind.ControlDiffers, Track: 2, Name: "one.wav", Got: 1}}, c.rep.Tracks[0].Notes)
				require.Empty(t, c.rep.Tracks[1].Notes, "it is about the other track")
			} else {
				require.Empty(t, c.rep.Tracks[0].Notes)
			}
		})
	}
}

// A disc counts as closed only in the requested way.
func TestClosedAsAsked(t *testing.T) {
	final := disc.Disc{Status: disc.Fact[mmc.DiscStatus]{Value: mmc.DiscFinalized, Origin: disc.Reported}}
	another := disc.Disc{Status: disc.Fact[mmc.DiscStatus]{Value: mmc.DiscIncomplete, Origin: disc.Reported}}
	another.LastSession = disc.Fact[mmc.SessionStatus]{Value: mmc.SessionEmpty, Origin: disc.Reported}
	open := another
	open.LastSession.Value = mmc.SessionIncomplete
	unknown := another
	unknown.LastSession.Origin = disc.Unknown
	c := concluded(false, nil)
	require.True(t, c.closedAsRequested(final))
	require.False(t, c.closedAsRequested(another))
	require.False(t, c.closedAsRequested(open))
	c.Options.MultiSession = true
	require.False(t, c.closedAsRequested(final))
	require.True(t, c.closedAsRequested(another))
	require.False(t, c.closedAsRequested(open))
	require.False(t, c.closedAsRequested(unknown))
	require.True(t, sessionOpen(open))
	require.False(t, sessionOpen(another))
	require.False(t, sessionOpen(unknown), "no reply reports it as open")
}

// After "the medium may have changed", the disc is the same if kind, groove and all tracks
// match, and if something distinguishes it from another blank disc.
func TestWhichDiscIsTheSame(t *testing.T) {
	groove := func(leadIn, end toc.LBA) disc.Fact[mmc.ATIP] {
		return disc.Fact[mmc.ATIP]{Value: mmc.ATIP{LeadIn: leadIn.MSF(), LastLeadOut: end.MSF()}, Origin: disc.Reported}
	}
	kind := func(m mmc.MediaType) disc.Fact[mmc.MediaType] {
		return disc.Fact[mmc.MediaType]{Value: m, Origin: disc.Reported}
	}
	status := func(s mmc.DiscStatus) disc.Fact[mmc.DiscStatus] {
		return disc.Fact[mmc.DiscStatus]{Value: s, Origin: disc.Reported}
	}
	blank := disc.Disc{Media: kind(mmc.MediaCDR), Status: status(mmc.DiscEmpty), ATIP: groove(-11850, 359847)}
	tracks := blank
	tracks.Status, tracks.Tracks = status(mmc.DiscIncomplete), []disc.Track{on(1, 300, disc.TrackComplete)}
	with := func(d disc.Disc, list ...disc.Track) disc.Disc {
		d.Status, d.Tracks = status(mmc.DiscIncomplete), append(append([]disc.Track(nil), d.Tracks...), list...)
		return d
	}
	early := on(2, 400, disc.TrackComplete)
	early.Start -= 150
	moved := on(1, 300, disc.TrackComplete)
	moved.Start++
	other := blank
	other.ATIP = groove(-11850, 336225)
	other2 := blank
	other2.ATIP = groove(-11318, 359847)
	rewritable := tracks
	rewritable.Media = kind(mmc.MediaCDRW)
	notReported := tracks
	notReported.Media, notReported.ATIP = disc.Fact[mmc.MediaType]{}, disc.Fact[mmc.ATIP]{}
	for _, row := range []struct {
		name   string
		before disc.Disc
		sent   []toc.Sectors
		now    disc.Disc
		want   bool
	}{
		{"the same tracks", tracks, nil, tracks, true},
		{"nothing more is known of it", tracks, nil, notReported, true},
		{"a CD-RW with the same tracks", tracks, nil, rewritable, false},
		{"a track is gone", tracks, nil, blank, false},
		{"a track lies elsewhere", tracks, nil, with(blank, moved), false},
		{"another end of the groove", with(other, on(1, 300, disc.TrackComplete)), nil, tracks, false},
		{"another start of the groove", with(other2, on(1, 300, disc.TrackComplete)), nil, tracks, false},
		{"a blank one, as before", blank, nil, blank, false},
		{"what was written is there", blank, []toc.Sectors{400}, with(blank, on(2, 400, disc.TrackComplete)), true},
		{"what was written is there, shown with its pregap", blank, []toc.Sectors{400}, with(blank, func() disc.Track {
			k := early
			k.Shown.Start = 1000
			return k
		}()), true},
		{"what was written lies elsewhere", blank, []toc.Sectors{400}, with(blank, func() disc.Track {
			k := early
			k.Shown.Start = early.Start
			return k
		}()), false},
		{"what was written isn't there", blank, []toc.Sectors{400}, blank, false},
		{"one sector was written and isn't there", tracks, []toc.Sectors{1}, tracks, false},
		{"nothing was accepted yet", blank, []toc.Sectors{0}, blank, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, row.sent)
			c.Before = row.before
			require.Equal(t, row.want, c.discIdentity().recognize(row.now))
		})
	}
}

// During a test write, a blank disc stays blank or shows what is being written as if it were
// real.
func TestWhichDiscIsTheSameInATestWrite(t *testing.T) {
	blank := disc.Disc{Status: disc.Fact[mmc.DiscStatus]{Value: mmc.DiscEmpty, Origin: disc.Reported}}
	with := func(list ...disc.Track) disc.Disc {
		return disc.Disc{Status: disc.Fact[mmc.DiscStatus]{Value: mmc.DiscIncomplete, Origin: disc.Reported}, Tracks: list}
	}
	c := concluded(false, []toc.Sectors{400})
	c.Before, c.Options.TestWrite = blank, true
	require.False(t, c.discIdentity().recognize(blank), "before the first WRITE any blank disc looks the same")
	c.laser = laserOn
	require.True(t, c.discIdentity().recognize(blank))
	require.True(t, c.discIdentity().recognize(with(on(2, 400, disc.TrackComplete))))
	require.False(t, c.discIdentity().recognize(with(on(2, 400, disc.TrackComplete), on(3, 400, disc.TrackComplete))), "a track of another program")
	require.False(t, c.discIdentity().recognize(with(on(5, 400, disc.TrackComplete))))
	require.False(t, c.discIdentity().recognize(with()), "another state without a track")
	c.Before = with(on(1, 300, disc.TrackComplete))
	require.True(t, c.discIdentity().recognize(with(on(1, 300, disc.TrackComplete))))
}
