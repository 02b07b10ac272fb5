// Package dbustest runs a private D-Bus daemon for tests, with fakes of a desktop's
// services. The daemon is the real one (dbus-daemon), so tests check our messages with a
// foreign implementation; on its other side they are decoded by godbus. The services'
// signatures are from their published introspection data.
//
// Tests that use it are skipped where dbus-daemon isn't installed.
package dbustest
