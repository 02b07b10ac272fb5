package placing_test

import (
	"fmt"

	"github.com/redbook-audio/redbook/internal/placing"
	"github.com/redbook-audio/redbook/toc"
)

func Example() {
	layout, err := placing.PlanTAO(0, 1, []toc.Sectors{16107, 20250})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range layout.Tracks {
		fmt.Printf("track %d: %v at LBA %d (%v)\n", t.Number, t.Length, t.Start, t.Start.MSF())
	}
	fit := placing.Fit{Need: layout.Used(), Room: placing.UsableSectors(0, 359846)}
	fmt.Println("fits:", fit.OK(), "left:", fit.Left())
	// Output:
	// track 1: 3:35 at LBA 0 (00:02:00)
	// track 2: 4:30 at LBA 16259 (03:38:59)
	// fits: true left: 71:51
}
