package trial

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Archive is the file of a trial. It is complete after each Save: a trial that ends early
// leaves its results so far.
type Archive struct {
	Secrets *Secrets

	f       file
	reserve *os.File // room on the disk that is released when it gets full
	entries []entry
	// Dropped are the entries left out because of a full disk.
	Dropped []string
}

// file is an *os.File, or a full disk in a test.
type file interface {
	io.WriteSeeker
	io.Closer
	Truncate(size int64) error
	Sync() error
	Name() string
}

type entry struct {
	name string
	data []byte

	// cleaned is data without the secrets known so far. Save cleans an entry again only if
	// there are more by then: a trial saves after each of its steps.
	cleaned []byte
	known   int
}

// reserved is several times the size of a usual archive.
const reserved = 1 << 20

// Create makes the file. The error matches fs.ErrExist if there is one.
func Create(path string, s *Secrets) (*Archive, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	a := &Archive{Secrets: s, f: f}
	if a.reserve, err = os.CreateTemp(filepath.Dir(path), ".redbook-try-*"); err == nil {
		_ = os.Remove(a.reserve.Name()) // Windows removes it at the end
		_, err = a.reserve.Write(bytes.Repeat([]byte{0xA5}, reserved))
	}
	if err != nil {
		return nil, errors.Join(err, a.release(), f.Close(), os.Remove(path))
	}
	return a, nil
}

// Path returns the path of the file.
func (a *Archive) Path() string { return a.f.Name() }

// Add adds a text or the lines of a trace (.jsonl), or replaces the entry of the same name.
func (a *Archive) Add(name string, data []byte) {
	for i := range a.entries {
		if a.entries[i].name == name {
			a.entries[i] = entry{name: name, data: data}
			return
		}
	}
	a.entries = append(a.entries, entry{name: name, data: data})
}

// AddJSON adds a value as JSON.
func (a *Archive) AddJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		a.Add(name, append(text, '\n'))
	}
	return err
}

// Save writes all entries without secrets. On a full disk the largest traces are left out
// until the others fit.
func (a *Archive) Save() error {
	list := make([]entry, len(a.entries))
	known := len(a.Secrets.list())
	for i := range a.entries {
		e := &a.entries[i]
		if e.cleaned == nil || e.known != known {
			e.cleaned, e.known = a.clean(*e), known
		}
		list[i] = entry{name: e.name, data: e.cleaned}
	}
	a.Dropped = nil
	for {
		err := a.write(list)
		if err == nil || len(list) == 1 {
			return err
		}
		if a.reserve != nil {
			if rerr := a.release(); rerr != nil {
				return errors.Join(err, rerr)
			}
			continue
		}
		largest := 0
		for i := range list {
			if len(list[i].data) > len(list[largest].data) {
				largest = i
			}
		}
		a.Dropped = append(a.Dropped, list[largest].name)
		list = append(list[:largest], list[largest+1:]...)
	}
}

// clean removes the secrets of an entry.
func (a *Archive) clean(e entry) []byte {
	switch {
	case strings.HasSuffix(e.name, ".jsonl"):
		return a.Secrets.trace(e.data)
	case strings.HasSuffix(e.name, ".json"):
		return a.document(e.data)
	}
	return []byte(a.Secrets.Text(string(e.data)))
}

// document removes the secrets from the texts of a JSON document; its keys and numbers
// stay, because serial numbers are never there.
func (a *Archive) document(data []byte) []byte {
	var out bytes.Buffer
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	var v any
	if err := in.Decode(&v); err != nil {
		return nil // its form is that of AddJSON
	}
	write := json.NewEncoder(&out)
	write.SetIndent("", "  ")
	if err := write.Encode(a.texts(v)); err != nil {
		return nil
	}
	return out.Bytes()
}

func (a *Archive) texts(v any) any {
	switch v := v.(type) {
	case string:
		return a.Secrets.Text(v)
	case []any:
		for i := range v {
			v[i] = a.texts(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = a.texts(v[name])
		}
	}
	return v
}

// write writes the file anew.
func (a *Archive) write(list []entry) error {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range list {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: time.Now().UTC()})
		if err == nil {
			_, err = w.Write(e.data)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	if _, err := a.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := a.f.Write(b.Bytes()); err != nil {
		return err
	}
	return a.f.Truncate(int64(b.Len()))
}

// release frees the reserved room.
func (a *Archive) release() error {
	if a.reserve == nil {
		return nil
	}
	name := a.reserve.Name()
	err := errors.Join(a.reserve.Truncate(0), a.reserve.Close())
	_ = os.Remove(name) // if it could not be removed while it was open
	a.reserve = nil
	return err
}

// Close closes the archive without saving it.
func (a *Archive) Close() error {
	return errors.Join(a.release(), a.f.Sync(), a.f.Close())
}
