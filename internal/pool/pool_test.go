package pool

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEach(t *testing.T) {
	for _, workers := range []int{-1, 0, 1, 2, 99} {
		var running, most, sum atomic.Int64
		Each(workers, 10, func(i int) {
			most.Store(max(most.Load(), running.Add(1)))
			sum.Add(int64(i))
			running.Add(-1)
		})
		assert.EqualValues(t, 45, sum.Load(), workers)
		if workers > 0 {
			assert.LessOrEqual(t, most.Load(), int64(workers))
		}
	}
	Each(0, 0, func(int) { t.Error("called without a job") })
	var order []int
	Each(1, 4, func(i int) { order = append(order, i) })
	assert.Equal(t, []int{0, 1, 2, 3}, order)
}
