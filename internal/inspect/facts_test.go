package inspect

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/internal/asc"
	"github.com/redbook-audio/redbook/internal/command"
	"github.com/redbook-audio/redbook/mmc"
	"github.com/redbook-audio/redbook/scsi"
	"github.com/redbook-audio/redbook/toc"
)

// refused is a question that the drive refuses, failed one that it can't answer.
func refused[T any]() reply[T] {
	return reply[T]{err: sense(scsi.KeyIllegalRequest, asc.InvalidFieldInCDB), asked: true}
}

func failed[T any]() reply[T] {
	return reply[T]{err: sense(scsi.KeyHardwareError, asc.NoAdditionalSense), asked: true}
}

// The kind of disc comes from its profile, unless a property that only one kind has
// indicates another.
func TestKindOfDisc(t *testing.T) {
	groove := answered(mmc.ATIP{})
	rewritable := answered(mmc.ATIP{Rewritable: true})
	info := func(s mmc.DiscStatus, erasable bool) reply[command.DiscInformation] {
		return answered(command.DiscInformation{Status: s, Erasable: erasable})
	}
	table := answered(toc.TOC{First: 1, Last: 1})
	profile := func(p command.Profile) reply[command.Profile] { return answered(p) }
	for _, row := range []struct {
		name   string
		r      replies
		want   mmc.MediaType
		origin disc.Origin
	}{
		{"not asked", replies{}, mmc.MediaUnknown, disc.Unknown},
		{"CD-R", replies{profile: profile(command.Profile(0x09)), info: info(mmc.DiscEmpty, false), atip: groove}, mmc.MediaCDR, disc.Reported},
		{"CD-RW", replies{profile: profile(command.Profile(0x0A)), info: info(mmc.DiscEmpty, true), atip: rewritable}, mmc.MediaCDRW, disc.Reported},
		{"a pressed disc", replies{profile: profile(command.ProfileCDROM), info: info(mmc.DiscFinalized, false), atip: refused[mmc.ATIP](), table: table}, mmc.MediaCDROM, disc.Reported},
		{"a closed CD-R that is called a CD-ROM", replies{profile: profile(command.ProfileCDROM), info: info(mmc.DiscFinalized, false), atip: groove}, mmc.MediaCDR, disc.Reported},
		{"a CD-RW that is called a CD-ROM", replies{profile: profile(command.ProfileCDROM), info: info(mmc.DiscFinalized, true), atip: failed[mmc.ATIP]()}, mmc.MediaCDRW, disc.Reported},
		{"a CD-ROM that can be written to", replies{profile: profile(command.ProfileCDROM), info: info(mmc.DiscIncomplete, false), atip: failed[mmc.ATIP]()}, mmc.MediaCDR, disc.Reported},
		{"a CD-ROM without further facts", replies{profile: profile(command.ProfileCDROM), info: failed[command.DiscInformation](), atip: failed[mmc.ATIP]()}, mmc.MediaCDROM, disc.Reported},
		{"a CD-R that is erasable", replies{profile: profile(command.Profile(0x09)), info: info(mmc.DiscEmpty, true), atip: rewritable}, mmc.MediaCDRW, disc.Contradicted},
		{"a CD-R that is erasable, and no ATIP", replies{profile: profile(command.Profile(0x09)), info: info(mmc.DiscEmpty, true), atip: failed[mmc.ATIP]()}, mmc.MediaCDRW, disc.Contradicted},
		{"a CD-R that is erasable, but not by its groove", replies{profile: profile(command.Profile(0x09)), info: info(mmc.DiscEmpty, true), atip: groove}, mmc.MediaCDR, disc.Reported},
		{"no profile, and a blank disc with a groove", replies{profile: profile(command.ProfileNone), info: info(mmc.DiscEmpty, false), atip: groove}, mmc.MediaCDR, disc.Reported},
		{"no profile, and a table", replies{profile: profile(command.ProfileNone), info: info(mmc.DiscFinalized, false), atip: refused[mmc.ATIP](), table: table}, mmc.MediaCDROM, disc.Reported},
		{"no profile, and no property of a CD", replies{profile: profile(command.ProfileNone), info: info(mmc.DiscEmpty, false), atip: failed[mmc.ATIP]()}, mmc.MediaUnknown, disc.Unknown},
		{"a drive from before profiles", replies{profile: refused[command.Profile](), info: info(mmc.DiscEmpty, false), atip: failed[mmc.ATIP]()}, mmc.MediaCDR, disc.Reported},
		{"a failing drive", replies{profile: failed[command.Profile](), info: info(mmc.DiscEmpty, false), atip: failed[mmc.ATIP]()}, mmc.MediaUnknown, disc.Unknown},
		{"a DVD", replies{profile: profile(0x10), info: info(mmc.DiscFinalized, false)}, command.Profile(0x10).MediaType(), disc.Reported},
	} {
		f := row.r.medium()
		require.Equal(t, row.origin, f.Origin, row.name)
		require.Equal(t, row.want, f.Value, row.name)
		require.Equal(t, row.origin == disc.Contradicted, errors.Is(f.Err, ErrContradiction), row.name)
		if p := row.r.profile; row.origin == disc.Unknown || !p.ok() || p.value == command.ProfileNone {
			require.Error(t, f.Err, "%s: the missing reply", row.name)
		}
	}
}

