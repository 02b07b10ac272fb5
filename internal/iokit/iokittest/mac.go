//go:build linux && iokitfake

package iokittest

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/ebitengine/purego"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/internal/iokit"
)

// Mac is the fake library, loaded. There is one per process: tests take turns.
type Mac struct {
	*iokit.Library
	answer func(x *Exchange) uint32

	reset       func()
	report, log func() string
	drive       func(vendor, product, revision, bsd string) uint64
	set         func(drive uint64, knob string, value int64)
	get         func(drive uint64, knob string) int64
	other       func(drive uint64, creator string)
	want        func(bsd string)
	power       func(kind uint32, argument int)
	refusePower func(how int32)
	handler     func(f uintptr)
}

// Exchange is struct exchange of fake.h: a command received by the fake's drive, and the
// answer.
type Exchange struct {
	Drive     uint64
	CDB       [16]byte
	CDBLength uint32
	Direction uint32 // 0 none, 1 to the drive, 2 from it
	Data      *byte
	Length    uint64
	Timeout   uint32 // milliseconds
	Response  uint32
	Status    uint32
	Sense     [20]byte // 18 are used
	Count     uint64
}

// Library is the path of the fake, from the environment.
const Library = "REDBOOK_IOKIT"

var load = sync.OnceValues(func() (*Mac, error) {
	path := os.Getenv(Library)
	lib, err := iokit.Load(iokit.Paths{CoreFoundation: path, IOKit: path, DiskArbitration: path})
	if err != nil {
		return nil, err
	}
	m := &Mac{Library: lib}
	handle, err := purego.Dlopen(path, purego.RTLD_NOW)
	if err != nil {
		return nil, err
	}
	for name, to := range map[string]any{
		"fake_reset": &m.reset, "fake_report": &m.report, "fake_log": &m.log, "fake_drive": &m.drive, "fake_set": &m.set,
		"fake_get": &m.get, "fake_other": &m.other, "fake_want": &m.want, "fake_power": &m.power,
		"fake_refuse_power": &m.refusePower, "fake_handler": &m.handler,
	} {
		purego.RegisterLibFunc(to, handle, name)
	}
	return m, nil
})

var dispatch = sync.OnceValue(func() uintptr {
	return purego.NewCallback(func(x *Exchange) uintptr {
		m, _ := load()
		return uintptr(m.answer(x))
	})
})

// New returns the Mac, without a drive. At the end of the test, every object must have been
// released once and no call may have been wrong.
func New(t testing.TB) *Mac {
	t.Helper()
	m, err := load()
	require.NoError(t, err, "%s must name the fake library: make test-iokit", Library)
	m.reset()
	m.refusePower(0)
	m.answer = nil
	t.Cleanup(func() { assert.Empty(t, m.report(), "what the fake library complains of") })
	return m
}

// Drive adds a drive; bsd is the name of the medium, "" without one. Its commands are
// passed to Answer.
func (m *Mac) Drive(vendor, product, revision, bsd string) (id uint64) {
	id = m.drive(vendor, product, revision, bsd)
	m.handler(dispatch())
	return id
}

// Answer sets the function that answers commands of drives. It returns an IOReturn.
func (m *Mac) Answer(answer func(x *Exchange) uint32) { m.answer = answer }

// Set sets a knob of a drive, a member of struct drive in fake.h.
func (m *Mac) Set(drive uint64, knob string, value int64) { m.set(drive, knob, value) }

// Get reads a knob.
func (m *Mac) Get(drive uint64, knob string) int64 { return m.get(drive, knob) }

// Other connects another program to a drive, such as "pid 4711, Toast".
func (m *Mac) Other(drive uint64, creator string) { m.other(drive, creator) }

// Want is another program that wants a claimed medium. The knob asked holds the answer.
func (m *Mac) Want(bsd string) { m.want(bsd) }

// Power notifies the listeners about sleep.
func (m *Mac) Power(message uint32, argument int) { m.power(message, argument) }

// RefusePower makes assertions fail (1), or only the notification of sleep (2).
func (m *Mac) RefusePower(how int) { m.refusePower(int32(how)) }

// Log is the calls that matter, in their order.
func (m *Mac) Log() []string { return strings.Split(strings.TrimSpace(m.log()), "\n") }
