package host

import (
	"fmt"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// number is a device number as sysfs writes it, such as "11:0".
func number(rdev uint64) string {
	return fmt.Sprintf("%d:%d", unix.Major(rdev), unix.Minor(rdev))
}

// deviceDir is the SCSI device of a node, below the root.
func deviceDir(rdev uint64, generic bool) string {
	kind := "block"
	if generic {
		kind = "char"
	}
	return "sys/dev/" + kind + "/" + number(rdev) + "/device"
}

// opticalGeneric distinguishes an optical drive's sg node from that of a disk or tape.
func (k *kernel) opticalGeneric(rdev uint64) bool {
	return optical(k.line(deviceDir(rdev, true), "type"))
}

// optical reports whether a peripheral device type is that of a CD drive, or of an old
// WORM, which some early CD recorders claim to be.
func optical(kind string) bool { return kind == "5" || kind == "4" }

// maxTransfer finds the largest transfer of one command, in bytes; 0 for unknown. For
// SG_IO the hard limit counts, and also the number of segments: each page of a buffer
// may be one, and a misaligned buffer begins within a page.
func (k *kernel) maxTransfer(n *sgNode) int {
	queue := ""
	if !n.generic {
		queue = k.at("sys/dev/block", number(n.rdev), "queue")
	} else if blocks := k.entries(deviceDir(n.rdev, true), "block"); len(blocks) > 0 {
		queue = k.at(deviceDir(n.rdev, true), "block", blocks[0], "queue")
	}
	if queue != "" {
		kb := readInt(queue + "/max_hw_sectors_kb")
		if kb > 0 {
			limit := kb << 10
			if segments := readInt(queue + "/max_segments"); segments > 1 {
				limit = min(limit, (segments-1)*os.Getpagesize())
			}
			return limit
		}
	}
	return k.sectorLimit(n)
}

func readInt(path string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	text := string(b)
	for len(text) > 0 && text[len(text)-1] == '\n' {
		text = text[:len(text)-1]
	}
	v, err := strconv.Atoi(text)
	if err != nil || v > 1<<20 {
		return 0
	}
	return v
}

// sectorLimit reads the limit with BLKSECTGET. The two kinds of node share only the
// number of the ioctl: sr writes an unsigned short, in sectors of 512 bytes, sg an int,
// in bytes.
func (k *kernel) sectorLimit(n *sgNode) int {
	if n.generic {
		var bytes int32
		if k.ioctl(n.fd, unix.BLKSECTGET, unsafe.Pointer(&bytes)) != nil || bytes < 0 {
			return 0
		}
		return int(bytes)
	}
	var sectors uint16
	if k.ioctl(n.fd, unix.BLKSECTGET, unsafe.Pointer(&sectors)) != nil {
		return 0
	}
	return int(sectors) * 512
}
