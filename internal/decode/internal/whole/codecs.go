package whole

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// walkTTA reads the header of True Audio and its table of frames:
//
//	0-3 TTA1  4-5 format  6-7 channels  8-9 bits  10-13 rate  14-17 samples  18-21 CRC-32
//	then 4 bytes of size for each frame of 256/245 s, and a CRC-32 of those
func walkTTA(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 22, "the header")
	if err != nil {
		return a, err
	}
	le := binary.LittleEndian
	if crc32.ChecksumIEEE(p[:18]) != le.Uint32(p[18:]) {
		return a, fail(f.base, ErrDamaged, "the checksum of the header is wrong")
	}
	rate, samples := int64(le.Uint32(p[10:])), int64(le.Uint32(p[14:]))
	if rate == 0 || samples == 0 {
		return a, nil
	}
	frame := rate * 256 / 245
	count := (samples + frame - 1) / frame
	at, sum, end := f.base+22, crc32.NewIEEE(), f.base+22+4*count+4
	for range count {
		p, err := f.need(at, 4, "its table of frames")
		if err != nil {
			return a, err
		}
		sum.Write(p)
		end += int64(le.Uint32(p))
		at += 4
	}
	if p, err = f.need(at, 4, "its table of frames"); err != nil {
		return a, err
	}
	switch {
	case le.Uint32(p) != sum.Sum32():
		return a, fail(f.base+22, ErrDamaged, "the checksum of its table of frames is wrong")
	case end > f.size:
		return a, f.short("the audio", end)
	}
	a.Frames, a.Proven = samples, true
	return a, f.tail(end, &a)
}

// walkWavPack goes through the blocks of WavPack:
//
//	0-3 wvpk  4-7 bytes that follow the first eight  8-9 version  10 and 11 high bytes of index and total
//	12-15 samples in all, FFFFFFFFh if unknown  16-19 index of the first sample  20-23 samples
//	24-27 flags, 800h: the first of several blocks for the same samples  28-31 CRC
func walkWavPack(f *file) (Account, error) {
	a := Account{Frames: -1}
	at, next, total := f.base, int64(0), int64(-1)
	for n := 0; at < f.size; n++ {
		if n%256 == 0 {
			if err := f.stop(); err != nil {
				return a, err
			}
		}
		p, err := f.upTo(at, 32)
		if err != nil {
			return a, err
		}
		if len(p) < 4 || string(p[:4]) != "wvpk" {
			break
		}
		if len(p) < 32 {
			return a, fail(at, ErrTruncated, "the file ends inside the header of a block")
		}
		le := binary.LittleEndian
		size := 8 + int64(le.Uint32(p[4:]))
		index, samples := int64(le.Uint32(p[16:])), int64(le.Uint32(p[20:]))
		if at == f.base && le.Uint32(p[12:]) != math.MaxUint32 {
			total = int64(le.Uint32(p[12:]))
		}
		if at+size > f.size {
			return a, fail(at, ErrTruncated, "the last block is incomplete: %d bytes of %d", f.size-at, size)
		}
		if samples > 0 && le.Uint32(p[24:])&0x800 != 0 {
			if index == 0 && next > 0 {
				return a, fail(at, ErrSecond, "another file begins here, inside the same file: only the first would be played; split them first")
			}
			if index != next {
				return a, fail(at, ErrDamaged, "the block begins with sample %d, not %d", index, next)
			}
			next += samples
		}
		at += size
	}
	switch {
	case next < total && at >= f.size:
		return a, fail(f.size, ErrTruncated, "%d samples of %d are there", next, total)
	case next < total:
		return a, fail(at, ErrDamaged, "no block begins where one should")
	}
	a.Frames, a.Proven = next, total >= 0
	return a, f.tail(at, &a)
}

