// Package mmctest is shared by the tests of packages mmc, exchange, command and unit: scripts of
// exchanges with a drive, captured replies and sense data with their sources, and checks that hold
// for every decoder.
package mmctest
