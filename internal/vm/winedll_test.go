//go:build linux

package vm_test

import "encoding/binary"

// The layout of the DLL in the file and in memory.
const (
	peHeader      = 0x40
	optional      = peHeader + 4 + 20 // after the signature and the COFF header
	sectionHeader = optional + 240
	rdata         = 0x200  // in the file
	rdataAddress  = 0x1000 // in memory
)

// forwarder makes a Windows DLL for amd64 without any code: it exports one function, which
// is forwarded to another DLL ("advapi32.SystemFunction036"). Programs built by recent Go
// versions need bcryptprimitives.dll, which Wine has only since 8.13. (PE format, sections
// 3.3, 3.4, 4 and 6.3.)
func forwarder(dll, function, target string) []byte {
	le := binary.LittleEndian
	const table, strings = 40, 40 + 4 + 4 + 2 + 2 // after the directory; after its three tables
	names := dll + "\x00" + function + "\x00" + target + "\x00"
	exports := make([]byte, strings, strings+len(names))
	at := func(off int) uint32 { return uint32(rdataAddress + off) }
	le.PutUint32(exports[12:], at(strings))                             // name of the DLL
	le.PutUint32(exports[16:], 1)                                       // ordinals begin with 1
	le.PutUint32(exports[20:], 1)                                       // one function
	le.PutUint32(exports[24:], 1)                                       // one name
	le.PutUint32(exports[28:], at(table))                               // functions
	le.PutUint32(exports[32:], at(table+4))                             // names
	le.PutUint32(exports[36:], at(table+8))                             // ordinals
	le.PutUint32(exports[table:], at(strings+len(dll)+len(function)+2)) // inside the directory: a forwarder
	le.PutUint32(exports[table+4:], at(strings+len(dll)+1))
	exports = append(exports, names...)

	b := make([]byte, 2*rdata)
	copy(b, "MZ")
	le.PutUint32(b[0x3C:], peHeader)
	copy(b[peHeader:], "PE\x00\x00")
	coff := b[peHeader+4:]
	le.PutUint16(coff[0:], 0x8664)  // amd64
	le.PutUint16(coff[2:], 1)       // sections
	le.PutUint16(coff[16:], 240)    // size of the optional header
	le.PutUint16(coff[18:], 0x2022) // executable, large addresses, DLL
	o := b[optional:]
	le.PutUint16(o[0:], 0x20B)         // PE32+
	le.PutUint32(o[8:], rdata)         // initialized data
	le.PutUint64(o[24:], 0x180000000)  // base
	le.PutUint32(o[32:], rdataAddress) // alignment in memory
	le.PutUint32(o[36:], rdata)        // and in the file
	le.PutUint16(o[40:], 6)            // Windows Vista
	le.PutUint16(o[48:], 6)
	le.PutUint32(o[56:], 2*rdataAddress) // size of the image
	le.PutUint32(o[60:], rdata)          // of the headers
	le.PutUint16(o[68:], 2)
	le.PutUint16(o[70:], 0x140)                                         // relocatable, no execution of data
	for i, size := range []uint64{1 << 20, 1 << 12, 1 << 20, 1 << 12} { // stack and heap
		le.PutUint64(o[72+8*i:], size)
	}
	le.PutUint32(o[108:], 16) // data directories, of which exports are the first
	le.PutUint32(o[112:], rdataAddress)
	le.PutUint32(o[116:], uint32(len(exports)))
	h := b[sectionHeader:]
	copy(h, ".rdata")
	le.PutUint32(h[8:], uint32(len(exports)))
	le.PutUint32(h[12:], rdataAddress)
	le.PutUint32(h[16:], rdata)
	le.PutUint32(h[20:], rdata)
	le.PutUint32(h[36:], 0x40000040) // readable, initialized
	copy(b[rdata:], exports)
	return b
}
