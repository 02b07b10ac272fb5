package docs_test

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/redbook-audio/redbook/docs"
)

// The page that explains a topic.
func Example() {
	pages, err := fs.Glob(docs.Troubleshooting, "*.md")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range pages {
		page, err := docs.Troubleshooting.ReadFile(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		if strings.Contains(string(page), `<a id="no-disc">`) {
			fmt.Println(name)
		}
	}
	// Output: troubleshooting.md
}
