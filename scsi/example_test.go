package scsi_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// answer is a Transport whose device gives the same answer to every command.
type answer struct {
	scsi.Result
	in []byte
}

func (a answer) Do(_ context.Context, req *scsi.Request) (scsi.Result, error) {
	clear(req.Data[copy(req.Data, a.in):])
	return a.Result, nil
}

func (answer) Limits() scsi.Limits { return scsi.Limits{} }
func (answer) Close() error        { return nil }

// A program checks the meaning of an error, not its text.
func ExampleExec() {
	drive := answer{Result: scsi.Result{
		Status: scsi.CheckCondition,
		// The tray is closed, and the drive finds no disc.
		Sense: []byte{0x70, 0, 2, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 0x3A, 0x01, 0, 0, 0, 0},
	}}
	_, err := scsi.Exec(context.Background(), drive, &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
	if errors.Is(err, scsi.ASC(0x3A)) {
		fmt.Println("please insert a disc:", err)
	}
	// Output: please insert a disc: TEST UNIT READY: not ready, medium not present, tray closed (2/3A/01)
}

// A drive that was just switched on reports what happened, then that it is not ready. The
// command is sent again until the drive carries it out or refuses it for another reason.
func ExampleClockOf() {
	ctx := context.Background()
	drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer drive.Close()

	var last error
	for {
		_, err := scsi.Exec(ctx, drive, &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
		if !errors.Is(err, scsi.KeyUnitAttention) && !errors.Is(err, scsi.ASC(0x04)) {
			fmt.Println("finally:", err)
			return
		}
		if err.Error() != fmt.Sprint(last) {
			fmt.Println(err)
		}
		last = err
		if err := scsi.ClockOf(drive).Sleep(ctx, time.Second/2); err != nil {
			return
		}
	}
	// Output:
	// TEST UNIT READY: unit attention, power on, reset or bus reset (6/29/00)
	// TEST UNIT READY: not ready, becoming ready (2/04/01)
	// TEST UNIT READY: unit attention, medium may have changed (6/28/00)
	// finally: <nil>
}

// counter is a Transport that counts the commands it passes on.
type counter struct {
	scsi.Transport
	sent map[string]int // by name
}

func (c counter) Do(ctx context.Context, req *scsi.Request) (scsi.Result, error) {
	c.sent[req.Name]++
	return c.Transport.Do(ctx, req)
}

// Unwrap lets scsi.As find the clock of a simulated drive.
func (c counter) Unwrap() scsi.Transport { return c.Transport }

// A program may have its own Transport between a drive and what uses it, here a burn of two
// silent tracks.
func ExampleTransport() {
	ctx := context.Background()
	c := counter{sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)}), map[string]int{}}
	defer c.Close()

	drive, err := mmc.Open(ctx, c)
	if err != nil {
		fmt.Println(err)
		return
	}
	track := burn.Track{Source: pcm.Silence("silence", 10*44100)}
	report, err := tao.Burn(ctx, drive, []burn.Track{track, track}, nil)
	fmt.Println(report, err)
	fmt.Println("CLOSE SESSION:", c.sent["CLOSE SESSION"])
	// Output:
	// success: 2 of 2 tracks, 0:20, disc closed <nil>
	// CLOSE SESSION: 1
}

// Each command becomes one line of JSON, here without the times.
func ExampleNewTrace() {
	withoutTimes := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "dur" {
			return slog.Attr{}
		}
		return a
	}}
	inner := answer{scsi.Result{N: 5}, []byte{5, 0x80, 0, 0x32, 0x1F}}
	drive := scsi.NewTrace(inner, slog.New(slog.NewJSONHandler(os.Stdout, withoutTimes)))

	req := scsi.Request{CDB: [16]byte{0x12, 4: 5}, CDBLen: 6, Dir: scsi.DataIn, Data: make([]byte, 5), Name: "INQUIRY"}
	if _, err := scsi.Exec(context.Background(), drive, &req); err != nil {
		fmt.Println(err)
	}
	// Output: {"level":"INFO","msg":"scsi command","name":"INQUIRY","cdb":"120000000500","dir":"data-in","len":5,"status":0,"n":5,"in":"058000321f"}
}

// Optional abilities are found through decorators.
func ExampleAs() {
	drive := scsi.NewTrace(sim.New(sim.Config{}), nil)
	defer drive.Close()
	_, ok := scsi.As[scsi.Clock](drive)
	fmt.Println("a clock:", ok)
	_, ok = scsi.As[scsi.Locker](drive)
	fmt.Println("a lock:", ok)
	// Output:
	// a clock: true
	// a lock: true
}
