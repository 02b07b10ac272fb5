// Package sweep compares the engine's reports with the truth. It contains only tests.
//
// # Concept
//
// A sweep is a large number of runs. Each run does one job (a burn, an append, a close, a
// verification) on a simulated drive whose transport fails in one chosen way at one
// chosen command. It then compares what the engine reported with the disc itself, read
// without the drive. Each way in which the two can disagree is a class with its own
// function in truths_test.go.
//
// Each run has a name by which it can be repeated alone:
//
//	go test ./internal/sweep -run TestOne -point plain/modern/5B.1/5-72-03.after/once
//
// The parts are the scenario, the personality of the drive, the command (opcode and
// occurrence: 2A.3 is the third WRITE), the kind of fault, and the mode: once, op
// (this opcode from then on) or all (every command from then on). Runs with several
// faults join command, kind and mode of each with a plus sign.
//
// go test runs a fixed sample. make sweep runs everything and writes a table of
// classes, counts and most frequent causes. limits_test.go has the number of
// violations that are still allowed in each class; the goal is zero.
//
// adapter_test.go is the only file that knows the engine's API.
package sweep
