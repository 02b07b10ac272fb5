package power_test

import (
	"context"
	"fmt"
	"log"

	"github.com/redbook-audio/redbook/power"
)

// If the computer can't be kept awake, a program warns the user and burns anyway.
func ExampleKeepAwake() {
	lock, err := power.KeepAwake(context.Background(), "writing an audio CD")
	if err == nil {
		err = lock.Exposed()
	}
	if err != nil {
		log.Print("the computer may go to sleep during the burn: ", err)
	}
	defer lock.Release()

	fmt.Println("burning")
	// Output: burning
}
