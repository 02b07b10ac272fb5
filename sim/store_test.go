package sim

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

// sectors makes n sectors of noise.
func sectors(seed uint64, n int) []byte {
	p := make([]byte, n*toc.SectorSize)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i < len(p); i += 8 {
		v := r.Uint64()
		for j := range 8 {
			p[i+j] = byte(v >> (8 * j))
		}
	}
	return p
}

// eachStore runs a test on both kinds of container.
func eachStore(t *testing.T, test func(t *testing.T, s container)) {
	t.Run("memory", func(t *testing.T) { test(t, newMemory()) })
	t.Run("file", func(t *testing.T) {
		c, err := createFile(filepath.Join(t.TempDir(), "test.disc"), []byte("{}"))
		require.NoError(t, err)
		defer func() { require.NoError(t, c.close()) }()
		test(t, c)
	})
}

func TestStoreKeepsWhatIsWritten(t *testing.T) {
	eachStore(t, func(t *testing.T, s container) {
		for _, lba := range []toc.LBA{-150, -1, 873, 875, 359845, storeEnd - 3} {
			want := sectors(uint64(lba), 3)
			require.NoError(t, s.write(lba, want))
			got := make([]byte, len(want))
			require.NoError(t, s.read(lba, got))
			require.True(t, bytes.Equal(want, got), "LBA %d", lba)
			assert.True(t, s.has(lba) && s.has(lba+2))
		}
		assert.False(t, s.has(2))
		assert.True(t, s.has(877))
		assert.False(t, s.has(878))
		assert.False(t, s.has(storeEnd))
		assert.False(t, s.has(-151))
	})
}

// A long read covers written, unwritten and erased sectors and the seams between chunks.
func TestStoreReadsAcrossGaps(t *testing.T) {
	eachStore(t, func(t *testing.T, s container) {
		const first, n = toc.LBA(700), 600
		want := make([]byte, n*toc.SectorSize)
		for _, part := range []struct{ at, n int }{{0, 27}, {27, 27}, {100, 1}, {150, 300}, {590, 10}} {
			p := sectors(uint64(part.at), part.n)
			copy(want[part.at*toc.SectorSize:], p)
			require.NoError(t, s.write(first+toc.LBA(part.at), p))
		}
		require.NoError(t, s.erase(first+200, first+211))
		clear(want[200*toc.SectorSize : 211*toc.SectorSize])

		got := make([]byte, len(want))
		require.NoError(t, s.read(first, got))
		assert.True(t, bytes.Equal(want, got))
		assert.True(t, s.has(first+199))
		assert.False(t, s.has(first+200))
		assert.False(t, s.has(first+210))
		assert.True(t, s.has(first+211))
	})
}

func TestStoreForgetsWhatIsErased(t *testing.T) {
	eachStore(t, func(t *testing.T, s container) {
		require.NoError(t, s.write(0, sectors(1, 5000)))
		require.NoError(t, s.erase(-1000, storeEnd+1000), "blanking may name more than is recorded")
		p := sectors(2, 5000)
		require.NoError(t, s.read(0, p))
		assert.Equal(t, make([]byte, len(p)), p)

		require.NoError(t, s.write(4000, sectors(3, 1)))
		require.NoError(t, s.read(3999, p[:3*toc.SectorSize]))
		assert.Equal(t, make([]byte, toc.SectorSize), p[:toc.SectorSize], "old bytes don't come back")
		require.NoError(t, s.erase(5, 5))
		require.NoError(t, s.erase(9, 5))
	})
}

func TestStoreRefusesWhatIsNoSector(t *testing.T) {
	eachStore(t, func(t *testing.T, s container) {
		one := make([]byte, toc.SectorSize)
		assert.ErrorContains(t, s.write(0, one[1:]), "2351 bytes are not whole sectors")
		assert.ErrorContains(t, s.read(0, one[1:]), "2351 bytes are not whole sectors")
		assert.ErrorContains(t, s.write(-151, one), "sectors -151..-151 lie outside the disc")
		assert.ErrorContains(t, s.read(storeEnd, one), "lie outside the disc")
		assert.ErrorContains(t, s.write(storeEnd-1, make([]byte, 2*toc.SectorSize)), "lie outside the disc")
		require.NoError(t, s.write(0, nil))
		assert.False(t, s.has(0))
	})
}

