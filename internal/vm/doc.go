// Package vm puts a real kernel between the burner and the drive, and other
// people's programs on the other side of the simulator. All of it are tests; this
// file is what they are about.
//
// The concept:
//
//   - A guest under QEMU, emulated without hardware support, runs a stock Debian
//     kernel. Its root is this machine's, read only, under an overlay in memory; so
//     every program that is installed here can be run there. udev runs as on any
//     Debian, so the kernel polls and cdrom_id and blkid look at each disc.
//   - The drive is "redbook sim serve" on this machine. The guest's own iSCSI
//     initiator makes a /dev/sr0 of it: no command, length or residual is changed
//     on the way.
//   - A small agent in the guest (package guest) runs what the tests ask for. What
//     the programs say there is compared with what lies on the disc here, by the
//     simulator's word and not by a drive's.
//
// "make test-vm" runs it: it takes minutes and installs packages by apt, so a plain
// "go test" only says so. docs/internals/vm.md has the matrix with its results.
package vm
