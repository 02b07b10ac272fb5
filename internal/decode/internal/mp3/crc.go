package mp3

// Two checksums of 16 bits with the polynomial 8005h are in use: that of a frame
// (11172-3, 2.4.3.1) shifts left and begins with ones; those in the header that LAME
// writes shift right and begin with 0.

// frameCRCs is the effect of a byte on the checksum of a frame.
var frameCRCs = func() (t [256]uint16) {
	for i := range t {
		c := uint16(i) << 8
		for range 8 {
			c = c<<1 ^ 0x8005*(c>>15)
		}
		t[i] = c
	}
	return t
}()

// musicCRCs is for eight bytes at a time: musicCRCs[k][v] is the effect of v with k
// bytes after it.
var musicCRCs = func() (t [8][256]uint16) {
	for i := range t[0] {
		c := uint16(i)
		for range 8 {
			c = c>>1 ^ 0xA001*(c&1)
		}
		t[0][i] = c
	}
	for i := range t[0] {
		for k := 1; k < 8; k++ {
			t[k][i] = t[k-1][i]>>8 ^ t[0][byte(t[k-1][i])]
		}
	}
	return t
}()

// frameCRC is the checksum of a frame: of the last two bytes of its header and of its
// side information, which follows the checksum.
func frameCRC(h header, frame []byte) uint16 {
	c := uint16(0xFFFF)
	for _, v := range frame[2:headerBytes] {
		c = c<<8 ^ frameCRCs[byte(c>>8)^v]
	}
	for _, v := range frame[headerBytes+crcBytes : h.mainOffset()] {
		c = c<<8 ^ frameCRCs[byte(c>>8)^v]
	}
	return c
}

// crcRight reports whether the checksum in a frame that has one is right.
func crcRight(h header, frame []byte) bool {
	return len(frame) >= h.mainOffset() && uint16(frame[headerBytes])<<8|uint16(frame[headerBytes+1]) == frameCRC(h, frame)
}

// musicCRC continues the checksum c over p.
func musicCRC(c uint16, p []byte) uint16 {
	t := &musicCRCs
	for ; len(p) >= 8; p = p[8:] {
		c = t[7][byte(c)^p[0]] ^ t[6][byte(c>>8)^p[1]] ^ t[5][p[2]] ^ t[4][p[3]] ^ t[3][p[4]] ^ t[2][p[5]] ^ t[1][p[6]] ^ t[0][p[7]]
	}
	for _, v := range p {
		c = c>>8 ^ t[0][byte(c)^v]
	}
	return c
}
