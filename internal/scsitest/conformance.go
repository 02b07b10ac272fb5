package scsitest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/redbook-audio/redbook/scsi"
)

// TestTransport checks a Transport against its contract (see CheckTransport), once
// alone and once through Trace and Faults, and then closes it. open is called twice,
// the second time after Close; it should end the test itself if it fails.
func TestTransport(t testing.TB, open func() scsi.Transport) {
	t.Helper()
	ways := []struct {
		name string
		wrap func(scsi.Transport) scsi.Transport
	}{
		{"bare", func(inner scsi.Transport) scsi.Transport { return inner }},
		{"through Trace and Faults", func(inner scsi.Transport) scsi.Transport {
			return scsi.NewTrace(NewFaults(inner), slog.New(slog.DiscardHandler))
		}},
	}
	for _, way := range ways {
		transport := way.wrap(open())
		if err := CheckTransport(context.WithoutCancel(t.Context()), transport); err != nil {
			t.Errorf("%s: %v", way.name, err)
		}
		if err := transport.Close(); err != nil {
			t.Errorf("%s: Close: %v", way.name, err)
		}
	}
}

// CheckTransport checks a Transport against the contract documented at scsi.Transport.
// It sends only commands that every MMC drive answers, with or without a disc, and that
// change nothing: TEST UNIT READY, REQUEST SENSE, INQUIRY, GET CONFIGURATION, and one
// opcode that no standard has assigned. Unit attentions are consumed.
//
// The error joins all violations; nil means that none was found.
func CheckTransport(ctx context.Context, t scsi.Transport) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := checker{ctx: ctx, t: t}
	// The first command checks that a SCSI device answers at all.
	if err := c.inquiry(); err != nil {
		return fmt.Errorf("identify: %w", err)
	}
	checks := []struct {
		name string
		run  func() error
	}{
		{"limits", c.limits},
		{"settle", c.settle},
		{"no data", c.noData},
		{"unknown opcode", c.unknownOpcode},
		{"sense data are not reused", c.senseNotReused},
		{"data-in lengths", c.lengths},
		{"allocation length shorter than the buffer", c.shortAllocation},
		{"unaligned buffer", c.unaligned},
		{"data length of a reply", c.exactCount},
		{"REQUEST SENSE", c.requestSense},
		{"ended context", c.endedContext},
		{"request is not changed", c.requestUnchanged},
		{"request is not retained", c.notRetained},
	}
	var errs []error
	for _, check := range checks {
		if err := check.run(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", check.name, err))
		}
	}
	return errors.Join(errs...)
}

type checker struct {
	ctx context.Context
	t   scsi.Transport
}

// The commands of the suite. Their bytes are written out here because scsitest must not
// depend on the encoder that it helps to test.
const (
	opTestUnitReady    = 0x00
	opRequestSense     = 0x03
	opInquiry          = 0x12
	opUnassigned       = 0x1F // group 0, never assigned to any device type
	opGetConfiguration = 0x46
)

func newRequest(name string, dir scsi.Direction, data []byte, cdb ...byte) *scsi.Request {
	req := &scsi.Request{CDBLen: len(cdb), Dir: dir, Data: data, Name: name}
	copy(req.CDB[:], cdb)
	return req
}

func testUnitReady() *scsi.Request {
	return newRequest("TEST UNIT READY", scsi.NoData, nil, opTestUnitReady, 0, 0, 0, 0, 0)
}

// inquiryFor asks for alloc bytes into data. Byte 3 was reserved before SPC-3, so
// alloc stays below 256.
func inquiryFor(data []byte, alloc byte) *scsi.Request {
	return newRequest("INQUIRY", scsi.DataIn, data, opInquiry, 0, 0, 0, alloc, 0)
}

func unassigned() *scsi.Request {
	return newRequest("unassigned opcode 1Fh", scsi.NoData, nil, opUnassigned, 0, 0, 0, 0, 0)
}

// do sends req and checks the rules for every command.
func (c checker) do(req *scsi.Request) (scsi.Result, error) {
	res, err := c.t.Do(c.ctx, req)
	if err != nil {
		if _, ok := errors.AsType[*scsi.TransportError](err); !ok {
			err = fmt.Errorf("not a *scsi.TransportError: %w", err)
		}
		return res, err
	}
	if res.N < 0 || res.N > len(req.Data) {
		return res, fmt.Errorf("%s: N is %d for a buffer of %d bytes", req.Name, res.N, len(req.Data))
	}
	if req.Dir == scsi.DataIn {
		for i, b := range req.Data[res.N:] {
			if b != 0 {
				return res, fmt.Errorf("%s: %d bytes came, but byte %d after them is %02Xh, not zero",
					req.Name, res.N, res.N+i, b)
			}
		}
	}
	if res.Status == scsi.CheckCondition {
		if _, err := scsi.ParseSense(res.Sense); err != nil {
			return res, fmt.Errorf("%s: CHECK CONDITION: %w", req.Name, err)
		}
	}
	return res, nil
}

// good is do for a command that must succeed.
func (c checker) good(req *scsi.Request) (scsi.Result, error) {
	res, err := c.do(req)
	if err == nil && res.Status != scsi.Good {
		err = fmt.Errorf("%s: %v, %d bytes of sense data (% X)", req.Name, res.Status, len(res.Sense), res.Sense)
	}
	return res, err
}

// refused sends the unassigned opcode and returns its sense data. After a reset a drive
// reports that first, whatever the command.
func (c checker) refused() (scsi.Result, error) {
	const attentions = 4
	for range attentions {
		res, err := c.do(unassigned())
		if err != nil {
			return res, err
		}
		if res.Status != scsi.CheckCondition {
			return res, fmt.Errorf("got %v, want CHECK CONDITION", res.Status)
		}
		sense, err := scsi.ParseSense(res.Sense)
		if err != nil || sense.Key != scsi.KeyUnitAttention {
			return res, err
		}
	}
	return scsi.Result{}, errors.New("unit attention without end")
}
