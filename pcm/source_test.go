package pcm

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFormat(t *testing.T) {
	for _, tc := range []struct {
		f     Format
		text  string
		frame int
	}{
		{CDDA, "44.1 kHz, 16 bit, stereo", 4},
		{format(48000, 1, U8), "48 kHz, 8 bit, mono", 1},
		{format(96000, 6, S24), "96 kHz, 24 bit, 5.1", 18},
		{Format{SampleRate: 44100, Channels: 6, Layout: 0x60F}, "44.1 kHz, 16 bit, 5.1", 12}, // surrounds at the sides
		{Format{SampleRate: 44100, Channels: 6, Layout: 0x707}, "44.1 kHz, 16 bit, 6 channels", 12},
		{Format{SampleRate: 44100, Channels: 6, Layout: 3}, "44.1 kHz, 16 bit, 5.1", 12},
		{Format{SampleRate: 44100, Channels: 8}, "44.1 kHz, 16 bit, 7.1", 16},
		{Format{SampleRate: 44100, Channels: 8, Layout: 0xFF}, "44.1 kHz, 16 bit, 8 channels", 16},
		{format(22050, 2, S32), "22.05 kHz, 32 bit, stereo", 8},
		{format(44100, 1, F32), "44.1 kHz, 32 bit float, mono", 4},
		{format(44100, 2, F64), "44.1 kHz, 64 bit float, stereo", 16},
		{format(44100, 2, Encoding(99)), "44.1 kHz, encoding 99, stereo", 0},
	} {
		assert.Equal(t, tc.text, tc.f.String())
		assert.Equal(t, tc.frame, tc.f.FrameBytes())
	}
}

func TestFromBytes(t *testing.T) {
	data := ramp(4 * 600)
	src := FromBytes("x", CDDA, data)
	assert.Equal(t, "x", src.Name())
	assert.Equal(t, CDDA, src.Format())
	assert.Equal(t, int64(600), src.Frames())
	assert.Equal(t, int64(2), Sectors(src))
	assert.Equal(t, data, readAll(t, src))
	assert.Equal(t, data, readAll(t, src), "a second time")
	assert.Zero(t, FromBytes("x", Format{}, data).Frames())
}

func TestSectors(t *testing.T) {
	for frames, want := range map[int64]int64{0: 0, 1: 1, 588: 1, 589: 2, 44100: 75} {
		assert.Equal(t, want, Sectors(Silence("s", frames)))
	}
}

func TestSilence(t *testing.T) {
	src := Silence("gap", 1000)
	assert.Equal(t, make([]byte, 4000), readAll(t, src))
	assert.Equal(t, CDDA, src.Format())
	assert.Equal(t, "gap", src.Name())
	assert.Zero(t, Silence("none", -1).Frames())
}

func TestSection(t *testing.T) {
	data := ramp(400)
	whole := &fake{format: CDDA, frames: 100, data: data, small: true}
	for _, tc := range []struct{ from, n int64 }{{0, 100}, {0, 0}, {10, 20}, {99, 1}, {100, 0}} {
		part, err := Section("part", whole, tc.from, tc.n)
		require.NoError(t, err)
		assert.Equal(t, "part", part.Name())
		assert.Equal(t, tc.n, part.Frames())
		assert.Equal(t, CDDA, part.Format())
		assert.Equal(t, data[4*tc.from:4*(tc.from+tc.n)], readAll(t, part))
		if tc.n > 0 { // and if the reader can seek
			part, err = Section("part", FromBytes("m", CDDA, data), tc.from, tc.n)
			require.NoError(t, err)
			assert.Equal(t, data[4*tc.from:4*(tc.from+tc.n)], readAll(t, part))
		}
	}
	for _, tc := range []struct{ from, n int64 }{{-1, 2}, {0, 101}, {101, 0}, {50, 51}, {0, -1}, {1 << 62, 1 << 62}} {
		_, err := Section("part", whole, tc.from, tc.n)
		assert.ErrorContains(t, err, "don't lie in fake.wav")
	}
}

func TestSectionForwardsWhatItStandsOn(t *testing.T) {
	closed := 0
	src := &fake{format: CDDA, frames: 100, data: ramp(40), closed: &closed}
	part, err := Section("part", src, 50, 10)
	require.NoError(t, err)
	_, err = part.Open()
	assert.ErrorIs(t, err, ErrShort, "the file ends before the section begins")
	assert.Equal(t, 1, closed, "nothing stays open")

	src.change = ErrChanged
	assert.ErrorIs(t, part.(Changer).Changed(), ErrChanged)
	src.openErr = errDisk
	_, err = part.Open()
	assert.ErrorIs(t, err, errDisk)
}

func TestSilenceIn(t *testing.T) {
	for encoding, zero := range map[Encoding]byte{S16: 0, U8: 0x80, S24: 0, F32: 0} {
		f := Format{SampleRate: 8000, Channels: 2, Encoding: encoding}
		s := SilenceIn("quiet", f, 7)
		assert.Equal(t, f, s.Format())
		assert.Equal(t, bytes.Repeat([]byte{zero}, 7*f.FrameBytes()), readAll(t, s))
	}
	assert.Zero(t, SilenceIn("x", CDDA, -1).Frames())
}
