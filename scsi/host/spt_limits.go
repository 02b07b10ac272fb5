package host

import (
	"encoding/binary"
	"math/bits"
)

// Windows reports how much one command may transfer in two ways; some drivers (and
// Wine) have only the older one.
const (
	adapterProperty = 1 // StorageAdapterProperty
	deviceProperty  = 0 // StorageDeviceProperty

	windowsPage = 4096
	// No command is longer, whatever an adapter reports: USB bridges report more than they
	// support, and some accept only 27 audio sectors.
	mostTransfer = 27 * 2352
)

// queryProperty reads a property of the device or its adapter; nil if there is none.
func queryProperty(api windowsAPI, handle uintptr, property byte) []byte {
	in := []byte{0: property, 11: 0} // STORAGE_PROPERTY_QUERY, of the standard kind
	out := make([]byte, 1024)
	n, err := api.control(handle, ioctlQueryProperty, in, out)
	if err != nil {
		return nil
	}
	return out[:min(max(n, 0), len(out))]
}

// findLimits determines the maximum transfer and the alignment of its buffer.
//
//	               STORAGE_ADAPTER_DESCRIPTOR  IO_SCSI_CAPABILITIES
//	maximum length          8                           4
//	maximum pages          12                           8
//	alignment mask         16                          16
func (n *sptNode) findLimits() {
	length, pages, mask := 8, 12, 16
	reply := queryProperty(n.api, n.handle, adapterProperty)
	if len(reply) < 20 {
		length, pages = 4, 8
		reply = make([]byte, 24)
		if count, err := n.api.control(n.handle, ioctlGetCapabilities, nil, reply); err != nil || count < 20 {
			n.align = windowsPage // unknown: this satisfies every adapter
			return
		}
	}
	at := func(off int) uint32 { return binary.LittleEndian.Uint32(reply[off:]) }
	n.max = transferLimit(at(length), at(pages))
	n.align = alignment(at(mask))
}

// transferLimit is the longest transfer, 0 for unknown. A buffer that begins within a
// page touches one page more.
func transferLimit(length, pages uint32) int {
	limit := int64(length)
	if pages > 1 {
		limit = min(limit, (int64(pages)-1)*windowsPage)
	}
	if limit < windowsPage { // not an answer
		return 0
	}
	return int(min(limit, mostTransfer))
}

// alignment converts an alignment mask (0, 1, 3, 7 ...) to a power of two. Wine returns
// the page size instead of a mask.
func alignment(mask uint32) int {
	switch {
	case mask >= 1<<16:
		return windowsPage
	case mask&(mask+1) != 0 && mask&(mask-1) == 0:
		return int(mask)
	}
	return 1 << bits.Len32(mask)
}
