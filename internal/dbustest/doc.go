// Package dbustest runs a private D-Bus daemon for tests, and puts stand-ins for the
// services of a desktop on it. The daemon is the real one (dbus-daemon): what a test
// shows is that our messages are what a bus and godbus' own decoder on its other side
// take them for. The services' signatures are written from their published introspection
// data.
//
// Tests that use it are skipped where dbus-daemon isn't installed.
package dbustest
