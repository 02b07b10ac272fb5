package cdtext_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/toc"
)

// libburn's doc/cookbook.txt shows a pack and the bytes sent for it.
func TestSymbols(t *testing.T) {
	p := unhex("8F 00 2A 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65")
	want := unhex("23 30 00 2A 00 00 04 01 00 30 00 06 01 10 10 05 01 30 18 01 00 24 21 25")
	assert.Equal(t, want, cdtext.Symbols(p))
	assert.Equal(t, p, cdtext.Packs(want))
	for i := range want { // a drive may return the P and Q bits with them
		want[i] |= 0xC0
	}
	assert.Equal(t, p, cdtext.Packs(want))
	assert.Empty(t, cdtext.Packs(want[:23]), "not a whole pack")
}

func TestLeadIn(t *testing.T) {
	packs := unhex(nightCats) // 22 packs: the first pack begins a sector again after 11 sectors
	l, err := cdtext.NewLeadIn(packs)
	require.NoError(t, err)
	assert.Equal(t, 11, l.Distinct())

	// A lead-in from 97:24:01 (11,699 sectors) in one piece repeats the packs.
	const sectors = 11699
	whole := make([]byte, sectors*cdtext.BlockSize)
	l.Read(whole, 0)
	assert.Equal(t, bytes.Repeat(packs, sectors*4/22+1)[:sectors*4*cdtext.PackSize], cdtext.Packs(whole))

	// The ring continues from WRITE to WRITE.
	for _, chunk := range []int{1, 7, 11, 341, 640, 672} {
		var pieces []byte
		for at := 0; at < sectors; at += chunk {
			piece := make([]byte, min(chunk, sectors-at)*cdtext.BlockSize)
			l.Read(piece, toc.Sectors(at))
			pieces = append(pieces, piece...)
		}
		assert.True(t, bytes.Equal(whole, pieces), "%d sectors for each WRITE", chunk)
	}
	buf := make([]byte, 341*cdtext.BlockSize)
	assert.Zero(t, testing.AllocsPerRun(10, func() { l.Read(buf, 12345) }))
}

// Rings written by other programs: lcm(n, 4) / 4 sectors.
func TestLeadInDistinct(t *testing.T) {
	for n, want := range map[int]int{7: 7, 22: 11, 33: 33, 42: 21, 47: 47, 96: 24, 256: 64} {
		l, err := cdtext.NewLeadIn(make([]byte, n*cdtext.PackSize))
		require.NoError(t, err)
		assert.Equal(t, want, l.Distinct(), "%d packs", n)
	}
}

func TestLeadInErrors(t *testing.T) {
	_, err := cdtext.NewLeadIn(nil)
	require.ErrorIs(t, err, cdtext.ErrNoText)
	_, err = cdtext.NewLeadIn(make([]byte, 19))
	require.ErrorIs(t, err, cdtext.ErrInvalid)
	_, err = cdtext.NewLeadIn(make([]byte, 2049*cdtext.PackSize))
	require.ErrorIs(t, err, cdtext.ErrInvalid)
	_, err = cdtext.NewLeadIn(make([]byte, 2048*cdtext.PackSize))
	require.NoError(t, err, "eight blocks of 256 packs")
}

func BenchmarkLeadIn(b *testing.B) {
	l, err := cdtext.NewLeadIn(unhex(nightCats))
	require.NoError(b, err)
	buf := make([]byte, 341*cdtext.BlockSize)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for i := range b.N {
		l.Read(buf, toc.Sectors(i))
	}
}
