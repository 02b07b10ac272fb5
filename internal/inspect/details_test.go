package inspect

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// A blank disc lacks even a single expected track.
func TestCompareWithABlankDisc(t *testing.T) {
	blank := disc.Disc{Status: known(mmc.DiscEmpty)}
	require.Equal(t, []disc.Difference{{Kind: DiscBlank}}, Compare([]Expected{{Number: 1, Sectors: 300}}, blank))
	require.Empty(t, Compare(nil, blank))
}

// The tracks to read begin with the first one that any reply names.
func TestFirstAndLastTrack(t *testing.T) {
	info := func(first, last int) reply[command.DiscInformation] {
		return answered(command.DiscInformation{FirstTrack: first, LastTrackLastSession: last})
	}
	lists := func(first, last int) reply[toc.TOC] {
		return answered(toc.TOC{First: first, Last: last, Entries: []toc.Entry{{Number: first}, {Number: last}}})
	}
	for name, row := range map[string]struct {
		r           replies
		first, last int
	}{
		"disc information": {replies{info: info(5, 7)}, 5, 7},
		"the table":        {replies{table: lists(5, 7)}, 5, 7},
		"both":             {replies{info: info(5, 6), table: lists(3, 7)}, 3, 7},
		"no first track":   {replies{info: info(0, 7), table: lists(4, 6)}, 4, 7},
		"nothing":          {replies{}, 1, 0},
	} {
		first, last := row.r.bounds()
		require.Equal(t, [2]int{row.first, row.last}, [2]int{first, last}, name)
	}
}

// The next track of a disc without tracks is track 1, whatever number the drive reports.
func TestNumberOfTheFirstTrack(t *testing.T) {
	for _, number := range []int{0, 1} {
		r := replies{next: answered(command.TrackInformation{Track: number, Blank: true, NWAValid: true, Free: 1000})}
		d := disc.Disc{Status: known(mmc.DiscEmpty)}
		require.Equal(t, 1, space{&r}.nextTrack(&d).Value.Track)
		d = disc.Disc{Status: known(mmc.DiscIncomplete), Tracks: []disc.Track{complete(1, 1, 0, 300, true), complete(2, 1, 452, 300, true)}}
		if number == 0 {
			require.Equal(t, 3, space{&r}.nextTrack(&d).Value.Track)
		}
	}
}

// A track ends where the next one or the lead-out starts. A length that reaches further,
// or not as far, is contradicted, and its error contains the length.
func TestEndOfATrackByWhatFollows(t *testing.T) {
	shown := func(n toc.Sectors) disc.Track {
		t := complete(1, 1, 0, n, true)
		t.Shown = disc.Shown{Known: true, Sectors: n}
		return t
	}
	for name, row := range map[string]struct {
		sectors toc.Sectors
		next    toc.LBA // 0: the lead-out, at 1000
		want    toc.Sectors
		origin  disc.Origin
	}{
		"as long":                     {998, 1000, 998, disc.Reported},
		"into the next track":         {1001, 1000, 1000, disc.Contradicted},
		"one sector of room":          {5, 1, 1, disc.Contradicted},
		"no length":                   {0, 1000, 1000, disc.Contradicted},
		"to the lead-out":             {1000, 0, 1000, disc.Reported},
		"into the lead-out, a little": {1002, 0, 1000, disc.Reported},
		"far into the lead-out":       {1003, 0, 1003, disc.Contradicted},
		"two before the lead-out":     {998, 0, 998, disc.Reported},
		"three before the lead-out":   {997, 0, 1000, disc.Contradicted},
	} {
		d := disc.Disc{LeadOuts: known([]disc.LeadOut{{Session: 1, Start: 1000}}), TOC: known(toc.TOC{First: 1, Last: 1, LeadOut: 1000, Entries: []toc.Entry{{Number: 1}}})}
		tracks := []disc.Track{shown(row.sectors)}
		if row.next > 0 {
			tracks = append(tracks, complete(2, 1, row.next, 300, true))
		}
		(&replies{}).end(&d, tracks, 0)
		require.Equal(t, row.want, tracks[0].Sectors, name)
		require.Equal(t, row.origin, tracks[0].Origin, name)
		require.Equal(t, row.origin == disc.Contradicted, tracks[0].Err != nil, name)
		if row.origin == disc.Contradicted && row.sectors > 0 && row.want != row.sectors {
			require.ErrorContains(t, tracks[0].Err, "sectors by READ TRACK INFORMATION", name)
		}
	}
	d := disc.Disc{TOC: known(toc.TOC{First: 1, Last: 1, LeadOut: 1000})}
	at, leadOut, ok := boundOf(&d, []disc.Track{shown(900)}, 0)
	require.Equal(t, []any{toc.LBA(1000), true, true}, []any{at, leadOut, ok}, "the table has the last lead-out")
	at, leadOut, ok = boundOf(&d, []disc.Track{complete(1, 1, 0, 900, false)}, 0)
	require.Equal(t, []any{toc.LBA(0), false, false}, []any{at, leadOut, ok}, "a track that it doesn't list")
	at, leadOut, ok = boundOf(&d, []disc.Track{complete(2, 1, 0, 900, true)}, 0)
	require.Equal(t, []any{toc.LBA(0), false, false}, []any{at, leadOut, ok}, "not its last track")
	d.LeadOuts = known([]disc.LeadOut{{Session: 1, Start: 900}})
	_, _, ok = boundOf(&d, []disc.Track{complete(1, 1, 900, 50, true)}, 0)
	require.False(t, ok, "no lead-out lies at the start of a track")
	at, ok = LeadOut(&disc.Disc{}, 1)
	require.Equal(t, []any{toc.LBA(0), false}, []any{at, ok})
}

