package reading_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/reading"
	"github.com/redbook-audio/redbook/pcm"
)

// Before a burn every source is read once. What is written later must have the same digest.
func Example() {
	ctx := context.Background()
	first, err := reading.Check(ctx, pcm.Silence("take 1", 44100), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := reading.Check(ctx, pcm.Silence("take 1", 44100), nil)
	fmt.Println(first.Frames, first == again, err)
	// Output: 44100 true <nil>
}
