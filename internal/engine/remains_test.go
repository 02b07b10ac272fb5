package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/toc"
)

// leftOpen returns a disc with an open session that contains the given tracks.
func leftOpen(tracks ...disc.Track) disc.Disc {
	d := blankDisc()
	d.Status, d.LastSession, d.Tracks = fact(mmc.DiscIncomplete), fact(mmc.SessionIncomplete), tracks
	d.Next = fact(disc.Next{Track: len(tracks) + 1, NWA: 90000, Free: 200000})
	return d
}

// nextIn sets the next address to one in a track.
func nextIn(d disc.Disc, track int, nwa toc.LBA) disc.Disc {
	d.Next = fact(disc.Next{Track: track, NWA: nwa, Free: 200000, Unfinished: true})
	return d
}

// begunAs returns the record of a track with the start that on gives it.
func begunAs(row, number int, sectors toc.Sectors, whole bool) burn.BegunTrack {
	return burn.BegunTrack{Row: row, Number: number, Start: toc.LBA(1000 * (number - 1)), Sectors: sectors, Whole: whole}
}

// left returns the remnant of a track with the start that on gives it.
func left(fate burn.Fate, number int, sectors toc.Sectors) remnant {
	return remnant{Remnant: burn.Remnant{Fate: fate, Number: number, Start: toc.LBA(1000 * (number - 1)), Sectors: sectors}}
}

func burnt() remnant { return remnant{Remnant: burn.Remnant{Fate: burn.FateBurn}} }

