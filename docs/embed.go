// Package docs contains the pages that redbook prints itself, without a network and in the
// version that fits the program.
package docs

import _ "embed" // the pages

// Page is a page in Markdown.
type Page struct {
	Name string // of the file
	Text string
}

var (
	//go:embed troubleshooting.md
	before string
	//go:embed troubleshooting-album.md
	album string
	//go:embed troubleshooting-burn.md
	during string
	//go:embed troubleshooting-disc.md
	after string
)

// Troubleshooting returns the pages about what can go wrong. Each of their sections begins
// with a heading such as
//
//	## <a id="no-disc"></a>"no disc in the drive"
//
// whose anchor is the topic that redbook's messages name: redbook help no-disc.
func Troubleshooting() []Page {
	return []Page{{"troubleshooting.md", before}, {"troubleshooting-album.md", album}, {"troubleshooting-burn.md", during}, {"troubleshooting-disc.md", after}}
}
