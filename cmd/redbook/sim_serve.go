package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/redbook-audio/redbook/internal/iscsi"
	"github.com/spf13/cobra"
)

// serveTransfer is the maximum data of one command to a served drive. Linux assumes that
// an iSCSI device accepts 8 MiB, and only disks have the mode and VPD pages that could
// change that.
const serveTransfer = 8 << 20

// serveFlags are those of sim serve.
type serveFlags struct {
	listen   string
	iqn      string
	portFile string
	control  string
	faults   []string
}

// simServeCommand offers a simulated drive to kernels and other initiators.
func simServeCommand(a *app) *cobra.Command {
	var flags serveFlags
	cmd := a.command("serve [DISC]", "Offer a simulated drive to the operating system (iSCSI)",
		`  redbook sim serve first.disc
  redbook sim serve first.disc --personality old --fault write:100:3/0C/00
  redbook sim serve first.disc --port-file port --control drive.sock --trace trace.jsonl`,
		atMostOne("disc"), func(ctx context.Context, args []string) error {
			path := ""
			if len(args) > 0 {
				path = args[0]
			}
			return serve(ctx, a, path, &flags)
		})
	f := cmd.Flags()
	f.StringVar(&flags.listen, "listen", "127.0.0.1:0", "`ADDRESS` to listen on; port 0 is a free one")
	f.StringVar(&flags.iqn, "iqn", iscsi.DefaultName, "iSCSI `NAME` of the target")
	f.StringVar(&flags.portFile, "port-file", "", "write the port number to `FILE`")
	f.StringVar(&flags.control, "control", "", "take commands from redbook sim control on this unix `SOCKET`")
	f.StringArrayVar(&flags.faults, "fault", nil, "inject a fault, `CMD:NTH:KIND` such as write:100:3/0C/00; may be repeated")
	return cmd
}

// serve runs the drive until a signal ends it, which is not a failure.
func serve(ctx context.Context, a *app, path string, flags *serveFlags) (err error) {
	faults, err := parseFaults(flags.faults)
	if err != nil {
		return err
	}
	s, err := newServed(a, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.target, err = iscsi.New(s.unit, iscsi.Config{Name: flags.iqn, OnEvent: s.event}); err != nil {
		return usage("--iqn: %w", err)
	}
	if s.listener, err = iscsi.Listen(ctx, flags.listen); err != nil {
		return fail(exitFailed, "", "--listen: %w", err)
	}
	defer s.listener.Close()
	if err := s.warmUp(ctx); err != nil {
		return err
	}
	for _, f := range faults {
		s.drive.AddFault(f)
	}
	if flags.control != "" {
		control, err := s.listenControl(ctx, flags.control)
		if errors.Is(err, syscall.EADDRINUSE) {
			return outputError("--control", &fs.PathError{Path: flags.control, Err: fs.ErrExist})
		}
		if err != nil {
			return fail(exitFailed, "", "--control: %w", err)
		}
		defer control.Close()
	}
	if err := s.announce(flags); err != nil {
		return err
	}
	return s.run(ctx)
}

// announce prints the address of the drive.
func (s *served) announce(flags *serveFlags) error {
	addr := s.listener.Addr()
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return err
	}
	if !iscsi.Loopback(addr) {
		s.talk.warn("%s can be reached from other machines, and there are no passwords: anyone who can reach it can write to the disc.", addr)
	}
	if flags.portFile != "" {
		if err := writePort(flags.portFile, port); err != nil {
			return outputError("--port-file", err)
		}
		s.device.closers = append(s.device.closers, func() error { return os.Remove(flags.portFile) })
	}
	if s.flags.json {
		n, _ := strconv.Atoi(port)
		return s.data.document("serve", serveDoc{s.target.Name(), host, n, s.drive.Personality().Name})
	}
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		if name, err := os.Hostname(); err == nil { // an address that can be typed elsewhere
			host = name
		}
	}
	return s.data.print("%s", howToAttach(s.target.Name(), host, port))
}

// serveDoc is the served drive in --json.
type serveDoc struct {
	Target      string `json:"target"`
	Address     string `json:"address"`
	Port        int    `json:"port"`
	Personality string `json:"personality"`
}

// howToAttach returns the commands to type.
func howToAttach(name, host, port string) string {
	return fmt.Sprintf(`The drive is at %[2]s as %[1]s.
Linux, as root:
  modprobe iscsi_tcp; iscsistart -i iqn.2026-01.io.github.redbook-audio:host -t %[1]s -g 1 -a %[3]s -p %[4]s
or, with open-iscsi's service:
  iscsiadm -m discovery -t sendtargets -p %[2]s
  iscsiadm -m node -T %[1]s -p %[2]s --login
Windows, PowerShell as administrator:
  Start-Service MSiSCSI
  New-IscsiTargetPortal -TargetPortalAddress %[3]s -TargetPortalPortNumber %[4]s
  Connect-IscsiTarget -NodeAddress %[1]s
`, name, net.JoinHostPort(host, port), host, port)
}

// writePort creates the port's file in one step, so that a waiting program never sees a
// part of it. An existing file is not changed.
func writePort(path, port string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // path becomes its second name
	_, err = f.WriteString(port + "\n")
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
		}
		return writeNew(path, []byte(port+"\n")) // a file system without links
	}
	return nil
}
