package journals

import (
	"path"
	"regexp"
	"strings"
	"time"
)

// note reads a note or a plain text. Its date is the one in its front matter,
// else the one in its name, else when the file was last changed; headings that
// are dates cut it into entries.
func (r *reading) note(text, name, place string, changed modified) error {
	front, body := frontMatter(text)
	e := Entry{Origin: Modified, At: changed.at, Wall: changed.wall, Place: place}
	order := r.Choices.Order
	if order == "" {
		order = DayFirst
	}
	if s, ok := front.date(order); ok {
		e.At, e.Wall, e.Day, e.Origin = s.at, s.wall, s.day, Given
	} else if s, ok := dateInName(name); ok {
		e.At, e.Wall, e.Day, e.Origin = s.at, s.wall, s.day, Named
	}
	if e.Label = front["title"]; e.Label == "" {
		if called := title(name); !isDate(called) {
			e.Label = called
		}
	}
	heads, order := r.headings(body)
	if len(heads) < 2 || r.Choices.Whole {
		e.Text = strings.Trim(body, "\r\n")
		return r.emit(e)
	}
	if before := strings.Trim(body[:heads[0].start], "\r\n"); !blank(before) {
		first := e
		first.Text = before
		if err := r.emit(first); err != nil {
			return err
		}
	}
	for i, h := range heads {
		end := len(body)
		if i+1 < len(heads) {
			end = heads[i+1].start
		}
		s, _ := parseDate(h.date, order)
		part := Entry{Text: strings.Trim(body[h.end:end], "\r\n"), At: s.at, Wall: s.wall, Day: s.day, Origin: Given, Label: e.Label, Place: place + ", " + h.date}
		if err := r.emit(part); err != nil {
			return err
		}
	}
	return nil
}

// heading is a line of a text that is a date and nothing else.
type heading struct {
	start, end int // in bytes
	date       string
}

var adorned = regexp.MustCompile(`^[\s#*_=\-–—>\[\]]*(.*?)[\s#*_:=\-–—\[\]]*$`)

// headings finds the lines that are dates, and tells the order of their numbers.
func (r *reading) headings(text string) (heads []heading, order Order) {
	at := 0
	var dates []string
	for line := range strings.Lines(text) {
		if date := dateLine(line); date != "" {
			heads = append(heads, heading{at, at + len(line), date})
			dates = append(dates, date)
		}
		at += len(line)
	}
	if len(heads) < 2 {
		return heads, ""
	}
	order, ambiguous := firstOf(dates)
	r.report.Headings += len(heads)
	r.report.Ambiguous += ambiguous
	if r.Choices.Order != "" && order != "" {
		order = r.Choices.Order
	}
	if order != "" {
		r.report.Order = order
	}
	r.report.Whole = r.Choices.Whole
	return heads, order
}

// dateLine is the date that a line is, without what headings are marked with.
func dateLine(line string) string {
	if len(line) > 100 || !strings.ContainsAny(line, "0123456789") {
		return ""
	}
	m := adorned.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
	if m == nil || !isDate(m[1]) {
		return ""
	}
	return m[1]
}

func isDate(text string) bool {
	_, day := parseDate(text, DayFirst)
	_, month := parseDate(text, MonthFirst)
	return day || month
}

// matter is the front matter of a note: its plain lines "key: value".
type matter map[string]string

var pair = regexp.MustCompile(`^([\p{L}][\p{L}\p{N} _-]*?)\s*:\s*(.*?)\s*$`)

// frontMatter parts a note from the properties above it, which programs write
// between two lines of three dashes.
func frontMatter(text string) (matter, string) {
	if !hasFrontMatter(text) {
		return nil, text
	}
	front := matter{}
	at := 0
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, " \t\r\n")
		at += len(line)
		if at > len(line) && (bare == "---" || bare == "...") {
			return front, text[at:]
		}
		if at > 64<<10 {
			break
		}
		if m := pair.FindStringSubmatch(bare); m != nil {
			key := strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(m[1]))
			if _, there := front[key]; !there {
				front[key] = strings.Trim(m[2], `"'`)
			}
		}
	}
	return nil, text // it never ended: a line of dashes is a part of her text
}

func hasFrontMatter(text string) bool {
	return strings.HasPrefix(text, "---\n") || strings.HasPrefix(text, "---\r\n")
}

func (m matter) date(order Order) (stamp, bool) {
	for _, key := range []string{"date", "datetime", "created", "createdat", "creationdate", "datecreated", "day"} {
		value := strings.Trim(m[key], "[]\"' ")
		if s, ok := parseDate(value, order); ok {
			return s, true
		}
	}
	return stamp{}, false
}

var (
	inName   = regexp.MustCompile(`(?:^|\D)((?:19|20)\d{2})[-._ ]?(0[1-9]|1[0-2])[-._ ]?(0[1-9]|[12]\d|3[01])(?:[T _-]+([01]\d|2[0-3])[-:.h]?([0-5]\d))?(?:\D|$)`)
	inFolder = regexp.MustCompile(`(?:^|/)((?:19|20)\d{2})/(?:[^/]*/)?(0?[1-9]|1[0-2])(?:[-_ ][^/]*)?/(0?[1-9]|[12]\d|3[01])(?:[-_. ][^/]*)?$`)
)

// dateInName reads a date from the name of a file, or of its folders, such as
// 2024/03/09.md.
func dateInName(name string) (stamp, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	called := title(name)
	if s, ok := parseDate(called, DayFirst); ok && !s.ambiguous {
		return s, true
	}
	if m := inName.FindStringSubmatch(called); m != nil {
		at := m[1] + "-" + m[2] + "-" + m[3]
		if m[4] != "" {
			at += " " + m[4] + ":" + m[5]
		}
		return parseDate(at, DayFirst)
	}
	if m := inFolder.FindStringSubmatch(strings.TrimSuffix(name, path.Ext(name))); m != nil {
		at := time.Date(number(m[1]), time.Month(number(m[2])), number(m[3]), 12, 0, 0, 0, time.UTC)
		return stamp{at: at, wall: true, day: true}, at.Day() == number(m[3])
	}
	return stamp{}, false
}