// The state of the disc comes from disc information, unless the tracks contradict it.
func TestStateOfTheDisc(t *testing.T) {
	info := func(s mmc.DiscStatus) reply[command.DiscInformation] {
		return answered(command.DiscInformation{Status: s, FirstTrack: 1})
	}
	table := answered(toc.TOC{First: 1, Last: 1, Entries: []toc.Entry{{Number: 1}}})
	track := answered(command.TrackInformation{Track: 1, Size: 300, SizeValid: true})
	place := answered(command.TrackInformation{Track: 1, Blank: true, NWAValid: true})
	next := answered(command.TrackInformation{Track: 2, Blank: true, NWAValid: true, NWA: 452})
	inTrack := answered(command.TrackInformation{Track: 1, NWAValid: true, NWA: 452})
	for _, row := range []struct {
		name   string
		r      replies
		first  reply[command.TrackInformation]
		want   mmc.DiscStatus
		origin disc.Origin
	}{
		{"blank", replies{info: info(mmc.DiscEmpty), next: place}, place, mmc.DiscEmpty, disc.Reported},
		{"open", replies{info: info(mmc.DiscIncomplete), next: next}, track, mmc.DiscIncomplete, disc.Reported},
		{"finalized", replies{info: info(mmc.DiscFinalized), next: refused[command.TrackInformation](), table: table}, track, mmc.DiscFinalized, disc.Reported},
		{"blank, but track 1 is recorded and a next address exists", replies{info: info(mmc.DiscEmpty), next: next}, track, mmc.DiscIncomplete, disc.Contradicted},
		{"blank, but there is a table and no next track", replies{info: info(mmc.DiscEmpty), next: refused[command.TrackInformation](), table: table}, track, mmc.DiscFinalized, disc.Contradicted},
		{"blank, a table, and no reply for track 1", replies{info: info(mmc.DiscEmpty), next: refused[command.TrackInformation](), table: table}, failed[command.TrackInformation](), mmc.DiscFinalized, disc.Contradicted},
		{"blank, and an outdated table", replies{info: info(mmc.DiscEmpty), next: place, table: table}, place, mmc.DiscEmpty, disc.Reported},
		{"blank, but track 1 is recorded, and no next address", replies{info: info(mmc.DiscEmpty), next: failed[command.TrackInformation]()}, track, "", disc.Unknown},
		{"finalized, but with a next address", replies{info: info(mmc.DiscFinalized), next: next, table: table}, track, mmc.DiscFinalized, disc.Contradicted},
		{"finalized, and an address within a track", replies{info: info(mmc.DiscFinalized), next: inTrack, table: table}, track, mmc.DiscFinalized, disc.Reported},
		{"no information, and a place for track 1", replies{info: failed[command.DiscInformation](), next: place}, place, mmc.DiscEmpty, disc.Reported},
		{"no information, a place, and a table", replies{info: failed[command.DiscInformation](), table: table, next: failed[command.TrackInformation]()}, place, "", disc.Unknown},
		{"no information, a track, and a next one", replies{info: failed[command.DiscInformation](), next: next}, track, mmc.DiscIncomplete, disc.Reported},
		{"no information, a track, and no next one", replies{info: failed[command.DiscInformation](), next: refused[command.TrackInformation]()}, track, "", disc.Unknown},
		{"nothing", replies{info: failed[command.DiscInformation]()}, failed[command.TrackInformation](), "", disc.Unknown},
	} {
		row.r.tracks[1] = row.first
		f := row.r.status()
		require.Equal(t, row.origin, f.Origin, row.name)
		require.Equal(t, row.want, f.Value, row.name)
		if row.origin != disc.Reported || !row.r.info.ok() {
			require.Error(t, f.Err, row.name)
		}
		require.Equal(t, row.origin == disc.Contradicted, f.Known() && errors.Is(f.Err, ErrContradiction), row.name)
	}
}

