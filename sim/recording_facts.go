package sim

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// behavior is what a drive did during a trial, besides answering questions.
type behavior struct {
	offset     int
	buffer     int
	trackInfo  int // bytes
	blankNWA   int
	descriptor bool
	plain      bool // 2/3A/00
	whenFull   string
	infoBusy   bool
	rtFinished bool
	runOut     bool // in the size of a track
	pregapped  bool // a track starts with its pregap
	pause      int  // sectors between run-out and the next track; 0 not seen
	runs       []writeRun
	tested     bool // the laser is off
	atOnce     bool // session-at-once
}

// writeRun is a series of consecutive WRITEs: the user data of a track.
type writeRun struct{ first, next int }

// watch evaluates one command.
func (b *behavior) watch(r *trialReader, x *exchange) {
	if x.sense.bad() {
		b.descriptor = b.descriptor || x.descriptor
		r.fact("sense format")
	}
	if x.sense.key == 2 && x.sense.asc == 0x3A {
		b.plain = x.sense.ascq == 0
		r.fact("empty tray")
	}
	switch x.cdb[0] {
	case 0x2A:
		b.write(r, x)
	case 0x51:
		b.busy(r, x)
	case 0x52:
		b.busy(r, x)
		if x.good && len(x.in) >= 28 {
			b.track(r, x)
		}
	case 0x55:
		if at := pageAt(x.out); x.good && at > 0 && x.out[at]&0x3F == 0x05 {
			b.tested, b.atOnce = x.out[at+2]&0x10 != 0, x.out[at+2]&0x0F == typeSAO
		}
	case 0x5C:
		if len(x.in) < 8 {
			return
		}
		if n := be32(x.in[4:]); n >= 64<<10 && n <= mostBuffer {
			b.buffer = int(n)
			r.fact("buffer")
		}
	}
}

// pageAt is the offset of the first page of a MODE SELECT; 0 if there is none.
func pageAt(out []byte) int {
	if len(out) < 8 {
		return 0
	}
	if at := 8 + be16(out[6:]); at+3 <= len(out) {
		return at
	}
	return 0
}

func (b *behavior) busy(r *trialReader, x *exchange) {
	if x.sense.key == 2 && x.sense.asc == 0x04 && x.sense.ascq == 0x07 {
		b.infoBusy = true
		r.fact("information while busy")
	}
}

// write tracks where tracks start and end, and records the answer of a full buffer.
func (b *behavior) write(r *trialReader, x *exchange) {
	full := ""
	switch {
	case x.busy:
		full = fullStatus
	case x.sense.key == 2 && x.sense.asc == 0x04 && x.sense.ascq == 0x08:
		full = fullBusy
	case x.sense.key == 2 && x.sense.asc == 0x04 && x.sense.ascq == 0x07:
		full = fullWorks
	}
	if full != "" {
		b.whenFull = full
		r.fact("full buffer")
	}
	if !x.good || b.tested || b.atOnce {
		return
	}
	lba, n := int(int32(be32(x.cdb[2:]))), be16(x.cdb[7:])
	if last := len(b.runs) - 1; last >= 0 && b.runs[last].next == lba {
		b.runs[last].next += n
		return
	}
	if last := len(b.runs) - 1; last >= 0 {
		if gap := lba - b.runs[last].next - 2; gap >= 0 && gap < 300 { // otherwise another session
			b.pause = gap
			r.fact("pause between tracks")
		}
	}
	b.runs = append(b.runs, writeRun{lba, lba + n})
}

// track compares what the drive reports of a track with what was written.
func (b *behavior) track(r *trialReader, x *exchange) {
	if x.alloc >= 48 {
		b.trackInfo = min(be16(x.in)+2, 48)
		r.fact("track information")
	}
	start, size := int(int32(be32(x.in[8:]))), int(be32(x.in[24:]))
	if blank := r.disc.Present && r.disc.Status == 0; blank && !r.selected && x.cdb[5] == 0xFF && x.in[7]&1 != 0 {
		b.blankNWA = int(int32(be32(x.in[12:])))
		r.fact("next writable address")
	}
	for _, run := range b.runs {
		length, early := run.next-run.first, run.first-start
		if early != 0 && early != 150 || x.in[6]&0x40 != 0 || r.disc.Status != 2 {
			continue
		}
		r.fact("finished tracks")
		b.pregapped, b.rtFinished = early == 150, x.in[6]&0x80 != 0
		b.runOut = size == length+early+2
	}
}

