package mmc

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"io/fs"

	"github.com/redbook-audio/redbook/scsi"
)

// ErrNotMMC matches the error of Open for a device that is no CD, DVD or BD drive.
var ErrNotMMC = errors.New("not an optical drive")

// Drive is an optical drive and the procedures that every host needs. It remembers
// nothing about the disc, which may be changed at any time; of the drive it keeps
// what can't change: INQUIRY data and the length of mode page 05h.
//
// A Drive is for one goroutine at a time, as its Transport is.
type Drive struct {
	t       scsi.Transport
	clock   scsi.Clock
	inquiry InquiryData

	pageLength int // of mode page 05h; 0: not asked yet
}

// Open identifies the device behind t. INQUIRY is the only command sent; if it says
// that this is no MMC device, the error matches ErrNotMMC and names what it is, and
// nothing else has been sent: a disk would obey some of our commands.
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

// openTries is how often a device is asked what it is.
const openTries = 3

// momentary reports whether INQUIRY is worth another try. A device should answer it at
// any time (SPC-4 6.4.1); USB bridges pass on what the drive behind them reports.
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

// Transport is what the drive was opened on, for commands that have no procedure.
func (d *Drive) Transport() scsi.Transport { return d.t }

// Inquiry is what the drive said about itself when it was opened.
func (d *Drive) Inquiry() InquiryData { return d.inquiry }

// Clock is the drive's own time if it has one, else the system's.
func (d *Drive) Clock() scsi.Clock { return d.clock }

// String gives vendor, product and revision.
func (d *Drive) String() string { return d.inquiry.String() }

// Configuration asks for all features. Drives from before MMC-2 refuse (5/20/00).
func (d *Drive) Configuration(ctx context.Context) (Configuration, error) {
	return ask(ctx, d.t, GetConfiguration{})
}

// Capabilities reads mode page 2Ah. A drive that has dropped this legacy page
// answers 5/24/00.
func (d *Drive) Capabilities(ctx context.Context) (Capabilities, error) {
	var c Capabilities
	err := d.modePage(ctx, PageCapabilities, &c)
	return c, err
}

// WriteParameters reads mode page 05h as the drive has it now.
func (d *Drive) WriteParameters(ctx context.Context) (WriteParameters, error) {
	var p WriteParameters
	err := d.modePage(ctx, pageWriteParameters, &p)
	return p, err
}

func (d *Drive) modePage(ctx context.Context, code byte, into encoding.BinaryUnmarshaler) error {
	_, err := ask(ctx, d.t, pageQuestion{code, into})
	return err
}

// pageQuestion is MODE SENSE for one page and the page's decoding.
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

// SetWriteParameters sends mode page 05h, composed from zeros with the drive's own
// page length. MCN and ISRC go only to a drive whose page has room for them.
func (d *Drive) SetWriteParameters(ctx context.Context, p WriteParameters) error {
	length, err := d.writeParametersLength(ctx)
	if err != nil {
		return err
	}
	return ModeSelect10{Pages: p.Page(length)}.Do(ctx, d.t)
}

// writeParametersLength learns the page length once. A drive that won't show the
// page may still take it, so a refusal means the usual length; only a transport
// that has failed or a context that has ended stops here.
func (d *Drive) writeParametersLength(ctx context.Context) (int, error) {
	if d.pageLength != 0 {
		return d.pageLength, nil
	}
	data, err := ask(ctx, d.t, ModeSense10{Page: pageWriteParameters})
	if err != nil && !refused(err) && !unusable(err) {
		return 0, err
	}
	length := writeParametersLength
	if page, ok := data.Page(pageWriteParameters); ok && page[1] >= 14 {
		length = int(page[1])
	}
	d.pageLength = length
	return length, nil
}

// Over gives the same drive on another transport, such as a decorator around its own.
// Nothing is sent.
func (d *Drive) Over(t scsi.Transport) *Drive {
	return &Drive{t: t, clock: scsi.ClockOf(t), inquiry: d.inquiry, pageLength: d.pageLength}
}
