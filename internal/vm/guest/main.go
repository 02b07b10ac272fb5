// Guest is the program inside the test machine: an agent that runs the scripts of the tests
// outside, and the kernel's own CD-ROM interface as JSON.
//
//	guest agent HOST:PORT     serve the tests that listen there
//	guest ioctls /dev/sr0     print the kernel's ioctls for an audio disc
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: guest agent HOST:PORT | guest ioctls DEVICE")
		os.Exit(2)
	}
	var err error
	switch os.Args[1] {
	case "agent":
		err = agent(os.Args[2])
		if os.Getpid() == 1 {
			fmt.Fprintln(os.Stderr, "guest:", err)
			powerOff() // the kernel panics if its first process ends
		}
	case "ioctls":
		err = ioctls(os.Stdout, os.Args[2])
	default:
		err = fmt.Errorf("no such command: %s", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
		os.Exit(1)
	}
}
