package ogg

import (
	"bytes"
	"io"
	"testing"

	"pgregory.net/rapid"
)

// mux writes packets of one stream into pages that end at drawn positions, and pages of
// another stream in between.
type mux struct {
	t    *rapid.T
	out  []byte
	seq  uint32
	segs []byte
	body []byte
	cont bool // the next page begins inside a packet
	open bool // the page ends inside a packet
	ends bool // a packet ends on the page
	last int64
}

// flush writes a page.
func (m *mux) flush(flags byte, granule int64) {
	if m.cont {
		flags |= Continued
	}
	if m.seq == 0 {
		flags |= First
	}
	if !m.ends {
		granule = -1
	}
	m.out = append(m.out, build(flags, granule, 7, m.seq, m.segs, m.body)...)
	m.seq++
	m.cont, m.open, m.ends = m.open, false, false
	m.segs, m.body = nil, nil
	if flags&Last != 0 {
		return // a stream that begins after the end would be chained
	}
	if m.seq == 1 || rapid.IntRange(0, 4).Draw(m.t, "other") == 0 {
		flags = 0
		if m.seq == 1 {
			flags = First
		}
		m.out = append(m.out, build(flags, 9, 8, m.seq, []byte{3}, []byte("xyz"))...)
	}
}

// add adds a packet, page by page.
func (m *mux) add(packet []byte, granule int64) {
	for {
		n := min(len(packet), 255)
		m.segs = append(m.segs, byte(n))
		m.body = append(m.body, packet[:n]...)
		packet = packet[n:]
		m.open = n == 255
		m.ends = m.ends || n < 255
		if n < 255 {
			m.last = granule
			return
		}
		if len(m.segs) == 255 || rapid.IntRange(0, 3).Draw(m.t, "split") == 0 {
			m.flush(0, m.last)
		}
	}
}

// However packets are distributed over pages, they are read back unchanged, with the
// positions of the pages where they end.
func TestAnyPaging(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &mux{t: rt}
		var want [][]byte
		n := rapid.IntRange(1, 12).Draw(rt, "packets")
		for i := range n {
			size := rapid.SampledFrom([]int{0, 1, 254, 255, 256, 509, 510, 511, 3000}).Draw(rt, "size")
			packet := bytes.Repeat([]byte{byte(i)}, size)
			want = append(want, packet)
			m.add(packet, int64(i*10))
			if i == n-1 {
				m.flush(Last, int64(i*10))
			} else if i == 0 || rapid.Bool().Draw(rt, "flush") || len(m.segs) > 200 {
				m.flush(0, int64(i*10))
			}
		}
		p := NewPackets(bytes.NewReader(m.out), 0, int64(len(m.out)), 1)
		for i, w := range want {
			packet, err := p.Next()
			if err != nil {
				rt.Fatalf("packet %d: %v", i, err)
			}
			if !bytes.Equal(packet.Data, w) {
				rt.Fatalf("packet %d: %d bytes, not %d", i, len(packet.Data), len(w))
			}
			if packet.Granule != -1 && packet.Granule != int64(i*10) {
				rt.Fatalf("packet %d: position %d", i, packet.Granule)
			}
			if packet.Last != (i == n-1) {
				rt.Fatalf("packet %d: last %v", i, packet.Last)
			}
		}
		if _, err := p.Next(); err != io.EOF {
			rt.Fatal(err)
		}
		end, err := Scan(bytes.NewReader(m.out), 0, int64(len(m.out)), nil, func() error { return nil })
		if err != nil || end.End != int64((n-1)*10) {
			rt.Fatal(end, err)
		}
	})
}
