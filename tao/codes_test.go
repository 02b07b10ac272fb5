package tao_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/notekind"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A drive whose page 05h ends before MCN and ISRC records neither, and the report states this
// once. A drive with the full page gets no such note.
func TestCodesThatTheDriveDoesNotKeep(t *testing.T) {
	for _, row := range []struct {
		drive string
		codes bool
		want  []burn.NoteKind
	}{
		{"short-05", true, []burn.NoteKind{notekind.MCNNotKept, notekind.ISRCNotKept}},
		{"short-05", false, nil},
		{"modern", true, nil},
		{"bad-05", true, nil},
		{"mmc1", true, nil},
	} {
		b := newBench(t, row.drive, sim.CDR80)
		tracks := album()
		o := &burn.Options{}
		if row.codes {
			o.MCN, tracks[0].ISRC, tracks[1].ISRC = "1234567890128", "USABC1234567", "USABC1234568"
		}
		r, err := tao.Burn(context.Background(), b.drive, tracks, o)
		require.NoError(t, err)
		var got []burn.NoteKind
		for _, n := range r.Notes {
			if n.Kind == notekind.MCNNotKept || n.Kind == notekind.ISRCNotKept {
				got = append(got, n.Kind)
			}
		}
		require.Equal(t, row.want, got, row.drive)
		recorded := b.disc.Tracks()[1].ISRC != ""
		require.Equal(t, row.codes && row.want == nil, recorded, row.drive)
	}
}
