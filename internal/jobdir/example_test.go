package jobdir_test

import (
	"fmt"
	"os"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/internal/jobdir"
	"github.com/redbook-audio/redbook/journal"
)

func Example() {
	dir, err := os.MkdirTemp("", "redbook")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	folder := jobdir.At(dir)
	keeper, err := folder.Create(&journal.Begin{Title: "Kind of Blue"})
	if err != nil {
		fmt.Println(err)
		return
	}
	keeper.Event(burn.Planned{Plan: burn.Plan{Tracks: []burn.PlannedTrack{{Hash: "1"}, {Hash: "2"}}}})
	if err := keeper.Close(); err != nil {
		fmt.Println(err)
		return
	}
	list, _ := folder.Jobs()
	for _, job := range list {
		_, all := job.Tracks()
		fmt.Printf("job %s: %d tracks of %s\n", job.Name, all, job.Begin.Title)
	}
	// Output: job 1: 2 tracks of Kind of Blue
}