// A model of single sectors against random operations.
func TestStoreAgainstModel(t *testing.T) {
	eachStore(t, func(t *testing.T, s container) {
		r := rand.New(rand.NewPCG(7, 7))
		const span = 2100
		model := map[toc.LBA]byte{}
		p := make([]byte, 40*toc.SectorSize)
		for step := range 400 {
			lba, n := toc.LBA(r.IntN(span))-150, 1+r.IntN(40)
			switch r.IntN(5) {
			case 0:
				require.NoError(t, s.erase(lba, lba+toc.LBA(n)))
				for i := range n {
					delete(model, lba+toc.LBA(i))
				}
			case 1, 2:
				fill := byte(step%255 + 1)
				require.NoError(t, s.write(lba, bytes.Repeat([]byte{fill}, n*toc.SectorSize)))
				for i := range n {
					model[lba+toc.LBA(i)] = fill
				}
			default:
				require.NoError(t, s.read(lba, p[:n*toc.SectorSize]))
				for i := range n {
					at := lba + toc.LBA(i)
					want, recorded := model[at]
					require.Equal(t, recorded, s.has(at), "step %d, LBA %d", step, at)
					got := p[i*toc.SectorSize : (i+1)*toc.SectorSize]
					require.Equal(t, want, got[0], "step %d, LBA %d", step, at)
					require.Equal(t, want, got[toc.SectorSize-1], "step %d, LBA %d", step, at)
				}
			}
		}
	})
}

func TestStoreWritesWithoutAllocating(t *testing.T) {
	eachStore(t, func(t *testing.T, s container) {
		p := sectors(1, 27)
		require.NoError(t, s.write(0, p))
		lba := toc.LBA(0)
		assert.Zero(t, testing.AllocsPerRun(20, func() {
			require.NoError(t, s.write(lba, p))
			require.NoError(t, s.read(lba, p))
			lba += 27
		}))
	})
}

func TestSilenceNeedsNoMemory(t *testing.T) {
	m := newMemory()
	require.NoError(t, m.write(0, make([]byte, 3000*toc.SectorSize)))
	assert.True(t, m.has(2999))
	for i := range m.chunks {
		assert.Nil(t, m.chunks[i])
	}
	old := newMemory() // leaves chunks full of noise for reuse
	require.NoError(t, old.write(0, sectors(2, 3000)))
	require.NoError(t, old.close())

	one := sectors(1, 1)
	require.NoError(t, m.write(1000, one))
	p := make([]byte, 3*toc.SectorSize)
	require.NoError(t, m.read(999, p))
	assert.Equal(t, one, p[toc.SectorSize:2*toc.SectorSize])
	assert.Equal(t, make([]byte, toc.SectorSize), p[:toc.SectorSize])
	require.NoError(t, m.write(1000, make([]byte, toc.SectorSize)))
	require.NoError(t, m.read(999, p))
	assert.Equal(t, make([]byte, len(p)), p, "silence over music is silence")
}

func TestStateIsKept(t *testing.T) {
	eachStore(t, func(t *testing.T, s container) {
		state := []byte(`{"tracks":1}`)
		require.NoError(t, s.saveState(state))
		state[2] = 'X'
		got, err := s.loadState()
		require.NoError(t, err)
		assert.JSONEq(t, `{"tracks":1}`, string(got), "it is a copy")
	})
}

func BenchmarkMemoryWrite(b *testing.B) { benchmarkWrite(b, newMemory()) }

func BenchmarkFileWrite(b *testing.B) {
	c, err := createFile(filepath.Join(b.TempDir(), "bench.disc"), nil)
	require.NoError(b, err)
	defer func() { require.NoError(b, c.close()) }()
	benchmarkWrite(b, c)
}

// benchmarkWrite records an 80-minute disc repeatedly, 27 sectors per WRITE.
func benchmarkWrite(b *testing.B, s store) {
	p := sectors(1, 27)
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	lba := toc.LBA(0)
	for b.Loop() {
		if err := s.write(lba, p); err != nil {
			b.Fatal(err)
		}
		if lba += 27; lba > 359800 {
			lba = 0
		}
	}
}
