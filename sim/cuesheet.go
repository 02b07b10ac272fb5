package sim

import "github.com/redbook-audio/redbook/toc"

// cueSheet is a sheet that the drive has accepted (SEND CUE SHEET, MMC-6 6.33): the exact
// layout of a session.
type cueSheet struct {
	mcn      toc.MCN
	text     bool    // the host writes the lead-in, 96 bytes of sub-channel for each block of it
	textless bool    // the drive will silently lose that text
	leadIn   toc.LBA // where the host begins if it writes the lead-in
	first    toc.LBA // where the program area begins: the pregap of the first track
	start    toc.LBA // where the host begins there: later if the drive makes the pregap itself
	tracks   []cueTrack
	leadOut  toc.LBA
}

// cueTrack is one track of a sheet.
type cueTrack struct {
	number    int
	control   byte
	alternate bool // byte 4 bit 7: the copy bit alternates
	isrc      toc.ISRC
	pregap    toc.LBA   // index 0, or index 1 where there is none
	index     []toc.LBA // numbered from 1
}

// The places of an entry, 8 bytes each.
const (
	cueCTL    = 0 // CONTROL and ADR
	cueTNO    = 1
	cueIndex  = 2
	cueForm   = 3
	cueSCMS   = 4
	cueMSF    = 5
	cueLength = 8
)

// Data forms of audio (MMC-3 table 447).
const (
	formAudio  = 0x00 // 2352 bytes from the host
	formByIt   = 0x01 // none: the drive makes it
	formRawSub = 0x41 // lead-in: 96 bytes of sub-channel and nothing else
	leadOutTNO = 0xAA
)

// cueReader reads a sheet. The first error ends it: at is the byte that the sense data
// point to.
type cueReader struct {
	list  []byte
	at    int // of the entry
	sheet cueSheet
	last  toc.LBA // address of the entry before
	p     *Personality
	start toc.LBA // of the session
	first int     // number of its first track
	limit toc.LBA // last possible lead-out
	real  toc.MSF // where the lead-in really begins
	raw   bool    // page 05h has data block type 3
}

// entry returns the current entry, and whether there is one.
func (r *cueReader) entry() ([]byte, bool) {
	if r.at+cueLength > len(r.list) {
		return nil, false
	}
	return r.list[r.at : r.at+cueLength], true
}

// wrong points at a byte of the entry.
func (r *cueReader) wrong(offset int) sense { return atParameter(r.at + offset) }

// read reads all of it, in the order of a sheet: media catalog number, lead-in, for each
// track its ISRC and its indexes, lead-out.
func (r *cueReader) read() sense {
	r.last = r.start
	for _, part := range []func() sense{r.catalog, r.leadIn, r.tracks, r.leadOut} {
		if s := part(); s.bad() {
			return s
		}
	}
	return senseGood
}

// halves reads a code in two entries: n characters from the first place on.
func (r *cueReader) halves(adr byte, from, n int) ([]byte, sense) {
	var code []byte
	tno := byte(0)
	for half := range 2 {
		e, ok := r.entry()
		switch {
		case !ok || e[cueCTL]&0x0F != adr:
			return nil, r.wrong(cueCTL)
		case from > 1 && half == 1 && e[cueTNO] != tno:
			return nil, r.wrong(cueTNO)
		}
		tno = e[cueTNO]
		code = append(code, e[from:]...)
		r.at += cueLength
	}
	for i, c := range code[n:] {
		if c != 0 {
			r.at -= cueLength
			return nil, r.wrong(cueLength - len(code[n:]) + i)
		}
	}
	return code[:n], senseGood
}

func (r *cueReader) catalog() sense {
	e, ok := r.entry()
	if !ok || e[cueCTL]&0x0F != qMCN {
		return senseGood
	}
	code, s := r.halves(qMCN, 1, 13)
	if !s.bad() && !digits(code) {
		r.at -= cueLength
		s = r.wrong(1)
	}
	r.sheet.mcn = toc.MCN(code)
	return s
}

// leadIn is one entry: TNO and index 0, form 01h, or 41h if the host writes CD-TEXT. The
// latter has no address, with data block type 0 in page 05h, or the true start of the
// lead-in with type 3; drives differ in what they accept.
func (r *cueReader) leadIn() sense {
	e, ok := r.entry()
	switch {
	case !ok || e[cueCTL]&0x0F != qPosition || e[cueCTL]&0xD0 != 0:
		return r.wrong(cueCTL)
	case e[cueTNO] != 0:
		return r.wrong(cueTNO)
	case e[cueIndex] != 0:
		return r.wrong(cueIndex)
	case e[cueSCMS] != 0:
		return r.wrong(cueSCMS)
	}
	at := toc.MSF{M: e[cueMSF], S: e[cueMSF+1], F: e[cueMSF+2]}
	switch {
	case e[cueForm] == formByIt && at == toc.MSF{}:
	case e[cueForm] == formByIt:
		return r.wrong(cueMSF)
	case e[cueForm] != formRawSub || r.start != -toc.PregapSectors:
		return r.wrong(cueForm)
	case at == toc.MSF{} && !r.raw && r.p.TextSheet != textSheetB:
		r.sheet.text = true
	case at == r.real && r.raw && r.p.TextSheet != textSheetA:
		r.sheet.text = true
	default:
		return r.wrong(cueMSF)
	}
	r.sheet.leadIn = r.real.LBA()
	r.at += cueLength
	return senseGood
}

