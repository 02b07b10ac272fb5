package power

import (
	"slices"
	"strings"
)

// exposedError is the error of Lock.Exposed.
type exposedError struct {
	grants   []grant
	exposed  danger
	refusals []error
}

// Unwrap returns why the services refused.
func (e *exposedError) Unwrap() []error { return e.refusals }

// Error names the grants and the remaining dangers. A grant without effect, because the
// desktop decides otherwise, isn't named.
func (e *exposedError) Error() string {
	exposed := e.exposed
	var useful []grant
	for _, g := range e.grants {
		g.Blocks &^= exposed
		if g.Blocks|g.Delays != 0 {
			useful = append(useful, g)
		}
	}
	text := describe(useful)
	for _, g := range e.grants {
		exposed &^= g.Delays
	}
	if exposed != 0 && text != "" {
		text += "; "
	}
	if exposed != 0 {
		text += "nothing holds off " + dangerText(exposed, " or ")
	}
	if e.exposed&^delays(e.grants)&lid != 0 {
		text += ", so leave the lid open"
	}
	return text
}

// delays lists the dangers that are held off for a moment.
func delays(grants []grant) (d danger) {
	for _, g := range grants {
		d |= g.Delays
	}
	return d
}

// describe is Lock.String.
func describe(grants []grant) string {
	var services []grant // each once
	for _, g := range grants {
		at := slices.IndexFunc(services, func(s grant) bool { return s.By == g.By })
		if at < 0 {
			services = append(services, g)
			continue
		}
		services[at].Blocks |= g.Blocks
		services[at].Delays |= g.Delays
	}
	parts := make([]string, len(services))
	for i, g := range services {
		var does []string
		if g.Blocks != 0 {
			does = append(does, "blocks "+dangerText(g.Blocks, " and "))
		}
		if g.Delays != 0 {
			does = append(does, "delays "+dangerText(g.Delays, " and ")+" for a moment only")
		}
		parts[i] = spokenService(g.By) + " " + strings.Join(does, " and ")
	}
	return strings.Join(parts, "; ")
}

// spokenService returns the name of a service for users.
func spokenService(by string) string {
	switch by {
	case "org.gnome.SessionManager":
		return "the desktop's session manager"
	case "org.freedesktop.PowerManagement":
		return "the desktop's power manager"
	case "window":
		return "redbook"
	case "power request", "power assertion":
		return "the system"
	}
	return by
}

var dangerWords = []struct {
	of   danger
	word string
}{
	{idle, "sleep when idle"}, {sleep, "sleep on request"},
	{shutdown, "shutdown"}, {lid, "sleep when the lid is closed"},
}

// dangerText lists dangers, joined by commas and finally by last.
func dangerText(d danger, last string) string {
	var words []string
	for _, w := range dangerWords {
		if d&w.of != 0 {
			words = append(words, w.word)
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + last + words[len(words)-1]
}
