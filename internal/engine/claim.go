package engine

import (
	"reflect"
	"sync"

	"github.com/redbook-audio/redbook/scsi"
)

// claims holds the drives that jobs of this program use, keyed by the innermost
// transport. scsi.Locker counts the locks of one client name, so it doesn't separate two
// jobs of one program: the first to end would unlock the other's tray and drive.
var claims = struct {
	sync.Mutex
	held map[scsi.Transport]string // the client name
}{held: map[scsi.Transport]string{}}

// claim reserves the drive of a transport against other jobs of this program. The error
// is a *scsi.LockedError.
func claim(t scsi.Transport, client string) (release func() error, err error) {
	key := bottom(t)
	if !reflect.ValueOf(key).Comparable() {
		return func() error { return nil }, nil // such transports can't be compared
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

// bottom returns the innermost transport, without its decorators.
func bottom(t scsi.Transport) scsi.Transport {
	for {
		u, ok := t.(interface{ Unwrap() scsi.Transport })
		if !ok {
			return t
		}
		t = u.Unwrap()
	}
}
