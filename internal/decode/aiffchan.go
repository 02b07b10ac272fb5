package decode

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/redbook-audio/redbook/internal/speaker"
)

// The CHAN chunk of AIFF files from Macs assigns a loudspeaker to each channel, in the form
// of Core Audio's AudioChannelLayout. Without it, the channels are in the order of WAV
// files, as sox and ffmpeg read and write them.

// chanOrders maps predefined layouts (the upper half of mChannelLayoutTag) to loudspeaker
// labels: 1 left, 2 right, 3 center, 4 low frequency, 5 and 6 surround left and right,
// 7 and 8 left and right of center, 9 center surround, 33 and 34 rear surround left and
// right.
var chanOrders = map[uint32][]uint32{
	108: {1, 2, 5, 6}, 113: {1, 2, 3}, 114: {3, 1, 2}, 115: {1, 2, 3, 9}, 116: {3, 1, 2, 9},
	117: {1, 2, 3, 5, 6}, 118: {1, 2, 5, 6, 3}, 119: {1, 3, 2, 5, 6}, 120: {3, 1, 2, 5, 6},
	121: {1, 2, 3, 4, 5, 6}, 122: {1, 2, 5, 6, 3, 4}, 123: {1, 3, 2, 5, 6, 4}, 124: {3, 1, 2, 5, 6, 4},
	125: {1, 2, 3, 4, 5, 6, 9}, 126: {1, 2, 3, 4, 5, 6, 7, 8}, 127: {3, 7, 8, 1, 2, 5, 6, 4},
	128: {1, 2, 3, 4, 5, 6, 33, 34}, 131: {1, 2, 9}, 132: {1, 2, 5, 6},
}

// Layout tags that refer to the rest of the chunk.
const (
	chanDescribed = 0       // labels follow
	chanBitmap    = 1 << 16 // one bit for each loudspeaker
)

// maxChan is the longest CHAN chunk that is read.
const maxChan = 12 + 20*maxChannels

// readChan reads a CHAN chunk:
//
//	0-3 layout tag  4-7 bitmap  8-11 descriptions, each: 0-3 label  4-7 flags  8-19 place
//
// It returns the label of each channel, or nil if the chunk isn't understood.
func readChan(p []byte) []uint32 {
	if len(p) < 12 {
		return nil
	}
	var labels []uint32
	switch tag := binary.BigEndian.Uint32(p); tag {
	case chanDescribed:
		for d := p[12:]; len(d) >= 20 && len(labels) < int(binary.BigEndian.Uint32(p[8:])); d = d[20:] {
			labels = append(labels, binary.BigEndian.Uint32(d))
		}
	case chanBitmap:
		for n := range uint32(18) {
			if binary.BigEndian.Uint32(p[4:])>>n&1 == 1 {
				labels = append(labels, n+1)
			}
		}
	default:
		labels = chanOrders[tag>>16]
	}
	return labels
}

// speakerOf returns the loudspeaker of a label, or 0 if it is unknown. Labels 1 to 18 are in
// the order of a channel mask. Rear surrounds are treated as side speakers, which makes no
// difference to a downmix.
func speakerOf(label uint32) uint32 {
	switch {
	case label >= 1 && label <= 18:
		return speaker.FrontLeft << (label - 1)
	case label == 33:
		return speaker.SideLeft
	case label == 34:
		return speaker.SideRight
	}
	return 0
}

// arrange converts labels to a layout and the order of the channels in it: channel order[i]
// of the file becomes channel i. A nil order leaves the channels in place. A layout of 0
// means that the labels are incomplete or ambiguous.
func arrange(labels []uint32, channels int) (layout uint32, order []int) {
	if len(labels) != channels {
		return 0, nil
	}
	speakers := make([]uint32, channels)
	for i, label := range labels {
		speakers[i] = speakerOf(label)
		layout |= speakers[i]
		order = append(order, i)
	}
	if bits.OnesCount32(layout) != channels { // a label is unknown or occurs twice
		return 0, nil
	}
	slices.SortFunc(order, func(a, b int) int { return int(speakers[a]) - int(speakers[b]) })
	if slices.IsSorted(order) {
		order = nil
	}
	return layout, order
}

// reorder rearranges the channels of whole frames in place. width is the size of a sample
// in bytes.
func reorder(p []byte, order []int, width int) {
	var frame [8 * maxChannels]byte
	size := width * len(order)
	for ; len(p) >= size; p = p[size:] {
		copy(frame[:], p[:size])
		for i, from := range order {
			copy(p[i*width:(i+1)*width], frame[from*width:])
		}
	}
}
