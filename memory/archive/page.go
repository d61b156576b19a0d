package archive

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// Where the pages for reading stand in the zip.
const (
	readable = "readable/"
	// The pages of which there is one each.
	Start, InsightsPage, CommitmentsPage, SummariesPage, ReleasedPage, PlanPage = readable + "README.md", readable + "insights.md",
		readable + "commitments.md", readable + "summaries.md", readable + "released.md", readable + "plan.md"
)

// ConversationPage is where a conversation stands.
func ConversationPage(id, practice string, started time.Time) string {
	return fmt.Sprintf("%sconversations/%s/%s-%s-%s.md", readable, started.UTC().Format("2006"), started.UTC().Format(time.DateOnly), plain(practice), tail(id))
}

// DayPage is where the journal of a day stands.
func DayPage(day time.Time) string {
	return fmt.Sprintf("%sjournal/%s/%s.md", readable, day.Format("2006"), day.Format(time.DateOnly))
}

// plain keeps of a name what every file system and link takes.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// tail is the random end of an id.
func tail(id string) string { return id[max(0, len(id)-12):] }

// Page writes one page of Markdown. What people said stands in it as it is, in
// quotation blocks, so that no word of theirs becomes a mark of the page. The
// first error is kept.
type Page struct {
	to   io.Writer
	path string
	err  error
}

// NewPage begins a page with its front matter: names and values by turns.
func NewPage(to io.Writer, path, title string, front ...string) *Page {
	p := &Page{to: to, path: path}
	p.printf("---\ntitle: %s\n", scalar(title))
	for i := 0; i+1 < len(front); i += 2 {
		p.printf("%s: %s\n", front[i], scalar(front[i+1]))
	}
	p.printf("---\n\n# %s\n", oneLine(title))
	return p
}

// Err is the first error of writing.
func (p *Page) Err() error { return p.err }

func (p *Page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.to, format, args...)
	}
}

// Heading begins a part of the page, which links can name.
func (p *Page) Heading(id, title string) {
	p.printf("\n")
	if id != "" {
		p.printf("<a id=\"%s\"></a>\n", tail(id))
	}
	p.printf("## %s\n", oneLine(title))
}

// Say is a line of ours.
func (p *Page) Say(format string, args ...any) { p.printf("\n%s\n", fmt.Sprintf(format, args...)) }

// Item is a line of a list.
func (p *Page) Item(text string) { p.printf("- %s\n", text) }

// Words are somebody's, exactly.
func (p *Page) Words(text string) {
	p.printf("\n")
	for line := range strings.Lines(text) {
		p.printf("> %s\n", strings.TrimRight(line, "\r\n"))
	}
}

// Link leads from this page to another, or to a part of it.
func (p *Page) Link(text, to, id string) string {
	return link(p.path, text, to, id)
}

func link(from, text, to, id string) string {
	up := strings.Count(strings.TrimPrefix(path.Dir(from)+"/", readable), "/")
	where := strings.Repeat("../", up) + strings.TrimPrefix(to, readable)
	if id != "" {
		where += "#" + tail(id)
	}
	return fmt.Sprintf("[%s](%s)", strings.NewReplacer("[", `\[`, "]", `\]`).Replace(oneLine(text)), where)
}

// Plain is text of ours or of a coach's that stands in the page itself: in one
// line, with nothing in it that Markdown would take for a mark.
func Plain(text string) string {
	return escape.Replace(oneLine(text))
}

var escape = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "]", `\]`, "#", `\#`, ">", "&gt;", "&", "&amp;")

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// scalar is a string in YAML; JSON's way of quoting is one of YAML's.
func scalar(text string) string {
	quoted, _ := json.Marshal(text) // a string always has one
	return string(quoted)
}

// When is a time as she would say it, in the zone in which it was.
func When(at time.Time, zone string) string {
	return Local(at, zone).Format("2 January 2006, 15:04")
}

// Local is a time in a zone; UTC where the zone is not known here.
func Local(at time.Time, zone string) time.Time {
	place, err := time.LoadLocation(zone)
	if err != nil {
		return at.UTC()
	}
	return at.In(place)
}
