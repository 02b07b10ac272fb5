package host

import (
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
)

func list() ([]Info, error) { return linux().list(), nil }

// list finds the SCSI devices that are optical drives. It opens only files of sysfs and
// proc, so no drive gets a command.
func (k *kernel) list() []Info {
	var found []Info
	open := k.openFiles()
	for _, address := range k.entries("sys/bus/scsi/devices") {
		device := "sys/bus/scsi/devices/" + address
		if !optical(k.line(device, "type")) { // targets and hosts have no type
			continue
		}
		block, generic := first(k.entries(device, "block")), first(k.entries(device, "scsi_generic"))
		if block == "" && generic == "" {
			continue
		}
		found = append(found, k.info(device, block, generic, open))
	}
	sort.Sort(byPath(found))
	return found
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// info collects the known facts about a drive.
func (k *kernel) info(device, block, generic string, open map[string][]int) Info {
	in := Info{
		Vendor: k.line(device, "vendor"), Model: k.line(device, "model"), Revision: k.line(device, "rev"),
		WWID: strings.Join(strings.Fields(k.line(device, "wwid")), " "),
	}
	if generic != "" {
		in.Generic = "/dev/" + generic
	}
	if block == "" { // sr_mod isn't loaded
		in.Path = in.Generic
	} else {
		in.Path = "/dev/" + block
		dev := k.line(device, "block", block, "dev")
		in.Mounts = k.mounts(dev)
		in.Medium = k.medium(dev)
	}
	in.Links = k.links(in.Path)
	in.ID = first(in.Links)
	in.Holders = k.holders(compact(in.Path, in.Generic), open)
	return in
}

// compact drops empty and repeated paths.
func compact(paths ...string) []string {
	paths = slices.DeleteFunc(paths, func(p string) bool { return p == "" })
	return slices.Compact(paths)
}

// siblings are the nodes of the drive that a device number belongs to.
func (k *kernel) siblings(rdev uint64, generic bool) []string {
	device := deviceDir(rdev, generic)
	var paths []string
	for _, class := range []string{"block", "scsi_generic"} {
		if name := first(k.entries(device, class)); name != "" {
			paths = append(paths, "/dev/"+name)
		}
	}
	return paths
}

// links are the names that udev gives a drive by its identity and by its connector,
// identity first. Both survive renumbering.
func (k *kernel) links(path string) []string {
	var links []string
	for _, dir := range []string{"dev/disk/by-id", "dev/disk/by-path"} {
		for _, name := range k.entries(dir) {
			target, err := os.Readlink(k.at(dir, name))
			if err == nil && filepath.Base(target) == filepath.Base(path) {
				links = append(links, "/"+dir+"/"+name)
			}
		}
	}
	return links
}

// medium reads what udev's cdrom_id found in the tray: a text file of lines
// "E:NAME=value" (systemd's sd-device database). It may be out of date.
func (k *kernel) medium(dev string) string {
	props := map[string]string{}
	for l := range strings.SplitSeq(k.line("run/udev/data/b"+dev), "\n") {
		if name, value, ok := strings.Cut(strings.TrimPrefix(l, "E:"), "="); ok {
			props[name] = value
		}
	}
	if props["ID_CDROM_MEDIA"] != "1" {
		return ""
	}
	words := []string{"a disc"}
	for _, kind := range []string{"CD_R", "CD_RW", "CD", "DVD_R", "DVD_RW", "DVD_PLUS_R", "DVD_PLUS_RW", "DVD_RAM", "DVD", "BD_R", "BD_RE", "BD"} {
		if props["ID_CDROM_MEDIA_"+kind] == "1" {
			words[0] = strings.NewReplacer("_PLUS_", "+", "_", "-").Replace(kind)
			break
		}
	}
	if state := props["ID_CDROM_MEDIA_STATE"]; state != "" {
		words = append(words, state)
	}
	if n, err := strconv.Atoi(props["ID_CDROM_MEDIA_TRACK_COUNT_AUDIO"]); err == nil && n > 0 {
		words = append(words, strconv.Itoa(n)+" audio tracks")
	}
	return strings.Join(words, ", ")
}
