package power_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/power"
)

// Whether the machine stays awake is worth a warning, and never stops a burn.
func ExampleKeepAwake() {
	release, err := power.KeepAwake(context.Background(), "writing an audio CD")
	if err != nil {
		// Tell the user: the machine may go to sleep during the burn.
		_ = err
	}
	defer release()

	fmt.Println("burning")
	// Output: burning
}
