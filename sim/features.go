package sim

// The profiles that the drive knows (MMC-6 table 94).
const (
	profileNone  = 0x0000
	profileCDROM = 0x0008
	profileCDR   = 0x0009
	profileCDRW  = 0x000A
)

// profile is the current profile: a disc keeps that of its medium when it is full.
func (d *Drive) profile() int {
	switch {
	case d.disc == nil || !d.loaded:
		return profileNone
	case d.disc.st.Media.Pressed:
		return profileCDROM
	case d.disc.st.Media.Erasable:
		return profileCDRW
	}
	return profileCDR
}

// feature is one feature descriptor. It is current while there is a medium that
// it can be used with.
type feature struct {
	code       int
	version    byte
	persistent bool
	current    bool
	data       []byte
}

// features are all features that the drive has, ascending (MMC-6 chapter 5).
// There is no 0021h and no 002Eh: packets and session-at-once aren't recorded.
func (d *Drive) features() []feature {
	medium := d.profile() != profileNone
	readable := medium && !d.disc.st.blank()
	writable := medium && d.disc.st.appendable()
	erasable := medium && d.disc.st.Media.Erasable
	list := []feature{
		{0x0000, 0, true, true, d.profileList()},
		{0x0001, 1, true, true, []byte{0, 0, 0, 7, 0, 0, 0, 0}},
		{0x0002, 1, true, true, []byte{0x02, 0, 0, 0}},
		{0x0003, 1, true, true, []byte{0x39, 0, 0, 0}},
		{0x0010, 0, false, readable, []byte{0, 0, 0x08, 0, 0, 1, 1, 0}},
		{0x001D, 0, false, readable, nil},
		{0x001E, 2, false, readable, []byte{0x02, 0, 0, 0}},
		{0x002D, 2, false, writable, []byte{0x46, 0, 0, 0x01}},
		{0x0037, 0, false, writable && erasable, []byte{0, 0x07, 0, 0}},
		{0x0100, 0, true, true, nil},
		{0x0105, 1, true, true, []byte{0, 0, 0, 0}},
		{0x0107, 0, false, medium, []byte{0x1E, 0, 0, 0}},
		{0x0108, 0, true, true, d.serialNumber()},
	}
	if d.p.NoLoad {
		list[3].data[0] &^= 0x10
	}
	tao := &list[7]
	if d.p.NoBurnFree {
		tao.data[0] &^= 0x40
	}
	if d.p.NoTestWrite {
		tao.data[0] &^= 0x04
	}
	if d.p.NoPerformance {
		list[11].data[0] &^= 0x02
	}
	if d.p.NoBufferCapacity {
		list[11].data[0] &^= 0x10
	}
	if d.p.NoFeature2D {
		list = append(list[:7], list[8:]...)
	}
	return list
}

func (d *Drive) profileList() []byte {
	b := make([]byte, 0, 12)
	for _, p := range []int{profileCDRW, profileCDR, profileCDROM} {
		current := byte(0)
		if p == d.profile() {
			current = 1
		}
		b = append(b, byte(p>>8), byte(p), current, 0)
	}
	return b
}

// serialNumber is padded with blanks to a multiple of four.
func (d *Drive) serialNumber() []byte {
	b := []byte(d.serial)
	for len(b)%4 != 0 {
		b = append(b, ' ')
	}
	return b[:min(len(b), 252)]
}

// getConfiguration is GET CONFIGURATION (MMC-6 6.5): RT 0 all features from a
// number on, 1 the current ones among them, 2 exactly one.
func (d *Drive) getConfiguration(c *call) sense {
	request, start := c.cdb[1]&3, be16(c.cdb[2:])
	if request == 3 {
		return atCDB(1, 1)
	}
	b := make([]byte, 8, 256)
	put16(b[6:], d.profile())
	for _, f := range d.features() {
		switch {
		case f.code < start, request == 1 && !f.current, request == 2 && f.code != start:
			continue
		}
		flags := f.version << 2
		if f.persistent {
			flags |= 2
		}
		if f.current {
			flags |= 1
		}
		b = append(b, byte(f.code>>8), byte(f.code), flags, byte(len(f.data)))
		b = append(b, f.data...)
	}
	put32(b, int32(len(b)-4))
	return c.reply(b, be16(c.cdb[7:]))
}
