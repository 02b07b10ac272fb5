//go:build linux

// Command record makes docs/images/burn.svg, the terminal recording of the README: it burns a
// small album onto a simulated disc in a pseudo terminal and draws everything that redbook
// prints as one animated SVG.
//
//	go run ./internal/record -o docs/images/burn.svg
//
// The screen shows only what the program printed, except the prompt and the command, which
// the recorder types. Time differs from real time in only two ways: silence is cut to a
// second, and the burn runs eight times as fast, with a label.
//
// Four parts work one after the other: run executes the program (pty.go), screen interprets
// its output (screen.go), film converts the times of the recording to those of the animation
// (film.go), and draw writes the SVG (svg.go).
package main
