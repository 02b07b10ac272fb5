package wav

import (
	"bytes"
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A header that claims gigabytes takes no memory: less than 100 kB each, whatever the
// claim.
func TestClaimsCostNoMemory(t *testing.T) {
	hostile := [][]byte{
		form("RIFF", 0xFFFFFFFF, sized("LIST", 0xFFFFFFF0, music(50))),
		form("RIFF", 0xFFFFFFFF, sized("fmt ", 0xFFFFFFF0, fmtBody(1, 65535, 44100, 32, 4))),
		form("RIFF", 0xFFFFFFFF, cd(), sized("data", 0x70000000, music(50))),
		form("RF64", 0xFFFFFFFF, sized("ds64", 0xFFFFFFF0, ds64Of(1<<62, 0xFFFFFFFF))),
		form("RF64", 0xFFFFFFFF, chunkOf("ds64", append(ds64Of(1<<62, 0xFFFFFFFF), music(5000)...)), cd(), sized("data", 0xFFFFFFFF, music(50))),
	}
	for i, data := range hostile {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 10 {
			_, err := open(data)
			require.Error(t, err)
			s, err := Decode("pipe", bytes.NewReader(data))
			if err == nil {
				_, err = io.Copy(io.Discard, struct{ io.Reader }{s})
			}
			require.Error(t, err)
		}
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(20*100_000), "file %d", i)
	}
}

// Chunks in any order and of any size before the audio, padded or not, don't change the
// audio; neither do chunks after it.
func TestAnyChunks(t *testing.T) {
	names := []string{"LIST", "JUNK", "bext", "fact", "cue ", "smpl", "iXML", "id3 ", "zzzz"}
	rapid.Check(t, func(rt *rapid.T) {
		other := func() []byte {
			name := rapid.SampledFrom(names).Draw(rt, "name")
			body := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(rt, "body")
			return chunkOf(name, body)
		}
		var chunks [][]byte
		for range rapid.IntRange(0, 4).Draw(rt, "before fmt") {
			chunks = append(chunks, other())
		}
		chunks = append(chunks, cd())
		for range rapid.IntRange(0, 4).Draw(rt, "before data") {
			chunks = append(chunks, other())
		}
		audio := music(4 * rapid.IntRange(1, 300).Draw(rt, "frames"))
		chunks = append(chunks, chunkOf("data", audio))
		for range rapid.IntRange(0, 3).Draw(rt, "behind") {
			chunks = append(chunks, other())
		}
		data := riff(chunks...)
		f, err := open(data)
		if err != nil {
			rt.Fatal(err)
		}
		r, _ := f.Open()
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, audio) {
			rt.Fatalf("%d of %d bytes, %v", len(got), len(audio), err)
		}
		s, err := Decode("pipe", bytes.NewReader(data))
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := io.ReadAll(s); err != nil || !bytes.Equal(got, audio) {
			rt.Fatalf("pipe: %d of %d bytes, %v", len(got), len(audio), err)
		}
	})
}