// The gap between the end of a track and what follows it. In an open session that is the
// next writable address, past the last track.
func TestHoleAfterATrack(t *testing.T) {
	next := replies{next: answered(command.TrackInformation{Track: 3, Blank: true, NWAValid: true, NWA: 2152})}
	for name, row := range map[string]struct {
		r      replies
		change func(d *disc.Disc, tracks []disc.Track)
		i      int
		want   hole
	}{
		"before the next track":         {next, func(*disc.Disc, []disc.Track) {}, 0, hole{sectors: 152}},
		"before the next address":       {next, func(*disc.Disc, []disc.Track) {}, 1, hole{sectors: 152}},
		"no next address":               {replies{}, func(*disc.Disc, []disc.Track) {}, 1, hole{sectors: -1}},
		"a listed track without bounds": {next, func(_ *disc.Disc, l []disc.Track) { l[1].InTOC = true }, 1, hole{sectors: -1}},
		"not the last, and a gap":       {next, func(_ *disc.Disc, l []disc.Track) { l[1].Number = 5 }, 0, hole{sectors: -1}},
		"a next address within it":      {next, func(_ *disc.Disc, l []disc.Track) { l[1].Sectors = 1200 }, 1, hole{sectors: -1}},
		"exactly at its end":            {next, func(_ *disc.Disc, l []disc.Track) { l[1].Sectors = 1152 }, 1, hole{sectors: 0}},
		"no more than run-out":          {next, func(_ *disc.Disc, l []disc.Track) { l[0].Sectors = 2 }, 0, hole{sectors: -1}},
		"three sectors":                 {next, func(_ *disc.Disc, l []disc.Track) { l[0].Sectors = 3 }, 0, hole{sectors: 997}},
		"not ended":                     {next, func(_ *disc.Disc, l []disc.Track) { l[0].State = disc.TrackIncomplete }, 0, hole{sectors: -1}},
		"data":                          {next, func(_ *disc.Disc, l []disc.Track) { l[0].Control = toc.DataTrack }, 0, hole{sectors: -1}},
		"not shown":                     {next, func(_ *disc.Disc, l []disc.Track) { l[0].Shown = disc.Shown{} }, 0, hole{sectors: -1}},
		"contradicted":                  {next, func(_ *disc.Disc, l []disc.Track) { l[0].Origin = disc.Contradicted }, 0, hole{sectors: -1}},
		"before the lead-out": {next, func(d *disc.Disc, l []disc.Track) {
			l[1].InTOC, d.LeadOuts = true, known([]disc.LeadOut{{Session: 1, Start: 2002}})
		}, 1, hole{2, true}},
	} {
		d := disc.Disc{}
		tracks := []disc.Track{complete(1, 1, 0, 848, false), complete(2, 1, 1000, 1000, false)}
		for i := range tracks {
			tracks[i].Shown = disc.Shown{Known: true, Start: tracks[i].Start, Sectors: tracks[i].Sectors}
		}
		row.change(&d, tracks)
		require.Equal(t, row.want, row.r.hole(&d, tracks, row.i), name)
	}
}

