package mp3

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"testing"
)

// BenchmarkDecode measures how many times faster than real time a file is scanned and
// decoded on one core. REDBOOK_MP3 names another file than the fixture.
func BenchmarkDecode(b *testing.B) {
	path := cmp.Or(os.Getenv("REDBOOK_MP3"), "testdata/joint128.mp3")
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	r := bytes.NewReader(data)
	info, err := Scan(r, int64(len(data)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		d := NewDecoder(r, info)
		for {
			if _, err := d.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	sound := float64(info.Frames) / float64(info.SampleRate)
	b.ReportMetric(sound*float64(b.N)/b.Elapsed().Seconds(), "x-realtime")
}
