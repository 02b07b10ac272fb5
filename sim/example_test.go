package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/sim"
)

// A drive is a scsi.Transport that works on bytes and has its own clock.
func Example() {
	ctx := context.Background()
	disc := sim.NewDisc(sim.CDR80)
	drive := sim.New(sim.Config{Disc: disc})
	defer drive.Close()

	ready := scsi.Request{CDBLen: 6, Name: "TEST UNIT READY"}
	for {
		_, err := scsi.Exec(ctx, drive, &ready)
		if err == nil {
			break
		}
		fmt.Println(err)
		if err := drive.Sleep(ctx, 5*time.Second); err != nil {
			return
		}
	}
	info := scsi.Request{CDBLen: 10, Dir: scsi.DataIn, Data: make([]byte, 36), Name: "READ TRACK INFORMATION"}
	copy(info.CDB[:], []byte{0x52, 0x01, 0, 0, 0, 0xFF, 0, 0, 36})
	n, err := scsi.Exec(ctx, drive, &info)
	fmt.Printf("% X %v\n", info.Data[:n], err)
	fmt.Println(disc.Summary().Free, "free on", disc.Summary().Media.Summary)
	// Output:
	// TEST UNIT READY: unit attention, power on, reset or bus reset (6/29/00)
	// TEST UNIT READY: unit attention, medium may have changed (6/28/00)
	// 00 22 01 01 00 04 41 01 00 00 00 00 00 00 00 00 00 05 7D A4 00 00 00 00 00 05 7D A4 00 00 00 00 00 00 00 00 <nil>
	// 79:58 free on CD-R, 80 minutes
}

// An oddity is a property of a personality; a fault is injected.
func ExampleDrive_AddFault() {
	p, err := sim.PersonalityByName("descriptor-sense")
	if err != nil {
		fmt.Println(err)
		return
	}
	drive := sim.New(sim.Config{Personality: p})
	drive.AddFault(sim.Fault{Opcode: 0x12, Key: 4, ASC: 0x08, ASCQ: 0x03})
	inquiry := scsi.Request{CDBLen: 6, Name: "INQUIRY"}
	inquiry.CDB[0] = 0x12
	for range 2 {
		_, err = scsi.Exec(context.Background(), drive, &inquiry)
		fmt.Println(err)
	}
	// Output:
	// INQUIRY: hardware error, communication CRC error (Ultra-DMA) (4/08/03)
	// <nil>
}

// A pressed disc is what a ripping program is tested with.
func ExampleDisc_Press() {
	song := bytes.Repeat([]byte("redbook!"), 300*2352/8)
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(song)), nil }
	disc := sim.NewDisc(sim.CDR80)
	err := disc.Press("4006381333931", nil, []sim.PressedTrack{
		{Open: open, ISRC: "DEA123456789"},
		{Open: open, Pregap: 150},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range disc.Tracks() {
		fmt.Println(t.Number, t.State, t.Start.MSF(), t.Size)
	}

	ctx := context.Background()
	drive := sim.New(sim.Config{Disc: disc})
	read := scsi.Request{CDBLen: 12, Dir: scsi.DataIn, Data: make([]byte, 2352), Name: "READ CD"}
	copy(read.CDB[:], []byte{0xBE, 0x04, 0, 0, 1, 0xC2, 0, 0, 1, 0x10}) // LBA 450, one sector
	for {
		_, err := scsi.Exec(ctx, drive, &read)
		if err == nil {
			break
		}
		if err := drive.Sleep(ctx, 5*time.Second); err != nil {
			return
		}
	}
	fmt.Println(bytes.Equal(read.Data, song[:2352]))
	// Output:
	// 1 complete 00:02:00 0:04
	// 2 complete 00:08:00 0:04
	// true
}