// A number that no reply names is a track's unless it can only be the next one's.
func TestTrackThatIsNotThere(t *testing.T) {
	place := func(n int) reply[command.TrackInformation] {
		return answered(command.TrackInformation{Track: n, Blank: true, NWAValid: true})
	}
	info := func(s mmc.DiscStatus, last int) reply[command.DiscInformation] {
		return answered(command.DiscInformation{Status: s, LastTrackLastSession: last})
	}
	no, trouble := refused[int]().err, failed[int]().err
	for name, row := range map[string]struct {
		r    replies
		n    int
		why  error
		want bool
	}{
		"the first place":                       {replies{next: place(1)}, 1, trouble, true},
		"the next place":                        {replies{next: place(3)}, 3, trouble, true},
		"past the next place":                   {replies{next: place(3)}, 4, trouble, true},
		"before the next place":                 {replies{next: place(3)}, 2, trouble, false},
		"an address without a track number":     {replies{next: place(0)}, 1, trouble, false},
		"recording continues in it":             {replies{next: answered(command.TrackInformation{Track: 3, NWAValid: true})}, 3, trouble, false},
		"refused, and no reply counts it":       {replies{}, 3, no, true},
		"an error, and no reply counts it":      {replies{}, 3, trouble, false},
		"refused, the last that is counted":     {replies{info: info(mmc.DiscIncomplete, 3)}, 3, no, true},
		"refused, one before the last":          {replies{info: info(mmc.DiscIncomplete, 3)}, 2, no, false},
		"refused, the last of a finalized disc": {replies{info: info(mmc.DiscFinalized, 3)}, 3, no, false},
	} {
		require.Equal(t, row.want, row.r.notThere(row.n, row.why), name)
	}
}

// A track without a length reaches to the pause before the place where recording continues,
// if that is past it.
func TestTrackWithoutALength(t *testing.T) {
	next := command.TrackInformation{Track: 2, Blank: true, NWAValid: true, NWA: 1152}
	for name, row := range map[string]struct {
		change func(*command.TrackInformation)
		want   toc.Sectors
	}{
		"continues past it":   {func(*command.TrackInformation) {}, 1000},
		"not the next one":    {func(n *command.TrackInformation) { n.Track = 3 }, 0},
		"in a recorded track": {func(n *command.TrackInformation) { n.Blank = false; n.Track = 1 }, 0},
		"without an address":  {func(n *command.TrackInformation) { n.NWAValid = false }, 0},
		"too near":            {func(n *command.TrackInformation) { n.NWA = 152 }, 0},
		"one sector":          {func(n *command.TrackInformation) { n.NWA = 153 }, 1},
	} {
		ti := next
		row.change(&ti)
		track := complete(1, 1, 0, 0, false)
		(&replies{next: answered(ti)}).unsized(&track)
		require.Equal(t, row.want, track.Sectors, name)
		require.Equal(t, disc.Contradicted, track.Origin)
		require.Equal(t, row.want == 0, track.State == disc.TrackUnknown, name)
	}
}

