package scsitest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redbook-audio/redbook/internal/scsitest"
	"github.com/redbook-audio/redbook/scsi"
)

var testUnitReady = scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"}

// A trace of a user's drive becomes a test.
func ExampleLoadPlayback() {
	trace := `{"msg":"scsi command","name":"TEST UNIT READY","cdb":"000000000000","dir":"no data","status":2,"n":0,"sense":"7202040100000000"}
{"msg":"scsi command","name":"TEST UNIT READY","cdb":"000000000000","dir":"no data","status":0,"n":0,"dur":2000000}`
	drive, err := scsitest.LoadPlayback(strings.NewReader(trace))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		_, err := scsi.Exec(context.Background(), drive, &testUnitReady)
		fmt.Println(err)
	}
	fmt.Println("left over:", drive.Close())
	// Output:
	// TEST UNIT READY: not ready, becoming ready (2/04/01)
	// <nil>
	// left over: <nil>
}

// The drive carries out the second WRITE(10), but the answer is lost.
func ExampleFaults() {
	burned := 0
	drive := scsitest.NewFaults(
		scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
			burned++
			return scsi.Result{N: len(req.Data)}, nil
		}),
		scsitest.Rule{
			Match: scsitest.Opcode(0x2A), Skip: 1, After: true,
			Fault: scsitest.TransportFault(scsi.SentUnknown, errors.New("bus reset")),
		})
	write := scsi.Request{CDB: [16]byte{0x2A, 8: 1}, CDBLen: 10, Dir: scsi.DataOut, Data: make([]byte, 2352), Name: "WRITE(10)"}
	for range 2 {
		_, err := scsi.Exec(context.Background(), drive, &write)
		fmt.Println(burned, err)
	}
	// Output:
	// 1 <nil>
	// 2 WRITE(10): no answer from the device: bus reset
}

// CheckTransport checks a new Transport against the contract. In a test, TestTransport
// does the same and more.
func ExampleCheckTransport() {
	deaf := scsitest.Func(func(_ context.Context, req *scsi.Request) (scsi.Result, error) {
		return scsi.Result{Status: scsi.Busy}, nil
	})
	fmt.Println(scsitest.CheckTransport(context.Background(), deaf))
	// Output: identify: INQUIRY: BUSY, 0 bytes of sense data ()
}
