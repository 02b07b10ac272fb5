package mmc

import "context"

// ReadsCDText reports whether the drive claims to read CD-TEXT (feature 001Eh). Only from
// such a drive does a refusal of ReadCDText mean that the disc has none: others refuse
// the format itself.
func (d *Drive) ReadsCDText(ctx context.Context) (bool, error) {
	conf, err := ask(ctx, d.t, GetConfiguration{RT: OneFeature, Start: featureCDRead})
	if err != nil {
		return false, err
	}
	read, _, ok := lookup[cdRead](conf)
	return ok && read.CDText, nil
}
