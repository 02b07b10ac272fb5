package reading

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/redbook-audio/redbook/pcm"
)

// The hash is xxHash64 with seed 0: the values are from the test of its Go port
// (cespare/xxhash), which took them from the original program.
func TestDigestIsXXHash64(t *testing.T) {
	for text, want := range map[string]uint64{
		"":     0xef46db3751d8e999,
		"abcd": 0xde0327b0d25d92cc,
	} {
		d, err := Check(context.Background(), pcm.FromBytes("x", pcm.Format{SampleRate: 44100, Channels: 1, Encoding: pcm.U8}, []byte(text)), nil)
		require.NoError(t, err)
		assert.Equal(t, int64(len(text)), d.Frames)
		assert.Equal(t, want, d.Hash, text)
	}
}

func TestCheckTellsSourcesApart(t *testing.T) {
	data := ramp(400000)
	one, err := Check(context.Background(), pcm.FromBytes("x", pcm.CDDA, data), nil)
	require.NoError(t, err)
	again, err := Check(context.Background(), &fake{format: pcm.CDDA, frames: 100000, data: data, small: true}, nil)
	require.NoError(t, err)
	assert.Equal(t, one, again, "the size of the reads doesn't matter")
	data[399999] ^= 1
	other, err := Check(context.Background(), pcm.FromBytes("x", pcm.CDDA, data), nil)
	require.NoError(t, err)
	assert.NotEqual(t, one.Hash, other.Hash, "one bit does")
}

// A file that changes while it is read is noticed at the end.
func TestCheckLooksAgainAtTheEnd(t *testing.T) {
	src := &fake{format: pcm.CDDA, frames: 200000, data: ramp(800000)}
	_, err := Check(context.Background(), src, func(done, _ int64) {
		if done == 200000 {
			src.change = pcm.ErrChanged
		}
	})
	assert.ErrorIs(t, err, pcm.ErrChanged)
}

func TestCheckProgressAndCancel(t *testing.T) {
	src := pcm.Silence("s", 588*1000)
	var steps []int64
	_, err := Check(context.Background(), src, func(done, total int64) {
		assert.Equal(t, int64(588*1000), total)
		steps = append(steps, done)
	})
	require.NoError(t, err)
	assert.Greater(t, len(steps), 3)
	assert.IsIncreasing(t, steps)
	assert.Equal(t, int64(588*1000), steps[len(steps)-1])

	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err = Check(ctx, src, func(_, _ int64) { n++; cancel() })
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, n, "stops at once")
}

type failingClose struct{ *fake }

func (f failingClose) Open() (io.ReadCloser, error) {
	r, err := f.fake.Open()
	return struct {
		io.Reader
		io.Closer
	}{r, badCloser{}}, err
}

type badCloser struct{}

func (badCloser) Close() error { return errDisk }

func TestCheckReportsAFailingClose(t *testing.T) {
	_, err := Check(context.Background(), failingClose{&fake{format: pcm.CDDA, frames: 1, data: ramp(4)}}, nil)
	assert.ErrorIs(t, err, errDisk)
	_, err = Check(context.Background(), failingClose{&fake{format: pcm.CDDA, frames: 2, data: ramp(4)}}, nil)
	assert.ErrorIs(t, err, pcm.ErrShort, "the first cause stays first")
}

// Reading in pieces of any size returns the same bytes and the same digest.
func TestReaderInPieces(t *testing.T) {
	data := ramp(10000)
	want, err := Check(context.Background(), pcm.FromBytes("x", pcm.CDDA, data), nil)
	require.NoError(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		r, err := Open(pcm.FromBytes("x", pcm.CDDA, data))
		if err != nil {
			rt.Fatal(err)
		}
		var got []byte
		for {
			p := make([]byte, rapid.IntRange(1, 3000).Draw(rt, "size"))
			n, err := r.Read(p)
			got = append(got, p[:n]...)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		if string(got) != string(data) || r.Digest() != want {
			rt.Fatalf("%d bytes, %v, want %v", len(got), r.Digest(), want)
		}
	})
}
