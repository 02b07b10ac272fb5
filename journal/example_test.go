package journal_test

import (
	"context"
	"fmt"
	"os"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A burn is interrupted by a power failure. Its journal records what is on the disc, and
// Resume burns the rest.
func Example() {
	dir, err := os.MkdirTemp("", "redbook")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	folder := jobdir.At(dir)
	keeper, err := folder.Create(&journal.Begin{Title: "Kind of Blue", Args: []string{"/music/kind-of-blue"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	drive := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	d, _ := mmc.Open(context.Background(), drive)
	_, err = tao.Burn(context.Background(), d, theAlbum, &burn.Options{OnEvent: func(e burn.Event) {
		keeper.Event(e)
		if s, ok := e.(burn.TrackStarted); ok && s.Track == 3 {
			drive.PowerCycle()
			drive.Eject()
		}
	}})
	kept, _ := keeper.Finish()
	fmt.Println("burned:", err == nil, "kept:", kept)

	jobs, _ := folder.Jobs()
	whole, all := jobs[0].Tracks()
	fmt.Printf("job %s: %d of %d tracks of %s\n", jobs[0].Name, whole, all, jobs[0].Begin.Title)
	// Output:
	// burned: false kept: true
	// job 1: 2 of 4 tracks of Kind of Blue
}
