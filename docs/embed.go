// Package docs contains the pages that redbook prints itself, without a network and in the
// version that fits the program.
package docs

import "embed"

// Troubleshooting contains the pages about what can go wrong: troubleshooting.md,
// troubleshooting-album.md, troubleshooting-burn.md and troubleshooting-disc.md. Each of their
// sections begins with a heading such as
//
//	## <a id="no-disc"></a>"no disc in the drive"
//
// whose anchor is the topic that redbook's messages name: redbook help no-disc.
//
//go:embed troubleshooting*.md
var Troubleshooting embed.FS
