//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// chunk is output that arrived at once.
type chunk struct {
	at   time.Duration // since the program started
	data []byte
}

// answer is typed after the program has printed the question.
type answer struct {
	question string
	keys     string
	after    time.Duration // how long the question is visible
}

// openPTY opens a pseudo terminal. The program gets the terminal; its output is read from the
// other side.
func openPTY() (keyboard, terminal *os.File, err error) {
	keyboard, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(keyboard.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	err = errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0),
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns}))
	if err == nil {
		terminal, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		return nil, nil, errors.Join(err, keyboard.Close())
	}
	return keyboard, terminal, nil
}

// run runs cmd in a terminal, types the answer, and returns the traffic: the program's
// output and the echo of what was typed. answered is when the answer was complete.
func run(cmd *exec.Cmd, a answer) (output []chunk, answered time.Duration, err error) {
	keyboard, terminal, err := openPTY()
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, keyboard.Close()) }()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	start := time.Now()
	err = cmd.Start()
	if err = errors.Join(err, terminal.Close()); err != nil {
		return nil, 0, err
	}
	var all []byte
	buffer := make([]byte, 1<<16)
	for {
		n, readErr := keyboard.Read(buffer)
		if n > 0 {
			output = append(output, chunk{time.Since(start), bytes.Clone(buffer[:n])})
			all = append(all, buffer[:n]...)
		}
		if readErr != nil { // EIO: the program has closed the terminal
			if !errors.Is(readErr, unix.EIO) {
				err = readErr
			}
			break
		}
		if answered == 0 && bytes.HasSuffix(all, []byte(a.question)) {
			time.Sleep(a.after)
			if _, err := keyboard.WriteString(a.keys); err != nil {
				return nil, 0, err
			}
			answered = time.Since(start)
		}
	}
	if err = errors.Join(err, cmd.Wait()); err != nil {
		return nil, 0, fmt.Errorf("%w; the program printed %q", err, all)
	}
	if answered == 0 {
		return nil, 0, fmt.Errorf("the program never asked %q; it printed %q", a.question, all)
	}
	return output, answered, nil
}
