//go:build !race

package sao_test

// raceEnabled makes long tests shorter: the race detector slows them down tenfold.
const raceEnabled = false
