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

// audioExtensions are the extensions of audio files. A folder's files with one of these are
// always burned; others only if their content is audio.
var audioExtensions = []string{
	".flac", ".wav", ".aiff", ".aif", ".aifc", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".m4b", ".aac", ".alac",
	".wma", ".ape", ".wv", ".tta", ".tak", ".mpc", ".w64", ".rf64", ".bwf", ".caf", ".au", ".snd", ".mp2", ".ac3", ".dts",
	".dsf", ".dff", ".mka", ".webm", ".spx", ".shn", ".ofr",
}

// hasAudioExtension reports whether the name, not the content, is that of an audio file.
func hasAudioExtension(path string) bool {
	return slices.Contains(audioExtensions, strings.ToLower(filepath.Ext(path)))
}

// how describes how a file was found.
type how uint8

const (
	asWritten how = iota
	otherCase     // other case or Unicode composition, or another folder
	otherName     // same name, other extension
)

// find looks for the file that a sheet or playlist in dir names. The name may come from
// another system: folders may be missing or absolute, case and Unicode composition may
// differ, and the audio may have been converted to another format.
func find(dir, name string) (string, how, error) {
	local := filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	if filepath.Separator != '\\' {
		// Outside Windows, a backslash can be part of a name.
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

// inside returns a path relative to dir, or name itself if it is absolute.
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

// walk descends from dir through the folders of sub, ignoring case and Unicode composition.
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

// entry returns the first file of a folder whose name is the same by the given comparison.
func entry(dir, name string, same func(a, b string) bool) (string, bool) {
	return match(dir, func(e fs.DirEntry) bool {
		return !e.IsDir() && same(e.Name(), name) && isFile(filepath.Join(dir, e.Name()))
	})
}

// match returns the first wanted entry of a folder, in order of names.
func match(dir string, wanted func(fs.DirEntry) bool) (string, bool) {
	list, _ := os.ReadDir(dir)
	for _, e := range list {
		if wanted(e) {
			return filepath.Join(dir, e.Name()), true
		}
	}
	return "", false
}

// fold makes names equal that users consider equal: it ignores case, Unicode composition,
// surrounding spaces and control characters.
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

// sameStem ignores extensions, but only accepts those of audio files: next to 01.wav there
// may be 01.txt.
func sameStem(a, b string) bool {
	return hasAudioExtension(a) && fold(stem(a)) == fold(stem(b))
}

// stem returns a name without its extension. Text after the last dot is not an extension if
// it contains spaces, as in "No. 5 in C", or is longer than five characters.
func stem(name string) string {
	ext := filepath.Ext(name)
	if strings.Contains(ext, " ") || len(ext) > 6 {
		return name
	}
	return strings.TrimSuffix(name, ext)
}

// natural compares names as users do: 2 before 10, and upper and lower case alike unless
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

// digits returns the number of digits at the beginning of a name.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
