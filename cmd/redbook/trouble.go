package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/redbook-audio/redbook/cmd/redbook/internal/line"
	"github.com/redbook-audio/redbook/docs"
	"github.com/spf13/cobra"
)

// topic names a section of docs/troubleshooting*.md, which redbook help prints.
type topic string

// tip is what to do about an error, and where the user can read more. %D in its text is
// replaced by the device, as named on the command line.
type tip struct {
	text  string
	topic topic
}

// and appends another tip. The topic of the first stays.
func (t tip) and(other tip) tip {
	if t.topic == "" {
		t.topic = other.topic
	}
	t.text = strings.TrimSpace(t.text + "\n" + other.text)
	return t
}

// withMore appends to advice the command that prints the section about it.
func withMore(advice string, more topic) string {
	if more == "" {
		return advice
	}
	return strings.TrimSpace(advice + "\nMore: redbook help " + string(more))
}

// troubles is the topic that lists the others.
const troubles topic = "troubleshooting"

// online is where the pages are on the web.
const online = "https://github.com/redbook-audio/redbook/blob/main/docs/"

// trouble is a section about one problem.
type trouble struct {
	topic topic
	title string
	body  string // Markdown
	page  string // the file's name
}

// url is where the section is on the web.
func (t *trouble) url() string { return online + t.page + "#" + string(t.topic) }

// troublePage is a page with its sections.
type troublePage struct {
	title    string
	sections []trouble
}

// sectionHead is a heading with the name of its topic.
var sectionHead = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^<a id="([a-z-]+)"></a>(.*)`)
})

// troubleFiles are the pages in the order of a burn.
var troubleFiles = []string{"troubleshooting.md", "troubleshooting-album.md", "troubleshooting-burn.md", "troubleshooting-disc.md"}

// troublePages divides the pages into their sections.
var troublePages = sync.OnceValue(func() (list []troublePage) {
	for _, name := range troubleFiles {
		text, err := docs.Troubleshooting.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		parts := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n## ")
		title, _, _ := strings.Cut(strings.TrimPrefix(parts[0], "# "), "\n")
		page := troublePage{title: upperFirst(strings.TrimPrefix(title, "Troubleshooting: "))}
		for _, part := range parts[1:] {
			head, body, _ := strings.Cut(part, "\n")
			if m := sectionHead().FindStringSubmatch(head); m != nil {
				page.sections = append(page.sections, trouble{topic(m[1]), m[2], strings.TrimSpace(body), name})
			}
		}
		list = append(list, page)
	}
	return list
})

// troubleAbout returns the section of a topic, nil if it doesn't exist.
func troubleAbout(t topic) *trouble {
	for _, page := range troublePages() {
		for i := range page.sections {
			if page.sections[i].topic == t {
				return &page.sections[i]
			}
		}
	}
	return nil
}

// text is the section for a terminal.
func (t *trouble) text(columns int) string {
	return line.Wrap(t.title, columns) + "\n\n" + fill(t.body, columns) + "\n\nOnline: " + t.url() + "\n"
}

// troublesText lists all topics.
func troublesText() string {
	var b strings.Builder
	b.WriteString("What can go wrong, with redbook help NAME for each:\n")
	for _, page := range troublePages() {
		fmt.Fprintf(&b, "\n%s:\n", page.title)
		for _, s := range page.sections {
			fmt.Fprintf(&b, "  %-20s  %s\n", s.topic, s.title)
		}
	}
	return b.String()
}

// pageLink is a link in Markdown.
var pageLink = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[([^]]+)\]\(([^)]+)\)`) })

// unlinked replaces links: to other sections by the command that prints them, to pages by
// their address.
func unlinked(text string) string {
	return pageLink().ReplaceAllStringFunc(text, func(link string) string {
		m := pageLink().FindStringSubmatch(link)
		file, section, _ := strings.Cut(m[2], "#")
		switch {
		case troubleAbout(topic(section)) != nil && (file == "" || strings.HasPrefix(file, string(troubles))):
			return m[1] + " (`redbook help " + section + "`)"
		case strings.Contains(m[2], "://"):
			return m[1] + " (" + m[2] + ")"
		}
		return m[1] + " (" + online + path.Clean(m[2]) + ")"
	})
}

// fill formats paragraphs and lists in Markdown for a terminal.
func fill(text string, columns int) string {
	var blocks []string // paragraphs, items and empty lines
	for l := range strings.SplitSeq(text, "\n") {
		word := strings.TrimSpace(l)
		last := len(blocks) - 1
		switch {
		case word == "", strings.HasPrefix(l, "- "), last < 0, blocks[last] == "":
			blocks = append(blocks, strings.TrimRight(l, " "))
		default:
			blocks[last] += " " + word
		}
	}
	for i, block := range blocks {
		block = unlinked(block)
		if item, ok := strings.CutPrefix(block, "- "); ok {
			blocks[i] = "- " + strings.TrimPrefix(line.Wrap("  "+item, columns), "  ")
			continue
		}
		blocks[i] = line.Wrap(block, columns)
	}
	return strings.Join(blocks, "\n")
}

// topicDoc is a section in --json.
type topicDoc struct {
	Topic topic  `json:"topic"`
	Title string `json:"title"`
	Text  string `json:"text"` // Markdown
	URL   string `json:"url"`
}

// topicsDoc is the list of all sections in --json.
type topicsDoc struct {
	Topics []topicRow `json:"topics"`
}

// topicRow is a section in the list.
type topicRow struct {
	Topic topic  `json:"topic"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// trouble prints a section, or the list of all; false if name is not a topic.
func (r *results) trouble(name topic) (bool, error) {
	columns := 80
	if r.screen.live {
		columns = r.screen.width()
	}
	s := troubleAbout(name)
	switch {
	case name == troubles && r.flags.json:
		doc := topicsDoc{}
		for _, page := range troublePages() {
			for i := range page.sections {
				s := &page.sections[i]
				doc.Topics = append(doc.Topics, topicRow{s.topic, s.title, s.url()})
			}
		}
		return true, r.document("topics", doc)
	case name == troubles:
		return true, r.sentences(troublesText())
	case s == nil:
		return false, nil
	case r.flags.json:
		return true, r.document("topic", topicDoc{s.topic, s.title, s.body, s.url()})
	}
	return true, r.print("%s", s.text(columns-1))
}

// topicNames are all topics with their titles, for completion.
func topicNames() []cobra.Completion {
	list := []cobra.Completion{cobra.CompletionWithDesc(string(troubles), "what can go wrong, by symptom")}
	for _, page := range troublePages() {
		for _, s := range page.sections {
			list = append(list, cobra.CompletionWithDesc(string(s.topic), s.title))
		}
	}
	return list
}

// similarTopic returns the topic that is most similar to a word, "" if none is.
func similarTopic(word string) (best topic) {
	word = strings.ToLower(word)
	least := len(word)/3 + 1 // two letters may be exchanged
	for _, name := range topicNames() {
		name, _, _ = strings.Cut(name, "\t") // the title
		if d := distance(name, word); d < least {
			best, least = topic(name), d
		}
	}
	return best
}
