package sim

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/scsi"
)

// Lock takes the drive for a client, as scsi.Locker asks. There is no file system
// in the way, so force changes nothing. A drive that another client has is a
// *scsi.LockedError; the same client may lock again,
// and each Lock wants its Unlock.
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
	d.locks++
	return nil
}

// Unlock undoes one Lock.
func (d *Drive) Unlock() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locks == 0 {
		return errors.New("sim: unlock: the drive isn't locked")
	}
	if d.locks--; d.locks == 0 {
		d.owner = ""
	}
	return nil
}

// Owner is the name of the client that has the drive, "" for nobody.
func (d *Drive) Owner() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.owner, nil
}
