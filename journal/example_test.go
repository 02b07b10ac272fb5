package journal_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/journal"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/sim"
	"github.com/redbook-audio/redbook/tao"
)

// A burn is interrupted by a power failure. Its journal records what is on the disc. The
// example of redbook.Resume burns the rest.
func Example() {
	dir, err := os.MkdirTemp("", "redbook")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	keeper, err := journal.Create(filepath.Join(dir, "kind-of-blue.journal"), &journal.Begin{Title: "Kind of Blue", Args: []string{"/music/kind-of-blue"}})
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

	job, err := journal.Read(keeper.Path())
	if err != nil {
		fmt.Println(err)
		return
	}
	whole, all := job.Tracks()
	fmt.Printf("%d of %d tracks of %s\n", whole, all, job.Begin.Title)
	// Output:
	// burned: false kept: true
	// 2 of 4 tracks of Kind of Blue
}
