package mmc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/scsi"
)

// ErrNotMMC matches the error of Open for a device that is not a CD, DVD or BD drive.
var ErrNotMMC = errors.New("not an optical drive")

// Drive is an optical drive that answered INQUIRY. It stores the INQUIRY data, which can't
// change, and nothing about the disc, which may be exchanged at any time.
//
// Only one goroutine at a time may use a Drive, as with its Transport.
type Drive struct {
	t       scsi.Transport
	clock   scsi.Clock
	inquiry InquiryData
}

// Open identifies the device that t reaches. It sends only INQUIRY: a disk would carry out
// some of the other commands. If the device is not an MMC device, the error matches
// ErrNotMMC and contains its name and type. If it doesn't answer, is busy or its reply can't be
// used (ErrBadReply), INQUIRY is sent up to three times. Other errors are those of scsi.Exec.
//
// The caller still owns t and closes it.
func Open(ctx context.Context, t scsi.Transport) (*Drive, error) {
	if t == nil {
		return nil, errors.New("identify the device: it has no transport")
	}
	data, err := exchange.Ask(ctx, t, inquiry{})
	for n := 1; n < openTries && momentary(err); n++ {
		if err := scsi.ClockOf(t).Sleep(ctx, openInterval); err != nil {
			return nil, fmt.Errorf("identify the device: %w", err)
		}
		data, err = exchange.Ask(ctx, t, inquiry{})
	}
	if err != nil {
		return nil, fmt.Errorf("identify the device: %w", err)
	}
	if data.Qualifier != 0 || data.DeviceType != deviceTypeMMC {
		return nil, fmt.Errorf("%q is %w (peripheral device type %02Xh, qualifier %d)",
			data.String(), ErrNotMMC, data.DeviceType, data.Qualifier)
	}
	return &Drive{t: t, clock: scsi.ClockOf(t), inquiry: data}, nil
}

// openTries is how often Open sends INQUIRY, openInterval the time between two tries.
const (
	openTries    = 3
	openInterval = 500 * time.Millisecond
)

// momentary reports whether INQUIRY is worth another try. A device should answer it at
// any time (SPC-4 6.4.1); USB bridges pass on what their drive reports.
func momentary(err error) bool {
	var sense *scsi.SenseError
	var status *scsi.StatusError
	var transport *scsi.TransportError
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &sense):
		return sense.Deferred || sense.Is(scsi.KeyUnitAttention) || sense.Is(scsi.KeyNotReady) || sense.Is(scsi.KeyAbortedCommand)
	case errors.As(err, &status):
		return status.Status == scsi.Busy || status.Status == scsi.TaskSetFull
	case errors.As(err, &transport):
		return transport.Sent == scsi.SentUnknown && (!errors.As(err, &late) || !late.Timeout()) &&
			!errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrClosed)
	}
	return false
}

// Transport returns the transport of the drive.
func (d *Drive) Transport() scsi.Transport { return d.t }

// Inquiry returns the INQUIRY data read by Open.
func (d *Drive) Inquiry() InquiryData { return d.inquiry }

// Clock returns the drive's own clock if it has one, otherwise the system's.
func (d *Drive) Clock() scsi.Clock { return d.clock }

// String returns vendor, product and revision.
func (d *Drive) String() string { return d.inquiry.String() }

// Over returns the same drive with another transport, such as a decorator of Transport. It sends
// no command.
func (d *Drive) Over(t scsi.Transport) *Drive {
	return &Drive{t: t, clock: scsi.ClockOf(t), inquiry: d.inquiry}
}
