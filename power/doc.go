// Package power keeps the machine awake, and its user logged in, while a disc is
// being written: a laser that stops halfway makes a coaster.
//
// KeepAwake takes whatever the operating system offers, and its release function
// gives it back:
//
//   - Linux: an inhibitor lock of systemd-logind (or elogind) on the system bus,
//     against shutdown, sleep, the idle action and the lid switch. Where that is
//     refused, fewer classes are asked for. The lock is a file descriptor, so the
//     kernel gives it back when the program dies.
//   - Windows: a power request against idle sleep, and a hidden window that answers
//     log-off and shutdown with no and gives the reason (what IMAPI's documentation
//     asks of a burner). On battery, modern standby ends the request (LimitedByStandby).
//   - macOS: a power assertion against idle sleep. Sleep by menu or lid is held up until
//     release, for as long as macOS waits: 30 seconds.
//   - Elsewhere: errors.ErrUnsupported.
//
// None of this is certain: whoever sits at the machine can always overrule it, and
// Ending tells when that happens where no signal does. A caller treats an error as a
// warning, never as a reason not to burn.
//
// The package knows nothing of discs. Package tao takes KeepAwake as a hook in its
// options.
package power
