package scsitest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// typeMMC is the peripheral device type of CD, DVD and BD drives (SPC-4 6.4.2).
const typeMMC = 0x05

// standardInquiry is the length of INQUIRY data that every device can return.
const standardInquiry = 36

func pattern(n int) []byte { return bytes.Repeat([]byte{0xA5}, n) }

func (c checker) inquiry() error {
	data := pattern(standardInquiry)
	res, err := c.good(inquiryFor(data, standardInquiry))
	if err != nil {
		return err
	}
	if want := announced(data, standardInquiry); res.N != want {
		return fmt.Errorf("INQUIRY: N is %d, but the reply announces %d bytes", res.N, want)
	}
	if got := data[0] & 0x1F; got != typeMMC || data[0]>>5 != 0 {
		return fmt.Errorf("INQUIRY: byte 0 is %02Xh: not a connected device of type 5 (MMC)", data[0])
	}
	return nil
}

// announced is the length in the INQUIRY data, up to alloc.
func announced(data []byte, alloc int) int { return min(alloc, 5+int(data[4])) }

func (c checker) limits() error {
	l := c.t.Limits()
	// Less than one audio sector would be useless.
	if l.MaxTransfer != 0 && l.MaxTransfer < 2352 {
		return fmt.Errorf("MaxTransfer is %d bytes", l.MaxTransfer)
	}
	if l.Alignment < 0 || l.Alignment&(l.Alignment-1) != 0 {
		return fmt.Errorf("limit Alignment %d is not a power of two", l.Alignment)
	}
	if again := c.t.Limits(); again != l {
		return fmt.Errorf("first %+v, then %+v", l, again)
	}
	return nil
}

// settle consumes unit attentions, which would disturb other checks.
func (c checker) settle() error {
	const attentions = 8
	for range attentions {
		res, err := c.do(testUnitReady())
		if err != nil || res.Status != scsi.CheckCondition {
			return err
		}
		sense, err := scsi.ParseSense(res.Sense)
		if err != nil || sense.Key != scsi.KeyUnitAttention {
			return err
		}
	}
	return errors.New("unit attention without end")
}

func (c checker) noData() error {
	for _, data := range [][]byte{nil, {}} {
		req := testUnitReady()
		req.Data = data
		res, err := c.do(req)
		if err != nil {
			return fmt.Errorf("TEST UNIT READY with Data nil=%t: %w", data == nil, err)
		}
		if res.Status != scsi.Good && res.Status != scsi.CheckCondition {
			return fmt.Errorf("TEST UNIT READY: %v", res.Status)
		}
		if res.Status == scsi.Good && len(res.Sense) != 0 {
			return fmt.Errorf("TEST UNIT READY: GOOD with sense data % X", res.Sense)
		}
	}
	return nil
}

func (c checker) unknownOpcode() error {
	res, err := c.refused()
	if filtered(err) {
		return nil
	}
	if err != nil {
		return err
	}
	sense, err := scsi.ParseSense(res.Sense)
	if err != nil {
		return err
	}
	if sense.Key != scsi.KeyIllegalRequest || sense.Code != asc.InvalidOpcode || sense.Deferred {
		return fmt.Errorf("sense data % X mean %s, want current 5/20/00", res.Sense, sense.Triple())
	}
	return nil
}

// filtered detects an operating system that passes only known opcodes, such as Linux
// without CAP_SYS_RAWIO. The refusal must not look like the device's.
func filtered(err error) bool {
	te, ok := errors.AsType[*scsi.TransportError](err)
	return ok && te.Sent == scsi.SentNo && errors.Is(err, fs.ErrPermission)
}

func (c checker) senseNotReused() error {
	first, err := c.refused()
	if err != nil {
		return ignoreFiltered(err)
	}
	before := bytes.Clone(first.Sense)
	for i := range first.Sense {
		first.Sense[i] ^= 0xFF
	}
	second, err := c.refused()
	if err != nil {
		return ignoreFiltered(err)
	}
	for i := range first.Sense {
		if first.Sense[i] != before[i]^0xFF {
			return fmt.Errorf("a later command changed byte %d of the sense data", i)
		}
	}
	if got, err := scsi.ParseSense(second.Sense); err != nil || got.Code != asc.InvalidOpcode {
		return fmt.Errorf("sense data % X after the earlier ones were written over", second.Sense)
	}
	return nil
}

func ignoreFiltered(err error) error {
	if filtered(err) {
		return nil
	}
	return err
}

