// Package layers holds the module to its import table: which of our packages may
// import which, and where the modules of others may be used. It has no code that a
// program could import, only a test.
//
// The table is in table_test.go, written out. A package that is missing there fails
// the test: put it in, and think about what it may know.
//
// Sources are parsed, not built, so that files for other operating systems count
// as well.
package layers
