package power

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/godbus/dbus/v5"
)

// serviceError classifies a service's errors by their D-Bus name. what is the requested
// lock.
func serviceError(ctx context.Context, service, what string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", service, ctx.Err())
	}
	named, ok := errors.AsType[dbus.Error](err)
	if !ok {
		return fmt.Errorf("%s: %w", service, err)
	}
	// The bus starts logind on demand; containers have the bus and no logind.
	if strings.HasPrefix(named.Name, "org.freedesktop.DBus.Error.Spawn.") {
		return &unavailableError{service + " can't be started", err}
	}
	switch named.Name {
	case "org.freedesktop.DBus.Error.AccessDenied",
		"org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
		"org.freedesktop.DBus.Error.InvalidArgs": // a class that this logind doesn't support
		return &refusedError{service, what, err}
	case "org.freedesktop.DBus.Error.ServiceUnknown",
		"org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.UnknownMethod",
		"org.freedesktop.DBus.Error.UnknownObject",
		"org.freedesktop.DBus.Error.UnknownInterface",
		"org.freedesktop.DBus.Error.NotSupported":
		return &unavailableError{"no " + service + " on the bus", err}
	}
	return fmt.Errorf("%s: %w", service, err)
}

// unavailableError means that the service doesn't exist.
type unavailableError struct {
	what string
	err  error
}

func (e *unavailableError) Error() string        { return fmt.Sprintf("%s: %v", e.what, e.err) }
func (e *unavailableError) Unwrap() error        { return e.err }
func (e *unavailableError) Is(target error) bool { return target == errors.ErrUnsupported }

// refusedError means that a service denied this lock.
type refusedError struct {
	service, what string
	err           error
}

func (e *refusedError) Error() string {
	return fmt.Sprintf("%s refuses %s: %v", e.service, e.what, e.err)
}
func (e *refusedError) Unwrap() error        { return e.err }
func (e *refusedError) Is(target error) bool { return target == fs.ErrPermission }
