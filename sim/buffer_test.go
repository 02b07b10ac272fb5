package sim

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/toc"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const disc80 = toc.LBA(359849)

func TestCLVDrainsAtItsSpeed(t *testing.T) {
	for _, x := range []float64{1, 4, 8, 16, 48, 52} {
		p := clvProfile(x)
		second := p.reach(1000, time.Second) - 1000
		assert.InDelta(t, x*176400, float64(second)*toc.SectorSize, toc.SectorSize, "%vx is %v bytes a second", x, x*176400)
		assert.InDelta(t, 72/x*60, p.span(0, 72*60*75).Seconds(), 0.001, "72 minutes at %vx", x)
		assert.Equal(t, x, p.x(0))
		assert.Equal(t, x, p.x(300000))
	}
	nine := clvProfile(8)
	assert.InDelta(t, 9*60, nine.span(0, 72*60*75).Seconds(), 0.001, "72 minutes at 8x take nine")
}

// A Pioneer R8 writes 16x CLV inside, then 24x and 32x in zones.
func TestZCLVGoesZoneByZone(t *testing.T) {
	p := zclvProfile(speedStep{0, 16}, speedStep{75000, 24}, speedStep{150000, 32})
	want := 75000.0/75/16 + 75000.0/75/24 + 100000.0/75/32
	assert.InDelta(t, want, p.span(0, 250000).Seconds(), 0.001)
	assert.InDelta(t, 150.0/75/16, p.span(-150, 0).Seconds(), 0.001, "the pregap is in the first zone")
	assert.Equal(t, 16.0, p.x(74999))
	assert.Equal(t, 24.0, p.x(75000))
	assert.Equal(t, 32.0, p.x(300000))

	many := make([]speedStep, 12)
	for i := range many {
		many[i] = speedStep{toc.LBA(i) * 1000, float64(i + 1)}
	}
	p = zclvProfile(many...)
	assert.Equal(t, 8.0, p.x(11500), "the ninth zone and further are left out")
}

// At a constant rate of rotation the speed grows with the radius. The time for a disc is
// the integral of 1/speed, summed here sector by sector.
func TestCAVTakesTheIntegral(t *testing.T) {
	p := cavProfile(48)
	assert.InDelta(t, 48, p.x(disc80), 1e-9)
	assert.InDelta(t, 48*240.0/585, p.x(0), 1e-9, "R11 manual p. 32: start = end x 240/585")

	r := func(lba float64) float64 { return math.Sqrt(24*24 + (58.5*58.5-24*24)*lba/359849) }
	seconds := 0.0
	for lba := range int(disc80) {
		seconds += 1 / (75 * 48 * r(float64(lba)+0.5) / 58.5)
	}
	assert.InDelta(t, seconds, p.span(0, disc80).Seconds(), 0.001)
	assert.InDelta(t, 141.8, seconds, 0.2, "80 minutes at 48x CAV")

	part := p.span(0, 100000) + p.span(100000, disc80)
	assert.InDelta(t, part.Seconds(), p.span(0, disc80).Seconds(), 1e-5)
}

func TestPCAVEndsInCLV(t *testing.T) {
	p := pcavProfile(20, 40)
	assert.InDelta(t, 20, p.x(0), 1e-9)
	assert.Equal(t, 40.0, p.x(300000))
	knee := toc.LBA(0)
	for p.x(knee) < 40 {
		knee++
	}
	// Twice the speed needs twice the radius: 48 mm.
	assert.InDelta(t, 359849*(48.0*48-24*24)/(58.5*58.5-24*24), float64(knee), 2)
	assert.InDelta(t, 40, p.x(knee-1), 0.001, "no jump at the knee")
	seconds := 0.0
	for lba := range disc80 {
		seconds += 1 / (75 * p.x(lba))
	}
	assert.InDelta(t, seconds, p.span(0, disc80).Seconds(), 0.01)
}

