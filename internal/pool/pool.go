// Package pool runs independent jobs concurrently.
package pool

import (
	"runtime"
	"sync"
)

// Each calls f for 0 to n-1 with this many workers, started in that order, and returns
// after the last. workers of 0 or less is one per processor.
func Each(workers, n int, f func(i int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var group sync.WaitGroup
	for range min(workers, n) {
		group.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	group.Wait()
}
