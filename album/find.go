package album

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// audioExtensions are the extensions of audio files. A file in a folder with one of them
// is always burned; others are examined first.
var audioExtensions = []string{
	".flac", ".wav", ".aiff", ".aif", ".aifc", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".m4b", ".aac", ".alac",
	".wma", ".ape", ".wv", ".tta", ".tak", ".mpc", ".w64", ".rf64", ".bwf", ".caf", ".au", ".snd", ".mp2", ".ac3", ".dts",
	".dsf", ".dff", ".mka", ".webm", ".spx", ".shn", ".ofr",
}

// hasAudioExtension looks only at the name.
func hasAudioExtension(path string) bool {
	return slices.Contains(audioExtensions, strings.ToLower(filepath.Ext(path)))
}

// how a file was found.
type how uint8

const (
	asWritten how = iota
	otherCase     // letters in another case or composed differently, or another folder
	otherName     // the same name with another extension
)

// find looks for the file that a sheet or playlist in dir names. Names may come from
// other systems and people: folders may be missing or absolute, case and the composition
// of accents differ, and the music may have been converted since.
func find(dir, name string) (string, how, error) {
	local := filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	if filepath.Separator != '\\' {
		// A backslash may be part of a name after all.
		if path := inside(dir, name); isFile(path) {
			return path, asWritten, nil
		}
	}
	if path := inside(dir, local); isFile(path) {
		return path, asWritten, nil
	}
	base := filepath.Base(local)
	folder := dir
	if sub := filepath.Dir(local); !filepath.IsAbs(local) && sub != "." && !drive(local) {
		if path, ok := walk(dir, sub); ok {
			folder = path
		}
	}
	for _, place := range slices.Compact([]string{folder, dir}) {
		if path, ok := entry(place, base, sameName); ok {
			return path, otherCase, nil
		}
	}
	for _, place := range slices.Compact([]string{folder, dir}) {
		if path, ok := entry(place, base, sameStem); ok {
			return path, otherName, nil
		}
	}
	return "", 0, &fs.PathError{Op: "open", Path: inside(dir, local), Err: fs.ErrNotExist}
}

// inside interprets a path relative to dir.
func inside(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// drive reports whether a path begins with a Windows drive letter.
func drive(path string) bool { return len(path) > 1 && path[1] == ':' }

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// walk follows the folders of sub from dir on, allowing for different spelling.
func walk(dir, sub string) (string, bool) {
	for part := range strings.SplitSeq(filepath.ToSlash(sub), "/") {
		if part == ".." {
			dir = filepath.Join(dir, "..")
			continue
		}
		path := filepath.Join(dir, part)
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			var ok bool
			if path, ok = match(dir, func(e fs.DirEntry) bool { return e.IsDir() && sameName(e.Name(), part) }); !ok {
				return "", false
			}
		}
		dir = path
	}
	return dir, true
}

// entry finds a file in a folder by its name.
func entry(dir, name string, same func(a, b string) bool) (string, bool) {
	return match(dir, func(e fs.DirEntry) bool {
		return !e.IsDir() && same(e.Name(), name) && isFile(filepath.Join(dir, e.Name()))
	})
}

// match returns the first entry of a folder, in the order of names, that is wanted.
func match(dir string, wanted func(fs.DirEntry) bool) (string, bool) {
	list, _ := os.ReadDir(dir)
	for _, e := range list {
		if wanted(e) {
			return filepath.Join(dir, e.Name()), true
		}
	}
	return "", false
}

// fold makes names equal that users consider equal. Sheets and playlists may lack, or have
// in excess, blanks at the ends of names, and control characters.
func fold(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00A0':
			return ' '
		case unicode.IsControl(r) && r != '\t' || r == '\uFEFF':
			return -1
		}
		return r
	}, norm.NFC.String(name))
	return strings.TrimSpace(strings.ToLower(name))
}

func sameName(a, b string) bool { return fold(a) == fold(b) }

// sameStem is for audio files only: beside 01.wav there may be 01.txt.
func sameStem(a, b string) bool {
	return hasAudioExtension(a) && fold(stem(a)) == fold(stem(b))
}

// stem returns a name without its extension. Text after the last dot is not an extension
// if it contains blanks: "No. 5 in C".
func stem(name string) string {
	ext := filepath.Ext(name)
	if strings.Contains(ext, " ") || len(ext) > 6 {
		return name
	}
	return strings.TrimSuffix(name, ext)
}

// natural compares names as users do: 2 before 10, ignoring case and accents unless
// nothing else differs.
func natural(a, b string) int {
	x, y := fold(a), fold(b)
	for x != "" && y != "" {
		dx, dy := digits(x), digits(y)
		if dx > 0 && dy > 0 {
			nx, ny := strings.TrimLeft(x[:dx], "0"), strings.TrimLeft(y[:dy], "0")
			if len(nx) != len(ny) {
				return len(nx) - len(ny)
			}
			if c := strings.Compare(nx, ny); c != 0 {
				return c
			}
			x, y = x[dx:], y[dy:]
			continue
		}
		if x[0] != y[0] {
			return int(x[0]) - int(y[0])
		}
		x, y = x[1:], y[1:]
	}
	if len(x) != len(y) {
		return len(x) - len(y)
	}
	return strings.Compare(a, b)
}

// digits returns how many digits a name begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