// reach and span are inverse to each other, for every profile and address.
func TestReachIsTheInverseOfSpan(t *testing.T) {
	for name, p := range map[string]speedProfile{
		"CLV": clvProfile(16), "CAV": cavProfile(52), "PCAV": pcavProfile(18, 40),
		"ZCLV": zclvProfile(speedStep{0, 16}, speedStep{3000, 24}, speedStep{200000, 48}),
	} {
		for _, from := range []toc.LBA{-150, 0, 2999, 180000, 350000} {
			for _, n := range []toc.LBA{1, 13, 27, 5000, 9849} {
				d := p.span(from, from+n)
				assert.Equal(t, from+n, p.reach(from, d), "%s %d+%d", name, from, n)
				assert.Equal(t, from+n-1, p.reach(from, d-2*time.Microsecond), "%s %d+%d", name, from, n)
			}
			assert.Equal(t, from, p.reach(from, 0))
			assert.Equal(t, from, p.reach(from, -time.Second))
			assert.Zero(t, p.span(from, from))
			assert.Zero(t, p.span(from, from-10))
		}
		assert.Equal(t, storeEnd, p.reach(0, 1000*time.Hour), "%s: no address beyond the disc", name)
	}
}

// fillAndFlush writes n sectors as fast as the buffer accepts them, 27 per command, and
// returns the drive's time when all of them are on the disc.
func fillAndFlush(t *testing.T, b *writeBuffer, now time.Time, n int) time.Time {
	t.Helper()
	for n > 0 {
		part := min(n, 27)
		for {
			wait, ok := b.accept(now, part*toc.SectorSize)
			if ok {
				break
			}
			require.Positive(t, wait)
			now = now.Add(wait)
			require.LessOrEqual(t, b.fill(now), b.size)
		}
		n -= part
	}
	return now.Add(b.flush(now))
}

func TestWholeTrackTakesLeadAndMedium(t *testing.T) {
	b := newWriteBuffer(2<<20, 1<<20, time.Second)
	b.open(0, toc.SectorSize, clvProfile(8), 5*time.Second)
	const n = 10 * 60 * 75
	end := fillAndFlush(t, &b, epoch, n)
	assert.InDelta(t, (5*time.Second + 75*time.Second).Seconds(), end.Sub(epoch).Seconds(), 0.01)
	assert.Zero(t, b.fill(end))
	assert.Zero(t, b.underruns(end.Add(time.Hour)), "the end of a track is no underrun")
	assert.Equal(t, toc.LBA(n), b.position(end))
	assert.Zero(t, b.flush(end))
}

func TestBufferFillsAndDrains(t *testing.T) {
	const size = 100 * toc.SectorSize
	b := newWriteBuffer(size, 60*toc.SectorSize, 0)
	b.open(16132, toc.SectorSize, clvProfile(1), 2*time.Second)

	_, ok := b.accept(epoch, 59*toc.SectorSize)
	require.True(t, ok)
	later := epoch.Add(time.Hour)
	assert.Equal(t, 59*toc.SectorSize, b.fill(later), "below the start level the laser is off")
	assert.Equal(t, toc.LBA(16132), b.position(later))

	_, ok = b.accept(later, toc.SectorSize)
	require.True(t, ok)
	assert.Equal(t, 60*toc.SectorSize, b.fill(later.Add(2*time.Second)), "the lead comes first")
	assert.Equal(t, 30*toc.SectorSize, b.fill(later.Add(2400*time.Millisecond)), "75 sectors a second")
	assert.Equal(t, toc.LBA(16162), b.position(later.Add(2400*time.Millisecond)))
}

func TestFullBufferSaysHowLong(t *testing.T) {
	const size = 100*toc.SectorSize + 1000 // not a whole number of sectors
	b := newWriteBuffer(size, size, 0)
	b.open(0, toc.SectorSize, clvProfile(4), time.Second)
	_, ok := b.accept(epoch, 90*toc.SectorSize)
	require.True(t, ok)

	wait, ok := b.accept(epoch, 27*toc.SectorSize)
	require.False(t, ok, "90 + 27 don't fit")
	assert.InDelta(t, 1+17.0/300, wait.Seconds(), 1e-5, "the lead, then 17 sectors at 4x")
	_, ok = b.accept(epoch.Add(wait-10*time.Microsecond), 27*toc.SectorSize)
	assert.False(t, ok, "not before")
	_, ok = b.accept(epoch.Add(wait), 27*toc.SectorSize)
	assert.True(t, ok)
	assert.Equal(t, 100*toc.SectorSize, b.fill(epoch.Add(wait)))
}

