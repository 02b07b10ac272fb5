package cdtext

// EncodeTabs is Encode as libburn and some authoring programs do it: every repeated
// text is a TAB.
func EncodeTabs(d Disc) ([]byte, []Note, error) { return d.encode(true) }

// CRC is the checksum of the first 16 bytes of a pack.
func CRC(b []byte) uint16 { return crc(b) }
