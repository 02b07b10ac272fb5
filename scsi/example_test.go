package scsi_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

// A program checks the meaning of an error, not its text.
func ExampleExec() {
	drive := scsitest.NewPlayback(scsitest.Exchange{
		CDB:    []byte{0, 0, 0, 0, 0, 0},
		Status: scsi.CheckCondition,
		// A drive whose tray is closed without a readable disc (G37).
		Sense: []byte{0x70, 0, 2, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 0x3A, 0x01, 0, 0, 0, 0},
	})
	defer drive.Close()

	_, err := scsi.Exec(context.Background(), drive, &scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"})
	if errors.Is(err, scsi.FamilyMediumNotPresent) {
		fmt.Println("please insert a disc:", err)
	}
	// Output: please insert a disc: TEST UNIT READY: not ready, medium not present, tray closed (2/3A/01)
}

// Each command becomes one line of JSON.
func ExampleNewTrace() {
	withoutTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	inner := scsitest.NewPlayback(scsitest.Exchange{CDB: []byte{0x12, 0, 0, 0, 5, 0}, In: []byte{5, 0x80, 0, 0x32, 0x1F}})
	drive := scsi.NewTrace(inner, slog.New(slog.NewJSONHandler(os.Stdout, withoutTime)))
	defer drive.Close()

	req := scsi.Request{CDB: [16]byte{0x12, 4: 5}, CDBLen: 6, Dir: scsi.DataIn, Data: make([]byte, 5), Name: "INQUIRY"}
	if _, err := scsi.Exec(context.Background(), drive, &req); err != nil {
		fmt.Println(err)
	}
	// Output: {"level":"INFO","msg":"scsi command","name":"INQUIRY","cdb":"120000000500","dir":"data-in","len":5,"status":0,"n":5,"in":"058000321f","dur":0}
}

// Optional abilities are found through decorators.
func ExampleAs() {
	drive := scsi.NewTrace(scsitest.NewPlayback(), nil)
	clock, ok := scsi.As[scsi.Clock](drive)
	fmt.Println(ok, clock.Now().Year())
	_, ok = scsi.As[scsi.Locker](drive)
	fmt.Println(ok)
	// Output:
	// true 2000
	// false
}

// The sense data contain the progress of a background operation.
func ExampleParseSense() {
	sense, err := scsi.ParseSense([]byte{0x72, 0x02, 0x04, 0x07, 0, 0, 0, 8, 0x02, 0x06, 0, 0, 0x80, 0x40, 0x00, 0})
	if err != nil {
		fmt.Println(err)
		return
	}
	fraction, ok := sense.Progress()
	fmt.Printf("%v, %v (%s): %.0f %% %t\n", sense.Key, sense.Code, sense.Triple(), fraction*100, ok)
	// Output: not ready, operation in progress (2/04/07): 25 % true
}
