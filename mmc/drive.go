package mmc

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"io/fs"

	"github.com/redbook-audio/redbook/scsi"
)

// ErrNotMMC matches the error of Open for a device that is not a CD, DVD or BD drive.
var ErrNotMMC = errors.New("not an optical drive")

// Drive is an optical drive with the procedures that every host needs. It stores nothing
// about the disc, which may be exchanged at any time. Of the drive it stores the INQUIRY
// data and the length of mode page 05h, which can't change.
//
// Only one goroutine at a time may use a Drive, as with its Transport.
type Drive struct {
	t       scsi.Transport
	clock   scsi.Clock
	inquiry InquiryData

	pageLength int // of mode page 05h; 0: not read yet
}

// Open identifies the device that t reaches. It sends only INQUIRY: a disk would carry out
// some of the other commands. If the device is not an MMC device, the error matches
// ErrNotMMC and contains its name and type.
//
// The caller still owns t and closes it.
func Open(ctx context.Context, t scsi.Transport) (*Drive, error) {
	data, err := ask(ctx, t, Inquiry{})
	for n := 1; n < openTries && momentary(err); n++ {
		if err := scsi.ClockOf(t).Sleep(ctx, pollInterval); err != nil {
			return nil, fmt.Errorf("identify the device: %w", err)
		}
		data, err = ask(ctx, t, Inquiry{})
	}
	if err != nil {
		return nil, fmt.Errorf("identify the device: %w", err)
	}
	if !data.MMC() {
		return nil, fmt.Errorf("mmc: %q is %w (peripheral device type %02Xh, qualifier %d)",
			data.String(), ErrNotMMC, data.DeviceType, data.Qualifier)
	}
	return &Drive{t: t, clock: scsi.ClockOf(t), inquiry: data}, nil
}

// openTries is how often Open sends INQUIRY.
const openTries = 3

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

// Transport returns the transport of the drive, for commands without a procedure here.
func (d *Drive) Transport() scsi.Transport { return d.t }

// Inquiry returns the INQUIRY data read by Open.
func (d *Drive) Inquiry() InquiryData { return d.inquiry }

// Clock returns the drive's own clock if it has one, otherwise the system's.
func (d *Drive) Clock() scsi.Clock { return d.clock }

// String returns vendor, product and revision.
func (d *Drive) String() string { return d.inquiry.String() }

// Configuration asks for all features. Drives from before MMC-2 refuse (5/20/00).
func (d *Drive) Configuration(ctx context.Context) (Configuration, error) {
	return ask(ctx, d.t, GetConfiguration{})
}

// Capabilities reads mode page 2Ah. A drive without this legacy page answers 5/24/00.
func (d *Drive) Capabilities(ctx context.Context) (Capabilities, error) {
	var c Capabilities
	err := modePage(ctx, d.t, PageCapabilities, &c)
	return c, err
}

// WriteParameters reads the current mode page 05h.
func (d *Drive) WriteParameters(ctx context.Context) (WriteParameters, error) {
	var p WriteParameters
	err := modePage(ctx, d.t, pageWriteParameters, &p)
	return p, err
}

func modePage(ctx context.Context, t scsi.Transport, code byte, into encoding.BinaryUnmarshaler) error {
	_, err := ask(ctx, t, pageQuestion{code, into})
	return err
}

// pageQuestion is MODE SENSE for one page, with its decoder.
type pageQuestion struct {
	code byte
	into encoding.BinaryUnmarshaler
}

// Do runs the command.
func (q pageQuestion) Do(ctx context.Context, t scsi.Transport) (struct{}, error) {
	data, err := ModeSense10{Page: q.code}.Do(ctx, t)
	if err != nil {
		return struct{}{}, err
	}
	page, ok := data.Page(q.code)
	if !ok {
		return struct{}{}, fmt.Errorf("mode page %02Xh isn't in the reply: %w", q.code, errors.ErrUnsupported)
	}
	return struct{}{}, q.into.UnmarshalBinary(page)
}

// SetWriteParameters sends mode page 05h, composed from zeros with the drive's own page
// length. MCN and ISRC are left out if the page has no room for them.
func (d *Drive) SetWriteParameters(ctx context.Context, p WriteParameters) error {
	if d.pageLength == 0 {
		length, err := writeParametersLength(ctx, d.t)
		if err != nil {
			return err
		}
		d.pageLength = length
	}
	return ModeSelect10{Pages: p.Page(d.pageLength)}.Do(ctx, d.t)
}

// writeParametersLength reads the length of mode page 05h. A drive that does not return the
// page may still accept it, so a refusal means the usual length. Only a failed transport or a
// canceled context is an error.
func writeParametersLength(ctx context.Context, t scsi.Transport) (int, error) {
	data, err := ask(ctx, t, ModeSense10{Page: pageWriteParameters})
	if err != nil && !refused(err) && !unusable(err) {
		return 0, err
	}
	if page, ok := data.Page(pageWriteParameters); ok && page[1] >= 14 {
		return int(page[1]), nil
	}
	return usualPageLength, nil
}

// Over returns the same drive on another transport, such as a decorator. It sends nothing.
func (d *Drive) Over(t scsi.Transport) *Drive {
	return &Drive{t: t, clock: scsi.ClockOf(t), inquiry: d.inquiry, pageLength: d.pageLength}
}
