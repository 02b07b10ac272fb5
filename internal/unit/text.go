package unit

import (
	"context"

	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/mmc"
)

// ReadsCDText reports whether the drive claims to read CD-TEXT (feature 001Eh). Only from
// such a drive does a refusal of command.ReadCDText mean that the disc has none: others refuse
// the format itself.
func ReadsCDText(ctx context.Context, d *mmc.Drive) (bool, error) {
	conf, err := exchange.Ask(ctx, d.Transport(), command.GetConfiguration{RT: command.OneFeature, Start: command.FeatureCDRead})
	if err != nil {
		return false, err
	}
	read, _, ok := command.Lookup[command.CDRead](conf)
	return ok && read.CDText, nil
}