// What an interrupted burn of three tracks of 400, 500 and 600 sectors left, by what the disc
// shows and what the burn recorded.
func TestWhatAnInterruptedBurnLeft(t *testing.T) {
	shown := func(number int, sectors toc.Sectors, change func(*disc.Track)) disc.Track {
		k := on(number, sectors, disc.TrackComplete)
		change(&k)
		return k
	}
	whole := on(1, 400, disc.TrackComplete)
	kept := left(burn.FateKept, 1, 400)
	first := begunAs(0, 1, 400, true)
	second := begunAs(1, 2, 500, false)
	open := func(r remnant, reserved bool) remnant {
		r.Open, r.reserved = true, reserved
		return r
	}
	fragment := func(row, number int, sectors toc.Sectors, open bool) []burn.Fragment {
		return []burn.Fragment{{Row: row, Number: number, Start: toc.LBA(1000 * (number - 1)), Sectors: sectors, Open: open}}
	}
	for _, row := range []struct {
		name      string
		on        disc.Disc
		begun     []burn.BegunTrack
		album     []remnant
		fragments []burn.Fragment
	}{
		{"nothing", blankDisc(), nil, []remnant{burnt(), burnt(), burnt()}, nil},
		{"a track that was seen whole", leftOpen(whole), []burn.BegunTrack{first}, []remnant{kept, burnt(), burnt()}, nil},
		{"one shown two sectors short", leftOpen(on(1, 398, disc.TrackComplete)), []burn.BegunTrack{first}, []remnant{kept, burnt(), burnt()}, nil},
		{"one shown with the pause after it", leftOpen(on(1, 550, disc.TrackComplete)), []burn.BegunTrack{first}, []remnant{kept, burnt(), burnt()}, nil},
		{"one shown from its pregap on", leftOpen(shown(1, 550, func(k *disc.Track) { k.Start -= 150 })), []burn.BegunTrack{first}, []remnant{kept, burnt(), burnt()}, nil},
		{"one that the drive knows only the number of", leftOpen(shown(1, 0, func(k *disc.Track) {
			k.Origin, k.Start, k.Shown, k.State = disc.Unknown, 7, disc.Shown{}, disc.TrackUnknown
		})), []burn.BegunTrack{first}, []remnant{kept, burnt(), burnt()}, nil},
		{"a record beyond the album", leftOpen(whole), []burn.BegunTrack{first, begunAs(3, 9, 400, true)}, []remnant{kept, burnt(), burnt()}, nil},

		{"a track without a confirmed end", leftOpen(whole, on(2, 502, disc.TrackComplete)), []burn.BegunTrack{first, second},
			[]remnant{kept, left(burn.FateDoubtful, 2, 500), burnt()}, nil},
		{"the same without a record", leftOpen(whole, on(2, 498, disc.TrackComplete)), []burn.BegunTrack{first},
			[]remnant{kept, left(burn.FateDoubtful, 2, 500), burnt()}, nil},
		{"all of it without a record", leftOpen(whole, on(2, 500, disc.TrackComplete)), nil,
			[]remnant{left(burn.FateDoubtful, 1, 400), left(burn.FateDoubtful, 2, 500), burnt()}, nil},
		{"too short for its track", leftOpen(whole, on(2, 497, disc.TrackComplete)), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 497, false)},
		{"too long for its track", leftOpen(whole, on(2, 503, disc.TrackComplete)), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 503, false)},
		{"a whole one that turned out to be torn", nextIn(leftOpen(on(1, 400, disc.TrackIncomplete)), 1, 400), []burn.BegunTrack{first},
			[]remnant{open(left(burn.FateDoubtful, 1, 400), false), burnt(), burnt()}, nil},
		{"begun again later", leftOpen(whole, on(2, 500, disc.TrackComplete), on(3, 500, disc.TrackComplete)), []burn.BegunTrack{first, second, begunAs(1, 3, 500, false)},
			[]remnant{kept, left(burn.FateDoubtful, 3, 500), burnt()}, fragment(1, 2, 500, false)},
		{"one after another that is missing", leftOpen(whole, on(2, 600, disc.TrackComplete)), []burn.BegunTrack{first, begunAs(2, 2, 600, false)},
			[]remnant{kept, burnt(), burnt()}, fragment(2, 2, 600, false)},

		{"only its end is missing", nextIn(leftOpen(whole, on(2, 500, disc.TrackIncomplete)), 2, 1500), []burn.BegunTrack{first, second},
			[]remnant{kept, open(left(burn.FateDoubtful, 2, 500), false), burnt()}, nil},
		{"recording continues in it", nextIn(leftOpen(whole, on(2, 100, disc.TrackIncomplete)), 2, 1100), []burn.BegunTrack{first, second},
			[]remnant{kept, open(left(burn.FateContinue, 2, 100), false), burnt()}, nil},
		{"recording continues elsewhere in it", nextIn(leftOpen(whole, on(2, 100, disc.TrackIncomplete)), 2, 1101), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 100, true)},
		{"recording continues in the next one", nextIn(leftOpen(whole, on(2, 100, disc.TrackIncomplete)), 3, 1100), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 100, true)},
		{"the place where recording continues is unknown", func() disc.Disc {
			d := nextIn(leftOpen(whole, on(2, 100, disc.TrackIncomplete)), 2, 1100)
			d.Next.Origin = disc.Unknown
			return d
		}(), []burn.BegunTrack{first, second}, []remnant{kept, burnt(), burnt()}, fragment(1, 2, 100, true)},
		{"recording continues past its length", nextIn(leftOpen(whole, on(2, 501, disc.TrackIncomplete)), 2, 1501), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 500, true)},
		{"a reservation that was not written to", leftOpen(whole, on(2, 500, disc.TrackReserved)), []burn.BegunTrack{first, second},
			[]remnant{kept, open(left(burn.FateContinue, 2, 0), true), burnt()}, nil},
		{"a reservation without a record", leftOpen(whole, on(2, 500, disc.TrackReserved)), []burn.BegunTrack{first},
			[]remnant{kept, open(left(burn.FateContinue, 2, 0), true), burnt()}, nil},
		{"a reservation of another size", leftOpen(whole, on(2, 499, disc.TrackReserved)), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 499, true)},
		{"a reservation before another track", leftOpen(whole, on(2, 500, disc.TrackReserved), on(3, 10, disc.TrackComplete)), []burn.BegunTrack{first, second, begunAs(1, 3, 500, false)},
			[]remnant{kept, burnt(), burnt()}, append(fragment(1, 2, 500, true), fragment(1, 3, 10, false)...)},
		{"damaged", leftOpen(whole, shown(2, 350000, func(k *disc.Track) { k.State, k.Shown.Sectors = disc.TrackDamaged, 81 })), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 81, true)},
		{"torn, and its size is its room", leftOpen(whole, on(2, 350000, disc.TrackIncomplete)), []burn.BegunTrack{first, second},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 500, true)},
		{"torn, without a record", nextIn(leftOpen(whole, on(2, 81, disc.TrackIncomplete)), 2, 1081), []burn.BegunTrack{first},
			[]remnant{kept, open(left(burn.FateContinue, 2, 81), false), burnt()}, nil},
		{"the first one torn, without a record", nextIn(leftOpen(on(1, 81, disc.TrackIncomplete)), 1, 81), nil,
			[]remnant{open(left(burn.FateContinue, 1, 81), false), burnt(), burnt()}, nil},
		{"short, without a record, after a track of the album", leftOpen(whole, on(2, 350, disc.TrackComplete)), []burn.BegunTrack{first},
			[]remnant{kept, burnt(), burnt()}, fragment(1, 2, 350, false)},
		{"short, without a record, after one that turned out to be torn", leftOpen(on(1, 100, disc.TrackIncomplete), on(2, 350, disc.TrackComplete)), []burn.BegunTrack{first},
			[]remnant{burnt(), burnt(), burnt()}, append(fragment(0, 1, 100, true), fragment(0, 2, 350, false)...)},
		{"short, after tracks of the album's lengths, all without a record", leftOpen(whole, on(2, 350, disc.TrackComplete)), nil,
			[]remnant{left(burn.FateDoubtful, 1, 400), burnt(), burnt()}, fragment(1, 2, 350, false)},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := find(row.on, &burn.Interrupted{Disc: blankDisc(), Begun: row.begun}, []toc.Sectors{400, 500, 600})
			require.NoError(t, err)
			require.Equal(t, row.album, got.album)
			require.Equal(t, row.fragments, got.fragments)
		})
	}
}

