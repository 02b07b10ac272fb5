package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// testHooks are the hooks that scripts select by environment variables:
//
//	REDBOOK_TEST_INTERRUPT=write           a real SIGINT when the phase begins
//	REDBOOK_TEST_INTERRUPT="write,finish"  and a second one in a later phase
//	REDBOOK_TEST_INTERRUPT=write@1000/term SIGTERM after LBA 1000 (hup: SIGHUP, tstp: Ctrl-Z,
//	                                       kill: SIGKILL; hold: no signal, the burn waits for one;
//	                                       both: SIGINT once two burns are there)
//	REDBOOK_TEST_INTERRUPT=convert         while files are decoded (measure, capture)
//	REDBOOK_TEST_FAULT=2a:5:error          see addFaults
//	REDBOOK_TEST_HOST=drives.json          the computer has these drives (none: none)
//	REDBOOK_TEST_HASTE=20                  --realtime is 20 times as fast
//	REDBOOK_TEST_UNPLUG=5                  no answer from the sixth WRITE on
//	REDBOOK_TEST_JSON=file                 what is printed as JSON is checked later (set for all scripts)
func testHooks() hooks {
	h := hooks{json: checkJSON, signals: true}
	if path := os.Getenv("REDBOOK_TEST_JSON"); path != "" {
		h.json = noteJSON(path)
	}
	h.haste, _ = strconv.ParseFloat(os.Getenv("REDBOOK_TEST_HASTE"), 64)
	if drives := os.Getenv("REDBOOK_TEST_HOST"); drives != "" {
		h.host = fakeHost(drives)
	}
	if phases := os.Getenv("REDBOOK_TEST_INTERRUPT"); phases != "" {
		h.event = interruptAt(strings.Split(phases, ","))
		h.decoding = func(s *stopper, step string) {
			if step == phases && s.ctx.Err() == nil {
				interrupt(os.Interrupt, s.ctx.Done())
			}
		}
	}
	if faults := os.Getenv("REDBOOK_TEST_FAULT"); faults != "" {
		h.transport = func(t scsi.Transport) scsi.Transport {
			if err := addFaults(t.(*sim.Drive), faults); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(99)
			}
			return t
		}
	}
	if writes, err := strconv.Atoi(os.Getenv("REDBOOK_TEST_UNPLUG")); err == nil {
		h.transport = func(t scsi.Transport) scsi.Transport { return &unplugged{t, writes} }
	}
	return h
}

// interruptAt sends this process SIGINT at the places, in order: a phase, or write@1000 for
// the first event after LBA 1000. The clock of the simulated drive is instant, so the burn
// stops until the signal has been noticed.
func interruptAt(places []string) func(*stopper, burn.Event) {
	var mu sync.Mutex // several drives have events at the same time
	sent, there := 0, 0
	return func(s *stopper, e burn.Event) {
		mu.Lock()
		if sent >= len(places) {
			mu.Unlock()
			return
		}
		place, name, _ := strings.Cut(places[sent], "/")
		if !isAt(e, place) {
			mu.Unlock()
			return
		}
		there++
		first := name == "both" && there == 1
		if !first {
			sent++
		}
		second := sent == 2
		mu.Unlock()
		signal := os.Signal(os.Interrupt)
		if first {
			signal = nil // the other one sends it
		}
		switch name {
		case "term":
			signal = syscall.SIGTERM
		case "hup":
			signal = syscall.SIGHUP
		case "kill":
			signal = os.Kill
		case "hold":
			signal = nil
		}
		if name == "tstp" && stopSignal != nil {
			signal = stopSignal
		}
		noticed := s.ctx.Done()
		// A context ends before those derived from it, such as that of the burn; cancel returns
		// after they have ended too.
		settle := s.cancel
		switch {
		case name == "hup", name == "tstp":
			noticed, settle = nil, func() {} // nothing listens
		case second:
			noticed = s.hurry
		}
		interrupt(signal, noticed)
		settle()
	}
}

// interrupt sends this process a signal, unless it is nil, and waits until it is noticed.
func interrupt(signal os.Signal, noticed <-chan struct{}) {
	if signal != nil {
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = p.Signal(signal)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(99)
		}
	}
	if noticed == nil {
		return
	}
	select {
	case <-noticed:
	case <-time.After(10 * time.Second):
		os.Exit(99)
	}
}

func isAt(e burn.Event, place string) bool {
	phase, lba, _ := strings.Cut(place, "@")
	p, ok := phaseOf(e)
	if !ok || string(p.phase) != phase {
		return false
	}
	progress, ok := e.(burn.Progress)
	if lba == "" || !ok {
		return lba == ""
	}
	at, err := strconv.Atoi(lba)
	return err == nil && int(progress.LastWritten) >= at
}

// addFaults makes commands fail, "opcode:nth:kind" each, separated by commas:
//
//	2a:5:error  the fifth WRITE(10) is a write error (3/0C/00), and so are the rest
//	5b:1:once   the first CLOSE TRACK/SESSION fails, a second one doesn't
func addFaults(d *sim.Drive, list string) error {
	for text := range strings.SplitSeq(list, ",") {
		parts := strings.Split(text, ":")
		if len(parts) != 3 {
			return fmt.Errorf("%q is no fault", text)
		}
		opcode, err := strconv.ParseUint(parts[0], 16, 8)
		if err != nil {
			return err
		}
		f := sim.Fault{Opcode: byte(opcode), Count: -1}
		if f.Nth, err = strconv.Atoi(parts[1]); err != nil {
			return err
		}
		if parts[2] == "once" {
			f.Count = 1
		}
		d.AddFault(f)
	}
	return nil
}

// unplugged is a drive whose cable is pulled after a number of WRITEs.
type unplugged struct {
	scsi.Transport
	writes int
}

func (u *unplugged) Unwrap() scsi.Transport { return u.Transport }

func (u *unplugged) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	if req.CDB[0] == 0x2A {
		u.writes--
	}
	if u.writes < 0 {
		return scsi.Result{}, &scsi.TransportError{Op: req.Name, Err: errors.New("no such device")}
	}
	return u.Transport.Do(ctx, req)
}
