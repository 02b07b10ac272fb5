package engine

import (
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
)

// resolve returns a copy of the options with the defaults filled in.
func resolve(o *burn.Options) *burn.Options {
	r := burn.Options{}
	if o != nil {
		r = *o
	}
	if !r.Speed.Known() {
		r.Speed = mmc.SpeedMax
	}
	if r.FIFO <= 0 {
		r.FIFO = burn.DefaultFIFO
	}
	if r.ClientName == "" {
		r.ClientName = burn.DefaultClientName
	}
	return &r
}

// CheckOptions checks options on their own; nil means the defaults. The error matches
// burn.ErrClientName or burn.ErrInvalidMCN.
func CheckOptions(o *burn.Options) error {
	o = resolve(o)
	if err := CheckClientName(o.ClientName); err != nil {
		return err
	}
	return checkMCN(o.MCN)
}

// closeKind returns the requested end of the session.
func closeKind(o *burn.Options) burn.CloseKind {
	switch {
	case o.NoClose || o.TestWrite:
		return burn.CloseNone
	case o.MultiSession:
		return burn.CloseMulti
	}
	return burn.CloseFinal
}

// Sessions returns the multi-session field of mode page 05h for these options. It is the same
// throughout a burn, because CLOSE SESSION uses the page that was sent last.
func Sessions(o *burn.Options) command.MultiSession {
	if closeKind(o) == burn.CloseMulti {
		return command.SessionOpen
	}
	return command.SessionFinal
}

// Reserves reports whether RESERVE TRACK is sent for this type of disc. Auto sends it only
// for CD-RW, on which a reservation can be undone.
func Reserves(o *burn.Options, media mmc.MediaType) bool {
	if o.TestWrite {
		return false
	}
	return o.Reserve == burn.ReserveAlways || o.Reserve == burn.ReserveAuto && media == mmc.MediaCDRW
}
