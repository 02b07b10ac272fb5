package sim

// modePage is a mode page that a drive keeps: its value, its value after power-on, and
// the bits that a host may change.
type modePage struct {
	current, initial, changeable []byte
	shown                        []byte // the changeable bits that the drive reports, if they differ
}

// modePages are the pages by page code.
type modePages map[byte]*modePage

// modes holds the mode pages of a drive, and carries out the commands that read and
// change them.
type modes struct {
	*core
	spindle     *spindle
	tray        *tray
	writer      pageWatcher
	pages       modePages
	blockLength int // of the block descriptor, if the personality has one
}

// pageWatcher is notified of changes of page 05h.
type pageWatcher interface {
	// mayChange returns why the page can't change now.
	mayChange(from, to writeParameters) sense
	// parametersChanged is called after a change.
	parametersChanged(w writeParameters)
}

// reset gives every page its value after power-on.
func (m *modes) reset() { m.pages, m.blockLength = defaultPages(&m.p), 2048 }

// defaultPages are the pages after power-on (MMC-6 chapter 7). Page 05h starts as
// G19 shows it: TAO, data, BURN-free, a link size of 10h, a pause of 150. Pages 1Ch
// (with PS set, although nothing can be saved) and 20h, a vendor's, are those of an
// HL-DT-ST BU40N.
func defaultPages(p *Personality) modePages {
	pages := modePages{}
	add := func(initial, changeable []byte) {
		pages[initial[0]&0x3F] = &modePage{
			current: append([]byte(nil), initial...), initial: initial, changeable: changeable,
		}
	}
	add([]byte{0x01, 0x0A, 0x80, 0x13, 0, 0, 0, 0, 0x03, 0, 0, 0},
		[]byte{0x01, 0x0A, 0xF7, 0xFF, 0, 0, 0, 0x03, 0xFF, 0, 0, 0})
	write, mask := make([]byte, 2+page05Length(p)), make([]byte, 2+page05Length(p))
	copy(write, []byte{0x05, 0, 0x41, 0x04, 0x08, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x96})
	copy(mask, []byte{0x05, 0, 0x7F, 0xFF, 0x0F, 0xFF, 0, 0x3F, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
	for i := 16; i < len(mask); i++ {
		mask[i] = 0xFF
	}
	if p.BadPage05 {
		write[8], write[14], write[15] = 0xFF, 0xFF, 0xFF
	}
	write[1], mask[1] = byte(page05Length(p)), byte(page05Length(p))
	if p.NoBurnFree {
		write[2] &^= 0x40
		mask[2] &^= 0x40
	}
	if p.NoTestWrite {
		mask[2] &^= 0x10
	}
	add(write, mask)
	add([]byte{0x08, 0x0A, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		[]byte{0x08, 0x0A, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	add([]byte{0x0D, 0x06, 0, 0x0D, 0, 60, 0, 75},
		[]byte{0x0D, 0x06, 0, 0x0F, 0, 0, 0, 0})
	add([]byte{0x0E, 0x0E, 0x04, 0, 0, 0, 0, 75, 1, 0xFF, 2, 0xFF, 0, 0, 0, 0},
		[]byte{0x0E, 0x0E, 0x02, 0, 0, 0, 0, 0, 0x0F, 0xFF, 0x0F, 0xFF, 0, 0, 0, 0})
	add([]byte{0x1A, 0x0A, 0, 0x03, 0, 0, 0x02, 0x58, 0, 0, 0x12, 0xC0},
		[]byte{0x1A, 0x0A, 0, 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
	add([]byte{0x1D, 0x0A, 0, 0, 0, 0, 0, 0x09, 0x2A, 0x30, 0, 0},
		[]byte{0x1D, 0x0A, 0, 0, 0x04, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0})
	if p.Features != cdFeatures {
		add([]byte{0x9C, 0x0A, 0, 0x04, 0, 0, 0x02, 0x58, 0, 0, 0, 0}, []byte{0x9C, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
		add([]byte{0x20, 0x0A, 0x01, 0, 0, 0x64, 0, 0x03, 0, 0, 0, 0}, []byte{0x20, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	}
	if p.recording != nil {
		p.recording.pages(pages)
	}
	return pages
}

// modeSense is MODE SENSE(10) (SPC-4 6.12): an 8-byte header, then the page, or
// all pages in ascending order (3Fh). Only SCSI burners put a block descriptor
// between them.
func (m *modes) modeSense(c *call) sense {
	control, code, sub := c.cdb[2]>>6, c.cdb[2]&0x3F, c.cdb[3]
	if control == 3 {
		return senseSaving
	}
	if sub != 0 && (code != 0x3F || sub != 0xFF) {
		return atCDB(3, -1)
	}
	if s, ok := m.refusal(askedPages); ok && code == 0x3F {
		return s
	}
	b := m.modeHeader(control, c.cdb[1]&8 != 0)
	head := len(b)
	for p := range byte(0x3F) {
		if code == 0x3F || code == p {
			b = append(b, m.page(p, control)...)
		}
	}
	if len(b) == head {
		return atCDB(2, 5)
	}
	b[0], b[1] = byte((len(b)-2)>>8), byte(len(b)-2)
	return c.reply(b, be16(c.cdb[7:]))
}

// modeHeader is the header of a MODE SENSE reply, with a block descriptor on drives that
// have one.
func (m *modes) modeHeader(control byte, disabled bool) []byte {
	b := make([]byte, 8, 256)
	if m.profile() == profileCDR {
		b[2] = 0x11 // medium type of SFF-8020i: the value of a PLEXTOR PX-755A for a CD-R
	}
	if r := m.recorded(control); r != nil && len(r.Header) >= 8 {
		copy(b[2:7], r.Header[2:7])
	}
	if m.p.BlockDescriptor && !disabled {
		b[7] = 8
		b = append(b, 0, 0, 0, 0, 0, 0, byte(m.blockLength>>8), byte(m.blockLength))
	}
	return b
}

// page returns the current value of a mode page, its changeable bits (1) or its default
// (2).
func (m *modes) page(code, control byte) []byte {
	if r := m.recorded(control); code == 0x2A && r != nil {
		if b := r.Pages[code]; control == 1 || b == nil {
			return b
		}
		return m.recordedCapabilities(r.Pages[code])
	}
	if code == 0x2A {
		b := m.capabilities()
		if control == 1 {
			clear(b[2:])
		}
		return b
	}
	p := m.pages[code]
	switch {
	case p == nil:
		return nil
	case control == 1 && p.shown != nil:
		return p.shown
	case control == 1:
		return p.changeable
	case control == 2:
		return p.initial
	}
	return p.current
}

// modeSelect is MODE SELECT(10) (SPC-4 6.10). All pages of the list are checked
// before the first takes effect.
func (m *modes) modeSelect(c *call) sense {
	if c.cdb[1]&0x10 == 0 {
		return atCDB(1, 4) // PF: vendor-specific pages
	}
	if c.cdb[1]&0x01 != 0 {
		return atCDB(1, 0) // SP: nothing can be saved
	}
	length := be16(c.cdb[7:])
	switch {
	case length == 0:
		return senseGood
	case length > len(c.req.Data):
		return senseDataPhase
	case length < 8:
		return senseListLength
	}
	list := c.req.Data[:length]
	first, blockLength, s := m.firstPage(list)
	if s.bad() {
		return s
	}
	for at := first; at < length; {
		if s := m.checkPage(list, at); s.bad() {
			return s
		}
		at += 2 + int(list[at+1])
	}
	for at := first; at < length; at += 2 + int(list[at+1]) {
		copy(m.pages[list[at]].current[1:], list[at+1:at+2+int(list[at+1])])
		if list[at] == 0x05 {
			m.writer.parametersChanged(m.parameters())
		}
	}
	m.blockLength = blockLength
	c.n = length
	return senseGood
}

// firstPage finds where the pages of a parameter list begin, and the resulting block
// length. A drive that puts a block descriptor before its pages accepts one: wodim sends
// back the one that it received, and sets the sector size of each track this way. The
// size of a WRITE's blocks still depends on page 05h. All other drives accept none.
func (m *modes) firstPage(list []byte) (at, blockLength int, s sense) {
	switch n := be16(list[6:]); {
	case n == 0:
		return 8, m.blockLength, senseGood
	case !m.p.BlockDescriptor || n != 8:
		return 0, 0, atParameter(6)
	case len(list) < 16:
		return 0, 0, senseListLength
	}
	switch length := be24(list[13:]); length {
	case 0: // unchanged
		return 16, m.blockLength, senseGood
	case 2048, 2336, 2352:
		return 16, length, senseGood
	}
	return 0, 0, atParameter(13)
}

// checkPage checks that the page at an offset of the parameter list is acceptable.
func (m *modes) checkPage(list []byte, at int) sense {
	if at+2 > len(list) {
		return senseListLength
	}
	p := m.pages[list[at]]
	if p == nil {
		return atParameter(at) // unknown, read-only (2Ah) or with PS set
	}
	if list[at+1] != p.current[1] {
		return atParameter(at + 1)
	}
	if at+len(p.current) > len(list) {
		return senseListLength
	}
	page := list[at : at+len(p.current)]
	for i := 2; i < len(page); i++ {
		if (page[i]^p.current[i])&^p.changeable[i] != 0 {
			return atParameter(at + i)
		}
	}
	if page[0] == 0x05 {
		if i := m.checkWriteParameters(page); i > 0 {
			return atParameter(at + i)
		}
		return m.writer.mayChange(p.current, page)
	}
	return senseGood
}

func put16(b []byte, n int) { b[0], b[1] = byte(n>>8), byte(n) }

func put24(b []byte, n int) { b[0], b[1], b[2] = byte(n>>16), byte(n>>8), byte(n) }

func put32[T ~int | ~int32 | ~uint32](b []byte, n T) {
	b[0], b[1], b[2], b[3] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
}
