package engine

import (
	"slices"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// addRow adds a requested track to the report.
func addRow(r *burn.Report, t burn.Track, number int) int {
	r.Tracks = append(r.Tracks, burn.TrackReport{
		Number: number, Name: t.Source.Name(), Title: t.Title, Performer: t.Performer,
		ISRC: t.ISRC, Control: t.Control, Status: burn.TrackNotBegun, Asked: toc.Sectors(pcm.Sectors(t.Source)),
	})
	return len(r.Tracks) - 1
}

// cloneReport returns a deep copy of the report.
func cloneReport(r *burn.Report) burn.Report {
	c := *r
	c.Tracks = slices.Clone(r.Tracks)
	for i := range c.Tracks {
		c.Tracks[i] = cloneRow(c.Tracks[i])
	}
	c.OnDisc = slices.Clone(r.OnDisc)
	c.Notes = slices.Clone(r.Notes)
	c.Differences = slices.Clone(r.Differences)
	return c
}

// cloneRow returns a deep copy of the row.
func cloneRow(t burn.TrackReport) burn.TrackReport {
	t.Notes = slices.Clone(t.Notes)
	return t
}

// merge adds up the statistics of several readers.
func merge(sum *burn.FIFOStats, st burn.FIFOStats) {
	if sum.Size == 0 || st.MinFill < sum.MinFill {
		sum.MinFill = st.MinFill
	}
	sum.Size, sum.Chunk = st.Size, st.Chunk
	sum.Empty += st.Empty
	sum.Bytes += st.Bytes
}
