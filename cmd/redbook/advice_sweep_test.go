package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sao"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// adviceFaults are the faults that are tried at each command.
var adviceFaults = []struct {
	name string
	rule scsitest.Rule
}{
	{"write error", scsitest.Rule{Fault: senseOf(3, 0x0C00)}},
	{"permanent write error", scsitest.Rule{Sticky: true, Fault: senseOf(3, 0x0C00)}},
	{"refused", scsitest.Rule{Fault: senseOf(5, 0x2400)}},
	{"fixation", scsitest.Rule{Sticky: true, Fault: senseOf(3, 0x7201)}},
	{"read error for good", scsitest.Rule{Sticky: true, Fault: senseOf(3, 0x1100)}},
	{"room", scsitest.Rule{Sticky: true, Fault: senseOf(5, 0x6300)}},
	{"lost", scsitest.Rule{Fault: scsitest.TransportFault(scsi.SentUnknown, nil)}},
	{"lost afterwards", scsitest.Rule{After: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)}},
	{"gone", scsitest.Rule{Sticky: true, Fault: scsitest.TransportFault(scsi.SentUnknown, nil)}},
	{"ignored", scsitest.Rule{Sticky: true, Fault: scsitest.GoodFault()}},
}

func senseOf(key scsi.SenseKey, code scsi.Code) scsitest.Fault {
	return scsitest.SenseFault(scsitest.FixedSense(scsi.Sense{Key: key, Code: code}))
}

// The advice after a burn is true of the disc, whichever command failed: its contents,
// whether it is open, and what can be done with it.
func TestAdviceIsTrueOfTheDisc(t *testing.T) {
	if testing.Short() {
		t.Skip("a burn for each command and fault")
	}
	for _, atOnce := range []bool{false, true} {
		clean := adviceRun(t, atOnce, nil)
		require.NoError(t, clean.err)
		for _, fault := range adviceFaults {
			for op, times := range clean.sent {
				// The first, one in the middle and the last of a kind.
				for _, nth := range []int{0, times / 2, times - 1} {
					rule := fault.rule
					rule.Match, rule.Skip = scsitest.Opcode(op), nth
					if fault.name == "gone" {
						rule.Match = after(op, nth)
						rule.Skip = 0
					}
					if fault.name == "ignored" && op == command.OpReadCD {
						continue // silence instead of the audio, every time: undetectable
					}
					r := adviceRun(t, atOnce, &rule)
					if wrong := r.wrong(); wrong != "" {
						t.Errorf("at once %v, %02Xh %d, %s: %s\nerror: %v\nadvice: %s\nholds: %q", atOnce, op, nth+1, fault.name, wrong, r.err, r.advice, r.holds)
					}
				}
			}
		}
	}
}

// after matches every command from one on.
func after(op byte, nth int) func(*scsi.Request) bool {
	seen, gone := 0, false
	return func(req *scsi.Request) bool {
		if req.CDB[0] == op {
			gone = gone || seen == nth
			seen++
		}
		return gone
	}
}

// advised is a burn, its messages, and its disc.
type advised struct {
	err     error
	report  burn.Report
	advice  string
	holds   string
	disc    sim.DiscSummary
	tracks  []sim.Track
	sent    map[byte]int
	perfect bool
}

// counting counts commands by their opcodes.
type counting struct {
	scsi.Transport
	sent map[byte]int
}

func (c *counting) Unwrap() scsi.Transport { return c.Transport }

func (c *counting) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	c.sent[req.CDB[0]]++
	return c.Transport.Do(ctx, req)
}

func adviceRun(t *testing.T, atOnce bool, rule *scsitest.Rule) advised {
	cd := sim.NewDisc(sim.CDR80)
	drive := sim.New(sim.Config{Disc: cd})
	faults := scsitest.NewFaults(drive)
	count := &counting{faults, map[byte]int{}}
	d, err := mmc.Open(context.Background(), count)
	require.NoError(t, err)
	clear(count.sent)
	if rule != nil {
		faults.Add(*rule)
	}
	var tracks []burn.Track
	for i := range 2 {
		b := make([]byte, 310*2352)
		for j := range b {
			b[j] = byte(j*7 + j>>8 + i)
		}
		tracks = append(tracks, burn.Track{Source: pcm.FromBytes(fmt.Sprintf("%d.wav", i+1), pcm.CDDA, b)})
	}
	var r advised
	o := &burn.Options{Verify: disc.VerifyQuick, FIFO: 256 << 10}
	if atOnce {
		r.report, r.err = sao.Burn(context.Background(), d, tracks, o, sao.Text{})
	} else {
		r.report, r.err = tao.Burn(context.Background(), d, tracks, o)
	}
	a := &adviser{flags: &globals{}, config: &config{}}
	r.advice, r.holds = "", strings.Join(holds(&r.report), " ")
	if r.err != nil {
		r.advice = a.next(r.err, &device{}, &r.report).text
	}
	_ = drive.Sleep(context.Background(), 12*time.Hour)
	var poke scsi.Request
	poke.CDBLen = 6
	_, _ = drive.Do(context.Background(), &poke) // an operation that ended in the background takes effect
	r.disc, r.tracks, r.sent = cd.Summary(), cd.Tracks(), count.sent
	r.perfect = r.disc.Finalized && len(r.tracks) == 2
	for _, on := range r.tracks {
		r.perfect = r.perfect && on.State == "complete" && !on.Damaged
	}
	return r
}

// wrong returns the first sentence that isn't true of the disc, or is missing.
func (r *advised) wrong() string {
	open := !r.disc.Finalized && !r.disc.Blank && len(r.tracks) > 0
	cut := false
	whole := 0
	for _, on := range r.tracks {
		cut = cut || on.State != "complete" || on.Damaged
		if on.State == "complete" && !on.Damaged {
			whole++
		}
	}
	says := func(text string) bool { return strings.Contains(r.advice, text) || strings.Contains(r.holds, text) }
	busy := strings.Contains(r.holds, "still busy")
	switch {
	case r.err != nil && r.advice == "" && r.holds == "":
		return "nothing is said"
	case says("redbook close") && !open && !r.disc.Lost && !busy:
		return "there is nothing to close"
	case says("--append") && (!open || cut):
		return "nothing can be added"
	case says("Burn another disc") && r.perfect:
		return "the disc is perfect"
	case strings.Contains(r.holds, "The disc is closed.") && !r.disc.Finalized, strings.Contains(r.holds, "The disc is open.") && r.disc.Finalized && !r.disc.Lost:
		return "open or closed"
	case strings.Contains(r.holds, "The disc is blank.") && !r.disc.Blank:
		return "the disc isn't blank"
	case strings.Contains(r.holds, "cut short") && !r.disc.Lost:
		return "the session isn't lost"
	case strings.Contains(r.holds, "It holds tracks 1-2.") && whole != 2, strings.Contains(r.holds, "It holds track 1.") && whole != 1,
		strings.Contains(r.holds, "It holds no track.") && whole != 0:
		return "other tracks are whole"
	}
	return ""
}
