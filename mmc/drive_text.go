package mmc

import "context"

// ReadsCDText reports whether the drive claims to read CD-TEXT (feature 001Eh). A refusal
// of ReadCDText means "none" only from such a drive: others refuse the format itself.
func (d *Drive) ReadsCDText(ctx context.Context) (bool, error) {
	conf, err := ask(ctx, d.t, GetConfiguration{RT: OneFeature, Start: featureCDRead})
	if err != nil {
		return false, err
	}
	read, _, ok := lookup[cdRead](conf)
	return ok && read.CDText, nil
}
