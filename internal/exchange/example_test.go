package exchange_test

import (
	"context"
	"fmt"

	"github.com/redbook-audio/redbook/internal/exchange"
	"github.com/redbook-audio/redbook/sim"
)

// A command is a CDB with its length, and a Spec.
func Example() {
	transport := sim.New(sim.Config{Disc: sim.NewDisc(sim.CDR80)})
	defer transport.Close()

	inquiry := exchange.Spec{Name: "INQUIRY", Timeout: exchange.TimeoutDefault}
	reply, err := inquiry.In(context.Background(), transport, [16]byte{0x12, 4: 36}, 6, make([]byte, 36))
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := exchange.Body("inquiry data", reply, 36, 36)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(exchange.ASCII(data[8:16]))
	// Output: REDBOOK
}
