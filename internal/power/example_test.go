package power_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/power"
)

// If the computer can't be kept awake, a program warns the user and burns anyway.
func ExampleKeepAwake() {
	lock, err := power.KeepAwake(context.Background(), "writing an audio CD")
	if err != nil || lock.Exposed() != 0 {
		// Tell the user: the machine may go to sleep during the burn.
		_ = err
	}
	defer lock.Release()

	fmt.Println("burning")
	// Output: burning
}
