package cdtext

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// ParseFile extracts packs from a file of packs: a .cdt file (CDTEXTFILE of cue
// sheets, cdrecord's textfile=), CDTEXT.BIN of a DDP image, or a saved reply of READ
// TOC. The file may begin with the four bytes of that reply's header, and end with a
// NUL as Sony's do. To write such a file, write the packs as Encode returns them.
//
// The packs are ready to be burned: a checksum of zero is recomputed ("zero-crc" in
// the notes). The error matches ErrNoText for a file without packs, ErrTooLong for more packs
// than a disc can have, and ErrInvalid for a wrong checksum or anything else that is not CD-TEXT.
func ParseFile(file []byte) (packs []byte, notes []Note, err error) {
	const header, most = 4, maxBlocks * maxPacks * PackSize
	switch rest := len(file) % PackSize; {
	case rest == header && int(binary.BigEndian.Uint16(file))+2 == len(file):
		file = file[header:]
	case rest == header+1 && file[len(file)-1] == 0 && int(binary.BigEndian.Uint16(file))+2 == len(file)-1:
		file = file[header : len(file)-1]
	case rest == 1 && file[len(file)-1] == 0:
		file = file[:len(file)-1]
	case rest != 0:
		return nil, nil, fmt.Errorf("%w: %d bytes are not packs of %d bytes", ErrInvalid, len(file), PackSize)
	}
	if len(file) == 0 {
		return nil, nil, ErrNoText
	}
	if len(file) > most {
		return nil, nil, fmt.Errorf("%w: %d packs, and a disc can have %d", ErrTooLong, len(file)/PackSize, most/PackSize)
	}
	packs = bytes.Clone(file)
	for i := 0; i*PackSize < len(packs); i++ {
		p := (*pack)(packs[i*PackSize:])
		if p.field() < fieldTitle || p.field() > size {
			return nil, nil, fmt.Errorf("%w: pack %d has the type %02Xh", ErrInvalid, i, p[0])
		}
		if p.sum() == crc(p[:16]) {
			continue
		}
		if p.sum() != 0 {
			return nil, nil, fmt.Errorf("%w: the checksum of pack %d is wrong", ErrInvalid, i)
		}
		p.seal()
		notes = append(notes, Note{Kind: noteZeroCRC, Block: p.block(), Field: p.field().String(), Pack: i})
	}
	return packs, notes, nil
}

// Mend repairs packs that a drive returned, so that they can be written to another disc:
// a checksum of zero is recomputed, and padding and packs with a wrong checksum are left
// out. The notes are of the kinds "zero-crc" and "bad-crc". All other packs are unchanged,
// whatever their type.
func Mend(packs []byte) (mended []byte, notes []Note) {
	for i := 0; len(packs) >= PackSize; i, packs = i+1, packs[PackSize:] {
		p := pack(packs[:PackSize])
		note := Note{Block: p.block(), Field: p.field().String(), Pack: i}
		switch {
		case p == pack{}:
			continue
		case p.sum() == crc(p[:16]):
		case p.sum() == 0:
			p.seal()
			note.Kind = noteZeroCRC
			notes = append(notes, note)
		default:
			note.Kind = noteBadCRC
			notes = append(notes, note)
			continue
		}
		mended = append(mended, p[:]...)
	}
	return mended, notes
}
