//go:build !windows

package main

import "os"

// understands reports whether a terminal supports escape sequences: here all do.
func understands(*os.File) (live bool, restore func()) { return true, func() {} }
