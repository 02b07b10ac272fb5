package host

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestList(t *testing.T) {
	m := newMachine(t)
	m.drive(10, "PIONEER", "BD-RW   BDR-209D", "1.34")
	m.drive(9, "HL-DT-ST", "DVDRAM GH24NSD5", "LV00")
	m.open = func(string, int) (int, error) { t.Error("List opens no node"); return 0, os.ErrInvalid }
	m.ioctl = nil
	m.write("sys/bus/scsi/devices/9:0:0:0/wwid", "t10.ATA     HL-DT-ST DVDRAM   K1D123\n")
	m.write("sys/bus/scsi/devices/2:0:0:0/type", "0\n") // a disk
	m.write("sys/bus/scsi/devices/2:0:0:0/block/sda/dev", "8:0\n")
	m.write("sys/bus/scsi/devices/3:0:0:0/type", "5\n") // neither driver is loaded
	m.write("sys/bus/scsi/devices/target2:0:0/uevent", "")
	m.write("sys/bus/scsi/devices/4:0:0:0/type", "5\n") // sr_mod isn't loaded
	m.write("sys/bus/scsi/devices/4:0:0:0/vendor", "SONY    \n")
	m.write("sys/bus/scsi/devices/4:0:0:0/scsi_generic/sg3/dev", "21:3\n")
	m.link("dev/disk/by-id/ata-HL-DT-ST_DVDRAM_K1D123", "../../sr9")
	m.link("dev/disk/by-path/pci-0000:00:1f.2-ata-2", "../../sr9")
	m.link("dev/disk/by-path/pci-0000:00:1f.2-ata-3", "../../sr10")
	m.write("run/udev/data/b11:9", "S:disk/by-id/x\nE:ID_CDROM=1\nE:ID_CDROM_MEDIA=1\nE:ID_CDROM_MEDIA_CD_R=1\nE:ID_CDROM_MEDIA_STATE=blank\n")
	m.write("run/udev/data/b11:10", "E:ID_CDROM=1\n")
	m.write("proc/self/mountinfo", "36 21 11:10 / /mnt ro - iso9660 /dev/sr10 ro\n")
	m.process(100, "wodim", "/dev/sr9")
	m.process(200, "sg_raw", "/dev/sg10", "/dev/sg10")
	m.process(300, "shell", "/dev/tty")
	m.write("proc/locks", "7: FLOCK  ADVISORY  WRITE 100 00:06:309 0 EOF\n"+
		"7: -> FLOCK  ADVISORY  WRITE 300 00:06:309 0 EOF\n"+
		"8: FLOCK  ADVISORY  WRITE -1 00:06:309 0 EOF\n8: FLOCK  ADVISORY  WRITE 300 00:06:999 0 EOF\n")

	assert.Equal(t, []Info{
		{Path: "/dev/sg3", Vendor: "SONY", Generic: "/dev/sg3", Holders: []Holder{}},
		{
			Path: "/dev/sr9", Vendor: "HL-DT-ST", Model: "DVDRAM GH24NSD5", Revision: "LV00",
			ID:      "/dev/disk/by-id/ata-HL-DT-ST_DVDRAM_K1D123",
			Links:   []string{"/dev/disk/by-id/ata-HL-DT-ST_DVDRAM_K1D123", "/dev/disk/by-path/pci-0000:00:1f.2-ata-2"},
			WWID:    "t10.ATA HL-DT-ST DVDRAM K1D123",
			Generic: "/dev/sg10", Medium: "CD-R, blank",
			Holders: []Holder{{PID: 100, Name: "wodim", Locked: true}, {PID: 200, Name: "sg_raw"}},
		},
		{
			Path: "/dev/sr10", Vendor: "PIONEER", Model: "BD-RW   BDR-209D", Revision: "1.34",
			ID:      "/dev/disk/by-path/pci-0000:00:1f.2-ata-3",
			Links:   []string{"/dev/disk/by-path/pci-0000:00:1f.2-ata-3"},
			Generic: "/dev/sg11", Mounts: []string{"/mnt"}, Holders: []Holder{},
		},
	}, m.list())
}

func TestListWithoutAnything(t *testing.T) {
	m := newMachine(t)
	assert.Empty(t, m.list(), "a machine without /sys/bus/scsi is not an error")
}

func TestMedium(t *testing.T) {
	m := newMachine(t)
	for text, want := range map[string]string{
		"": "",
		"E:ID_CDROM_MEDIA=1\nE:ID_CDROM_MEDIA_CD=1\nE:ID_CDROM_MEDIA_STATE=complete\nE:ID_CDROM_MEDIA_TRACK_COUNT_AUDIO=12\n": "CD, complete, 12 audio tracks",
		"E:ID_CDROM_MEDIA=1\nE:ID_CDROM_MEDIA_CD_RW=1\nE:ID_CDROM_MEDIA_STATE=appendable\n":                                   "CD-RW, appendable",
		"E:ID_CDROM_MEDIA=1\nE:ID_CDROM_MEDIA_DVD_PLUS_R=1\n":                                                                 "DVD+R",
		"E:ID_CDROM_MEDIA=1\n": "a disc",
		"garbage":              "",
	} {
		m.write("run/udev/data/b11:0", text)
		assert.Equal(t, want, m.medium("11:0"))
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		`/plain`: "/plain", `/a\040b\011c\012d\134e`: "/a b\tc\nd\\e", `/end\04`: `/end\04`, `/not\999`: `/not\999`, `\040`: " ",
	} {
		assert.Equal(t, want, unescape(in))
	}
}

func TestHolderString(t *testing.T) {
	assert.Equal(t, "wodim (process 5)", Holder{PID: 5, Name: "wodim"}.String())
	assert.Equal(t, "a program (process 5)", Holder{PID: 5}.String())
}