// A disc that isn't that of the interrupted burn is rejected, and the error contains the first
// difference.
func TestAnotherDiscThanThatOfTheBurn(t *testing.T) {
	groove := func(leadIn, end toc.LBA) disc.Fact[mmc.ATIP] {
		return fact(mmc.ATIP{LeadIn: leadIn.MSF(), LastLeadOut: end.MSF()})
	}
	earlier := leftOpen(on(1, 400, disc.TrackComplete))
	whole, other := []burn.BegunTrack{begunAs(0, 1, 400, true)}, []burn.BegunTrack{begunAs(0, 2, 400, true)}
	for _, row := range []struct {
		name  string
		was   disc.Disc
		begun []burn.BegunTrack
		on    disc.Disc
		want  *burn.OtherDiscError
	}{
		{"another kind", blankDisc(), nil, func() disc.Disc {
			d := blankDisc()
			d.Media = fact(mmc.MediaCDRW)
			return d
		}(), &burn.OtherDiscError{Kind: "media", Want: int(mmc.MediaCDR), Got: int(mmc.MediaCDRW)}},
		{"a kind that the drive doesn't report", blankDisc(), nil, func() disc.Disc {
			d := blankDisc()
			d.Media = disc.Fact[mmc.MediaType]{}
			return d
		}(), nil},
		{"another maker", func() disc.Disc {
			d := blankDisc()
			d.ATIP = groove(-11850, 359847)
			return d
		}(), nil, func() disc.Disc {
			d := blankDisc()
			d.ATIP = groove(-11850, 336225)
			return d
		}(), &burn.OtherDiscError{Kind: "maker", Want: 359847, Got: 336225}},
		{"a maker that was not reported", blankDisc(), nil, func() disc.Disc {
			d := blankDisc()
			d.ATIP = groove(-11850, 336225)
			return d
		}(), nil},
		{"blank, and one track was whole", blankDisc(), whole, blankDisc(), &burn.OtherDiscError{Kind: "blank", Want: 1}},
		{"blank, and one was there and one whole", earlier, other, blankDisc(), &burn.OtherDiscError{Kind: "blank", Want: 2}},
		{"blank, and nothing was seen whole", blankDisc(), []burn.BegunTrack{begunAs(0, 1, 400, false)}, blankDisc(), nil},
		{"an earlier track is missing", earlier, nil, leftOpen(on(2, 400, disc.TrackComplete)), &burn.OtherDiscError{Kind: "missing", Track: 1}},
		{"an earlier track lies elsewhere", earlier, nil, leftOpen(func() disc.Track {
			k := on(1, 400, disc.TrackComplete)
			k.Start = 3
			return k
		}()), &burn.OtherDiscError{Kind: "start", Track: 1, Got: 3}},
		{"a track of the album is missing", earlier, other, earlier, &burn.OtherDiscError{Kind: "missing", Track: 2}},
		{"a track of the album lies elsewhere", blankDisc(), other, leftOpen(func() disc.Track {
			k := on(2, 400, disc.TrackComplete)
			k.Start, k.Shown.Start = 1001, 1001
			return k
		}()), &burn.OtherDiscError{Kind: "start", Track: 2, Want: 1000, Got: 1001}},
		{"a track of the album is shorter", blankDisc(), whole, leftOpen(on(1, 397, disc.TrackComplete)), &burn.OtherDiscError{Kind: "length", Track: 1, Want: 400, Got: 397}},
		{"a track of the album is longer", blankDisc(), whole, leftOpen(on(1, 403, disc.TrackComplete)), &burn.OtherDiscError{Kind: "length", Track: 1, Want: 400, Got: 403}},
		{"a track of the album is longer than with its pregap", blankDisc(), whole, leftOpen(on(1, 553, disc.TrackComplete)), &burn.OtherDiscError{Kind: "length", Track: 1, Want: 400, Got: 553}},
		{"a foreign track on a disc that was blank", blankDisc(), nil, leftOpen(on(1, 350, disc.TrackComplete)), &burn.OtherDiscError{Kind: "not ours", Track: 1}},
		{"a foreign track before the last one", blankDisc(), nil, leftOpen(on(1, 350, disc.TrackIncomplete), on(2, 400, disc.TrackComplete)), &burn.OtherDiscError{Kind: "not ours", Track: 1}},
		{"a track that was begun elsewhere", earlier, []burn.BegunTrack{{Row: 0, Number: 2, Start: 900, Sectors: 400}},
			leftOpen(on(1, 400, disc.TrackComplete), on(2, 350, disc.TrackComplete)), &burn.OtherDiscError{Kind: "not ours", Track: 2}},
		{"a track of a longer album", blankDisc(), []burn.BegunTrack{begunAs(1, 1, 400, false)}, leftOpen(on(1, 400, disc.TrackComplete)), &burn.OtherDiscError{Kind: "not ours", Track: 1}},
		{"a track after the album", blankDisc(), whole, leftOpen(on(1, 400, disc.TrackComplete), on(2, 350, disc.TrackComplete)), &burn.OtherDiscError{Kind: "not ours", Track: 2}},
		{"the tracks that were there", earlier, nil, earlier, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := find(row.on, &burn.Interrupted{Disc: row.was, Begun: row.begun}, []toc.Sectors{400})
			if row.want == nil {
				require.NoError(t, err)
				require.Equal(t, remains{album: []remnant{burnt()}}, got)
				return
			}
			require.Equal(t, row.want, err)
			require.Equal(t, remains{}, got, "nothing of it may be used")
			require.ErrorIs(t, err, burn.ErrOtherDisc)
			require.ErrorIs(t, err, burn.ErrUnsuitableDisc)
		})
	}
}

