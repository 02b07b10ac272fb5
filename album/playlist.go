package album

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/internal/cue"
	"github.com/redbook-audio/redbook/internal/regular"
	"github.com/redbook-audio/redbook/toc"
)

// Limits on playlists.
const (
	maxText    = 4 << 20 // bytes of a playlist or sheet
	maxList    = 1 << 20 // bytes
	maxEntries = 1000    // with comments that may be names
	maxTried   = 20      // names that are looked for to detect an encoding
)

// item is a line of a playlist.
type item struct {
	line     int
	number   int    // in a PLS playlist
	name     string // as written
	raw      string // with the blanks around it
	title    string // title in the playlist, or ""
	encoding string // encoding assumed for the playlist
	maybe    bool   // it begins like a comment: an entry only if such a file exists
}

// readText reads a sheet or playlist, as far as it makes sense.
func readText(path string) ([]byte, error) {
	text, err := regular.Read(path, maxText)
	if errors.Is(err, regular.ErrLong) {
		return nil, fmt.Errorf("%s: too long for a cue sheet or playlist", path)
	}
	return text, err
}

// parsePlaylist reads M3U, M3U8, PLS and XSPF.
func parsePlaylist(name string, data []byte) ([]item, error) {
	if len(data) > maxList {
		return nil, fmt.Errorf("%s: too long for a playlist", name)
	}
	dir := filepath.Dir(name)
	text, encoding := cue.TextFitting(data, func(text string) int {
		n, tried := 0, 0
		for _, it := range entries(text) {
			if isASCII(it.name) {
				continue
			}
			if tried++; tried > maxTried {
				break
			}
			if _, _, err := it.locate(dir); err == nil {
				n++
			}
		}
		return n
	})
	list := entries(text)
	for i := range list {
		list[i].encoding = encoding
	}
	switch {
	case len(list) == 0:
		return nil, fmt.Errorf("%s: the playlist has no entries: %w", name, ErrNothing)
	case len(list) > maxEntries || certain(list) > toc.MaxTracks:
		return nil, fmt.Errorf("%s: the playlist has %d entries; a disc has at most %d tracks: %w", name, certain(list), toc.MaxTracks, ErrTooMany)
	}
	return list, nil
}

// certain counts the items that are surely names of files.
func certain(list []item) (n int) {
	for _, it := range list {
		if !it.maybe {
			n++
		}
	}
	return n
}

// entries reads the lines of a playlist of any kind.
func entries(text string) []item {
	switch head := strings.TrimSpace(text); {
	case strings.HasPrefix(strings.ToLower(head), "[playlist]"):
		return parsePLS(text)
	case strings.HasPrefix(head, "<"):
		return parseXSPF(text)
	}
	return parseM3U(text)
}

// parseM3U reads one name per line, optionally preceded by #EXTINF:seconds,title.
func parseM3U(text string) (list []item) {
	title, n := "", 0
	for line := range strings.Lines(text) {
		n++
		raw := strings.TrimRight(line, "\n")
		line = strings.TrimSpace(line)
		switch info, ok := strings.CutPrefix(line, "#EXTINF:"); {
		case ok:
			_, title, _ = strings.Cut(info, ",")
			title = strings.TrimSpace(title)
		case line != "":
			maybe := strings.HasPrefix(line, "#")
			if maybe && !hasAudioExtension(line) {
				continue // a comment
			}
			list = append(list, item{line: n, name: line, raw: raw, title: title, maybe: maybe})
			if !maybe {
				title = ""
			}
		}
	}
	return list
}

