package burn

import (
	"reflect"
	"sync"

	"github.com/redbook-audio/redbook/scsi"
)

// claims are the drives that a job of this program has, by what is at the bottom of
// their transports. scsi.Locker counts the locks of one client name, so that it
// doesn't keep two jobs of one program apart: the one that ends first would unlock the
// tray and the drive of the other.
var claims = struct {
	sync.Mutex
	held map[scsi.Transport]string // the client name
}{held: map[scsi.Transport]string{}}

// claim takes the drive behind a transport from other jobs of this program. The error
// is a *scsi.LockedError.
func claim(t scsi.Transport, client string) (release func() error, err error) {
	key := bottom(t)
	if !reflect.ValueOf(key).Comparable() {
		return func() error { return nil }, nil // nothing tells one from another
	}
	claims.Lock()
	defer claims.Unlock()
	if owner, held := claims.held[key]; held {
		return nil, &scsi.LockedError{Owner: owner}
	}
	claims.held[key] = client
	return func() error {
		claims.Lock()
		defer claims.Unlock()
		delete(claims.held, key)
		return nil
	}, nil
}

// bottom is what all decorators stand around.
func bottom(t scsi.Transport) scsi.Transport {
	for {
		u, ok := t.(interface{ Unwrap() scsi.Transport })
		if !ok {
			return t
		}
		t = u.Unwrap()
	}
}
