package practices

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing wrong with a text file.
type Problem struct {
	File   string
	Line   int // from 1
	Reason string
}

func (p *Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason) }

// MinQuestions is the least number of questions of a practice that can always
// be asked, all stages together, so that a leader does not meet the same ones
// every week. Questions that wait for a word of hers come on top.
const MinQuestions = 25

// minOpening and minPlain keep a conversation going in which no cue and no
// slot of hers ever fits.
const (
	minOpening = 4
	minPlain   = 10
)

// sections are the headings every file has, each once.
var sections = []string{
	"Intention", "What it is not", "Opening", "Exploring", "Closing",
	"What to listen for", "Boundary", "In insights", "Over time",
}

// Load reads every .md file at the root of fsys, in the order of their names.
// When anything is wrong it returns no practices and all the problems, joined.
func Load(fsys fs.FS) ([]Practice, error) {
	names, err := fs.Glob(fsys, "*.md")
	if err != nil {
		return nil, fmt.Errorf("practices: list files: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("practices: there is no .md file in the folder")
	}
	var (
		ps   []Practice
		errs []error
		keys = map[string]string{}
		seen = map[string]string{}
	)
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("practices: read: %w", err)
		}
		f := &file{name: name, seen: seen, sections: map[string]int{}}
		f.practice.Key = strings.ToLower(numbered.ReplaceAllString(strings.TrimSuffix(path.Base(name), ".md"), ""))
		switch {
		case f.practice.Key == "":
			f.problem(1, "the name has nothing in it but a number; a practice is known by its file's name")
		case !keyed.MatchString(f.practice.Key):
			f.problem(1, "the name may hold letters from a to z, numbers and hyphens, 60 at most")
		}
		if other, ok := keys[f.practice.Key]; ok {
			f.problem(1, "the name leads to the same key %q as %s", f.practice.Key, other)
		}
		keys[f.practice.Key] = name
		f.read(string(text))
		errs = append(errs, f.errs...)
		ps = append(ps, f.practice)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return ps, nil
}