// Without the album a disc is recognized by its records alone.
func TestRecognizedByTheRecords(t *testing.T) {
	on := leftOpen(on(1, 400, disc.TrackComplete), on(2, 500, disc.TrackComplete))
	was := &burn.Interrupted{Disc: blankDisc(), Hashes: make([]string, 2), Begun: []burn.BegunTrack{begunAs(0, 1, 400, true), begunAs(1, 2, 500, false)}}
	require.NoError(t, Recognize(on, was))
	require.ErrorIs(t, Recognize(blankDisc(), was), burn.ErrOtherDisc)
	was.Begun = was.Begun[:1]
	require.NoError(t, Recognize(on, was), "it may have been begun without a record")
	was.Hashes = was.Hashes[:1]
	require.ErrorIs(t, Recognize(on, was), burn.ErrOtherDisc)
	was.Begun = append(was.Begun, begunAs(1, 2, 500, false))
	require.ErrorIs(t, Recognize(on, was), burn.ErrOtherDisc, "the album has no second track")
	was.Begun, was.Mode = nil, burn.ModeSAO
	require.NoError(t, Recognize(on, was), "a stream has no records of tracks")
	was.Disc = leftOpen(on.Tracks[1])
	was.Disc.Tracks[0].Start++
	require.ErrorIs(t, Recognize(on, was), burn.ErrOtherDisc)
}

// A track without evidence of its end is kept, and read back.
func TestTracksThatAreMissing(t *testing.T) {
	kept, missing := remains{album: []remnant{left(burn.FateKept, 1, 400), burnt(), left(burn.FateDoubtful, 2, 400), left(burn.FateContinue, 3, 9)}}.split()
	require.Equal(t, []int{1, 3}, kept)
	require.Equal(t, []int{2, 4}, missing)
}

