package album

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/stretchr/testify/require"
)

// wave makes a WAV file of the format of a disc (or of another rate) whose sample n is
// first+n: every piece shows where it comes from.
func wave(first, frames int, rate int) []byte {
	le := binary.LittleEndian
	p := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00")
	p = le.AppendUint32(p, uint32(rate))
	p = le.AppendUint32(p, uint32(rate*4))
	p = append(p, 4, 0, 16, 0)
	p = le.AppendUint32(append(p, "data"...), uint32(frames*4))
	for i := range frames {
		p = le.AppendUint32(p, uint32(first+i))
	}
	le.PutUint32(p[4:], uint32(len(p)-8))
	return p
}

// tagged adds tags to a WAV file: alternating names and values.
func tagged(p []byte, tags ...string) []byte {
	le := binary.LittleEndian
	list := []byte("INFO")
	for i := 0; i < len(tags); i += 2 {
		list = le.AppendUint32(append(list, tags[i]...), uint32(len(tags[i+1])))
		list = append(list, tags[i+1]...)
		if len(tags[i+1])%2 == 1 {
			list = append(list, 0)
		}
	}
	p = le.AppendUint32(append(bytes.Clone(p), "LIST"...), uint32(len(list)))
	p = append(p, list...)
	le.PutUint32(p[4:], uint32(len(p)-8))
	return p
}

// folder makes a folder of files: alternating names and contents.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(data), 0o666))
	}
	return dir
}

// second is a WAV of n seconds.
func second(first, n int) string { return string(wave(first*44100, n*44100, 44100)) }

// open opens an album that must be valid.
func open(t *testing.T, opts *Options, paths ...string) *Album {
	t.Helper()
	a, err := Open(context.Background(), paths, opts)
	require.NoError(t, err)
	return a
}

// span is the first and the last sample of a source, and the number of samples.
func span(t *testing.T, src pcm.Source) [3]int {
	t.Helper()
	r, err := pcm.Open(src)
	require.NoError(t, err)
	defer r.Close()
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NotEmpty(t, data)
	le := binary.LittleEndian
	return [3]int{int(le.Uint32(data)), int(le.Uint32(data[len(data)-4:])), len(data) / 4}
}

// spans returns them for all tracks.
func spans(t *testing.T, a *Album) (list [][3]int) {
	t.Helper()
	for _, tr := range a.Tracks {
		src, err := tr.cut(nil)
		require.NoError(t, err)
		list = append(list, span(t, src))
	}
	return list
}

// titles returns the titles of the tracks.
func titles(a *Album) (list []string) {
	for _, tr := range a.Tracks {
		list = append(list, tr.Title)
	}
	return list
}

// texts returns the notes without the names of files.
func texts(a *Album) (list []string) {
	for _, n := range a.Notes {
		n.File = ""
		list = append(list, n.String())
	}
	return list
}

// names returns the base names of the files.
func names(files []*File) (list []string) {
	for _, f := range files {
		list = append(list, filepath.Base(f.Name()))
	}
	return list
}
