package redbook_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redbook-audio/redbook"
	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/scsi/host"
)

// The errors of every function have a category, unless the program made a mistake.
func TestCategories(t *testing.T) {
	b := newBench(t)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	nowhere := filepath.Join(t.TempDir(), "nowhere", "x")
	empty := &redbook.Opener{System: &redbook.System{List: func(context.Context) ([]host.Info, error) { return nil, nil }}}
	b.with(t, "", func(d *redbook.Drive) {
		for name, row := range map[string]struct{ err, want error }{
			"open":           {second(redbook.Open(t.Context(), "sim:"+nowhere)), burn.ErrNoDrive},
			"open, canceled": {second(redbook.Open(canceled, "sim:")), burn.ErrCanceled},
			"no drive":       {second(empty.Open(t.Context(), "")), burn.ErrNoDrive},
			"load":           {second(redbook.Load(t.Context(), nowhere)), burn.ErrBadInput},
			"load, nothing":  {second(redbook.Load(t.Context())), burn.ErrBadInput},
			"load, 100":      {second(redbook.Load(t.Context(), slices.Repeat(b.files[:1], 100)...)), burn.ErrDoesNotFit},
			"load, canceled": {second(redbook.Load(canceled, b.files...)), burn.ErrCanceled},
			"info, canceled": {second(d.Info(canceled)), burn.ErrCanceled},
			"read, canceled": {second(redbook.Read(canceled, d, nil)), burn.ErrCanceled},
			"read, blank":    {second(redbook.Read(t.Context(), d, nil)), burn.ErrUnsuitableDisc},
			"copy, canceled": {second(redbook.ReadCopy(canceled, d, nil)), burn.ErrCanceled},
			"CD-TEXT file":   {(&redbook.Options{CDTextFile: nowhere}).Check(b.load(t)), burn.ErrBadInput},
			"no titles":      {(&redbook.Options{CDText: true}).Check(&redbook.Album{Tracks: make([]album.Track, 1)}), burn.ErrBadInput},
			"a mistake":      {(&redbook.Options{Pause: -1}).Check(b.load(t)), nil},
		} {
			assert.Equal(t, row.want, burn.Category(row.err), "%s: %v", name, row.err)
			assert.Error(t, row.err, name)
		}
	})
}
