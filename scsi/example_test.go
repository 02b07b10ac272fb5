package scsi_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
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
		// A drive whose tray is closed without a readable disc (G37).
		Sense: []byte{0x70, 0, 2, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 0x3A, 0x01, 0, 0, 0, 0},
	}}
	_, err := scsi.Exec(context.Background(), drive, &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
	if errors.Is(err, scsi.ASC(0x3A)) {
		fmt.Println("please insert a disc:", err)
	}
	// Output: please insert a disc: TEST UNIT READY: not ready, medium not present, tray closed (2/3A/01)
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