// The entries of the table of contents are believed; if its header names other tracks it
// is contradicted, and a blank disc has no table.
func TestHeaderOfTheTable(t *testing.T) {
	entries := []toc.Entry{{Number: 2, Start: 0}, {Number: 3, Start: 1000}}
	for _, row := range []struct {
		first, last int
		origin      disc.Origin
	}{{2, 3, disc.Reported}, {2, 2, disc.Contradicted}, {1, 3, disc.Contradicted}, {2, 9, disc.Contradicted}} {
		r := replies{table: answered(toc.TOC{First: row.first, Last: row.last, LeadOut: 2000, Entries: entries})}
		f := r.contents(&disc.Disc{Status: known(mmc.DiscFinalized)})
		require.Equal(t, row.origin, f.Origin)
		require.Equal(t, toc.TOC{First: 2, Last: 3, LeadOut: 2000, Entries: entries}, f.Value)
		require.Equal(t, row.origin == disc.Contradicted, errors.Is(f.Err, ErrContradiction))
	}
	r := replies{table: answered(toc.TOC{First: 2, Last: 3, LeadOut: 2000, Entries: entries})}
	require.Equal(t, disc.Contradicted, r.contents(&disc.Disc{Status: known(mmc.DiscEmpty)}).Origin)
	require.False(t, (&replies{table: refused[toc.TOC]()}).contents(&disc.Disc{}).Known())
	require.ErrorIs(t, (&replies{}).contents(&disc.Disc{}).Err, disc.ErrNotAsked)
}

// The room on the disc is the drive's value, but never more than the groove has.
func TestRoomOnTheDisc(t *testing.T) {
	groove := answered(mmc.ATIP{LastLeadOut: toc.LBA(359846).MSF()})
	for _, row := range []struct {
		name   string
		ti     command.TrackInformation
		groove bool
		nwa    toc.LBA
		free   toc.Sectors
		origin disc.Origin
	}{
		{"as in the groove", command.TrackInformation{Free: 359844}, true, 0, 359844, disc.Reported},
		{"run-out counted differently", command.TrackInformation{Free: 359846}, true, 0, 359844, disc.Reported},
		{"149 sectors more", command.TrackInformation{Free: 359844 + 149}, true, 0, 359844, disc.Reported},
		{"a pause counted in", command.TrackInformation{Free: 359844 + 152}, true, 0, 359844, disc.Contradicted},
		{"less than the groove has", command.TrackInformation{Free: 300000}, true, 0, 300000, disc.Reported},
		{"none", command.TrackInformation{Free: 0}, true, 0, 359844, disc.Contradicted},
		{"none, and little room", command.TrackInformation{NWA: 359800, Free: 0}, true, 359800, 44, disc.Contradicted},
		{"one, past the end", command.TrackInformation{NWA: 359845, Free: 1}, true, 359845, 0, disc.Reported},
		{"7FFFFFFFh", command.TrackInformation{Free: 0x7FFFFFFF}, true, 0, 359844, disc.Contradicted},
		{"a next address of -150", command.TrackInformation{NWA: -150, Free: 359994}, true, 0, 359844, disc.Reported},
		{"a next address of -150, no groove", command.TrackInformation{NWA: -150, Free: 359994}, false, 0, 359844, disc.Reported},
		{"no groove", command.TrackInformation{NWA: 452, Free: 1000}, false, 452, 1000, disc.Reported},
		{"no groove, and a negative size", command.TrackInformation{NWA: 452, Free: -5}, false, 452, 0, disc.Contradicted},
		{"past the end", command.TrackInformation{NWA: 359900, Free: 100}, true, 359900, 0, disc.Reported},
	} {
		row.ti.Track, row.ti.Blank, row.ti.NWAValid = 1, true, true
		r := replies{next: answered(row.ti)}
		if row.groove {
			r.atip = groove
		}
		d := disc.Disc{Status: known(mmc.DiscIncomplete)}
		f := space{&r}.nextTrack(&d)
		require.Equal(t, disc.Next{Track: 1, NWA: row.nwa, Free: row.free}, f.Value, row.name)
		require.Equal(t, row.origin, f.Origin, row.name)
	}
}

// The capacity of the disc is that of its groove, or follows from disc information or the
// next address.
func TestCapacity(t *testing.T) {
	next := disc.Disc{Next: known(disc.Next{NWA: 452, Free: 1000})}
	last := command.DiscInformation{LastLeadOut: toc.LBA(200002).MSF(), LastLeadOutValid: true}
	r := replies{atip: answered(mmc.ATIP{LastLeadOut: toc.LBA(359846).MSF()}), info: answered(last)}
	require.Equal(t, known(toc.Sectors(359844)), space{&r}.capacity(&next))
	r.atip = failed[mmc.ATIP]()
	require.Equal(t, known(toc.Sectors(200000)), space{&r}.capacity(&next))
	r.info.value.LastLeadOutValid = false
	require.Equal(t, known(toc.Sectors(1452)), space{&r}.capacity(&next))
	r.info.value.LastLeadOutValid, r.info.value.LastLeadOut = true, toc.LBA(0).MSF()
	require.Equal(t, known(toc.Sectors(1452)), space{&r}.capacity(&next))
	require.False(t, space{&r}.capacity(&disc.Disc{}).Known())
}