var (
	numbered = regexp.MustCompile(`^[0-9]+[-_ ]*`)
	keyed    = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$`)
)

// file is one text file while it is read.
type file struct {
	name     string
	practice Practice
	sections map[string]int // heading → line
	section  string
	part     Part
	cues     []string
	seen     map[string]string // question, folded → where it was first
	errs     []error
}

func (f *file) problem(line int, format string, args ...any) {
	f.errs = append(f.errs, &Problem{f.name, line, fmt.Sprintf(format, args...)})
}

func (f *file) read(text string) {
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.TrimSpace(text) == "" {
		f.problem(1, "the file is empty")
		return
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, raw := range lines {
		n, line := i+1, strings.TrimSpace(raw)
		switch {
		case line == "":
		case !utf8.ValidString(line):
			f.problem(n, "this line is not UTF-8; save the file as UTF-8")
		case strings.IndexFunc(line, unicode.IsControl) >= 0:
			f.problem(n, "a control character in %q", line)
		case strings.HasPrefix(line, "### "):
			f.subheading(n, strings.TrimSpace(line[4:]))
		case strings.HasPrefix(line, "## "):
			f.heading(n, strings.TrimSpace(line[3:]))
		case strings.HasPrefix(line, "# "):
			if f.practice.Title != "" {
				f.problem(n, "a second title")
			}
			f.practice.Title = strings.TrimSpace(line[2:])
		case strings.HasPrefix(line, "- "):
			f.bullet(n, strings.TrimSpace(line[2:]))
		default:
			f.prose(n, line)
		}
	}
	f.whole(len(lines))
}

func (f *file) heading(n int, name string) {
	if !slices.Contains(sections, name) {
		f.problem(n, "unknown section %q; the sections are: %s", name, strings.Join(sections, ", "))
	}
	if first, ok := f.sections[name]; ok {
		f.problem(n, "section %q is there already, at line %d", name, first)
	}
	f.sections[name] = n
	f.section, f.part, f.cues = name, "", nil
}

const whenSheSays = "When she says:"

func (f *file) subheading(n int, name string) {
	f.cues = nil
	known := map[string][]Part{"Exploring": {Early, Later}, "Closing": {Clarity, Keeping, Next}}[f.section]
	part := Part(strings.ToLower(name))
	switch {
	case slices.Contains(known, part):
		f.part = part
	case f.section == "Exploring" && strings.HasPrefix(name, whenSheSays):
		f.part, f.cues = Cued, cues(name[len(whenSheSays):])
		if len(f.cues) == 0 {
			f.problem(n, "no words after %q", whenSheSays)
		}
	default:
		f.part = ""
		f.problem(n, "unknown subheading %q in %q", name, f.section)
	}
}

func (f *file) bullet(n int, text string) {
	p := &f.practice
	switch f.section {
	case "Opening":
		f.question(n, &p.Opening, Opening, text)
	case "Exploring":
		f.question(n, &p.Exploring, Exploring, text)
	case "Closing":
		f.question(n, &p.Closing, Closing, text)
	case "What to listen for":
		p.Cues = append(p.Cues, cues(text)...)
	default:
		f.prose(n, "- "+text)
	}
}

func (f *file) question(n int, to *[]Question, stage Stage, text string) {
	if reason := fault(text); reason != "" {
		f.problem(n, "%s: %q", reason, text)
	}
	q := NewQuestion(f.practice.Key+"/"+string(stage), text)
	q.Part, q.Cues = f.part, f.cues
	if stage != Opening && q.Part == "" {
		f.problem(n, "a question before the first subheading of %q", f.section)
	}
	if stage != Exploring && q.Slot() != SlotNone {
		f.problem(n, "%s belongs to exploring only", q.Slot())
	}
	if q.Slot() == SlotWord && q.Part != Cued {
		f.problem(n, "{word} belongs under %q; elsewhere use {words}", whenSheSays)
	}
	folded := strings.ToLower(strings.Join(strings.Fields(text), " "))
	if first, ok := f.seen[folded]; ok {
		f.problem(n, "the same question is at %s", first)
	} else {
		f.seen[folded] = fmt.Sprintf("%s:%d", f.name, n)
	}
	*to = append(*to, q)
}

func (f *file) prose(n int, line string) {
	p := &f.practice
	to, ok := map[string]*string{
		"Intention": &p.Intention, "What it is not": &p.Not, "Boundary": &p.Boundary,
		"What to listen for": &p.Listen, "In insights": &p.Insights, "Over time": &p.OverTime,
	}[f.section]
	if !ok && f.section != "" && !slices.Contains(sections, f.section) {
		return // the section is said to be unknown already
	}
	if !ok {
		f.problem(n, "text outside a section, or a question without \"- \": %q", line)
		return
	}
	*to = strings.TrimSpace(*to + " " + line)
}

// whole checks what only the whole file shows.
func (f *file) whole(last int) {
	p := &f.practice
	if p.Title == "" {
		f.problem(1, "no title (\"# …\")")
	}
	var missing []string
	for _, s := range sections {
		if _, ok := f.sections[s]; !ok {
			missing = append(missing, fmt.Sprintf("%q", s))
		}
	}
	switch len(missing) {
	case 0:
	case 1:
		f.problem(last, "section %s is missing", missing[0])
	default:
		f.problem(last, "sections are missing: %s", strings.Join(missing, ", "))
	}
	for name, text := range map[string]string{
		"Intention": p.Intention, "What it is not": p.Not, "Boundary": p.Boundary,
		"What to listen for": p.Listen, "In insights": p.Insights, "Over time": p.OverTime,
	} {
		if line, ok := f.sections[name]; ok && text == "" {
			f.problem(line, "section %q is empty", name)
		}
	}
	if line, ok := f.sections["What to listen for"]; ok && len(p.Cues) == 0 {
		f.problem(line, "no words to listen for (\"- word, word\")")
	}
	if line, ok := f.sections["Opening"]; ok && len(p.Opening) < minOpening {
		f.problem(line, "%d opening questions, at least %d are needed", len(p.Opening), minOpening)
	}
	plain := 0
	for _, q := range p.Exploring {
		if q.Always() {
			plain++
		}
	}
	if n := len(p.Opening) + plain + len(p.Closing); n < MinQuestions {
		f.problem(last, "%d questions that can always be asked (without a slot or a cue), at least %d are needed", n, MinQuestions)
	}
	if line, ok := f.sections["Exploring"]; ok && plain < minPlain {
		f.problem(line, "%d exploring questions without a slot or a cue, at least %d are needed", plain, minPlain)
	}
	if line, ok := f.sections["Closing"]; ok {
		for _, part := range []Part{Clarity, Keeping, Next} {
			if !slices.ContainsFunc(p.Closing, func(q Question) bool { return q.Part == part }) {
				f.problem(line, "no closing question under \"### %s\"", strings.ToUpper(string(part[:1]))+string(part[1:]))
			}
		}
	}
	slices.SortStableFunc(f.errs, func(a, b error) int {
		var pa, pb *Problem
		if errors.As(a, &pa) && errors.As(b, &pb) {
			return pa.Line - pb.Line
		}
		return 0
	})
}

// cues splits a list of words and phrases.
func cues(list string) []string {
	var out []string
	for c := range strings.SplitSeq(list, ",") {
		if c = strings.ToLower(strings.Join(strings.Fields(c), " ")); c != "" {
			out = append(out, c)
		}
	}
	return out
}
