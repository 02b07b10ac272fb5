package iscsi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"sync"
	"time"

	"github.com/redbook-audio/redbook/scsi"
)

// DefaultName is the iSCSI name of a Target whose Config names none.
const DefaultName = "iqn.2026-01.io.github.redbook-audio:cd"

// Limits on the resources that unknown peers can occupy.
const (
	maxConnections = 16
	loginTime      = 15 * time.Second
	maxTransfer    = 8 << 20       // data of one command, if the Transport sets no limit
	commandTime    = 4 * time.Hour // the initiator keeps the time; a full BLANK takes long
)

// ErrBusy is the reason for refusing a connection when there are too many.
var ErrBusy = errors.New("too many connections")

// ErrName matches the error for a name that isn't an iSCSI name (RFC 7143 4.2.7).
var ErrName = errors.New("not an iSCSI name")

// Config configures a Target. The zero value works.
type Config struct {
	// Name is the target's iSCSI name, such as "iqn.2026-01.org.example:cd";
	// DefaultName if empty.
	Name string
	// OnEvent is called for each event, from the goroutines that serve the
	// connections. It may be nil, and must not wait.
	OnEvent func(Event)
}

// Resetter is an optional interface of a Transport: a device that can be reset, and that
// reports unit attention afterwards. Reset is called for LOGICAL UNIT RESET and TARGET
// RESET, between two commands.
type Resetter interface{ Reset() }

// Target is an iSCSI target with one logical unit.
type Target struct {
	name    string
	onEvent func(Event)

	drive sync.Mutex // held while the Transport carries out a command
	unit  scsi.Transport
	most  int // data of one command

	mu    sync.Mutex // guards what follows
	conns map[*conn]struct{}
	tsih  uint16
}

// Names are lower case after normalisation; eui and naa names are hexadecimal.
var names = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(iqn\.[0-9]{4}-[0-9]{2}\.[a-z0-9.:-]+|eui\.[0-9A-Fa-f]{16}|naa\.[0-9A-Fa-f]{16}([0-9A-Fa-f]{16})?)$`)
})

// New makes a target whose LUN 0 is unit. A bad Config.Name is ErrName.
//
// The target never calls unit.Close. Commands reach unit one at a time, whichever initiator
// they come from.
func New(unit scsi.Transport, cfg Config) (*Target, error) {
	if cfg.Name == "" {
		cfg.Name = DefaultName
	}
	if len(cfg.Name) > 223 || !names().MatchString(cfg.Name) {
		return nil, fmt.Errorf("%q: %w", cfg.Name, ErrName)
	}
	most := maxTransfer
	if limit := unit.Limits().MaxTransfer; limit > 0 {
		most = min(most, limit)
	}
	return &Target{name: cfg.Name, onEvent: cfg.OnEvent, unit: unit, most: most, conns: map[*conn]struct{}{}}, nil
}

// Name is the target's iSCSI name.
func (t *Target) Name() string { return t.name }

// Listen opens a TCP port for Serve. An address without a host, such as "" or ":3260", is
// on loopback, and port 0 or none is a free one. Because there is no authentication, other
// machines get access only if a host is named.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	host, port := "127.0.0.1", "0"
	if address != "" {
		h, p, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("iscsi: listen: %w", err)
		}
		if h != "" {
			host = h
		}
		if p != "" {
			port = p
		}
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("iscsi: %w", err)
	}
	return l, nil
}

// Loopback reports whether only this machine can reach a listener's address.
func Loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// Serve accepts connections until ctx ends, and closes the listener. It returns
// when every connection is gone and no command is in the Transport any more: nil
// after ctx has ended, else why accepting failed.
func (t *Target) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel() // before Wait: ends the connections
	for {
		nc, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = nc.Close()
			}
			return nil
		case err != nil:
			_ = l.Close()
			return fmt.Errorf("iscsi: accept: %w", err)
		}
		c := newConn(t, nc)
		if !t.add(c) {
			_ = nc.Close()
			t.emit(Refused{Remote: nc.RemoteAddr(), Err: ErrBusy})
			continue
		}
		wg.Go(func() { t.serveConn(ctx, c) })
	}
}

// serveConn runs one connection from login to its end.
func (t *Target) serveConn(ctx context.Context, c *conn) {
	nc := c.nc
	defer t.remove(c)
	defer func() { _ = nc.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	if err := c.login(); err != nil {
		t.emit(Refused{Remote: nc.RemoteAddr(), Initiator: c.initiator, Err: err})
		return
	}
	t.emit(SessionStarted{Remote: nc.RemoteAddr(), Initiator: c.initiator, Discovery: c.discovery})
	loggedOut, err := c.run(ctx)
	t.emit(SessionEnded{Remote: nc.RemoteAddr(), Initiator: c.initiator, Discovery: c.discovery, LoggedOut: loggedOut, Err: err})
}

func (t *Target) emit(e Event) {
	if t.onEvent != nil {
		t.onEvent(e)
	}
}

func (t *Target) add(c *conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.conns) >= maxConnections {
		return false
	}
	t.conns[c] = struct{}{}
	return true
}

func (t *Target) remove(c *conn) {
	t.mu.Lock()
	delete(t.conns, c)
	t.mu.Unlock()
	close(c.gone)
}

// reinstate makes c the session of its initiator and ISID, ending an older one
// that has the same: an initiator that lost its connection without noticing comes
// back like this. (RFC 7143 6.3.5) It fails if the older one doesn't end in time.
func (t *Target) reinstate(c *conn, limit time.Duration) bool {
	t.mu.Lock()
	var old []*conn
	for o := range t.conns {
		if o != c && o.open && !o.discovery && !c.discovery && o.initiator == c.initiator && o.isid == c.isid {
			old = append(old, o)
		}
	}
	c.open = true
	t.tsih = max(t.tsih+1, 1) // 0 means "none yet" in a login
	c.tsih = t.tsih
	t.mu.Unlock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for _, o := range old {
		_ = o.nc.Close()
		select {
		case <-o.gone:
		case <-timer.C:
			return false
		}
	}
	return true
}

// each calls f for every connection that has logged in.
func (t *Target) each(f func(*conn)) {
	t.mu.Lock()
	var open []*conn
	for c := range t.conns {
		if c.open {
			open = append(open, c)
		}
	}
	t.mu.Unlock()
	for _, c := range open {
		f(c)
	}
}
