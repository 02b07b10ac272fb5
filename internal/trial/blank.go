package trial

import (
	"encoding/binary"
	"slices"
)

// Blank returns a drive's answer to the command with this CDB, without the bytes that may
// contain a serial number: they become zero, or blanks in text. ok is false for an answer
// of unknown form, of which no byte may be kept.
//
// Serial numbers are in the vital product data (SPC-4 7.8), in feature 0108h (MMC-6
// 5.3.38), and in vendor-specific data: bytes 36-55 and from 96 on of INQUIRY, mode pages
// 00h and 20h-3Eh, features from FF00h on, the ends of pages 05h and 2Ah.
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

// Sent returns the data that a host has sent with a command, unless they may contain the
// drive's own bytes.
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

// pageLengths are the mode pages that SPC and MMC define and that contain no serial number,
// each with its number of defined bytes (MMC-6 7, SPC-4 7.5, SFF-8090).
var pageLengths = map[byte]int{
	0x01: 12, 0x03: 8, 0x05: 52, 0x07: 12, 0x08: 20, 0x0A: 12, 0x0D: 8, 0x0E: 16, 0x1A: 40, 0x1B: 12, 0x1C: 12, 0x1D: 12,
}

// blankPages keeps the known pages of MODE SENSE and MODE SELECT, and the first block
// descriptor. header is the length of the header, and descriptors the offset of the length
// of the block descriptors.
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
	if at > len(b) {
		at = header // then the positions of the pages are unknown
		wipe(b, at, len(b))
	}
	wipe(b, header+8, at)
	for at+2 <= len(b) {
		code, end := b[at]&0x3F, at+2+int(b[at+1])
		if code == 0 || b[at]&0x40 != 0 { // a vendor's page has no known form; subpages have another
			wipe(b, at+1, len(b))
			return
		}
		keep, ok := pageLengths[code]
		switch {
		case code == 0x2A && end-at < 32:
			keep = end - at
		case code == 0x2A && at+32 <= len(b):
			keep = 32 + 4*int(binary.BigEndian.Uint16(b[at+30:]))
		case !ok:
			keep = 2
		}
		wipe(b, at+keep, end)
		at = end
	}
	if at < len(b) {
		wipe(b, at, len(b))
	}
}

// featureSerial is the feature with the drive's serial number (MMC-6 5.3.38).
const featureSerial = 0x0108

// anyLength is for a feature that is a list.
const anyLength = 255

// featureLengths are the features that MMC-6 5.3 defines, each with its maximum number of
// bytes.
var featureLengths = map[int]int{
	0x0000: anyLength, 0x0001: 8, 0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0010: 8, 0x001D: 0, 0x001E: 4, 0x001F: 4,
	0x0020: 12, 0x0021: anyLength, 0x0022: 0, 0x0023: 8, 0x0024: 4, 0x0025: 12, 0x0026: 0, 0x0027: 0, 0x0028: 4, 0x0029: 4,
	0x002A: 4, 0x002B: 4, 0x002C: 4, 0x002D: 4, 0x002E: 4, 0x002F: 4, 0x0030: 0, 0x0031: 4, 0x0032: 4, 0x0033: anyLength,
	0x0035: 4, 0x0037: 4, 0x0038: 0, 0x003A: 4, 0x003B: 4, 0x0040: 28, 0x0041: 24, 0x0042: 0, 0x0050: 4, 0x0051: 4, 0x0080: 4,
	0x0100: 0, 0x0101: 4, 0x0102: 4, 0x0103: 4, 0x0104: 4, 0x0105: 4, 0x0106: 4, 0x0107: 4, 0x0109: 0,
	0x010A: anyLength, 0x010B: 4, 0x010C: 16, 0x010D: 4, 0x010E: 4, 0x0110: 0, 0x0113: 4, 0x0142: 16,
}

// blankFeatures keeps the features that MMC defines, other than the serial number.
func blankFeatures(b []byte) {
	for at := 8; at < len(b); {
		if at+4 > len(b) {
			wipe(b, at, len(b))
			return
		}
		code, end := int(binary.BigEndian.Uint16(b[at:])), at+4+int(b[at+3])
		wipe(b, at+4+featureLengths[code], end)
		at = end
	}
}

// BlankSense keeps the bytes of sense data that SPC-4 4.5 defines: vendor-specific bytes
// are removed.
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
			if b[at] > 0x0D { // descriptors of later standards, and vendor-specific ones from 80h on
				wipe(b, at+2, end)
			}
			at = end
		}
	default:
		wipe(b, 1, len(b))
	}
	return b
}
