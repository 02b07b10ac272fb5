package trial

import (
	"encoding/binary"
	"slices"
)

// Blank returns an answer of a drive, to the command with the CDB, without the bytes that
// may hold a serial number: their places are zero, or blanks in text. ok is false for an
// answer of which nothing is known; none of its bytes may be kept.
//
// Serial numbers stand in the vital product data (SPC-4 7.8), in feature 0108h (MMC-6
// 5.3.38), and in whatever a vendor defines: bytes 36-55 and from 96 on of INQUIRY, mode
// pages 00h and 20h-3Eh, features from FF00h on, the ends of pages 05h and 2Ah.
func Blank(cdb, in []byte) (kept []byte, ok bool) {
	if len(cdb) == 0 {
		return nil, false
	}
	b := slices.Clone(in)
	switch cdb[0] {
	case 0x12:
		blankInquiry(cdb, b)
	case 0x1A:
		blankPages(b, 4, 3)
	case 0x5A:
		blankPages(b, 8, 6)
	case 0x46:
		blankFeatures(b)
	case 0x03:
		b = BlankSense(b)
	case 0x51: // READ DISC INFORMATION: the disc's identification and bar code
		wipe(b, 12, 16)
		wipe(b, 24, len(b))
	case 0x52:
		wipe(b, 48, len(b))
	case 0xAC:
		return b, len(cdb) > 10 && (cdb[10] == 0x00 || cdb[10] == 0x03)
	case 0x43: // tables of contents, ATIP, CD-TEXT; the PMA has the number of a disc
		return b, len(cdb) > 2 && cdb[2]&0x0F != 3
	case 0x23, 0x25, 0x42, 0x4A, 0x5C, 0xBD:
	default:
		return nil, false
	}
	return b, true
}

// Sent returns what a host has sent with a command, if the drive's own bytes can't be in
// it.
func Sent(cdb, out []byte) (kept []byte, ok bool) {
	if len(cdb) == 0 {
		return nil, false
	}
	b := slices.Clone(out)
	switch cdb[0] {
	case 0x55:
		blankPages(b, 8, 6)
		return b, true
	case 0x54, 0x5D, 0xB6:
		return b, true
	}
	return nil, false
}

// wipe zeroes b[from:to], as far as it exists.
func wipe(b []byte, from, to int) {
	if from < min(to, len(b)) {
		clear(b[from:min(to, len(b))])
	}
}

// blankInquiry keeps the names and the versions of standards (SPC-4 6.4.2), and of the
// vital product data only the list of pages.
func blankInquiry(cdb, b []byte) {
	switch {
	case len(cdb) < 3, cdb[1]&1 != 0 && cdb[2] != 0:
		wipe(b, 4, len(b))
	case cdb[1]&1 == 0:
		for i := 36; i < min(56, len(b)); i++ {
			b[i] = ' '
		}
		wipe(b, 74, len(b))
	}
}

// The mode pages and features that MMC and SPC define, and that hold no serial number.
var (
	knownPages    = []byte{0x01, 0x03, 0x05, 0x07, 0x08, 0x0A, 0x0D, 0x0E, 0x1A, 0x1B, 0x1C, 0x1D, 0x2A}
	featureSerial = 0x0108
)

// blankPages keeps the pages of MODE SENSE and MODE SELECT that are known. header is the
// length of the header, and descriptors where it has the length of the block descriptors.
func blankPages(b []byte, header, descriptors int) {
	if len(b) < header {
		return
	}
	at := header
	if descriptors == 3 {
		at += int(b[3])
	} else {
		at += int(binary.BigEndian.Uint16(b[descriptors:]))
	}
	for at+2 <= len(b) {
		code, end := b[at]&0x3F, at+2+int(b[at+1])
		if code == 0 || b[at]&0x40 != 0 { // a vendor's page has no form; subpages have another
			wipe(b, at+1, len(b))
			return
		}
		switch {
		case !slices.Contains(knownPages, code):
			wipe(b, at+2, end)
		case code == 0x05:
			wipe(b, at+52, end)
		case code == 0x2A && at+32 <= len(b):
			wipe(b, at+32+4*int(binary.BigEndian.Uint16(b[at+30:])), end)
		}
		at = end
	}
	if at < len(b) {
		wipe(b, at, len(b))
	}
}

// blankFeatures keeps the features that MMC defines, other than the serial number.
func blankFeatures(b []byte) {
	for at := 8; at < len(b); {
		if at+4 > len(b) {
			wipe(b, at, len(b))
			return
		}
		code, end := int(binary.BigEndian.Uint16(b[at:])), at+4+int(b[at+3])
		if code == featureSerial || code >= 0x0120 && code != 0x0142 {
			wipe(b, at+4, end)
		}
		at = end
	}
}

// BlankSense keeps what SPC-4 4.5 defines of sense data: the bytes of a vendor are gone.
func BlankSense(b []byte) []byte {
	b = slices.Clone(b)
	if len(b) == 0 {
		return b
	}
	switch b[0] & 0x7F {
	case 0x70, 0x71:
		wipe(b, 18, len(b))
	case 0x72, 0x73:
		for at := 8; at < len(b); {
			end := len(b)
			if at+2 <= len(b) {
				end = at + 2 + int(b[at+1])
			}
			if b[at] > 0x0D { // descriptors of later standards, and from 80h on of vendors
				wipe(b, at+2, end)
			}
			at = end
		}
	default:
		wipe(b, 1, len(b))
	}
	return b
}
