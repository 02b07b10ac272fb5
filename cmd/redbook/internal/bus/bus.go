// Package bus determines from Linux's sysfs how an optical drive is attached: by USB, at which
// speed, and through how many hubs. Other systems have no sysfs; the attachment is then unknown.
package bus

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Attachment describes the connection between computer and drive.
type Attachment struct {
	USB  bool
	Mbps float64 // of the USB link; 0 unknown
	Hubs int     // external hubs between port and drive
}

// Sysfs is where Linux mounts sysfs.
const Sysfs = "/sys"

// usbDevice is the name of a USB device in sysfs: bus, port, and the ports of hubs
// (Documentation/ABI/testing/sysfs-bus-usb).
var usbDevice = regexp.MustCompile(`^\d+-\d+(\.\d+)*$`)

// Of returns the attachment of a drive by its node, such as /dev/sr0. ok is false if it
// isn't known. sysfs is Sysfs, or its replacement in a test.
func Of(sysfs, node string) (a Attachment, ok bool) {
	dir, err := filepath.EvalSymlinks(filepath.Join(sysfs, "class", "block", filepath.Base(node), "device"))
	if err != nil {
		return a, false
	}
	for ; len(dir) > len(sysfs); dir = filepath.Dir(dir) {
		name := filepath.Base(dir)
		if !usbDevice.MatchString(name) {
			continue
		}
		a.USB, a.Hubs = true, strings.Count(name, ".")
		if text, err := os.ReadFile(filepath.Join(dir, "speed")); err == nil {
			a.Mbps, _ = strconv.ParseFloat(strings.TrimSpace(string(text)), 64) // 0 where it is unknown
		}
		return a, true
	}
	return a, true
}

// Stray reports whether the computer has an optical drive without a block device: then the
// kernel module sr_mod is missing. SCSI type 5 is a CD/DVD device.
func Stray(sysfs string) bool {
	types, _ := filepath.Glob(filepath.Join(sysfs, "class", "scsi_device", "*", "device", "type"))
	for _, path := range types {
		text, err := os.ReadFile(path)
		if err != nil || strings.TrimSpace(string(text)) != "5" {
			continue
		}
		if blocks, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "block", "*")); len(blocks) == 0 {
			return true
		}
	}
	return false
}