// lengths requests the same reply at different lengths; each must be the start of the
// longer ones, and nothing may be written outside Data.
func (c checker) lengths() error {
	whole := pattern(standardInquiry)
	if _, err := c.good(inquiryFor(whole, standardInquiry)); err != nil {
		return err
	}
	const guard = 16
	for _, alloc := range []int{6, 8, 34} {
		arena := pattern(guard + alloc + guard)
		data := arena[guard : guard+alloc]
		res, err := c.good(inquiryFor(data, byte(alloc)))
		if err != nil {
			return err
		}
		if want := announced(whole, alloc); res.N != want {
			return fmt.Errorf("%d bytes: N is %d, want %d", alloc, res.N, want)
		}
		if !bytes.Equal(data[:res.N], whole[:res.N]) {
			return fmt.Errorf("%d bytes: got % X, want % X", alloc, data, whole[:alloc])
		}
		if !bytes.Equal(arena[:guard], pattern(guard)) || !bytes.Equal(arena[guard+alloc:], pattern(guard)) {
			return fmt.Errorf("%d bytes: something was written outside Data", alloc)
		}
	}
	return nil
}

func (c checker) shortAllocation() error {
	const alloc = 8
	data := pattern(standardInquiry)
	res, err := c.good(inquiryFor(data, alloc))
	if err != nil {
		return err
	}
	if res.N != alloc {
		return fmt.Errorf("INQUIRY for %d bytes into a buffer of %d: N is %d", alloc, len(data), res.N)
	}
	return nil
}

func (c checker) unaligned() error {
	whole := pattern(standardInquiry)
	if _, err := c.good(inquiryFor(whole, standardInquiry)); err != nil {
		return err
	}
	for shift := 1; shift <= 3; shift++ {
		data := pattern(standardInquiry + shift)[shift:]
		if _, err := c.good(inquiryFor(data, standardInquiry)); err != nil {
			return err
		}
		if !bytes.Equal(data, whole) {
			return fmt.Errorf("address shifted by %d: got % X, want % X", shift, data, whole)
		}
	}
	return nil
}

// exactCount requests much more than the reply has: the header of GET CONFIGURATION
// with RT=2 contains the length of the reply. Drives older than MMC-2 lack the command.
func (c checker) exactCount() error {
	const alloc = 1024
	data := pattern(alloc)
	res, err := c.do(newRequest("GET CONFIGURATION", scsi.DataIn, data,
		opGetConfiguration, 0x02, 0, 0, 0, 0, 0, alloc>>8, alloc&0xFF, 0))
	if err != nil {
		return ignoreFiltered(err)
	}
	if res.Status != scsi.Good {
		return nil
	}
	if res.N < 8 {
		return fmt.Errorf("GET CONFIGURATION: N is %d, less than a header", res.N)
	}
	if want := 4 + int(binary.BigEndian.Uint32(data)); res.N != min(want, alloc) {
		return fmt.Errorf("GET CONFIGURATION: N is %d, but the reply announces %d bytes", res.N, want)
	}
	return nil
}

func (c checker) requestSense() error {
	const alloc = 18
	data := pattern(alloc)
	res, err := c.good(newRequest("REQUEST SENSE", scsi.DataIn, data, opRequestSense, 0, 0, 0, alloc, 0))
	if err != nil {
		return err
	}
	_, err = scsi.ParseSense(data[:res.N])
	return err
}

func (c checker) endedContext() error {
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	data := pattern(standardInquiry)
	_, err := c.t.Do(ctx, inquiryFor(data, standardInquiry))
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("got error %w, want one that matches context.Canceled", orNone(err))
	}
	te, ok := errors.AsType[*scsi.TransportError](err)
	if !ok {
		return fmt.Errorf("not a *scsi.TransportError: %w", err)
	}
	if te.Sent != scsi.SentNo {
		return fmt.Errorf("the error says sent: %v, want no", te.Sent)
	}
	if bytes.HasPrefix(data, []byte{typeMMC}) {
		return errors.New("the command was sent anyway")
	}
	return nil
}

var errNone = errors.New("<nil>")

func orNone(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

func (c checker) requestUnchanged() error {
	data := pattern(standardInquiry)
	req := inquiryFor(data, standardInquiry)
	before := *req
	if _, err := c.good(req); err != nil {
		return err
	}
	same := req.CDB == before.CDB && req.CDBLen == before.CDBLen && req.Dir == before.Dir &&
		req.Timeout == before.Timeout && req.Name == before.Name &&
		len(req.Data) == len(before.Data) && &req.Data[0] == &before.Data[0]
	if !same {
		return fmt.Errorf("was %+v, is %+v", before, *req)
	}
	return nil
}

// notRetained reuses a Request immediately for another command, and checks whether the
// Transport still writes to the first buffer, or sends the first CDB again.
func (c checker) notRetained() error {
	old := pattern(standardInquiry)
	req := inquiryFor(old, standardInquiry)
	if _, err := c.good(req); err != nil {
		return err
	}
	copy(old, pattern(len(old)))
	fresh := pattern(8)
	*req = *inquiryFor(fresh, 8)
	if _, err := c.good(req); err != nil {
		return err
	}
	if fresh[0] != typeMMC {
		return fmt.Errorf("the second command brought % X", fresh)
	}
	*req = *testUnitReady()
	if _, err := c.do(req); err != nil {
		return err
	}
	if !bytes.Equal(old, pattern(len(old))) {
		return errors.New("a later command wrote to the buffer of an earlier one")
	}
	return nil
}
