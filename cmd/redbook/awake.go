package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/redbook-audio/redbook/power"
)

// keepAwake is the engine's hook. What the system doesn't hold off becomes the engine's
// warning, so that it is in the report and in --json too.
func (a *app) keepAwake(ctx context.Context, reason string) (release func() error, err error) {
	lock, err := power.KeepAwake(ctx, reason)
	if err != nil {
		return nil, err
	}
	if a.flags.verbose > 0 {
		a.note("Kept awake: %s.", grantedText(lock.Grants()))
	}
	if exposed := lock.Exposed(); exposed != 0 {
		err = errors.New(exposedText(lock.Grants(), exposed))
	}
	return lock.Release, err
}

// exposedText says what was granted and what may still happen to the computer. A grant
// that is of no use, since the desktop decides otherwise, isn't named.
func exposedText(grants []power.Grant, exposed power.Danger) string {
	var useful []power.Grant
	for _, g := range grants {
		g.Blocks &^= exposed
		if g.Blocks|g.Delays != 0 {
			useful = append(useful, g)
		}
	}
	text := grantedText(useful)
	for _, g := range grants {
		exposed &^= g.Delays
	}
	if exposed != 0 && text != "" {
		text += "; "
	}
	if exposed != 0 {
		text += "nothing holds off " + dangerText(exposed, " or ")
	}
	if exposed&power.Lid != 0 {
		text += ", so leave the lid open"
	}
	return text
}

// grantedText says who holds off what, such as "logind blocks sleep when idle and delays
// shutdown for a moment only".
func grantedText(grants []power.Grant) string {
	var services []power.Grant // each once
	for _, g := range grants {
		at := slices.IndexFunc(services, func(s power.Grant) bool { return s.By == g.By })
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

// spokenService is what people call a service.
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
	of   power.Danger
	word string
}{
	{power.Idle, "sleep when idle"}, {power.Sleep, "sleep on request"},
	{power.Shutdown, "shutdown"}, {power.Lid, "sleep when the lid is closed"},
}

// dangerText names dangers, joined by commas and in the end by last.
func dangerText(d power.Danger, last string) string {
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