func TestTransferLargerThanTheBuffer(t *testing.T) {
	b := newWriteBuffer(10*toc.SectorSize, 5*toc.SectorSize, 0)
	b.open(0, toc.SectorSize, clvProfile(1), 0)
	_, ok := b.accept(epoch, 27*toc.SectorSize)
	require.True(t, ok, "an empty buffer takes anything")
	assert.Equal(t, b.size, b.fill(epoch), "and is full then")
	wait, ok := b.accept(epoch, 27*toc.SectorSize)
	require.False(t, ok)
	assert.InDelta(t, 27.0/75, wait.Seconds(), 1e-5, "the first transfer must have drained")
	_, ok = b.accept(epoch.Add(wait), 27*toc.SectorSize)
	assert.True(t, ok)
}

func TestUnderrun(t *testing.T) {
	b := newWriteBuffer(200*toc.SectorSize, 75*toc.SectorSize, 500*time.Millisecond)
	b.open(1000, toc.SectorSize, clvProfile(1), 0)
	_, ok := b.accept(epoch, 75*toc.SectorSize)
	require.True(t, ok)
	assert.Zero(t, b.underruns(epoch.Add(999*time.Millisecond)))

	dry := epoch.Add(10 * time.Second)
	assert.Equal(t, 1, b.underruns(dry))
	assert.Equal(t, 1, b.underruns(dry.Add(time.Hour)), "a long underrun counts once")
	assert.Equal(t, toc.LBA(1075), b.position(dry), "the track could end here")
	assert.Zero(t, b.fill(dry))

	_, ok = b.accept(dry, 74*toc.SectorSize)
	require.True(t, ok)
	assert.Equal(t, 74*toc.SectorSize, b.fill(dry.Add(time.Minute)), "BURN-free waits for the start level again")
	_, ok = b.accept(dry, 1*toc.SectorSize)
	require.True(t, ok)
	assert.Equal(t, 75*toc.SectorSize, b.fill(dry.Add(500*time.Millisecond)), "and needs time to link")
	assert.Equal(t, 2, b.underruns(dry.Add(1501*time.Millisecond)))

	b.open(2000, toc.SectorSize, clvProfile(1), 0)
	assert.Zero(t, b.underruns(dry.Add(time.Hour)), "underruns are counted per track")
}

func TestWritingOnAfterFlush(t *testing.T) {
	b := newWriteBuffer(200*toc.SectorSize, 75*toc.SectorSize, 0)
	b.open(0, toc.SectorSize, clvProfile(1), 0)
	_, ok := b.accept(epoch, 10*toc.SectorSize)
	require.True(t, ok)
	done := epoch.Add(b.flush(epoch))
	assert.Equal(t, toc.LBA(10), b.position(done))
	_, ok = b.accept(done, 80*toc.SectorSize)
	require.True(t, ok)
	assert.Equal(t, 1, b.underruns(done.Add(time.Hour)), "after more data, empty is an underrun again")
}

func TestDropLosesWhatIsNotBurned(t *testing.T) {
	b := newWriteBuffer(200*toc.SectorSize, 75*toc.SectorSize, 0)
	b.open(0, toc.SectorSize, clvProfile(1), 0)
	_, ok := b.accept(epoch, 150*toc.SectorSize)
	require.True(t, ok)
	half := epoch.Add(time.Second)
	assert.Equal(t, toc.LBA(75), b.position(half))
	b.drop()
	assert.Zero(t, b.fill(half))
	assert.Zero(t, b.flush(half))
	assert.Zero(t, b.underruns(half.Add(time.Hour)))
}

// Sectors of a data track have another size in the buffer: the buffer of a Pioneer R8
// holds 611 blocks of 2048 bytes.
func TestOtherBlockSizes(t *testing.T) {
	b := newWriteBuffer(0x131800, 0x131800, 0)
	b.open(0, 2048, clvProfile(1), 0)
	_, ok := b.accept(epoch, 611*2048)
	require.True(t, ok)
	_, ok = b.accept(epoch, 2048)
	require.False(t, ok)
	assert.InDelta(t, 611.0/75, b.flush(epoch).Seconds(), 1e-5)
}

func TestBufferAllocatesNothing(t *testing.T) {
	b := newWriteBuffer(2<<20, 1<<20, 0)
	b.open(0, toc.SectorSize, pcavProfile(20, 48), 0)
	now := epoch
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		wait, ok := b.accept(now, 27*toc.SectorSize)
		if !ok {
			now = now.Add(wait)
		}
		b.fill(now)
		b.underruns(now)
	}))
}
