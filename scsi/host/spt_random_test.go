package host

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/scsi"
)

// program is one of several that use a drive at the same time.
type program struct {
	dev  *Device
	lock int
}

// step does one random action of a program and checks the outcome.
func (p *program) step(t *testing.T, w *fakeWindows, random *rand.Rand, names []string) {
	if p.dev == nil {
		opts := &Options{Wait: -1, Client: names[1], Shared: random.IntN(2) == 0, Look: random.IntN(3) == 0}
		if n, err := openWindows(t.Context(), w, names[0], opts); err == nil {
			p.dev = &Device{node: n}
		}
		return
	}
	switch random.IntN(6) {
	case 0:
		if p.dev.Lock(t.Context(), names[1], random.IntN(3) == 0) == nil {
			p.lock++
		}
	case 1:
		if p.lock > 0 {
			p.lock--
			_ = p.dev.Unlock() // may have met an injected error
		}
	case 2:
		require.NoError(t, p.dev.Close())
		*p = program{}
	default:
		exclusive := p.dev.node.isExclusive() && len(p.dev.Warnings()) == 0
		_, err := p.dev.Do(t.Context(), inquiry(36))
		if exclusive {
			require.NoError(t, err, "a drive locked without a warning is exclusive")
		}
	}
}

// Three programs use one drive in any order, under each of its names, while discs are
// changed, files opened, and any call fails now and then. No disc is dismounted by
// another program during a burn, and at the end everything is released.
func TestWindowsAtRandom(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 10))
		w := newWindows(t)
		d := w.drive("D", answer(scsi.Result{}, 5, 0x80, 0, 0, 31))
		w.noClass = seed%5 == 4
		paths := []string{"D:", `\\.\CdRom0`, d.interfacePath()}
		if w.noClass {
			paths = paths[:2]
		}
		codes := []uint32{
			openVolume, openDevice, fsctlLockVolume, fsctlDismountVolume, fsctlUnlockVolume,
			ioctlMediaNotification, ioctlEjectionControl, ioctlQueryProperty, ioctlDeviceNumber,
		}
		programs := make([]program, 3)
		for range 400 {
			i := random.IntN(len(programs))
			switch random.IntN(12) {
			case 0:
				d.change()
				d.empty = random.IntN(3) == 0
			case 1:
				d.files = !d.empty && d.locked == nil
			case 2:
				d.errs[codes[random.IntN(len(codes))]] = []error{winError([]uint32{1, 5, 6, 21, 32, 50, 170, 1110}[random.IntN(8)])}
			default:
				programs[i].step(t, w, random, []string{paths[random.IntN(len(paths))], string(rune('A' + i))})
			}
		}
		clear(d.errs)
		for i := range programs {
			if programs[i].dev != nil {
				require.NoError(t, programs[i].dev.Close())
			}
		}
		assert.Empty(t, w.handles, "seed %d", seed)
		assert.True(t, d.clean(), "seed %d", seed)
		assert.Zero(t, d.harmed, "seed %d: a disc was dismounted during its owner's access", seed)
	}
}