// A track that can't be kept becomes a fragment at its position, and is burned again.
func TestTrackThatIsGivenUp(t *testing.T) {
	r := remains{album: []remnant{left(burn.FateKept, 1, 400), {Remnant: burn.Remnant{Fate: burn.FateContinue, Number: 2, Start: 1000, Sectors: 81, Open: true}, reserved: true}}}
	r.makeFragment(1)
	require.Equal(t, []remnant{left(burn.FateKept, 1, 400), burnt()}, r.album)
	require.Equal(t, []burn.Fragment{{Row: 1, Number: 2, Start: 1000, Sectors: 81, Open: true}}, r.fragments)
}

// Where the rest of an album starts: after the existing tracks or, if a track is still open, a
// pause after the end that it will have.
func TestWhereAResumedAlbumContinues(t *testing.T) {
	room := func(d disc.Disc, sectors toc.Sectors) disc.Disc {
		d.Capacity = fact(sectors)
		return d
	}
	open := nextIn(leftOpen(on(1, 400, disc.TrackComplete), on(2, 100, disc.TrackIncomplete)), 2, 1100)
	unknown := leftOpen()
	unknown.Next = disc.Fact[disc.Next]{}
	unknownNext := leftOpen(on(1, 400, disc.TrackComplete))
	unknownNext.Next = disc.Fact[disc.Next]{}
	blank := blankDisc()
	blank.Next = fact(disc.Next{Track: 1, Free: 359000})
	for _, row := range []struct {
		name      string
		on        disc.Disc
		continued *remnant
		want      disc.Next
		err       error
	}{
		{"all is complete", leftOpen(on(1, 400, disc.TrackComplete)), nil, disc.Next{Track: 2, NWA: 90000, Free: 200000}, nil},
		{"nothing is there", blank, nil, disc.Next{Track: 1, Free: 359000}, nil},
		{"nothing known, but something there", unknownNext, nil, disc.Next{}, nil},
		{"all is complete, and recording continues in the last", nextIn(room(leftOpen(on(1, 400, disc.TrackComplete)), 10000), 1, 402), nil, disc.Next{Track: 2, NWA: 452, Free: 9548}, nil},
		{"an open track, and recording continues elsewhere", room(leftOpen(on(1, 400, disc.TrackIncomplete)), 10000), nil, disc.Next{Track: 2, NWA: 452, Free: 9548}, nil},
		{"nothing known and nothing there", unknown, nil, disc.Next{}, burn.ErrBadResponse},
		{"an open track", room(open, 10000), nil, disc.Next{Track: 3, NWA: 1452, Free: 8548}, nil},
		{"no room after the open track", room(open, 1400), nil, disc.Next{Track: 3, NWA: 1452}, nil},
		{"no known capacity", func() disc.Disc {
			d := open
			d.Capacity = disc.Fact[toc.Sectors]{}
			return d
		}(), nil, disc.Next{Track: 3, NWA: 1452, Free: 1 << 30}, nil},
		{"an open track that is continued", room(open, 10000), &remnant{Remnant: burn.Remnant{Fate: burn.FateContinue, Number: 2, Start: 1000, Sectors: 100}},
			disc.Next{Track: 3, NWA: 1652, Free: 8348}, nil},
		{"room for the rest, exactly", func() disc.Disc {
			d := room(open, 1500)
			d.Next.Value.Free = 400
			return d
		}(), &remnant{Remnant: burn.Remnant{Fate: burn.FateContinue, Number: 2, Start: 1000, Sectors: 100}}, disc.Next{Track: 3, NWA: 1652}, nil},
		{"no room for the rest", func() disc.Disc {
			d := open
			d.Next.Value.Free = 399
			return d
		}(), &remnant{Remnant: burn.Remnant{Fate: burn.FateContinue, Number: 2, Start: 1000, Sectors: 100}}, disc.Next{Track: 2, NWA: 1100, Free: 399, Unfinished: true},
			&burn.FitError{Need: 400, Room: 399, Music: 400, Append: true, Track: 2}},
		{"a reservation has its room", func() disc.Disc {
			d := room(open, 10000)
			d.Next.Value.Free = 0
			return d
		}(), &remnant{Remnant: burn.Remnant{Fate: burn.FateContinue, Number: 2, Start: 1000}, reserved: true}, disc.Next{Track: 3, NWA: 1652, Free: 8348}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := concluded(false, nil)
			c.Before = row.on
			r := &resumer{conclusion: c, sizes: []toc.Sectors{400, 500}, remains: remains{album: []remnant{left(burn.FateKept, 1, 400), burnt()}}}
			continued := -1
			if row.continued != nil {
				r.album[1], continued = *row.continued, 1
			}
			got, err := r.place(continued)
			require.Equal(t, row.want, got)
			if row.err == burn.ErrBadResponse {
				require.ErrorIs(t, err, row.err)
			} else {
				require.Equal(t, row.err, err)
			}
		})
	}
}

