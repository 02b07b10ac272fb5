// Package host reaches the optical drives of the machine that the program runs on:
// it lists them, and opens one as a scsi.Transport. That is Linux, Windows and macOS; on other
// systems every function gives an error that matches errors.ErrUnsupported.
//
// The concept:
//
//   - List reads what the system knows anyway and sends no command, so it never
//     disturbs a drive that is burning.
//   - Open takes a drive for oneself: other programs and the system's own polling
//     stay out until Close. One Device is meant to be kept from the first look to the
//     last check: in between someone else could have the drive, and without udev closing
//     it unlocks the tray. Options.Shared opens it beside others, for a look.
//   - A Device passes commands on and never repeats one. CHECK CONDITION is an
//     answer; an error is a *scsi.TransportError that says whether the drive can
//     have seen the command.
//   - Permission problems name their cure. Nothing here needs root, except some
//     vendor commands that Linux keeps from other users.
//
// # Linux
//
// Commands go by the SG_IO ioctl of /dev/srN, also for a drive that is opened by its sg
// node (/dev/sgN): what looks at drives, mounts discs or burns goes by the sr node, and only
// a claim on that one stops it. The sg node itself is used where sr_mod is missing: there a
// signal would make the kernel send the command a second time, so signals are blocked
// while one is under way.
//
// The claim keeps out who claims too. A program that opens the node plainly, such as a
// player, gets in beside it: Device.Holders names those.
//
// The kernel's count of bytes that weren't transferred is unreliable (always 0 with
// ATAPI drives behind libata), so Result.N is an upper bound here: take lengths from
// the reply itself. Data-in buffers are zeroed before the command.
//
// # Windows
//
// Commands go by IOCTL_SCSI_PASS_THROUGH_DIRECT on the drive's device interface. That is
// one of two handles: \\.\D: (or \\.\CdRom0) is the file system's, which locks and
// dismounts the volume, and the device's belongs to the driver, which alone knows
// exclusive access and only for handles that it opened itself.
//
// A drive is taken as IMAPI takes it: volume locked and dismounted,
// IOCTL_CDROM_EXCLUSIVE_ACCESS with a client name that others can read, media-change
// notification off, and ejection while there is a Lock. All of it belongs to the two
// handles, so it ends with the program, however that ends. What a driver can't do of it
// is left out (Device.Warnings). Where there is no device interface (Wine) the volume's
// handle carries the commands, and no other program is kept out.
//
// That backend is written against a small interface (windowsAPI) and compiled for
// every system, so that its tests run everywhere; only winapi_windows.go calls Windows.
//
// # macOS
//
// Commands are SCSI tasks of IOKit's SCSITaskLib, called without cgo. A drive's path is
// "ioreg:" and its registry entry id; "/dev/disk4" means the drive that this disc is in.
// Open claims the disc by DiskArbitration and takes exclusive access; while that lasts
// the disc has no node. A drive that was opened Shared carries out only the few
// commands that ask about drive and disc; any other is refused with an error that
// matches fs.ErrPermission, unsent.
package host
