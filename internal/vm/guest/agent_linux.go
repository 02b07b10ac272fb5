package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// request is a line of JSON: the script to run.
type request struct {
	Script   string `json:"script"`    // for sh -c
	UID      uint32 `json:"uid"`       // as whom; 0 is root
	Groups   []int  `json:"groups"`    // besides the group that has the number of UID
	PowerOff bool   `json:"power_off"` // end the agent, and with it the machine
}

// frame is a line of JSON in the other direction: output as it arrives, and once the end.
type frame struct {
	Out   string `json:"out,omitempty"`
	Err   string `json:"err,omitempty"`
	Usage *usage `json:"usage,omitempty"` // the end
}

// usage describes how a script ended and its cost. The CPU time is that of its whole
// process tree: wodim, for one, never waits for the process that reads its files, so the
// usual call leaves that out.
type usage struct {
	Exit int           `json:"exit"` // 128 + the signal, if one ended it
	CPU  time.Duration `json:"cpu_ns"`
	Wall time.Duration `json:"wall_ns"`
	RSS  int64         `json:"rss_kib"` // of the largest process
}

// agent serves until a request has PowerOff set. One connection always waits for a request;
// each serves one, so requests can overlap.
func agent(address string) error {
	end := make(chan error, 1)
	var serve func()
	serve = func() {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			end <- err
			return
		}
		defer func() { _ = conn.Close() }()
		lines := bufio.NewReader(conn)
		line, err := lines.ReadBytes('\n')
		if err != nil {
			end <- err // the tests are gone
			return
		}
		var req request
		if err := json.Unmarshal(line, &req); err != nil || req.PowerOff {
			end <- err
			return
		}
		go serve()
		run(conn, lines, req)
	}
	go serve()
	return <-end
}

// run runs one script. If the tests hang up before its end, it is killed with everything
// that it started.
func run(conn net.Conn, rest io.Reader, req request) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, rest)
		cancel()
	}()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", req.Script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	group, err := newCgroup()
	if err != nil {
		_ = json.NewEncoder(conn).Encode(frame{Err: err.Error(), Usage: &usage{Exit: 127}})
		return
	}
	defer group.remove()
	cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(group.dir.Fd())
	cmd.Dir = "/tmp"
	if req.UID != 0 {
		groups := []uint32{}
		for _, g := range req.Groups {
			groups = append(groups, uint32(g))
		}
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: req.UID, Gid: req.UID, Groups: groups}
	}
	var mu sync.Mutex
	send := json.NewEncoder(conn)
	cmd.Stdout = writer(func(b []byte) { mu.Lock(); defer mu.Unlock(); _ = send.Encode(frame{Out: string(b)}) })
	cmd.Stderr = writer(func(b []byte) { mu.Lock(); defer mu.Unlock(); _ = send.Encode(frame{Err: string(b)}) })
	start := time.Now()
	err = cmd.Run()
	u := usage{Exit: 127, Wall: time.Since(start)}
	if s := cmd.ProcessState; s != nil {
		u.Exit = s.ExitCode()
		if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
			u.Exit = 128 + int(w.Signal())
		}
		u.CPU = group.cpu()
		if r, ok := s.SysUsage().(*syscall.Rusage); ok {
			u.RSS = int64(r.Maxrss)
		}
	} else if err != nil && !errors.Is(err, context.Canceled) {
		_ = send.Encode(frame{Err: err.Error()})
	}
	_ = send.Encode(frame{Usage: &u})
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }

// powerOff switches the machine off.
func powerOff() {
	syscall.Sync()
	_ = syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF)
}