// parsePLS reads FileN= and TitleN= lines in the order of N.
func parsePLS(text string) []item {
	items := map[int]*item{}
	var list []*item
	n := 0
	for line := range strings.Lines(text) {
		n++
		key, value, ok := strings.Cut(strings.TrimRight(line, "\n"), "=")
		key = strings.ToLower(strings.TrimSpace(key))
		digitsAt := strings.IndexAny(key, "0123456789")
		if !ok || digitsAt < 0 {
			continue
		}
		number, err := strconv.Atoi(key[digitsAt:])
		if err != nil {
			continue
		}
		word := key[:digitsAt]
		if word != "file" && word != "title" {
			continue
		}
		it := items[number]
		if it == nil || word == "file" && it.name != "" { // a number twice: both are tracks
			it = &item{number: number}
			items[number] = it
			list = append(list, it)
		}
		if word == "file" {
			it.name, it.raw, it.line = strings.TrimSpace(value), value, n
		} else {
			it.title = strings.TrimSpace(value)
		}
	}
	slices.SortStableFunc(list, func(a, b *item) int { return cmp.Compare(a.number, b.number) })
	var out []item
	for _, it := range list {
		if it.name != "" {
			out = append(out, *it)
		}
	}
	return out
}

// parseXSPF reads the tracks of an XSPF playlist (xspf.org, version 1), in which names are
// URLs. What can't be read is left out.
func parseXSPF(text string) (list []item) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	for {
		token, err := d.Token()
		if err != nil {
			return list
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "track" {
			continue
		}
		var t struct {
			Location string `xml:"location"`
			Title    string `xml:"title"`
			Creator  string `xml:"creator"`
		}
		line, _ := d.InputPos()
		if d.DecodeElement(&t, &start) != nil || t.Location == "" {
			return list
		}
		it := item{line: line, name: strings.TrimSpace(t.Location), title: strings.TrimSpace(t.Title)}
		if creator := strings.TrimSpace(t.Creator); creator != "" && it.title != "" {
			it.title = creator + " - " + it.title
		}
		list = append(list, it)
	}
}

// locate returns the file that an entry of a playlist in dir refers to.
func (it item) locate(dir string) (string, how, error) {
	name := it.name
	if it.raw != "" && it.raw != name {
		if path := inside(dir, it.raw); isFile(path) {
			return path, asWritten, nil
		}
	}
	if scheme, rest, ok := strings.Cut(name, "://"); ok && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\ `) {
		if !strings.EqualFold(scheme, "file") {
			return "", 0, fmt.Errorf("%s is on the network: download it first", name)
		}
		// file:///C:/Music/a%20b.mp3, file://localhost/music/a.mp3
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			rest = rest[i:]
		}
		if plain, err := url.PathUnescape(rest); err == nil {
			rest = plain
		}
		if len(rest) > 2 && rest[0] == '/' && drive(rest[1:]) {
			rest = rest[1:]
		}
		name = rest
	}
	// file:/music/a%20b.mp3, unless that is a name
	if len(name) > 5 && strings.EqualFold(name[:5], "file:") && !isFile(inside(dir, name)) {
		if plain, err := url.PathUnescape(name[5:]); err == nil {
			name = plain
		}
	}
	if info, err := os.Stat(inside(dir, name)); err == nil && info.IsDir() {
		return "", 0, fmt.Errorf("%q is a folder", name)
	}
	path, found, err := findEncoded(dir, name, it.encoding)
	if inner := strings.Trim(name, `"`); err != nil && inner != name {
		path, found, err = findEncoded(dir, inner, it.encoding)
	}
	if err != nil && strings.Contains(name, "%") {
		if plain, uerr := url.PathUnescape(name); uerr == nil {
			if path, found, uerr = find(dir, plain); uerr == nil {
				return path, found, nil
			}
		}
	}
	return path, found, err
}

// isPlaylist and isSheet look at the name, then at the beginning of the text.
func isPlaylist(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".m3u", ".m3u8", ".pls", ".xspf":
		return true
	}
	head := beginning(path)
	return strings.HasPrefix(head, "#extm3u") || strings.HasPrefix(head, "[playlist]")
}

func isSheet(path string) bool {
	return strings.EqualFold(filepath.Ext(path), ".cue")
}

// beginning returns the beginning of a text file, in lower case.
func beginning(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	p := make([]byte, 64)
	n, _ := f.Read(p)
	text, _ := cue.Text(p[:n])
	return strings.ToLower(strings.TrimSpace(text))
}
