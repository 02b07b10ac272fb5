package sim

// identity reports the drive's identity; of the disc it reports only the features.
type identity struct {
	*core
}

// inquiry is INQUIRY (SPC-4 6.4): device type 5, removable, 96 bytes; vital product data
// pages 00h and 80h. The header is that of all known writers without an ATA layer in the
// way (PLEXTOR PX-755A, HL-DT-ST BU40N, PIONEER DVR-115: version 0), and so is a date in
// the vendor's bytes. The name shows that the drive is simulated.
func (i *identity) inquiry(c *call) sense {
	alloc := be16(c.cdb[3:])
	if s, ok := i.recordedInquiry(c, alloc); ok {
		return s
	}
	if c.cdb[1]&1 != 0 {
		switch c.cdb[2] {
		case 0x00:
			return c.reply([]byte{0x05, 0x00, 0, 2, 0x00, 0x80}, alloc)
		case 0x80:
			b := append([]byte{0x05, 0x80, 0, byte(min(len(i.serial), 250))}, i.serial...)
			return c.reply(b, alloc)
		}
		return atCDB(2, -1)
	}
	if c.cdb[2] != 0 {
		return atCDB(2, -1)
	}
	b := make([]byte, 96)
	copy(b, []byte{0x05, 0x80, 0x00, 0x32, 91})
	text(b[8:16], i.p.Vendor, "REDBOOK")
	text(b[16:32], i.p.Product, "SIMULATED CD-RW")
	text(b[32:36], i.p.Revision, "1.00")
	text(b[36:56], "08/18/07  15:10", "") // as on the PX-755A
	return c.reply(b, alloc)
}

// text fills a field with ASCII, padded with blanks.
func text(field []byte, value, otherwise string) {
	if value == "" {
		value = otherwise
	}
	for i := range field {
		field[i] = ' '
	}
	copy(field, value)
}

// readBuffer is READ BUFFER (SPC-4 6.17), which wodim times the bus with: mode 0
// (header and data), 2 (data) and 3 (descriptor).
func (i *identity) readBuffer(c *call) sense {
	const size = 64 << 10
	alloc := be24(c.cdb[6:])
	b := make([]byte, 4+min(alloc, size))
	switch c.cdb[1] & 0x1F {
	case 0:
		put32(b, int32(size))
	case 2:
		b = b[4:]
	case 3:
		return c.reply([]byte{0, 0x01, 0, 0}, alloc)
	default:
		return atCDB(1, 4)
	}
	return c.reply(b, alloc)
}

// readFormatCapacities is READ FORMAT CAPACITIES (MMC-6 6.24): CDs aren't formatted, so
// the list holds only the disc in the drive.
func (i *identity) readFormatCapacities(c *call) sense {
	b := make([]byte, 12)
	b[3] = 8
	b[8] = 3 // no medium
	if i.notReady() == senseGood {
		put32(b[4:], i.lastLBA()+1)
		b[8] = 1 // unformatted
		if !i.disc.st.appendable() {
			b[8] = 2
		}
	}
	put24(b[9:], 2048)
	return c.reply(b, be16(c.cdb[7:]))
}

// readDiscStructure is READ DISC STRUCTURE (MMC-6 6.22), which a CD doesn't have.
func (i *identity) readDiscStructure(*call) sense { return senseFormat }

// seek is SEEK(10) (MMC-6 6.34).
func (i *identity) seek(c *call) sense {
	if lba := int32(be32(c.cdb[2:])); lba < 0 || lba > i.lastLBA() {
		return senseRange
	}
	return senseGood
}
