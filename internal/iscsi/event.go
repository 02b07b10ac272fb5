package iscsi

import "net"

// Event is something that a Target reports: SessionStarted, SessionEnded or Refused.
type Event interface{ event() }

// SessionStarted reports that an initiator has logged in.
type SessionStarted struct {
	Remote    net.Addr
	Initiator string // its iSCSI name
	Discovery bool   // it only asks which targets there are
}

// SessionEnded reports that a session is over. No command of it is in the Transport
// any more.
type SessionEnded struct {
	Remote    net.Addr
	Initiator string
	Discovery bool
	LoggedOut bool  // properly, rather than by a connection that broke
	Err       error // what broke the connection; nil after a logout and when the peer just closed it
}

// Refused reports a connection that led to no session.
type Refused struct {
	Remote    net.Addr
	Initiator string // "" if it didn't come to that
	Err       error
}

func (SessionStarted) event() {}
func (SessionEnded) event()   {}
func (Refused) event()        {}
