// Package pool runs independent jobs side by side.
package pool

import (
	"runtime"
	"sync"
)

// Each calls f for 0 to n-1, workers of them at a time and begun in that order, and
// returns after the last. workers of 0 or less is one for each processor.
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
