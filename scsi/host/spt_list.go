package host

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sort"
	"strings"
)

// listWindows finds the optical drives by their letters and, for those without one, by
// the class of their interface. They are opened without access rights: the system
// answers from its records, and no drive gets a command.
func listWindows(api windowsAPI) []Info {
	var found []Info
	numbers := map[uint32]int{} // CdRomN -> index in found
	for _, letter := range api.letters() {
		in, number, known := describe(api, `\\.\`+letter+":")
		in.Path = letter + ":"
		if known {
			in.Generic = cdromName(number)
			numbers[number] = len(found)
		}
		found = append(found, in)
	}
	for _, path := range api.interfaces() {
		in, number, known := describe(api, path)
		if !known {
			continue
		}
		i, lettered := numbers[number]
		if !lettered {
			in.Path = cdromName(number)
			i = len(found)
			numbers[number] = i
			found = append(found, in)
		}
		found[i].ID, found[i].Links = path, []string{path} // survives a change of letters
	}
	sort.Sort(byPath(found))
	return found
}

func cdromName(number uint32) string { return fmt.Sprintf(`\\.\CdRom%d`, number) }

// describe queries the system about a device. known reports whether it has a number.
func describe(api windowsAPI, path string) (in Info, number uint32, known bool) {
	handle, err := api.open(path, accessNone)
	if err != nil {
		return in, 0, false
	}
	defer func() { _ = api.close(handle) }() // the handle changed nothing
	number, known = deviceNumber(api, handle)
	// STORAGE_DEVICE_DESCRIPTOR: offsets of NUL-terminated strings, 0 for none.
	d := queryProperty(api, handle, deviceProperty)
	in.Vendor, in.Model, in.Revision = textAt(d, 12), textAt(d, 16), textAt(d, 20)
	in.WWID = textAt(d, 24) // the serial number
	return in, number, known
}

func textAt(descriptor []byte, field int) string {
	if len(descriptor) < field+4 {
		return ""
	}
	off := binary.LittleEndian.Uint32(descriptor[field:])
	if off == 0 || int64(off) >= int64(len(descriptor)) {
		return ""
	}
	text, _, _ := bytes.Cut(descriptor[off:], []byte{0})
	return strings.TrimSpace(string(text))
}
