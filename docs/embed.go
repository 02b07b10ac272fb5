// Package docs embeds the pages that redbook help prints, so that they match the program's version
// and need no network.
package docs

import "embed"

// Troubleshooting contains the pages about problems: troubleshooting.md, troubleshooting-album.md,
// troubleshooting-burn.md and troubleshooting-disc.md. Each section begins with a heading such as
//
//	## <a id="no-disc"></a>"no disc in the drive"
//
// The anchor is the topic that redbook's messages name: redbook help no-disc.
//
//go:embed troubleshooting*.md
var Troubleshooting embed.FS
