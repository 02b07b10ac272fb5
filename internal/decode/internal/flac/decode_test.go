package flac

import (
	"bytes"
	"crypto/md5"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// corpus finds the files of the FLAC project's working group
// (ietf-wg-cellar/flac-test-files) in a folder that REDBOOK_CORPUS names; "" without it.
func corpus() string {
	root := os.Getenv("REDBOOK_CORPUS")
	if _, err := os.Stat(filepath.Join(root, "flac")); err != nil {
		return ""
	}
	return filepath.Join(root, "flac")
}

// decodeAll returns the number of samples and their MD5 in the form of STREAMINFO.
func decodeAll(d *Decoder, bits int) (frames int64, sum [16]byte, err error) {
	hash := md5.New()
	var p []byte
	for {
		h, err := d.Next()
		if err == io.EOF {
			return frames, [16]byte(hash.Sum(nil)), nil
		}
		if err != nil {
			return frames, sum, err
		}
		p = p[:0]
		for i := range h.Block {
			for c := range h.Channels {
				v := d.Samples(c)[i]
				for b := 0; b < bits; b += 8 {
					p = append(p, byte(v>>b))
				}
			}
		}
		hash.Write(p)
		frames += int64(h.Block)
	}
}

func TestCorpus(t *testing.T) {
	dir := corpus()
	if dir == "" {
		t.Skip("set REDBOOK_CORPUS to the folder of the corpus to run it")
	}
	files, err := filepath.Glob(filepath.Join(dir, "subset-*.flac"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		r := bytes.NewReader(data)
		l, err := ReadLayout(r, 0, r.Size())
		require.NoError(t, err)
		d := NewDecoder(io.NewSectionReader(r, l.Audio, r.Size()-l.Audio), l.Audio, l.Info.Bits)
		frames, sum, err := decodeAll(d, l.Info.Bits)
		require.NoError(t, err, path)
		assert.Equal(t, l.Info.MD5, sum, path)
		if !strings.Contains(path, "subset-45") {
			assert.Equal(t, l.Info.Frames, frames, path)
		}
		t.Log(filepath.Base(path), l.Info)
	}
}

func BenchmarkDecode(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("FLACFILE"))
	if err != nil {
		return
	}
	r := bytes.NewReader(data)
	l, _ := ReadLayout(r, 0, r.Size())
	b.ReportAllocs()
	for b.Loop() {
		d := NewDecoder(io.NewSectionReader(r, l.Audio, r.Size()-l.Audio), l.Audio, l.Info.Bits)
		n := int64(0)
		for {
			h, err := d.Next()
			if err != nil {
				break
			}
			n += int64(h.Block)
		}
		b.ReportMetric(float64(n)/float64(l.Info.Rate)/(b.Elapsed().Seconds()/float64(b.N+1)), "x")
	}
}
