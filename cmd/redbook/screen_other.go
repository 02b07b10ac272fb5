//go:build !windows

package main

import "os"

// understands tells whether a terminal takes escape sequences: here all do.
func understands(*os.File) (live bool, restore func()) { return true, func() {} }
