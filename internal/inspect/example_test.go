package inspect_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/internal/inspect"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/toc"
)

// pressedDrive is a simulated drive with a pressed disc of two tracks in it.
func pressedDrive(music ...pcm.Source) *mmc.Drive {
	in := sim.NewDisc(sim.CDR80)
	var tracks []sim.PressedTrack
	for _, m := range music {
		tracks = append(tracks, sim.PressedTrack{Open: m.Open, Pregap: toc.PregapSectors})
	}
	if err := in.Press("", nil, tracks); err != nil {
		panic(err)
	}
	drive, err := mmc.Open(context.Background(), sim.New(sim.Config{Disc: in}))
	if err != nil {
		panic(err)
	}
	return drive
}

// Look at a disc. Each fact has its origin.
func ExampleLook() {
	drive := pressedDrive(source(1, 15000), source(2, 9000))
	d, err := inspect.Look(context.Background(), drive, nil)
	if err != nil {
		fmt.Println(err) // no disc, or the drive is gone
		return
	}
	fmt.Println(d.Media.Value, d.Status.Value == mmc.DiscFinalized)
	for _, t := range d.Tracks {
		fmt.Printf("track %d: %v from %v on\n", t.Number, t.Sectors, t.Start.MSF())
	}
	if !d.Next.Known() {
		fmt.Println("nothing can be added")
	}
	// Output:
	// CD-ROM true
	// track 1: 3:20 from 00:02:00 on
	// track 2: 2:00 from 03:24:00 on
	// nothing can be added
}

// Read a track. Unreadable sectors would become silence, and be counted.
func ExampleReader() {
	ctx := context.Background()
	drive := pressedDrive(source(1, 400))
	d, err := inspect.Look(ctx, drive, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := inspect.NewReader(drive, d, &inspect.ReaderOptions{Skip: true})
	track, _ := d.Track(1)
	audio := make([]byte, track.Sectors.Bytes())
	if err := r.Read(ctx, track.Start, audio); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(audio), "bytes,", int(r.Unreadable()), "sectors unreadable")
	// Output: 940800 bytes, 0 sectors unreadable
}

// Compare the disc with what was sent to the drive. One bit differs.
func ExampleVerify() {
	ctx := context.Background()
	music := noise(1, 400*toc.SamplesPerSector)
	drive := pressedDrive(pcm.FromBytes("one.wav", pcm.CDDA, bytes.Clone(music)))
	music[50*toc.SectorSize] ^= 1
	v, err := inspect.Verify(ctx, drive, []inspect.Written{{
		Number: 1, Sectors: 400, Audio: 400, Source: pcm.FromBytes("one.wav", pcm.CDDA, music),
	}}, disc.VerifyFull, nil)
	fmt.Println(v.Result, v.Tracks[0].At)
	fmt.Println(err)
	// Output:
	// differs 50
	// track 1 at LBA 50: the audio on the disc differs from the source
}

// Any command that changes nothing can be repeated by the same rules.
func ExampleAsker() {
	drive := pressedDrive(source(1, 400))
	asker := inspect.Asker{Drive: drive}
	var t toc.TOC
	err := asker.Ask(context.Background(), func(ctx context.Context) (err error) {
		t, err = command.ReadTOC{}.Do(ctx, drive.Transport())
		return err
	})
	fmt.Println(t.Last, t.LeadOut, err)
	// Output: 1 400 <nil>
}
