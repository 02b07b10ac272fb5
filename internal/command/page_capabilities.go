package command

import (
	"encoding/binary"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
)

// loadingMechanism is how a disc gets into the drive.
type loadingMechanism uint8

// The loading mechanisms; others are reserved.
const (
	loadCaddy           loadingMechanism = 0 // also slots
	LoadTray            loadingMechanism = 1
	loadPopUp           loadingMechanism = 2 // as in laptops: must be pushed in by hand
	loadChangerDiscs    loadingMechanism = 4
	loadChangerMagazine loadingMechanism = 5
)

// String returns the mechanism in words.
func (m loadingMechanism) String() string {
	switch m {
	case loadCaddy:
		return "caddy or slot"
	case LoadTray:
		return "tray"
	case loadPopUp:
		return "pop-up"
	case loadChangerDiscs, loadChangerMagazine:
		return "changer"
	}
	return "unknown"
}

// Capabilities is mode page 2Ah, C/D capabilities and mechanical status (MMC-3; legacy
// since). Its length shows the age of the drive: 12h is MMC-1, 18h or 1Ah MMC-2, longer
// is MMC-3 and later, with write speeds for the current disc.
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

	// CurrentWriteKBps is the selected speed: bytes 28-29 if the page has them, else
	// the older bytes 20-21, else 0.
	CurrentWriteKBps int
	CurrentRotation  Rotation         // RotationUnknown in pages before MMC-3
	WriteSpeeds      []mmc.WriteSpeed // as the drive lists them; none in pages before MMC-3
}

// UnmarshalBinary decodes the page from its page code on. 20 bytes (length 12h) are
// needed; fields of later standards are decoded as far as they were sent.
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

// speeds decodes the fields that MMC-2 and MMC-3 added after byte 19. A page is too
// short if its own length covers a field that is missing.
func (c *Capabilities) speeds(b []byte) error {
	need := min(2+c.Length, 32)
	if len(b) < need {
		return exchange.ShortReply("capabilities page", len(b), need)
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
	n = min(n, (c.Length-30)/4) // drives fill the rest of the page with zeros, which some include in the count
	if len(b) < 32+4*n {
		return exchange.ShortReply("capabilities page", len(b), 32+4*n)
	}
	for i := range n {
		d := b[32+4*i:]
		if kbps := int(binary.BigEndian.Uint16(d[2:])); kbps != 0 {
			c.WriteSpeeds = append(c.WriteSpeeds, mmc.WriteSpeed{KBps: kbps, PureCAV: Rotation(d[1]&0x03) == RotationPureCAV})
		}
	}
	return nil
}
