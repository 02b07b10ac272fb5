package album

import (
	"fmt"

	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/toc"
)

// join concatenates sources of the same format. An empty list is ErrNothing.
func join(name string, list []pcm.Source) (pcm.Source, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: %w", name, ErrNothing)
	}
	return pcm.Join(name, list...)
}

// quiet makes silence in the format of the sources that it follows.
func quiet(list []pcm.Source, sectors int64) pcm.Source {
	f := pcm.CDDA
	if len(list) > 0 {
		f = list[0].Format()
	}
	return pcm.SilenceIn("silence", f, sectors*int64(f.SampleRate)/toc.SectorsPerSecond)
}
