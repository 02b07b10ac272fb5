// Package power keeps the computer awake, and its user logged in, while a disc is written.
//
// KeepAwake uses what the operating system offers, and Lock.Release releases it:
//
//   - Linux: inhibitor locks of systemd-logind (or elogind) on the system bus, against
//     shutdown, sleep, the idle action and the lid switch. If its policy refuses them
//     together, each one that it grants. In addition the desktop's inhibitors on the session
//     bus (org.gnome.SessionManager, org.freedesktop.PowerManagement): GNOME, Cinnamon and
//     XFCE suspend an idle computer regardless of logind's locks. All of them end with the
//     program.
//   - Windows: a power request against idle sleep, and a hidden window that refuses log-off
//     and shutdown with the reason, as IMAPI's documentation asks. On battery, modern
//     standby ends the request (LimitedByStandby).
//   - macOS: a power assertion against idle sleep. Sleep by menu or lid is delayed until
//     release, for as long as macOS waits: 30 seconds.
//   - Elsewhere: errors.ErrUnsupported.
//
// None of this is certain: the user at the computer can always overrule it, and on Windows
// Ending reports that. Treat an error as a warning, never as a reason not to burn.
//
// Lock.Exposed describes the remaining dangers, for a warning: a user who is logged in by ssh
// gets a lock against idle sleep, but not against closing the lid. Two limits of logind are not
// visible there. Before systemd 257 a lock of mode block binds
// other users only, so the same user's "systemctl suspend" succeeds. A lock on the lid does
// not count while another session is in front.
//
// The package is independent of discs. Package redbook uses it unless told otherwise; with tao and
// sao it is a hook in the options, such as burn.Options.KeepAwake:
//
//	func(ctx context.Context, reason string) (release func() error, err error) {
//		lock, err := power.KeepAwake(ctx, reason)
//		if err != nil {
//			return nil, err
//		}
//		return lock.Release, lock.Exposed()
//	}
package power
