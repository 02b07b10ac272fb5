package flac

import (
	"fmt"
	"io"
)

// Decoder decodes one frame after the other.
type Decoder struct {
	b    *bitReader
	bits int // from the stream info, for frames that don't contain it
	ch   [8][]int64
	h    Header
	last int64 // where the frame began
}

// NewDecoder reads frames from r. base is the byte of the file at which r begins; bits is
// the size of the samples for frames that don't state it.
func NewDecoder(r io.Reader, base int64, bits int) *Decoder {
	return &Decoder{b: newBitReader(r, base), bits: bits}
}

// Reset lets the decoder begin anew, as NewDecoder would make it.
func (d *Decoder) Reset(r io.Reader, base int64, bits int) {
	b := d.b
	*b = bitReader{r: r, base: base, buf: b.buf}
	d.bits, d.last, d.h = bits, 0, Header{}
}

// Offset is the byte of the file at which the last frame began, or the next one if
// Next was not called yet.
func (d *Decoder) Offset() int64 { return d.last }

// Behind is the byte of the file after the last frame.
func (d *Decoder) Behind() int64 { return d.b.offset() }

// Samples are those of channel c of the last frame, as numbers of Header.Bits bits.
func (d *Decoder) Samples(c int) []int64 { return d.ch[c] }

// Peek returns up to n bytes that come next, at most 4096.
func (d *Decoder) Peek(n int) []byte {
	b := d.b
	for b.end-b.consumed() < n && b.err == nil {
		b.more()
		if b.end-b.consumed() < n && b.err == nil {
			var got int
			got, b.err = b.r.Read(b.buf[b.end:])
			b.end += got
		}
	}
	at := b.consumed()
	return b.buf[at:min(at+n, b.end)]
}

// Next decodes the next frame. It returns io.EOF if the file ends between two frames and
// io.ErrUnexpectedEOF if it ends inside one; a defect of the frame is a FormatError.
func (d *Decoder) Next() (Header, error) {
	d.last = d.b.offset()
	head := d.Peek(maxHeader)
	if len(head) == 0 {
		if d.b.err != io.EOF {
			return Header{}, d.b.err
		}
		return Header{}, io.EOF
	}
	h, err := ParseHeader(head)
	if err != nil {
		return h, err
	}
	if h.Bits == 0 {
		h.Bits = d.bits
	}
	if h.Bits < 4 || h.Bits > 32 {
		return h, FormatError(fmt.Sprintf("the samples of the frame have %d bits", h.Bits))
	}
	d.h = h
	d.b.startCRC()
	for range h.Size {
		if _, err := d.b.bits(8); err != nil {
			return h, err
		}
	}
	return h, d.body()
}

// body decodes what follows the header.
func (d *Decoder) body() error {
	for c := range d.h.Channels {
		if cap(d.ch[c]) < d.h.Block {
			d.ch[c] = make([]int64, d.h.Block)
		}
		d.ch[c] = d.ch[c][:d.h.Block]
		bits := uint(d.h.Bits)
		// The difference of two channels needs one bit more.
		if d.h.stereo == sideRight && c == 0 || (d.h.stereo == leftSide || d.h.stereo == midSide) && c == 1 {
			bits++
		}
		if err := d.subframe(d.ch[c], bits); err != nil {
			return err
		}
	}
	d.b.align()
	have := d.b.sum()
	want, err := d.b.bits(16)
	if err != nil {
		return err
	}
	if uint64(have) != want {
		return FormatError(fmt.Sprintf("the checksum of the frame is %04Xh, not %04Xh", have, want))
	}
	d.correlate()
	return nil
}

// correlate converts the contents of the two channels to left and right.
func (d *Decoder) correlate() {
	a, b := d.ch[0], d.ch[1]
	switch d.h.stereo {
	case leftSide:
		for i, left := range a {
			b[i] = left - b[i]
		}
	case sideRight:
		for i, right := range b {
			a[i] += right
		}
	case midSide:
		for i, side := range b {
			mid := a[i]<<1 | side&1
			a[i], b[i] = (mid+side)>>1, (mid-side)>>1
		}
	}
}

// subframe decodes one channel (RFC 9639 9.2): a 0, six bits for the kind, one that
// says whether the lowest bits of all samples are 0 and left out.
func (d *Decoder) subframe(out []int64, bits uint) error {
	head, err := d.b.bits(8)
	if err != nil {
		return err
	}
	if head&0x80 != 0 {
		return FormatError("a channel doesn't begin with a 0")
	}
	wasted := uint(0)
	if head&1 != 0 {
		zeros, err := d.b.unary()
		if err != nil {
			return err
		}
		if zeros+1 >= uint64(bits) {
			return FormatError("a channel leaves out all bits of its samples")
		}
		wasted = uint(zeros) + 1
		bits -= wasted
	}
	switch kind := int(head >> 1); {
	case kind == 0:
		err = d.constant(out, bits)
	case kind == 1:
		err = d.verbatim(out, bits)
	case kind >= 8 && kind <= 12:
		err = d.fixed(out, bits, kind-8)
	case kind >= 32:
		err = d.predicted(out, bits, kind-31)
	default:
		err = FormatError(fmt.Sprintf("a channel is coded in the reserved way %d", kind))
	}
	if err != nil || wasted == 0 {
		return err
	}
	for i := range out {
		out[i] <<= wasted
	}
	return nil
}

func (d *Decoder) constant(out []int64, bits uint) error {
	v, err := d.b.signed(bits)
	for i := range out {
		out[i] = v
	}
	return err
}

func (d *Decoder) verbatim(out []int64, bits uint) (err error) {
	for i := range out {
		if out[i], err = d.b.signed(bits); err != nil {
			return err
		}
	}
	return nil
}
