package leadin_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/cdtext"
	"github.com/redbook-audio/redbook/internal/leadin"
	"github.com/redbook-audio/redbook/toc"
)

func unhex(text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// packs22 returns 22 packs of bytes that differ.
func packs22() []byte {
	packs := make([]byte, 22*cdtext.PackSize)
	for i := range packs {
		packs[i] = byte(i * 37)
	}
	return packs
}

// libburn's doc/cookbook.txt shows a pack and the bytes sent for it.
func TestSymbols(t *testing.T) {
	p := unhex("8F 00 2A 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65")
	want := unhex("23 30 00 2A 00 00 04 01 00 30 00 06 01 10 10 05 01 30 18 01 00 24 21 25")
	assert.Equal(t, want, leadin.Symbols(p))
	assert.Equal(t, p, leadin.Packs(want))
	for i := range want { // a drive may return the P and Q bits with them
		want[i] |= 0xC0
	}
	assert.Equal(t, p, leadin.Packs(want))
	assert.Empty(t, leadin.Packs(want[:23]), "not a whole pack")
	assert.Equal(t, packs22(), leadin.Packs(leadin.Symbols(packs22())))
}

func TestRing(t *testing.T) {
	packs := packs22() // the first pack begins a sector again after 11 sectors
	l, err := leadin.New(packs)
	require.NoError(t, err)
	assert.Equal(t, 11, l.Distinct())

	// A lead-in from 97:24:01 (11,699 sectors) in one piece repeats the packs.
	const sectors = 11699
	whole := make([]byte, sectors*leadin.BlockSize)
	l.Read(whole, 0)
	assert.Equal(t, bytes.Repeat(packs, sectors*4/22+1)[:sectors*4*cdtext.PackSize], leadin.Packs(whole))

	// The ring continues from WRITE to WRITE.
	for _, chunk := range []int{1, 7, 11, 341, 640, 672} {
		var pieces []byte
		for at := 0; at < sectors; at += chunk {
			piece := make([]byte, min(chunk, sectors-at)*leadin.BlockSize)
			l.Read(piece, toc.Sectors(at))
			pieces = append(pieces, piece...)
		}
		assert.True(t, bytes.Equal(whole, pieces), "%d sectors for each WRITE", chunk)
	}
	buf := make([]byte, 341*leadin.BlockSize)
	assert.Zero(t, testing.AllocsPerRun(10, func() { l.Read(buf, 12345) }))
}

// Rings written by other programs: lcm(n, 4) / 4 sectors.
func TestDistinct(t *testing.T) {
	for n, want := range map[int]int{7: 7, 22: 11, 33: 33, 42: 21, 47: 47, 96: 24, 256: 64} {
		l, err := leadin.New(make([]byte, n*cdtext.PackSize))
		require.NoError(t, err)
		assert.Equal(t, want, l.Distinct(), "%d packs", n)
	}
}

func TestErrors(t *testing.T) {
	_, err := leadin.New(nil)
	require.ErrorIs(t, err, cdtext.ErrNoText)
	_, err = leadin.New(make([]byte, 19))
	require.ErrorIs(t, err, cdtext.ErrInvalid)
	_, err = leadin.New(make([]byte, 2049*cdtext.PackSize))
	require.ErrorIs(t, err, cdtext.ErrInvalid)
	_, err = leadin.New(make([]byte, 2048*cdtext.PackSize))
	require.NoError(t, err, "eight blocks of 256 packs")
}

func BenchmarkRing(b *testing.B) {
	l, err := leadin.New(packs22())
	require.NoError(b, err)
	buf := make([]byte, 341*leadin.BlockSize)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for i := range b.N {
		l.Read(buf, toc.Sectors(i))
	}
}
