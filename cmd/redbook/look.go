package main

import (
	"context"
	"errors"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
)

// noDisc is the error of every command for an empty drive.
func (a *adviser) noDisc() error {
	next := a.insert()
	return explain(next.topic, fail(exitNoDisc, next.text, "no disc in the drive"))
}

// discs looks at the disc in a drive.
type discs struct {
	flags  *globals
	talk   *talk
	data   *results
	advise *adviser
}

// look determines what is on the disc. An empty drive is an error in plain words.
func (s *discs) look(ctx context.Context, d *device) (disc.Disc, error) {
	on, err := inspect.Look(ctx, d.drive, nil)
	switch {
	case noDisc(err):
		return on, s.advise.noDisc()
	case err != nil:
		if on.NotReady != nil && !errors.Is(err, on.NotReady) {
			err = errors.Join(err, on.NotReady)
		}
		return on, s.advise.burn(err, d, nil)
	}
	return on, nil
}

// remarks are the replies about a disc that are missing or contradict each other. A
// question that the drive rejects because it has nothing to report is not one of them.
func remarks(d *disc.Disc) []error {
	list := []error{d.NotReady}
	for _, f := range []struct {
		origin disc.Origin
		err    error
	}{
		{d.Media.Origin, d.Media.Err}, {d.Status.Origin, d.Status.Err}, {d.LastSession.Origin, d.LastSession.Err},
		{d.Sessions.Origin, d.Sessions.Err}, {d.TOC.Origin, d.TOC.Err}, {d.LeadOuts.Origin, d.LeadOuts.Err},
		{d.Next.Origin, d.Next.Err}, {d.ATIP.Origin, d.ATIP.Err},
	} {
		if f.origin == disc.Contradicted || f.origin == disc.Unknown && !notReported(f.err) {
			list = append(list, f.err)
		}
	}
	for i := range d.Tracks {
		list = append(list, d.Tracks[i].Err)
	}
	var kept []error
	seen := map[string]bool{}
	for _, err := range list {
		if err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			kept = append(kept, err)
		}
	}
	return kept
}

// notReported reports whether a drive has rejected a question, or wasn't asked.
func notReported(err error) bool {
	return errors.Is(err, scsi.KeyIllegalRequest) || errors.Is(err, disc.ErrNotAsked)
}

// statusText is the state of a disc in one word.
func statusText(s disc.Fact[mmc.DiscStatus]) string {
	if !s.Known() {
		return "state unknown"
	}
	switch s.Value {
	case mmc.DiscEmpty:
		return "blank"
	case mmc.DiscIncomplete:
		return "open"
	case mmc.DiscFinalized:
		return "finalized"
	}
	return string(s.Value)
}

// mediaText is the kind of disc.
func mediaText(m disc.Fact[mmc.MediaType]) string {
	if !m.Known() {
		return "disc of unknown kind"
	}
	return m.Value.String()
}
