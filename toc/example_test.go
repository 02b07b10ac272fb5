package toc_test

import (
	"fmt"

	"github.com/redbook-audio/redbook/toc"
)

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
