package flac

import (
	"fmt"
)

// fixed decodes a channel that is predicted by one of five fixed polynomials.
func (d *Decoder) fixed(out []int64, bits uint, order int) error {
	if order > len(out) {
		return FormatError("a block is shorter than what its samples are predicted from")
	}
	if err := d.verbatim(out[:order], bits); err != nil {
		return err
	}
	if err := d.residual(out, order); err != nil {
		return err
	}
	switch order {
	case 1:
		for i := 1; i < len(out); i++ {
			out[i] += out[i-1]
		}
	case 2:
		for i := 2; i < len(out); i++ {
			out[i] += 2*out[i-1] - out[i-2]
		}
	case 3:
		for i := 3; i < len(out); i++ {
			out[i] += 3*(out[i-1]-out[i-2]) + out[i-3]
		}
	case 4:
		for i := 4; i < len(out); i++ {
			out[i] += 4*(out[i-1]+out[i-3]) - 6*out[i-2] - out[i-4]
		}
	}
	return nil
}

// predicted decodes a channel with its own predictor: the first samples, four bits for the
// size of the coefficients - 1, five for their shift, the coefficients, and the residual.
func (d *Decoder) predicted(out []int64, bits uint, order int) error {
	if order > len(out) {
		return FormatError("a block is shorter than what its samples are predicted from")
	}
	if err := d.verbatim(out[:order], bits); err != nil {
		return err
	}
	size, err := d.b.bits(4)
	if err != nil {
		return err
	}
	if size == 15 {
		return FormatError("the coefficients of a predictor have a reserved size")
	}
	shift, err := d.b.signed(5)
	if err != nil {
		return err
	}
	if shift < 0 {
		return FormatError("the coefficients of a predictor are shifted the wrong way")
	}
	var coefficients [32]int64
	// The last first, in the order of the samples: the loop below runs through both.
	for i := order - 1; i >= 0; i-- {
		if coefficients[i], err = d.b.signed(uint(size) + 1); err != nil {
			return err
		}
	}
	if err := d.residual(out, order); err != nil {
		return err
	}
	restore(out, coefficients[:order], uint(shift))
	return nil
}

// restore adds the prediction to the residual. Coefficients are in the order of the
// samples. Orders are rounded up to one that has its own loop, with zeros for the samples
// that are too far away.
func restore(out, coefficients []int64, shift uint) {
	order := len(coefficients)
	size := order
	switch {
	case order <= 4:
		size = 4
	case order <= 8:
		size = 8
	case order <= 12:
		size = 12
	}
	if size > 12 || size > len(out) {
		restoreAny(out, order, coefficients, shift)
		return
	}
	// Until there are as many samples as the loop uses.
	restoreAny(out[:size], order, coefficients, shift)
	var c [12]int64
	copy(c[size-order:], coefficients)
	switch size {
	case 4:
		restore4(out, (*[4]int64)(c[:4]), shift)
	case 8:
		restore8(out, (*[8]int64)(c[:8]), shift)
	default:
		restore12(out, &c, shift)
	}
}

// restoreAny is restore for any order.
func restoreAny(out []int64, order int, coefficients []int64, shift uint) {
	for i := order; i < len(out); i++ {
		history := out[i-order : i : i]
		var a, b int64
		j := 0
		for ; j+1 < len(coefficients) && j+1 < len(history); j += 2 {
			a += coefficients[j] * history[j]
			b += coefficients[j+1] * history[j+1]
		}
		if j < len(coefficients) && j < len(history) {
			a += coefficients[j] * history[j]
		}
		out[i] += (a + b) >> shift
	}
}

// The loops below keep the coefficients and the last samples in variables: nothing is read
// twice. The newest sample is multiplied last, because it depends on the previous one.

func restore4(out []int64, c *[4]int64, shift uint) {
	shift &= 63
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	h0, h1, h2, h3 := out[0], out[1], out[2], out[3]
	out = out[4:]
	for i, v := range out {
		v += (c0*h0 + c1*h1 + c2*h2 + c3*h3) >> shift
		out[i] = v
		h0, h1, h2, h3 = h1, h2, h3, v
	}
}

func restore8(out []int64, c *[8]int64, shift uint) {
	shift &= 63
	c0, c1, c2, c3, c4, c5, c6, c7 := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]
	last := out[7]
	for i := 8; i < len(out); i++ {
		h := (*[8]int64)(out[i-8 : i])
		v := out[i] + (c0*h[0]+c1*h[1]+(c2*h[2]+c3*h[3])+(c4*h[4]+c5*h[5]+c6*h[6])+c7*last)>>shift
		out[i] = v
		last = v
	}
}

func restore12(out []int64, c *[12]int64, shift uint) {
	shift &= 63
	c11, last := c[11], out[11]
	for i := 12; i < len(out); i++ {
		h := (*[12]int64)(out[i-12 : i])
		v := out[i] + (c[0]*h[0]+c[1]*h[1]+(c[2]*h[2]+c[3]*h[3])+(c[4]*h[4]+c[5]*h[5]+(c[6]*h[6]+c[7]*h[7]))+
			(c[8]*h[8]+c[9]*h[9]+c[10]*h[10])+c11*last)>>shift
		out[i] = v
		last = v
	}
}

// residual decodes the residual out[order:]: Rice codes with one parameter for each of 2^n
// parts of the block (RFC 9639 9.2.7).
func (d *Decoder) residual(out []int64, order int) error {
	head, err := d.b.bits(6)
	if err != nil {
		return err
	}
	width, escape := uint(4), uint(15)
	switch head >> 4 {
	case 0:
	case 1:
		width, escape = 5, 31
	default:
		return FormatError("the residual is coded in a reserved way")
	}
	parts := uint(head & 15)
	size := len(out) >> parts
	if size<<parts != len(out) || size < order {
		return FormatError(fmt.Sprintf("a block of %d samples can't have 2^%d parts", len(out), parts))
	}
	for end := size; end <= len(out) && size > 0; end += size {
		from := max(end-size, order)
		k, err := d.b.bits(width)
		if err != nil {
			return err
		}
		if uint(k) == escape {
			err = d.plain(out[from:end])
		} else {
			err = d.rice(out[from:end], uint(k))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// plain reads numbers of a size given in five bits.
func (d *Decoder) plain(out []int64) error {
	bits, err := d.b.bits(5)
	if err != nil {
		return err
	}
	return d.verbatim(out, uint(bits))
}

// rice reads Rice codes: a number of zeros for the high part, a one, k bits for the
// low part; odd numbers are negative.
func (d *Decoder) rice(out []int64, k uint) error {
	b := d.b
	for len(out) > 0 {
		// While eight more bytes are available, everything is in variables.
		n := b.riceFast(out, k)
		if out = out[n:]; len(out) == 0 {
			return nil
		}
		high, err := b.unary()
		if err != nil {
			return err
		}
		low, err := b.bits(k)
		if err != nil {
			return err
		}
		v := high<<k | low
		out[0] = int64(v>>1) ^ -int64(v&1)
		out = out[1:]
	}
	return nil
}
