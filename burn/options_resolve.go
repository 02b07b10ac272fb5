package burn

import "github.com/redbook-audio/redbook/mmc"

// resolve returns a copy of the options with the defaults filled in.
func resolve(o *Options) *Options {
	r := Options{}
	if o != nil {
		r = *o
	}
	if !r.Speed.Known() {
		r.Speed = SpeedMax
	}
	if r.FIFO <= 0 {
		r.FIFO = DefaultFIFO
	}
	if r.ClientName == "" {
		r.ClientName = DefaultClientName
	}
	return &r
}

// closeKind returns the requested end of the session.
func closeKind(o *Options) CloseKind {
	switch {
	case o.NoClose || o.TestWrite:
		return CloseNone
	case o.MultiSession:
		return CloseMulti
	}
	return CloseFinal
}

// Sessions returns the multi-session field of mode page 05h for these options. It never
// changes during a burn, because CLOSE SESSION uses the page that was sent last.
func Sessions(o *Options) mmc.MultiSession {
	if closeKind(o) == CloseMulti {
		return mmc.SessionOpen
	}
	return mmc.SessionFinal
}

// Reserves reports whether RESERVE TRACK is sent for such a disc. Auto sends it only on
// CD-RW, where a reservation can be undone.
func Reserves(o *Options, media mmc.MediaType) bool {
	if o.TestWrite {
		return false
	}
	return o.Reserve == ReserveAlways || o.Reserve == ReserveAuto && media == mmc.MediaCDRW
}
