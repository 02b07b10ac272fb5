package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/redbook-audio/redbook/sim"
	"github.com/spf13/cobra"
)

// The protocol of the control socket: one JSON object with a newline each way, then
// the connection ends.
type (
	controlRequest struct {
		Do   string   `json:"do"`
		Args []string `json:"args,omitempty"`
	}
	controlReply struct {
		Text  string `json:"text,omitempty"`  // what was done
		Error string `json:"error,omitempty"` // or why not,
		Exit  int    `json:"exit,omitempty"`  // with its exit code
		Next  string `json:"next,omitempty"`  // and what may help
	}
)

// controlDoc is redbook sim control --json.
type controlDoc struct {
	Done string `json:"done"`
}

// controlTime limits one request; removing a disc may have to write its file.
const controlTime = time.Minute

// controls are the actions of sim control.
var controls = map[string]func(*served, []string) (string, error){
	"eject":  (*served).ejectDisc,
	"insert": (*served).insertDisc,
	"button": (*served).pressButton,
	"power":  (*served).powerCycle,
	"fault":  (*served).addFaults,
}

// simControlCommand operates the drive of a running sim serve.
func simControlCommand(a *app) *cobra.Command {
	cmd := a.command("control SOCKET ACTION", "Operate the drive of a running sim serve: disc, button, power, faults",
		`  redbook sim control drive.sock eject                open the tray by force and remove the disc
  redbook sim control drive.sock insert second.disc   insert a disc; without DISC: close the tray
  redbook sim control drive.sock button               press the eject button
  redbook sim control drive.sock power                switch off and on
  redbook sim control drive.sock fault write:1:3/0C/00
  redbook sim control drive.sock fault clear          remove the pending faults`,
		someArgs(2, "the socket of sim serve and what to do"),
		func(_ context.Context, args []string) error {
			request := controlRequest{args[1], args[2:]}
			if request.Do == "insert" && len(args) == 3 {
				path, err := filepath.Abs(args[2]) // the other process may have another working directory
				if err != nil {
					return fail(exitFailed, "", "%w", err)
				}
				request.Args = []string{path}
			}
			reply, err := askControl(args[0], &request)
			switch {
			case err != nil:
				return fail(exitNoDrive, "Is redbook sim serve --control "+quote(args[0])+" running?", "%w", err)
			case reply.Error != "":
				return fail(reply.Exit, reply.Next, "%s", reply.Error)
			}
			a.talk.note("%s", reply.Text)
			if a.flags.json {
				return a.data.document("control", controlDoc{request.Do})
			}
			return nil
		})
	cmd.ValidArgsFunction = controlValues
	return cmd
}

// askControl sends one request.
func askControl(socket string, request *controlRequest) (reply controlReply, err error) {
	conn, err := net.DialTimeout("unix", socket, controlTime)
	if err != nil {
		return reply, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(controlTime)); err != nil {
		return reply, err
	}
	if err := json.NewEncoder(conn).Encode(request); err != nil {
		return reply, err
	}
	return reply, json.NewDecoder(bufio.NewReader(conn)).Decode(&reply)
}

// listenControl accepts requests on a unix socket until it is closed. Only the user who
// runs it may connect.
func (s *served) listenControl(ctx context.Context, path string) (net.Listener, error) {
	if conn, err := net.Dial("unix", path); err == nil {
		_ = conn.Close()
		return nil, errors.New(path + " is the socket of another sim serve that is running")
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		_ = os.Remove(path) // left by a process that was killed; if it stays, Listen reports it
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil && runtime.GOOS != "windows" {
		return nil, errors.Join(err, l.Close())
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			go s.serveControl(conn)
		}
	}()
	return l, nil
}

// serveControl answers one request.
func (s *served) serveControl(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(controlTime))
	var request controlRequest
	if json.NewDecoder(bufio.NewReader(conn)).Decode(&request) != nil {
		return
	}
	var reply controlReply
	text, err := s.handle(&request)
	if err != nil {
		reply.Exit, reply.Next = verdict(err)
		reply.Error = err.Error()
	} else {
		reply.Text = text
		s.talk.note("%s", text)
	}
	_ = json.NewEncoder(conn).Encode(&reply)
}

// handle carries out a request.
func (s *served) handle(request *controlRequest) (string, error) {
	do := controls[request.Do]
	if do == nil {
		return "", usage("%q is not an action: eject, insert, button, power or fault", request.Do)
	}
	s.hands.Lock()
	defer s.hands.Unlock()
	return do(s, request.Args)
}

// ejectDisc opens the tray by force and removes the disc, like a paper clip.
func (s *served) ejectDisc(args []string) (string, error) {
	if len(args) > 0 {
		return "", usage("eject takes no argument")
	}
	if s.drive.Disc() == nil {
		return "", fail(exitNoDisc, "", "no disc in the drive")
	}
	if err := s.takeOut(); err != nil {
		return "", fail(exitFailed, "", "%w", err)
	}
	return "The disc is out, and the tray is open.", nil
}

// insertDisc inserts a disc and closes the tray. A disc that a host has ejected is still
// in the open tray and is removed first.
func (s *served) insertDisc(args []string) (string, error) {
	switch {
	case len(args) > 1:
		return "", usage("insert takes one disc")
	case len(args) == 0 && !s.drive.TrayOpen():
		return "", fail(exitFailed, "", "the tray is closed")
	case len(args) == 0:
		s.drive.PressEject()
		return "The tray is closed.", nil
	case s.drive.Disc() != nil && !s.drive.TrayOpen():
		return "", fail(exitFailed, "Eject it first.", "the drive already holds a disc")
	}
	if err := s.takeOut(); err != nil {
		return "", fail(exitFailed, "", "%w", err)
	}
	path := args[0]
	disc, err := sim.OpenDisc(path)
	if err != nil {
		return "", discFileError(path, err)
	}
	if err := s.drive.Insert(disc); err != nil {
		return "", errors.Join(fail(exitFailed, "", "%w", err), disc.Close())
	}
	return path + " is in the drive.", nil
}

// pressButton presses the button of the drive; the host may have locked it.
func (s *served) pressButton(args []string) (string, error) {
	if len(args) > 0 {
		return "", usage("button takes no argument")
	}
	before := s.drive.TrayOpen()
	s.drive.PressEject()
	switch after := s.drive.TrayOpen(); {
	case before == after:
		return "The tray doesn't move: it is locked, or the drive is busy. The host is notified.", nil
	case after:
		return "The tray is open.", nil
	}
	return "The tray is closed.", nil
}

// powerCycle switches the drive off and on.
func (s *served) powerCycle(args []string) (string, error) {
	if len(args) > 0 {
		return "", usage("power takes no argument")
	}
	s.drive.PowerCycle()
	return "The drive was off and is on again.", nil
}

// addFaults adds faults, or removes all pending ones.
func (s *served) addFaults(args []string) (string, error) {
	if len(args) == 0 {
		return "", fail(exitUsage, faultAdvice, "name a fault")
	}
	if len(args) == 1 && args[0] == "clear" {
		s.drive.ClearFaults()
		return "No fault is pending.", nil
	}
	faults, err := parseFaults(args)
	if err != nil {
		return "", err
	}
	for _, f := range faults {
		s.drive.AddFault(f)
	}
	return "Set: " + strings.Join(args, ", "), nil
}
