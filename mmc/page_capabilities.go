package mmc

import "encoding/binary"

// loadingMechanism is how a disc gets into the drive.
type loadingMechanism uint8

// The loading mechanisms; others are reserved.
const (
	loadCaddy           loadingMechanism = 0 // also slots
	loadTray            loadingMechanism = 1
	loadPopUp           loadingMechanism = 2 // as in laptops: has to be pushed in by hand
	loadChangerDiscs    loadingMechanism = 4
	loadChangerMagazine loadingMechanism = 5
)

// String gives the mechanism in words.
func (m loadingMechanism) String() string {
	switch m {
	case loadCaddy:
		return "caddy or slot"
	case loadTray:
		return "tray"
	case loadPopUp:
		return "pop-up"
	case loadChangerDiscs, loadChangerMagazine:
		return "changer"
	}
	return "unknown"
}

// Capabilities is mode page 2Ah, C/D capabilities and mechanical status (MMC-3;
// legacy since). Its length tells how old the drive is: 12h MMC-1, 18h or
// 1Ah MMC-2, longer MMC-3 and later, with write speeds for the disc that is in.
//
//	 3  b2 test write, b1 CD-RW, b0 CD-R    4  b7 BUF    6  b7-5 mechanism, b3 eject, b1 locked
//	14-15 current read speed    18-19 maximum, 20-21 current write speed
//	27  b1-0 rotation selected  28-29 write speed selected  30-31 number of speeds
//	32  per speed: 0, b1-0 rotation, speed (2)
type Capabilities struct {
	Length int // page length: the bytes following byte 1

	WriteCDR, WriteCDRW bool
	TestWrite           bool
	BUF                 bool // buffer underrun free recording
	Locked              bool // the tray, by PREVENT ALLOW MEDIUM REMOVAL
	Eject               bool
	Mechanism           loadingMechanism

	CurrentReadKBps, MaxWriteKBps int // obsolete fields, 0 where not sent

	// CurrentWriteKBps is the speed selected: bytes 28-29 where the page has them,
	// else the older bytes 20-21, else 0.
	CurrentWriteKBps int
	CurrentRotation  Rotation     // RotationUnknown in pages before MMC-3
	WriteSpeeds      []WriteSpeed // as the drive lists them; none in pages before MMC-3
}

// UnmarshalBinary decodes the page from its page code on. 20 bytes (length 12h) are
// needed; what later standards added is read as far as it was sent.
func (c *Capabilities) UnmarshalBinary(b []byte) error {
	b, err := pageBytes("capabilities page", b, PageCapabilities, 20)
	if err != nil {
		return err
	}
	*c = Capabilities{
		Length:          int(b[1]),
		WriteCDR:        b[3]&0x01 != 0,
		WriteCDRW:       b[3]&0x02 != 0,
		TestWrite:       b[3]&0x04 != 0,
		BUF:             b[4]&0x80 != 0,
		Locked:          b[6]&0x02 != 0,
		Eject:           b[6]&0x08 != 0,
		Mechanism:       loadingMechanism(b[6] >> 5),
		CurrentReadKBps: int(binary.BigEndian.Uint16(b[14:])),
		MaxWriteKBps:    int(binary.BigEndian.Uint16(b[18:])),
	}
	return c.speeds(b)
}

// speeds reads what MMC-2 and MMC-3 added behind byte 19. A page whose own length
// promises a field that didn't come is short.
func (c *Capabilities) speeds(b []byte) error {
	need := min(2+c.Length, 32)
	if len(b) < need {
		return shortReply("capabilities page", len(b), need)
	}
	if len(b) >= 22 {
		c.CurrentWriteKBps = int(binary.BigEndian.Uint16(b[20:]))
	}
	c.CurrentRotation = RotationUnknown
	if len(b) < 32 {
		return nil
	}
	c.CurrentRotation = Rotation(b[27] & 0x03)
	if selected := int(binary.BigEndian.Uint16(b[28:])); selected != 0 {
		c.CurrentWriteKBps = selected
	}
	n := int(binary.BigEndian.Uint16(b[30:]))
	n = min(n, (c.Length-30)/4) // drives fill the rest of the page with zeros, some count it in
	if len(b) < 32+4*n {
		return shortReply("capabilities page", len(b), 32+4*n)
	}
	for i := range n {
		d := b[32+4*i:]
		if kbps := int(binary.BigEndian.Uint16(d[2:])); kbps != 0 {
			c.WriteSpeeds = append(c.WriteSpeeds, WriteSpeed{KBps: kbps, Rotation: Rotation(d[1] & 0x03)})
		}
	}
	return nil
}
