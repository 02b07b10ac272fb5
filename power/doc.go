// Package power keeps the machine awake, and its user logged in, while a disc is
// being written: a laser that stops halfway makes a coaster.
//
// KeepAwake takes whatever the operating system offers, and the Lock that it returns says
// what that was and gives it back:
//
//   - Linux: inhibitor locks of systemd-logind (or elogind) on the system bus, against
//     shutdown, sleep, the idle action and the lid switch; where its policy refuses, each
//     of them that it grants. Besides these the desktop's own, on the session bus
//     (org.gnome.SessionManager, org.freedesktop.PowerManagement): GNOME, Cinnamon and
//     XFCE suspend an idle computer whatever logind's locks say. All of them end when the
//     program dies.
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
// What a person should know of it is in Lock.Exposed: a user who is logged in by ssh gets
// a lock that an idle computer respects, and that someone who closes the lid doesn't.
//
// Two limits of logind aren't visible there. Before systemd 257 a lock of mode block binds
// other users only, so that the same user's "systemctl suspend" goes through; and a lock
// on the lid lapses while another session is in front.
//
// The package knows nothing of discs.
package power
