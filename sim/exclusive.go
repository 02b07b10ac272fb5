package sim

import (
	"context"

	"github.com/redbook-audio/redbook/scsi"
)

// Lock takes the drive for a client, as scsi.Locker asks. There is no file system
// in the way, so force changes nothing. A drive that another client has is a
// *scsi.LockedError; the same client may lock again.
func (d *Drive) Lock(ctx context.Context, client string, force bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.owner != "" && d.owner != client {
		return &scsi.LockedError{Owner: d.owner}
	}
	d.owner = client
	return nil
}

// Unlock gives the drive back.
func (d *Drive) Unlock() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.owner = ""
	return nil
}

// Owner is the name of the client that has the drive, "" for nobody.
func (d *Drive) Owner() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.owner, nil
}
