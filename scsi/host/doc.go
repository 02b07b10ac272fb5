// Package host lists the optical drives of the computer and opens one as a scsi.Transport. It
// supports Linux, Windows and macOS. On other systems every function returns an error that
// matches errors.ErrUnsupported.
//
// The concept:
//
//   - List reads what the system knows and sends no command, so it never disturbs a drive
//     that is burning.
//   - Open takes exclusive access: other programs and the system's polling stay out until
//     Close. Keep one Device from the first command to the last check. Otherwise another
//     program could take the drive, and without udev closing it unlocks the tray.
//     Options.Shared opens a drive next to others, to look at it.
//   - A Device passes commands on and never repeats one. CHECK CONDITION is an answer, not an
//     error. An error is a *scsi.TransportError, which reports whether the drive can have seen
//     the command.
//   - Permission errors contain the remedy. Nothing here needs root, except some vendor
//     commands that Linux reserves for it.
//
// # Linux
//
// Commands use the SG_IO ioctl of /dev/srN, also for a drive that is opened by its sg node
// (/dev/sgN): mounts, burners and polling use the sr node, and only a claim on it stops them.
// The sg node is used where sr_mod is missing. There a signal would make the kernel send the
// command a second time, so signals are blocked during a command.
//
// The claim keeps out programs that claim too. A program that opens the node plainly, such
// as a player, gets in; Device.Holders lists those.
//
// The kernel's count of bytes that were not transferred is unreliable (always 0 with ATAPI
// drives on libata), so Result.N is an upper bound here. Take lengths from the reply itself.
// Data-in buffers are zeroed before the command.
//
// # Windows
//
// Commands use IOCTL_SCSI_PASS_THROUGH_DIRECT on the drive's device interface. There are two
// handles: \\.\D: (or \\.\CdRom0) belongs to the file system, which locks and dismounts the
// volume. The device's handle belongs to the driver. Only the driver supports exclusive access,
// and only for handles that it opened itself.
//
// A drive is taken as IMAPI does it: volume locked and dismounted,
// IOCTL_CDROM_EXCLUSIVE_ACCESS with a client name that other programs can read, media-change
// notification off, and ejection off while there is a Lock. All of it belongs to the two
// handles and ends with the program. What a driver does not support is left out
// (Device.Warnings). Without a device interface (Wine) the volume's handle carries the
// commands, and no other program is kept out.
//
// # macOS
//
// Commands are SCSI tasks of IOKit's SCSITaskLib, called without cgo. A drive's path is
// "ioreg:" and its registry entry id; "/dev/disk4" means the drive that holds this disc. Open
// claims the disc by DiskArbitration and takes exclusive access; meanwhile the disc has no
// node. A drive that was opened Shared carries out only the few commands that ask about drive
// and disc. Others are refused, unsent, with an error that matches fs.ErrPermission.
package host
