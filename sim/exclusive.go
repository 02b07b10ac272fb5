package sim

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/scsi"
)

// owner is the client that has locked the drive, and how many times.
type owner struct {
	name  string
	locks int
}

// Lock locks the drive for a client (scsi.Locker). force has no effect, because no file
// system can be mounted. If another client has the drive, the error is a
// *scsi.LockedError. The same client may lock again, and each Lock needs its Unlock.
func (d *Drive) Lock(ctx context.Context, client string, force bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.owner.name != "" && d.owner.name != client {
		return &scsi.LockedError{Owner: d.owner.name}
	}
	d.owner.name = client
	d.owner.locks++
	return nil
}

// Unlock undoes one Lock (scsi.Locker).
func (d *Drive) Unlock() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.owner.locks == 0 {
		return errors.New("sim: unlock: the drive isn't locked")
	}
	if d.owner.locks--; d.owner.locks == 0 {
		d.owner.name = ""
	}
	return nil
}

// Owner returns the name of the client that has locked the drive, or "" (scsi.Locker).
func (d *Drive) Owner() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.owner.name, nil
}
