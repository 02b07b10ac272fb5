package unit

import (
	"context"
	"encoding"
	"errors"
	"fmt"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// Configuration asks for all features. Drives from before MMC-2 refuse (5/20/00).
func Configuration(ctx context.Context, d *mmc.Drive) (command.Configuration, error) {
	return exchange.Ask(ctx, d.Transport(), command.GetConfiguration{})
}

// Capabilities reads mode page 2Ah. A drive without this legacy page answers 5/24/00.
func Capabilities(ctx context.Context, d *mmc.Drive) (command.Capabilities, error) {
	var c command.Capabilities
	err := modePage(ctx, d.Transport(), command.PageCapabilities, &c)
	return c, err
}

// WriteParameters reads the current mode page 05h.
func WriteParameters(ctx context.Context, d *mmc.Drive) (command.WriteParameters, error) {
	var p command.WriteParameters
	err := modePage(ctx, d.Transport(), command.PageWriteParameters, &p)
	return p, err
}

func modePage(ctx context.Context, t scsi.Transport, code byte, into encoding.BinaryUnmarshaler) error {
	_, err := exchange.Ask(ctx, t, pageQuestion{code, into})
	return err
}

// pageQuestion is MODE SENSE for one page, with its decoder.
type pageQuestion struct {
	code byte
	into encoding.BinaryUnmarshaler
}

// Do runs the command.
func (q pageQuestion) Do(ctx context.Context, t scsi.Transport) (struct{}, error) {
	data, err := command.ModeSense10{Page: q.code}.Do(ctx, t)
	if err != nil {
		return struct{}{}, err
	}
	page, ok := data.Page(q.code)
	if !ok {
		return struct{}{}, fmt.Errorf("mode page %02Xh isn't in the reply: %w", q.code, errors.ErrUnsupported)
	}
	return struct{}{}, q.into.UnmarshalBinary(page)
}

// ParametersPage sends mode page 05h to one drive. It stores the length of the page, which
// can't change, so that only the first Set reads it.
type ParametersPage struct {
	length int // 0: not read yet
}

// Set sends the page, composed from zeros with the drive's own page length. MCN and ISRC are
// left out if the page has no room for them.
func (m *ParametersPage) Set(ctx context.Context, d *mmc.Drive, p command.WriteParameters) error {
	if m.length == 0 {
		length, err := writeParametersLength(ctx, d.Transport())
		if err != nil {
			return err
		}
		m.length = length
	}
	return command.ModeSelect10{Pages: p.Page(m.length)}.Do(ctx, d.Transport())
}

// writeParametersLength reads the length of mode page 05h. A drive that does not return the
// page may still accept it, so a refusal means the usual length. Only a failed transport or a
// canceled context is an error.
func writeParametersLength(ctx context.Context, t scsi.Transport) (int, error) {
	data, err := exchange.Ask(ctx, t, command.ModeSense10{Page: command.PageWriteParameters})
	if err != nil && !refused(err) && !exchange.Unusable(err) {
		return 0, err
	}
	if page, ok := data.Page(command.PageWriteParameters); ok && page[1] >= 14 {
		return int(page[1]), nil
	}
	return command.UsualPageLength, nil
}