// Frames are accepted if they match their address and each other.
func TestBelievedFrames(t *testing.T) {
	frame := func(at toc.LBA, index int) command.Q {
		return command.Q{ADR: command.ADRPosition, Track: 1, Index: index, Absolute: at}
	}
	checked := func(at toc.LBA) command.Q {
		return command.Q{ADR: command.ADRPosition, Track: 1, Index: 1, Absolute: at, Checked: true}
	}
	for name, row := range map[string]struct {
		frames []command.Q
		bad    int // index of one that could not be parsed; -1: none
		want   []toc.LBA
	}{
		"where they were read":             {[]command.Q{frame(100, 1), frame(101, 1), frame(102, 1)}, -1, []toc.LBA{100, 101, 102}},
		"two sectors away":                 {[]command.Q{frame(102, 1), frame(103, 1), frame(104, 1)}, -1, []toc.LBA{102, 103, 104}},
		"ten sectors away":                 {[]command.Q{frame(110, 1), frame(111, 1)}, -1, []toc.LBA{110, 111}},
		"eleven, in one direction":         {[]command.Q{frame(111, 1), frame(112, 1)}, -1, nil},
		"eleven, in the other":             {[]command.Q{frame(89, 1), frame(90, 1)}, -1, nil},
		"one alone":                        {[]command.Q{frame(100, 1)}, -1, nil},
		"one unparsable frame":             {[]command.Q{frame(100, 1), frame(101, 1), frame(102, 1)}, 1, []toc.LBA{100, 102}},
		"a misread address":                {[]command.Q{frame(100, 1), frame(501, 1), frame(102, 1)}, -1, []toc.LBA{100, 102}},
		"an index that no other frame has": {[]command.Q{frame(100, 1), frame(101, 9), frame(102, 1), frame(103, 1)}, -1, []toc.LBA{102, 103}},
		"a code gets a free address":       {[]command.Q{frame(100, 1), {ADR: command.ADRMCN}, frame(102, 1)}, -1, []toc.LBA{100, 101, 102}},
		"checked frames need no other":     {[]command.Q{{ADR: command.ADRPosition, Track: 1, Index: 1, Absolute: 100, Checked: true}}, -1, []toc.LBA{100}},
		"two, one of them unparsable":      {[]command.Q{frame(100, 1), frame(101, 1)}, 1, nil},
		"the first one misread":            {[]command.Q{frame(103, 1), frame(101, 1), frame(102, 1)}, -1, []toc.LBA{101, 102}},
		"a checked one too far away":       {[]command.Q{frame(100, 1), checked(501), frame(102, 1)}, -1, []toc.LBA{100, 102}},
		"a checked one out of order":       {[]command.Q{checked(103), frame(101, 1), frame(102, 1), frame(103, 1)}, -1, []toc.LBA{101, 102, 103}},
		"the same frame twice":             {[]command.Q{frame(100, 1), frame(101, 1), {ADR: command.ADRPosition, Track: 1, Index: 1, Absolute: 101, Checked: true}}, -1, []toc.LBA{100, 101}},
	} {
		ok := make([]bool, len(row.frames))
		for i := range ok {
			ok[i] = i != row.bad
		}
		var got []toc.LBA
		for _, f := range believed(100, row.frames, ok) {
			got = append(got, f.LBA)
		}
		require.Equal(t, row.want, got, name)
	}
}

// On the disc a track is its source followed by silence, read in any pieces.
func TestWindow(t *testing.T) {
	audio := bytes.Repeat([]byte{1, 2, 3, 4}, 1000)
	w, err := openWindow(&Written{Sectors: 4, Audio: 2, Source: pcm.FromBytes("x", pcm.CDDA, audio)})
	require.NoError(t, err)
	want := append(bytes.Clone(audio), make([]byte, 4*2352-4000)...)
	for _, row := range [][2]int{{-5, 3}, {3, 3}, {3, 10}, {500, 999}, {999, 1002}, {1100, 1200}, {1150, 1300}, {2000, 9999}, {5000, 6000}} {
		got, from, err := w.read(row[0], row[1], nil)
		require.NoError(t, err, "%v", row)
		lo, hi := max(row[0], 0), min(row[1], 4*588)
		if lo >= hi {
			require.Nil(t, got)
			continue
		}
		require.Equal(t, lo, from)
		require.True(t, bytes.Equal(want[lo*4:hi*4], got), "%v", row)
	}
	require.NoError(t, w.close())
}

// A source that fails while it is skipped or read is an error.
func TestWindowOfAFailingSource(t *testing.T) {
	for _, from := range []int{0, 5000} {
		w, err := openWindow(&Written{Sectors: 20, Audio: 20, Source: failingSource{pcm.FromBytes("x", pcm.CDDA, make([]byte, 20*2352))}})
		require.NoError(t, err)
		_, _, err = w.read(from, from+1000, nil)
		require.ErrorIs(t, err, io.ErrClosedPipe)
	}
}

// failingSource fails after 100 bytes.
type failingSource struct{ pcm.Source }

func (s failingSource) Open() (io.ReadCloser, error) {
	r, err := s.Source.Open()
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(r, 100), iotest.ErrReader(io.ErrClosedPipe)), r}, err
}

// The lead-outs of all sessions are known if one session has the lead-out of the table.
func TestLeadOutOfTheOnlySession(t *testing.T) {
	d := disc.Disc{Status: known(mmc.DiscFinalized), Sessions: known(1), TOC: known(toc.TOC{First: 1, Last: 1, LeadOut: 20000})}
	r := replies{full: failed[command.FullTOC]()}
	f := r.leadOuts(&d)
	require.Equal(t, []disc.LeadOut{{Session: 1, Start: 20000}}, f.Value)
	require.NoError(t, f.Err)
	d.Sessions = known(2)
	f = r.leadOuts(&d)
	require.Equal(t, []disc.LeadOut{{Session: 2, Start: 20000}}, f.Value)
	require.Error(t, f.Err, "the first one is missing")
	d.TOC = unknown[toc.TOC](errors.New("no table"))
	f = r.leadOuts(&d)
	require.False(t, f.Known())
}
