package cuesheet_test

import (
	"fmt"

	"github.com/redbook-audio/redbook/internal/cuesheet"
	"github.com/redbook-audio/redbook/toc"
)

// Two tracks whose music runs on, and the sheet that announces them.
func Example() {
	session := cuesheet.Session{Tracks: []cuesheet.Track{
		{Length: 300, ISRC: "DEAB31200001"},
		{Length: 400},
	}}
	sheet, err := session.CueSheet(session.Variants(true, toc.MSF{M: 97, S: 34, F: 23})[0])
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sheet)
	layout, err := session.Layout()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(int(layout.Sectors()), "sectors from LBA", layout.Marks[0].Start)
	// Output:
	// 01 00 00 41 00 00 00 00
	// 03 01 44 45 41 42 33 31
	// 03 01 32 30 30 30 30 31
	// 01 01 00 00 00 00 00 00
	// 01 01 01 00 00 00 02 00
	// 01 02 01 00 00 00 06 00
	// 01 AA 01 01 00 00 0B 19
	// 850 sectors from LBA -150
}
