package sweep

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/sim"
)

// point is one run.
type point struct {
	sc     *scenario
	drive  string // personality
	faults []fault
	cancel *fault // where one cancel, or two (hurry), come
}

// name is the name of the run; parsePoint parses it.
func (p point) name() string { return string(p.appendName(nil)) }

// appendName adds the name to b: hundreds of thousands are made to choose a few.
func (p point) appendName(b []byte) []byte {
	b = append(append(append(b, p.sc.name...), '/'), p.drive...)
	between := byte('/')
	if p.cancel != nil {
		b = p.cancel.appendName(append(b, between))
		between = '+'
	}
	for i := range p.faults {
		b = p.faults[i].appendName(append(b, between))
		between = '+'
	}
	return b
}

func (f *fault) appendName(b []byte) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, hex[f.op>>4], hex[f.op&15], '.')
	b = strconv.AppendInt(b, int64(f.nth), 10)
	b = append(append(b, '/'), f.kind.name...)
	if f.kind.args != nil {
		b = strconv.AppendInt(append(b, '-'), int64(f.arg), 10)
	}
	return append(append(b, '/'), f.mode.String()...)
}

// cause is what made a run fail, for the table.
func (p point) cause() string {
	if p.cancel != nil {
		return fmt.Sprintf("%02Xh %s", p.cancel.op, p.cancel.kind.name)
	}
	if len(p.faults) == 0 {
		return "no fault: " + p.drive
	}
	if len(p.faults) != 1 {
		return "several faults"
	}
	f := p.faults[0]
	name := f.kind.name
	if f.mode != once {
		name += " (" + f.mode.String() + ")"
	}
	return fmt.Sprintf("%02Xh %s", f.op, name)
}

// The two kinds that are not faults of the drive.
var (
	cancelKind = &kind{name: "cancel"}
	hurryKind  = &kind{name: "hurry"}
)

// parsePoint finds the run with a name.
func parsePoint(name string) (point, error) {
	var p point
	head := strings.SplitN(name, "/", 3)
	if len(head) < 2 {
		return p, fmt.Errorf("point %q: scenario/personality/command/kind/mode", name)
	}
	var ok bool
	if p.sc, ok = scenarioNamed(head[0]); !ok {
		return p, fmt.Errorf("point %q: no scenario %q", name, head[0])
	}
	if _, err := sim.PersonalityByName(head[1]); err != nil {
		return p, err
	}
	p.drive = head[1]
	if len(head) < 3 {
		return p, nil
	}
	for part := range strings.SplitSeq(head[2], "+") {
		f, err := parseFault(part)
		if err != nil {
			return p, fmt.Errorf("point %q: %w", name, err)
		}
		if f.kind == cancelKind || f.kind == hurryKind {
			p.cancel = &f
			continue
		}
		p.faults = append(p.faults, f)
	}
	trace, err := cleanTrace(p.sc, p.drive)
	if err != nil {
		return p, err
	}
	for i := range p.faults {
		p.faults[i].aim(trace)
	}
	return p, nil
}

// aim selects the WRITE that a deferred error belongs to: the last one before it.
func (f *fault) aim(trace []sentCommand) {
	if !f.kind.harm {
		return
	}
	for _, c := range trace {
		if c.op == f.op && c.nth == f.nth {
			f.harm = c.writes
		}
	}
}

func parseFault(text string) (fault, error) {
	var f fault
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return f, fmt.Errorf("fault %q: command/kind/mode", text)
	}
	if _, err := fmt.Sscanf(parts[0], "%X.%d", &f.op, &f.nth); err != nil {
		return f, fmt.Errorf("fault %q: %w", text, err)
	}
	switch name := parts[1]; name {
	case cancelKind.name:
		f.kind = cancelKind
	case hurryKind.name:
		f.kind = hurryKind
	default:
		if f.kind = kindByName[name]; f.kind == nil {
			if i := strings.LastIndexByte(name, '-'); i > 0 {
				f.kind = kindByName[name[:i]]
				f.arg, _ = strconv.Atoi(name[i+1:])
			}
		}
		if f.kind == nil {
			return f, fmt.Errorf("fault %q: no kind %q", text, name)
		}
	}
	for m, name := range modeNames {
		if name == parts[2] {
			f.mode = mode(m)
			return f, nil
		}
	}
	return f, fmt.Errorf("fault %q: no mode %q", text, parts[2])
}