// personality combines the findings.
func (r *trialReader) personality() (Personality, []Fact) {
	r.rec.Refused = r.always()
	s := Settings{
		recording: &r.rec, Lacks: r.lacking(), DescriptorSense: r.seen.descriptor, PlainNoMedium: r.seen.plain,
		WhenFull: r.seen.whenFull, InfoBusy: r.seen.infoBusy, RTFinished: r.seen.rtFinished, SizeWithRunOut: r.seen.runOut,
		StartWithPregap: r.seen.pregapped, ReadOffset: r.seen.offset, BufferBytes: r.seen.buffer, BufferKiB: r.seen.buffer >> 10,
	}
	if n := r.seen.trackInfo; n >= 28 {
		s.ShortTrackInfo = n
	}
	if nwa := r.seen.blankNWA; nwa >= -150 && nwa <= 0 {
		s.BlankNWA = nwa
	}
	switch gap, known := r.from["pause between tracks"]; {
	case known && r.seen.pause == 0:
		s.NoPause = true
	case gap != "":
		s.Pregap = r.seen.pause
	}
	s.NoSetSpeed = r.refusedAlways(0xBB)
	if r.refusedAlways(0x5D) {
		s.Sheets = sheetsRefused
	}
	if slices.Contains(s.Lacks, 0x5D) {
		s.Sheets = sheetsUnknown
	}
	r.fromFeatures(&s)
	r.fromPages(&s)
	s.SpeedsR, s.SpeedsRW = r.speeds(false), r.speeds(true)
	names := r.rec.Inquiry
	s.Vendor, s.Product, s.Revision = trimmed(names[8:16]), trimmed(names[16:32]), trimmed(names[32:36])
	p := Personality{
		Name:    filepath.Base(r.path),
		Summary: strings.Join(strings.Fields(s.Vendor+" "+s.Product+" "+s.Revision), " "),
		Source:  "redbook try", Settings: s,
	}
	return p, r.facts(&p)
}

// trimmed returns the ASCII characters of a name.
func trimmed(b []byte) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return ' '
		}
		return c
	}, string(b)))
}

// always returns the questions that were refused each time.
func (r *trialReader) always() map[string]string {
	list := map[string]string{}
	for what, o := range r.refused {
		if !strings.HasPrefix(what, "op ") && !o.worked && o.sense != "" {
			list[what] = o.sense
		}
	}
	return list
}

// lacking returns the commands that the drive doesn't support.
func (r *trialReader) lacking() (list []int) {
	for what, o := range r.refused {
		var op int
		if _, err := fmt.Sscanf(what, "op %X", &op); err == nil && !o.worked && o.sense == senseOpcode.text() {
			list = append(list, op)
			r.from["unknown commands"] = "all"
		}
	}
	slices.Sort(list)
	return list
}

func (r *trialReader) refusedAlways(op byte) bool {
	o := r.refused[fmt.Sprintf("op %02X", op)]
	return !o.worked && o.sense != ""
}

// fromFeatures takes abilities from features 001Eh, 002Dh and 002Eh.
func (r *trialReader) fromFeatures(s *Settings) {
	for i := range r.rec.States {
		reply := r.rec.States[i].Configuration
		if reply == nil {
			continue
		}
		s.NoFeature2D, s.Sheets = true, sheetsUnknown
		for _, f := range recordedFeatures(reply) {
			data := f.all[4:]
			if len(data) == 0 {
				continue
			}
			switch f.code {
			case featureCDRead:
				s.NoCDText = data[0]&0x01 == 0
			case featureTAO:
				s.NoFeature2D = false
				s.NoBurnFree, s.NoTestWrite = data[0]&0x40 == 0, data[0]&0x04 == 0
			case featureMastering:
				if data[0]&0x20 != 0 {
					s.Sheets = ""
				}
				if len(data) >= 4 && be24(data[1:]) > 0 {
					s.SheetLimit = be24(data[1:])
				}
			}
		}
		if o := r.refused["op 5D"]; o.worked {
			s.Sheets = ""
		}
		return
	}
}

// fromPages takes settings from the mode pages.
func (r *trialReader) fromPages(s *Settings) {
	for i := range r.rec.States {
		p := &r.rec.States[i].Pages[0]
		if len(p.Pages) == 0 {
			continue
		}
		s.BlockDescriptor = len(p.Header) >= 16
		if page := p.Pages[0x05]; len(page) >= leastPage05 {
			s.ShortPage05 = len(page) - 2
		}
		if page := p.Pages[0x2A]; len(page) >= 14 && be16(page[12:]) >= 64 {
			s.BufferKiB = be16(page[12:])
			if s.BufferBytes == 0 {
				r.fact("buffer")
			}
		}
		return
	}
}

// mostSpeeds and the slowest and fastest of them are those of any drive.
const (
	mostSpeeds  = 64
	slowestKBps = 150
	fastestKBps = 20000
)

// speeds are the write speeds for CD-R or CD-RW, fastest first; nil if none were reported.
func (r *trialReader) speeds(erasable bool) (list []Speed) {
	add := func(kBps int, mode string) {
		if kBps >= slowestKBps && kBps <= fastestKBps && len(list) < mostSpeeds {
			list = append(list, Speed{kBps, mode})
		}
	}
	for i := range r.rec.States {
		s := &r.rec.States[i]
		if s.Disc.Erasable != erasable || len(list) > 0 {
			continue
		}
		reply := s.Performance[performanceName(0x00, 0x03)]
		for at := 8; at+16 <= len(reply); at += 16 {
			mode := clv
			if reply[at]&0x18 == 0x08 {
				mode = cav
			}
			add(int(be32(reply[at+12:])), mode)
		}
		page := s.Pages[0].Pages[0x2A]
		for at := 32; len(list) == 0 && len(page) >= 32 && at+4 <= min(len(page), 32+4*be16(page[30:])); at += 4 {
			mode := clv
			if page[at+1]&3 == 1 {
				mode = cav
			}
			add(be16(page[at+2:]), mode)
		}
	}
	slices.SortStableFunc(list, func(a, b Speed) int { return b.KBps - a.KBps })
	return slices.Compact(list)
}
