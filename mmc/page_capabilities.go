package mmc

import "encoding/binary"

// LoadingMechanism is how a disc gets into the drive.
type LoadingMechanism uint8

// The loading mechanisms; others are reserved.
const (
	LoadCaddy           LoadingMechanism = 0 // also slots
	LoadTray            LoadingMechanism = 1
	LoadPopUp           LoadingMechanism = 2 // as in laptops: has to be pushed in by hand
	LoadChangerDiscs    LoadingMechanism = 4
	LoadChangerMagazine LoadingMechanism = 5
)

// String gives the mechanism in words.
func (m LoadingMechanism) String() string {
	switch m {
	case LoadCaddy:
		return "caddy or slot"
	case LoadTray:
		return "tray"
	case LoadPopUp:
		return "pop-up"
	case LoadChangerDiscs, LoadChangerMagazine:
		return "changer"
	}
	return "unknown"
}

// Capabilities is mode page 2Ah, C/D capabilities and mechanical status (MMC-3;
// legacy since). Its length tells how old the drive is: 12h MMC-1, 18h or
// 1Ah MMC-2, longer MMC-3 and later, with write speeds for the disc that is in.
//
//	 2  what it reads      3  what it writes    4-5 audio and sub-channel abilities
//	 6  tray and lock     12-13 buffer in KiB   18-19 maximum, 20-21 current write speed
//	27  b1-0 rotation selected  28-29 write speed selected  30-31 number of speeds
//	32  per speed: 0, b1-0 rotation, speed (2)
type Capabilities struct {
	Length int // page length: bytes behind byte 1

	ReadCDR, ReadCDRW, ReadMethod2, ReadDVD    bool
	WriteCDR, WriteCDRW, TestWrite             bool
	WriteDVDR, WriteDVDRAM                     bool
	BUF                                        bool // buffer underrun free recording
	MultiSession, Mode2Form1, Mode2Form2       bool
	AudioPlay, CDDA, CDDAAccurate              bool
	RWSupported, RWCorrected, C2               bool
	ReadsISRC, ReadsMCN, LeadInPW              bool
	Lock, Locked, PreventJumper, Eject         bool
	Mechanism                                  LoadingMechanism
	BufferKiB                                  int
	MaxReadKBps, CurrentReadKBps, MaxWriteKBps int // obsolete fields, 0 where not sent

	// CurrentWriteKBps is the speed selected: bytes 28-29 where the page has them,
	// else the older bytes 20-21, else 0.
	CurrentWriteKBps int
	CurrentRotation  Rotation
	WriteSpeeds      []WriteSpeed // as the drive lists them; none in pages before MMC-3
}

// UnmarshalBinary decodes the page from its page code on. 20 bytes (length 12h) are
// needed; what later standards added is read as far as it was sent.
func (c *Capabilities) UnmarshalBinary(b []byte) error {
	b, err := pageBytes("capabilities page", b, PageCapabilities, 20)
	if err != nil {
		return err
	}
	*c = Capabilities{Length: int(b[1])}
	c.abilities(b)
	c.Lock, c.Locked, c.PreventJumper, c.Eject = b[6]&1 != 0, b[6]&2 != 0, b[6]&4 != 0, b[6]&8 != 0
	c.Mechanism = LoadingMechanism(b[6] >> 5)
	c.LeadInPW = b[7]&0x20 != 0
	c.MaxReadKBps = int(binary.BigEndian.Uint16(b[8:]))
	c.BufferKiB = int(binary.BigEndian.Uint16(b[12:]))
	c.CurrentReadKBps = int(binary.BigEndian.Uint16(b[14:]))
	c.MaxWriteKBps = int(binary.BigEndian.Uint16(b[18:]))
	return c.speeds(b)
}

func (c *Capabilities) abilities(b []byte) {
	c.ReadCDR, c.ReadCDRW, c.ReadMethod2, c.ReadDVD = b[2]&1 != 0, b[2]&2 != 0, b[2]&4 != 0, b[2]&8 != 0
	c.WriteCDR, c.WriteCDRW, c.TestWrite = b[3]&1 != 0, b[3]&2 != 0, b[3]&4 != 0
	c.WriteDVDR, c.WriteDVDRAM = b[3]&0x10 != 0, b[3]&0x20 != 0
	c.AudioPlay = b[4]&1 != 0
	c.Mode2Form1, c.Mode2Form2, c.MultiSession = b[4]&0x10 != 0, b[4]&0x20 != 0, b[4]&0x40 != 0
	c.BUF = b[4]&0x80 != 0
	c.CDDA, c.CDDAAccurate = b[5]&1 != 0, b[5]&2 != 0
	c.RWSupported, c.RWCorrected, c.C2 = b[5]&4 != 0, b[5]&8 != 0, b[5]&0x10 != 0
	c.ReadsISRC, c.ReadsMCN = b[5]&0x20 != 0, b[5]&0x40 != 0
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
