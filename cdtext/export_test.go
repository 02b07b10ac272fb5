package cdtext

// EncodeTabs is Encode with a TAB for every repeated text, as libburn and some
// authoring programs write it.
func EncodeTabs(d Disc) ([]byte, []Note, error) { return d.encode(true) }

// CRC is the checksum of the first 16 bytes of a pack.
func CRC(b []byte) uint16 { return crc(b) }

// What the keys and values of sheets are read with.
var (
	ParseGenre    = parseGenre
	ParseLanguage = parseLanguage
)
