package trial

import (
	"context"
	"errors"
	"time"

	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/scsi"
)

// question is a command that queries something and changes nothing.
type question struct {
	name  string
	cdb   []byte
	alloc int
}

// discQuestion and the following are sent in this order: a drive's features and pages
// depend on its disc, so the disc comes first.
var discQuestion = question{"READ DISC INFORMATION", []byte{0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0}, 34}

// The largest replies: no known drive has larger ones (docs/internals/golden.md).
const (
	configurationAlloc = 4096
	pagesAlloc         = 1024
	performances       = 64 // descriptors
)

// driveQuestions are about the drive.
var driveQuestions = []question{
	{"INQUIRY", []byte{0x12, 0, 0, 0, 96, 0}, 96},
	{"GET CONFIGURATION", []byte{0x46, 0, 0, 0, 0, 0, 0, configurationAlloc >> 8, 0, 0}, configurationAlloc},
	pages(0x3F, 0), pages(0x3F, 1), pages(0x3F, 2),
	performance(0x10, 0x00), performance(0x14, 0x00), performance(0x00, 0x03),
	{"READ BUFFER CAPACITY", []byte{0x5C, 0, 0, 0, 0, 0, 0, 0, 12, 0}, 12},
	{"MECHANISM STATUS", []byte{0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0}, 8},
	{"GET EVENT STATUS NOTIFICATION", []byte{0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0}, 8},
}

// mediumQuestions are about the disc in it.
var mediumQuestions = []question{
	{"READ TRACK INFORMATION", []byte{0x52, 1, 0, 0, 0, 0xFF, 0, 0, 48, 0}, 48},
	{"READ TRACK INFORMATION", []byte{0x52, 1, 0, 0, 0, 1, 0, 0, 48, 0}, 48},
	{"READ TOC/PMA/ATIP", []byte{0x43, 2, 0, 0, 0, 0, 0, 0x04, 0, 0}, 1024},
	{"READ TOC/PMA/ATIP", []byte{0x43, 2, 2, 0, 0, 0, 1, 0x04, 0, 0}, 1024},
	{"READ TOC/PMA/ATIP", []byte{0x43, 2, 4, 0, 0, 0, 0, 0, 32, 0}, 32},
	{"READ CAPACITY", []byte{0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8},
	{"READ FORMAT CAPACITIES", []byte{0x23, 0, 0, 0, 0, 0, 0, 0, 252, 0}, 252},
}

// singlePages are requested one by one if a drive doesn't return all at once.
var singlePages = []byte{0x01, 0x05, 0x08, 0x0D, 0x0E, 0x1A, 0x1D, 0x2A}

// pages requests a mode page: its current value (0), its changeable bits (1), or the
// default (2).
func pages(code, control byte) question {
	return question{"MODE SENSE(10)", []byte{0x5A, 0, control<<6 | code, 0, 0, 0, 0, pagesAlloc >> 8, pagesAlloc & 0xFF, 0}, pagesAlloc}
}

func performance(how, kind byte) question {
	return question{"GET PERFORMANCE", []byte{0xAC, how, 0, 0, 0, 0, 0, 0, 0, performances, kind, 0}, 8 + 16*performances}
}

// Survey asks a drive for everything that it reports about itself and its disc, for the
// log. A refusal is an answer too: an error is one of the transport, or that of ctx.
func Survey(ctx context.Context, t scsi.Transport) error {
	if err := settle(ctx, t); err != nil {
		return err
	}
	s := &surveyor{ctx: ctx, t: t}
	s.ask(discQuestion)
	for _, q := range driveQuestions {
		if _, refused := s.ask(q); refused && q.cdb[0] == 0x5A {
			for _, code := range singlePages {
				s.ask(pages(code, q.cdb[2]>>6))
			}
		}
	}
	s.vitalProductData()
	for _, q := range mediumQuestions {
		s.ask(q)
	}
	return s.err
}

// surveyor asks questions until the drive is lost.
type surveyor struct {
	ctx context.Context
	t   scsi.Transport
	err error
}

// ask asks one question. refused reports that the drive answered with an error.
func (s *surveyor) ask(q question) (reply []byte, refused bool) {
	if s.err != nil {
		return nil, false
	}
	req := &scsi.Request{CDBLen: len(q.cdb), Dir: scsi.DataIn, Data: make([]byte, q.alloc), Name: q.name}
	copy(req.CDB[:], q.cdb)
	n, err := scsi.Exec(s.ctx, s.t, req)
	if lost, ok := errors.AsType[*scsi.TransportError](err); ok {
		s.err = lost
		return nil, false
	}
	return req.Data[:min(max(n, 0), len(req.Data))], err != nil
}

// vitalProductData reads the list of pages and then each page. Blank drops the contents of
// the pages, but Secrets finds serial numbers in them.
func (s *surveyor) vitalProductData() {
	page := func(code byte) question {
		return question{"INQUIRY", []byte{0x12, 1, code, 0, 252, 0}, 252}
	}
	list, refused := s.ask(page(0))
	if refused || len(list) < 4 || list[1] != 0 {
		return
	}
	for _, code := range list[4:min(len(list), 4+int(list[3]))] {
		if code != 0 {
			s.ask(page(code))
		}
	}
}

// The unit attentions of power-on and of a new disc are answered first, and a disc that was
// just inserted is waited for.
const (
	settleTries = 60
	settleStep  = 500 * time.Millisecond
)

func settle(ctx context.Context, t scsi.Transport) error {
	for range settleTries {
		_, err := scsi.Exec(ctx, t, &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
		switch {
		case errors.Is(err, scsi.KeyUnitAttention):
		case errors.Is(err, asc.BecomingReady):
			if err := scsi.ClockOf(t).Sleep(ctx, settleStep); err != nil {
				return err
			}
		default:
			if lost, ok := errors.AsType[*scsi.TransportError](err); ok {
				return lost
			}
			return nil
		}
	}
	return nil
}
