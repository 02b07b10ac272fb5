package cdtext

import (
	"fmt"
	"strings"
)

// Genre is a genre code of Sony's software, as listed in libburn's doc/cdtext.txt. 0 means none.
// The codes from 1 to 27 have names, which String returns: 2 is Adult Contemporary, 5 Classical,
// 14 Jazz, 20 Pop Music, 23 Rock Music.
type Genre uint16

// genres are the names, by code.
var genres = [...]string{
	"Not Used", "Not Defined", "Adult Contemporary", "Alternative Rock", "Childrens Music", "Classical",
	"Contemporary Christian", "Country", "Dance", "Easy Listening", "Erotic", "Folk", "Gospel", "Hip Hop", "Jazz",
	"Latin", "Musical", "New Age", "Opera", "Operetta", "Pop Music", "Rap", "Reggae", "Rock Music", "Rhythm & Blues",
	"Sound Effects", "Spoken Word", "World Music",
}

// String returns a name such as "Classical", or "0x0123" for a code without a name.
func (g Genre) String() string {
	if int(g) < len(genres) {
		return genres[g]
	}
	return fmt.Sprintf("0x%04X", uint16(g))
}

// parseGenre finds the code for a name such as "Classical", in any case, or for a
// number such as 0x0005.
func parseGenre(name string) (Genre, bool) {
	key := genreKey(name)
	for i, g := range genres {
		if genreKey(g) == key {
			return Genre(i), true
		}
	}
	for alias, g := range genreAliases {
		if alias == key {
			return g, true
		}
	}
	n, ok := hexCode(name, 4)
	return Genre(n), ok
}

// genreAliases are other names of the same genres, used by tags and other burning
// programs.
var genreAliases = map[string]Genre{
	"pop": 0x14, "rock": 0x17, "r&b": 0x18, "rnb": 0x18, "world": 0x1B, "hiphop": 0x0D, "children": 0x04,
	"childrens": 0x04, "alternative": 0x03,
}

func genreKey(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "'", "", "’", "").Replace(name))
}
