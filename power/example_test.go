package power_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/power"
)

// Whether the machine stays awake is worth a warning, and never stops a burn.
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
