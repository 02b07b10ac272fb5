package decode

import "encoding/binary"

// infoNames are the entries of a LIST INFO chunk by the names of Vorbis comments.
// ISRC means "source" there, so it counts only if it looks like the code.
var infoNames = map[string]string{
	"INAM": "title", "IART": "artist", "IPRD": "album", "ITRK": "track", "IPRT": "track", "ICRD": "date", "IGNR": "genre",
	"ISRC": "isrc", "TRCK": "track",
}

// wavTags reads the tags of a WAV file: LIST INFO and id3 chunks, wherever they
// stand. Sizes are claims: the walk ends where they make no sense.
func wavTags(in input) Tags {
	var form [12]byte
	if _, err := in.r.ReadAt(form[:], in.base); err != nil {
		return Tags{}
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if string(form[:4]) == "RIFX" {
		order = binary.BigEndian
	}
	var info, id3 tagValues
	var big uint64 // size of the audio of an RF64
	at := in.base + 12
	for range maxChunks {
		var p [24]byte
		n, _ := in.r.ReadAt(p[:], at)
		if n < 8 {
			break
		}
		size := int64(order.Uint32(p[4:]))
		switch string(p[:4]) {
		case "ds64":
			big = binary.LittleEndian.Uint64(p[16:])
		case "data":
			if size == 0xFFFFFFFF {
				size = int64(min(big, 1<<62))
			}
		case "LIST":
			if string(p[8:12]) == "INFO" {
				info.merge(infoList(in, at+12, min(at+8+size, in.size), order))
			}
		case "id3 ", "ID3 ":
			id3.merge(id3At(in, at+8, size))
		}
		at += 8 + size + size%2
		if at >= in.size {
			break
		}
	}
	id3.merge(info)
	return id3.tags()
}

// infoList reads the entries of a LIST INFO chunk: name, size, text.
func infoList(in input, at, end int64, order binary.ByteOrder) (t tagValues) {
	for range maxChunks {
		var p [8]byte
		if _, err := in.r.ReadAt(p[:], at); err != nil || at+8 > end {
			return t
		}
		size := int64(order.Uint32(p[4:]))
		if name, ok := infoNames[string(p[:4])]; ok {
			value := text(cString(readSome(in, at+8, min(size, end-at-8))))
			if name != "isrc" || len(code(value, 12, isAlnum)) == 12 {
				t.add(name, value)
			}
		}
		at += 8 + size + size%2
	}
	return t
}

// cString ends at the first zero.
func cString(p []byte) []byte {
	for i, c := range p {
		if c == 0 {
			return p[:i]
		}
	}
	return p
}