// The texts of errors of a resumption contain their figures.
func TestTextsOfResumption(t *testing.T) {
	for want, err := range map[string]error{
		"this is not the disc of the interrupted album: length track 2 (397 instead of 400)": &burn.OtherDiscError{Kind: "length", Track: 2, Want: 400, Got: 397},
		"this is not the disc of the interrupted album: blank (0 instead of 3)":              &burn.OtherDiscError{Kind: "blank", Want: 3},
		"this is not the disc of the interrupted album: start track 1 (3 instead of 0)":      &burn.OtherDiscError{Kind: "start", Track: 1, Got: 3},
		"this is not the disc of the interrupted album: missing track 1":                     &burn.OtherDiscError{Kind: "missing", Track: 1},
		"the album on this disc can't be finished: 1 tracks are on the disc, 2 are not":      &burn.RemainsError{Kept: []int{1}, Missing: []int{2, 3}, Err: burn.ErrNotResumable},
		"the audio changed since it was checked: a.wav, b.wav":                               &burn.ChangedError{Tracks: []int{1, 2}, Names: []string{"a.wav", "b.wav"}},
		"write track 3 at LBA 45012: write failed":                                           &burn.Error{Phase: burn.PhaseWrite, Track: 3, LBA: 45012, Err: burn.ErrWriteFailed},
		"verify track 3 at LBA 0: the disc can't be read there":                              &burn.Error{Phase: burn.PhaseVerify, Track: 3, Err: burn.ErrUnreadable},
		"read track 1 at LBA 7: the disc can't be read there":                                &burn.Error{Phase: burn.PhaseRead, Track: 1, LBA: 7, Err: burn.ErrUnreadable},
		"finish track 1: write failed":                                                       &burn.Error{Phase: burn.PhaseFlush, Track: 1, LBA: 7, Err: burn.ErrWriteFailed},
		"write: write failed":                                                                &burn.Error{Phase: burn.PhaseWrite, LBA: 7, Err: burn.ErrWriteFailed},
		"98 tracks and 2 on the disc: at most 99 are possible":                               &burn.FitError{Recorded: 2, Added: 98},
		"the disc isn't blank: tracks on it: 3":                                              &burn.MediaError{Tracks: 3, Err: burn.ErrMediaNotBlank},
		"the drive doesn't know this kind of disc":                                           &burn.MediaError{Err: burn.ErrMediaNotSupported},
		"the disc is a CD-ROM":                                                               &burn.MediaError{Media: mmc.MediaCDROM, Err: burn.ErrMediaNotSupported},
	} {
		require.EqualError(t, err, want)
	}
}

// A kept track that the last inspection doesn't show as complete isn't reported as good,
// unless the disc is finalized. A track of which only the number is known is.
func TestKeptTracksByTheLastLook(t *testing.T) {
	notReported := on(1, 0, disc.TrackUnknown)
	notReported.Origin = disc.Unknown
	for _, row := range []struct {
		name   string
		shown  []disc.Track
		change func(r *resumer)
		want   burn.TrackStatus
	}{
		{"whole", []disc.Track{on(1, 400, disc.TrackComplete)}, func(*resumer) {}, burn.TrackOK},
		{"torn", []disc.Track{on(1, 400, disc.TrackDamaged)}, func(*resumer) {}, burn.TrackUnshown},
		{"gone", nil, func(*resumer) {}, burn.TrackUnshown},
		{"only its number", []disc.Track{notReported}, func(*resumer) {}, burn.TrackOK},
		{"no look", nil, func(r *resumer) { r.known = false }, burn.TrackOK},
		{"finalized", nil, func(r *resumer) { r.last.Status.Value = mmc.DiscFinalized }, burn.TrackOK},
		{"not kept", nil, func(r *resumer) { r.album[0].Fate = burn.FateBurn }, burn.TrackOK},
		{"failed for another reason", nil, func(r *resumer) { r.rep.Tracks[0].Status = burn.TrackChanged }, burn.TrackChanged},
	} {
		r := &resumer{conclusion: concluded(false, []toc.Sectors{400}), remains: remains{album: []remnant{left(burn.FateKept, 1, 400)}}}
		r.last.Tracks = row.shown
		row.change(r)
		r.settleKept()
		require.Equal(t, row.want, r.rep.Tracks[0].Status, row.name)
	}
}
