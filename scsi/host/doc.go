// Package host reaches the optical drives of the machine that the program runs on:
// it lists them, and opens one as a scsi.Transport. Today that is Linux; on other
// systems every function gives an error that matches errors.ErrUnsupported.
//
// The concept:
//
//   - List reads what the kernel knows anyway and sends no command, so it never
//     disturbs a drive that is burning.
//   - Open takes a drive for oneself: other programs, the kernel's polling and
//     udev's probing stay out until Close. One Device is meant to be kept from the
//     first look to the last check, since closing unlocks the tray. Options.Shared
//     opens it beside others, for a look.
//   - A Device passes commands on and never repeats one. CHECK CONDITION is an
//     answer; an error is a *scsi.TransportError that says whether the drive can
//     have seen the command.
//   - Permission problems name their cure. Nothing here needs root, except some
//     vendor commands that Linux keeps from other users.
//
// # Linux
//
// Commands go by the SG_IO ioctl of /dev/srN. An sg node (/dev/sgN) works too, where
// sr_mod is missing: there a signal would make the kernel send the command a second
// time, so signals are blocked while one is under way.
//
// The kernel's count of bytes that weren't transferred is unreliable (always 0 with
// ATAPI drives behind libata), so Result.N is an upper bound here: take lengths from
// the reply itself. Data-in buffers are zeroed before the command.
package host