// walkAPE reads the descriptor of Monkey's Audio since 3.98:
//
//	0-3 "MAC "  4-5 version  8-11 bytes of descriptor  12-15 of header  16-19 of seek table
//	20-23 of WAV header  24-31 of frames  32-35 of WAV trailer  36-51 MD5 of all but the descriptor
//
// and the header: 0-1 level  2-3 flags  4-7 samples per frame  8-11 samples of the last
// frame  12-15 frames
func walkAPE(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 52, "the header")
	if err != nil {
		return a, err
	}
	le := binary.LittleEndian
	if le.Uint16(p[4:]) < 3980 {
		return a, nil
	}
	var n [6]int64
	for i, off := range []int{8, 12, 16, 20, 24, 32} {
		n[i] = int64(le.Uint32(p[off:]))
	}
	n[4] |= int64(le.Uint32(p[28:])) << 32
	var want [16]byte
	copy(want[:], p[36:])
	head := f.base + n[0]
	data := head + n[1] + n[2]
	end := data + n[3] + n[4] + n[5]
	if end > f.size || end < f.base {
		return a, f.short("the audio", end)
	}
	if p, err = f.need(head, 16, "the header"); err != nil {
		return a, err
	}
	if count := int64(le.Uint32(p[12:])); count > 0 {
		a.Frames = (count-1)*int64(le.Uint32(p[4:])) + int64(le.Uint32(p[8:]))
	}
	a.Proven = true
	if want != [16]byte{} {
		// WAV header, frames and trailer, then header and seek table.
		sum := md5.New()
		for _, part := range [2][2]int64{{data, end - data}, {head, data - head}} {
			if err := f.copyTo(sum, part[0], part[1]); err != nil {
				return a, err
			}
		}
		if [16]byte(sum.Sum(nil)) != want {
			return a, fail(f.base, ErrDamaged, "the checksum (MD5) of the file is not the one in its header")
		}
	}
	return a, f.tail(end, &a)
}

// copyTo writes n bytes of the file from byte at on.
func (f *file) copyTo(w io.Writer, at, n int64) error {
	for n > 0 {
		if err := f.stop(); err != nil {
			return err
		}
		p, err := f.need(at, int(min(n, maxTail)), "its audio")
		if err != nil {
			return err
		}
		if _, err := w.Write(p); err != nil {
			return err
		}
		at += int64(len(p))
		n -= int64(len(p))
	}
	return nil
}

// walkSV7 reads the number of frames of 1152 samples of Musepack up to version 7. Only
// decoding shows where they lie.
func walkSV7(f *file) (Account, error) {
	a := Account{Frames: -1}
	p, err := f.need(f.base, 8, "the header")
	if err != nil {
		return a, err
	}
	if p[3]&15 == 7 {
		a.Frames, a.Slack, a.Proven = int64(binary.LittleEndian.Uint32(p[4:]))*1152, 2*1152, true
	}
	return a, nil
}

// walkSV8 goes through the packets of Musepack 8: two letters, and a size of 7 bits per
// byte that counts both. SE ends the stream; SH states the number of samples, after a
// CRC-32 of the rest and the version.
func walkSV8(f *file) (Account, error) {
	a := Account{Frames: -1}
	at := f.base + 4
	for n := 0; ; n++ {
		if n%256 == 0 {
			if err := f.stop(); err != nil {
				return a, err
			}
		}
		p, err := f.upTo(at, 40)
		if err != nil {
			return a, err
		}
		if len(p) < 3 {
			return a, fail(f.size, ErrTruncated, "the stream has no end")
		}
		size, used := varint(p[2:])
		name := string(p[:2])
		switch {
		case name[0] < 'A' || name[0] > 'Z' || name[1] < 'A' || name[1] > 'Z' || size < int64(2+used) || used == 0:
			return a, fail(at, ErrDamaged, "no packet begins where one should")
		case at+size > f.size:
			return a, f.short(fmt.Sprintf("packet %q", name), at+size)
		case name == "SH" && int64(len(p)) >= size && size >= int64(2+used+5) && crc32.ChecksumIEEE(p[2+used+4:size]) != binary.BigEndian.Uint32(p[2+used:]):
			return a, fail(at, ErrDamaged, "the checksum of the header is wrong")
		case name == "SH" && len(p) >= 2+used+5+9:
			a.Frames, _ = varint(p[2+used+5:])
			a.Slack = 2 * 1152
		}
		at += size
		if name == "SE" {
			a.Proven = true
			return a, f.tail(at, &a)
		}
	}
}

// varint reads a number of seven bits per byte, the highest first; used is 0 if it has
// no end.
func varint(p []byte) (v int64, used int) {
	for i, c := range p {
		if i == 9 {
			break
		}
		v = v<<7 | int64(c&0x7F)
		if c&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}
