package trackatonce

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/engine"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// The report row of a track distinguishes what the drive reports from what was written.
func TestWholeTrack(t *testing.T) {
	for _, row := range []struct {
		name    string
		start   toc.LBA
		size    toc.Sectors
		whole   bool
		suspect bool
		note    bool
	}{
		{"exactly", 452, 400, true, false, false},
		{"with run-out", 452, 402, true, false, true},
		{"two short (Pioneer's session-at-once)", 452, 398, true, false, true},
		{"with pregap", 302, 550, true, false, false},
		{"with pregap, short", 302, 450, false, false, false},
		{"elsewhere", 500, 400, true, false, true},
		{"half of it", 452, 200, false, false, false},
		{"no size", 452, 0, true, true, true},
	} {
		k := &engine.Task{Number: 2, Start: 452, Sent: 400}
		k.Shown = command.TrackInformation{Track: 2, Start: row.start, Size: row.size, SizeValid: true}
		notes, err := compare(k)
		require.Equal(t, row.whole, err == nil, row.name)
		suspect := slices.ContainsFunc(notes, func(n burn.Note) bool { return n.Kind == notekind.NoSize })
		require.Equal(t, row.suspect, suspect, row.name)
		if !row.whole {
			require.ErrorIs(t, err, burn.ErrTrackMissing)
		}
		require.Equal(t, row.note, len(notes) > 0, row.name)
	}
}

// The rules for reservations in the design document, one by one.
func TestMisreserved(t *testing.T) {
	good := command.TrackInformation{Track: 2, RT: true, Blank: true, Start: 452, NWA: 452, NWAValid: true, Free: 300, Size: 300, SizeValid: true}
	behind := command.TrackInformation{Track: 3, Blank: true}
	for _, row := range []struct {
		name   string
		change func(info, behind *command.TrackInformation)
		want   string
	}{
		{"right", func(_, _ *command.TrackInformation) {}, ""},
		{"FFh is the track itself", func(_, b *command.TrackInformation) { b.Track = 2 }, ""},
		{"counted with pregap", func(i, _ *command.TrackInformation) { i.Start, i.Size = 302, 450 }, ""},
		{"no size told", func(i, _ *command.TrackInformation) { i.SizeValid = false }, ""},
		{"another track", func(i, _ *command.TrackInformation) { i.Track = 3 }, "the drive shows track 3"},
		{"not reserved", func(i, _ *command.TrackInformation) { i.RT = false }, "isn't shown as reserved"},
		{"not blank", func(i, _ *command.TrackInformation) { i.Blank = false }, "isn't shown as reserved"},
		{"rounded up", func(i, _ *command.TrackInformation) { i.Size = 316 }, "316 sectors were reserved instead of 300"},
		{"elsewhere", func(i, _ *command.TrackInformation) { i.NWA, i.Start = 460, 460 }, "starts at LBA 460 instead of 452"},
		{"no address", func(i, _ *command.TrackInformation) { i.NWAValid = false }, "starts at"},
		{"too little room", func(i, _ *command.TrackInformation) { i.Free = 299 }, "room for 299"},
		{"goes on in front", func(_, b *command.TrackInformation) { b.Track = 1 }, "continue in track 1"},
	} {
		info, next := good, behind
		row.change(&info, &next)
		task := engine.NewTask(burn.Track{Source: pcm.Silence("s", 300*588)})
		task.Number, task.Start = 2, 452
		r := reservation{&engine.Job{}, task}
		got := r.wrong(info, next)
		if row.want == "" {
			require.NoError(t, got, row.name)
		} else {
			require.ErrorContains(t, got, row.want, row.name)
		}
	}
}
