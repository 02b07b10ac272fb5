//go:build !linux

package main

import (
	"errors"
	"io"
)

func agent(string) error { return errors.ErrUnsupported }

func ioctls(io.Writer, string) error { return errors.ErrUnsupported }

func powerOff() {}
