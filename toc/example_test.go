package toc_test

import (
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

func Example() {
	layout, err := toc.PlanTAO(0, 1, []toc.Sectors{16107, 20250})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range layout.Tracks {
		fmt.Printf("track %d: %v at LBA %d (%v)\n", t.Number, t.Length, t.Start, t.Start.MSF())
	}
	fit := toc.Fit{Need: layout.Used(), Room: toc.UsableSectors(0, 359846)}
	fmt.Println("fits:", fit.OK(), "left:", fit.Left())
	// Output:
	// track 1: 3:35 at LBA 0 (00:02:00)
	// track 2: 4:30 at LBA 16259 (03:38:59)
	// fits: true left: 71:51
}

func ExampleLBA_MSF() {
	fmt.Println(toc.LBA(0).MSF(), toc.LBA(-150).MSF(), toc.LBA(-11634).MSF())
	// Output: 00:02:00 00:00:00 97:26:66
}

func ExampleTOC_MusicBrainzID() {
	disc := toc.TOC{First: 1, Last: 2, LeadOut: 40000, Entries: []toc.Entry{
		{Number: 1, Start: 0}, {Number: 2, Start: 20000},
	}}
	fmt.Println(len(disc.MusicBrainzID()), disc.FreedbID())
	// Output: 28 12021502
}

func ExampleParseMCN() {
	_, err := toc.ParseMCN("4006381333932")
	fmt.Println(err)
	// Output: not a media catalog number: "4006381333932" should end with the check digit 1
}