// address decodes the MSF of an entry, which is binary and never before the previous one.
func (r *cueReader) address(e []byte) (toc.LBA, sense) {
	m, s, f := int(e[cueMSF]), int(e[cueMSF+1]), int(e[cueMSF+2])
	if s > 59 || f > 74 {
		return 0, r.wrong(cueMSF)
	}
	lba := toc.LBA((m*60+s)*toc.SectorsPerSecond + f - toc.PregapSectors)
	if lba < r.last {
		return 0, r.wrong(cueMSF)
	}
	r.last = lba
	return lba, senseGood
}

func (r *cueReader) tracks() sense {
	for {
		e, ok := r.entry()
		if !ok || e[cueTNO] == leadOutTNO && e[cueCTL]&0x0F == qPosition {
			break
		}
		if s := r.track(); s.bad() {
			return s
		}
	}
	if len(r.sheet.tracks) == 0 {
		return r.wrong(cueTNO)
	}
	return senseGood
}

// track reads the entries of one track.
func (r *cueReader) track() sense {
	t := cueTrack{number: r.first + len(r.sheet.tracks)}
	e, _ := r.entry()
	if adr := e[cueCTL] & 0x0F; adr != qPosition && adr != qISRC {
		return r.wrong(cueCTL)
	}
	if e[cueCTL]&0x0F == qISRC {
		if int(e[cueTNO]) != t.number {
			return r.wrong(cueTNO)
		}
		if r.p.NoISRCWithCopy && e[cueCTL]>>4&byte(toc.CopyPermitted) != 0 {
			return r.wrong(cueCTL)
		}
		code, s := r.halves(qISRC, 2, 12)
		if s.bad() {
			return s
		}
		if !isrcCode(code) {
			r.at -= cueLength
			return r.wrong(2)
		}
		t.isrc = toc.ISRC(code)
	}
	var model []byte // the entries of a track are alike in this
	for want := byte(0); ; want++ {
		e, ok := r.entry()
		if !ok || int(e[cueTNO]) != t.number || e[cueCTL]&0x0F != qPosition {
			break
		}
		if want == 0 && e[cueIndex] == 1 && len(r.sheet.tracks) > 0 {
			want = 1 // no pregap
		}
		if s := r.position(e, want, &t, model); s.bad() {
			return s
		}
		if model == nil || e[cueForm] == formAudio {
			model = e
		}
		r.at += cueLength
	}
	if len(t.index) == 0 {
		return r.wrong(cueTNO)
	}
	if len(r.sheet.tracks) == 0 && t.index[0] < r.start+toc.PregapSectors {
		r.at -= cueLength * len(t.index)
		return r.wrong(cueMSF)
	}
	r.sheet.tracks = append(r.sheet.tracks, t)
	return senseGood
}

// longEnough checks that the last track has the minimum of four seconds.
func (r *cueReader) longEnough(end toc.LBA) sense {
	if n := len(r.sheet.tracks); n > 0 && end-r.sheet.tracks[n-1].index[0] < minTrack {
		return r.wrong(cueMSF)
	}
	return senseGood
}

// position reads one index of a track.
func (r *cueReader) position(e []byte, want byte, t *cueTrack, model []byte) sense {
	first := len(r.sheet.tracks) == 0 && want == 0
	control := e[cueCTL] >> 4
	switch {
	case control&byte(toc.DataTrack) != 0 || control&8 != 0 || model != nil && model[cueCTL] != e[cueCTL]:
		return r.wrong(cueCTL)
	case e[cueIndex] != want || want > 99 || want > 1 && r.p.OneIndex:
		return r.wrong(cueIndex)
	case e[cueForm] != formAudio && !(first && e[cueForm] == formByIt):
		return r.wrong(cueForm) // data, and sub-channel in the program area, aren't recorded
	case e[cueSCMS]&^0x80 != 0 || model != nil && model[cueSCMS] != e[cueSCMS]:
		return r.wrong(cueSCMS)
	}
	before := r.last
	lba, s := r.address(e)
	switch {
	case s.bad():
		return s
	case first && lba != r.start, want > 1 && lba == before:
		return r.wrong(cueMSF)
	case want == 1 && len(t.index) == 0 && r.p.PregapNotEmpty && lba == before && len(r.sheet.tracks) > 0 && model != nil:
		return r.wrong(cueMSF)
	}
	if want == 0 || want == 1 && model == nil {
		if s := r.longEnough(lba); s.bad() {
			return s
		}
		t.pregap = lba
	}
	if first {
		r.sheet.first, r.sheet.start = lba, lba
	} else if want == 1 && len(r.sheet.tracks) == 0 && model[cueForm] == formByIt {
		r.sheet.start = lba
	}
	if want > 0 {
		t.index = append(t.index, lba)
	}
	t.control, t.alternate = control, e[cueSCMS] != 0
	return senseGood
}

// leadOut is the last entry: TNO AAh, index 1, form 01h, no later than the disc allows.
func (r *cueReader) leadOut() sense {
	e, ok := r.entry()
	switch {
	case !ok:
		return r.wrong(cueCTL)
	case e[cueIndex] != 1:
		return r.wrong(cueIndex)
	case e[cueForm] == formAudio && r.p.LeadOutLosesText:
		r.sheet.textless = true
	case e[cueForm] != formByIt:
		return r.wrong(cueForm)
	case e[cueSCMS] != 0:
		return r.wrong(cueSCMS)
	}
	lba, s := r.address(e)
	if s.bad() {
		return s
	}
	if s := r.longEnough(lba); s.bad() || lba > r.limit {
		return r.wrong(cueMSF)
	}
	r.sheet.leadOut = lba
	if r.at += cueLength; r.at < len(r.list) {
		return r.wrong(cueCTL) // an entry after the lead-out
	}
	return senseGood
}
