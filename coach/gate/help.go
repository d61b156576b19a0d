package gate

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed help/*.txt
var helpFiles embed.FS

// Texts are the words of help, which a person who runs the program may replace
// by a folder of his own with the same files.
type Texts struct {
	Checked string // the month in which somebody last checked the numbers, "2026-11"

	paragraphs map[string][]string            // by file name without ending
	lines      map[string]map[string][]string // by country, then by "crisis" or "harm"
}

// files of help that must all be there.
var helpNames = []string{"self", "other", "towards", "asked", "harm", "language"}

// BuiltIn returns the texts that come with the program.
func BuiltIn() *Texts {
	sub, err := fs.Sub(helpFiles, "help")
	if err == nil {
		var t *Texts
		if t, err = Load(sub); err == nil {
			return t
		}
	}
	panic(fmt.Sprintf("gate: the help texts inside the program are broken: %v", err))
}

// Load reads self.txt, other.txt, towards.txt, asked.txt, harm.txt, language.txt and
// resources.txt of a folder; an error names the file and the line.
func Load(folder fs.FS) (*Texts, error) {
	t := &Texts{paragraphs: map[string][]string{}, lines: map[string]map[string][]string{}}
	for _, name := range helpNames {
		text, err := fs.ReadFile(folder, name+".txt")
		if err != nil {
			return nil, fmt.Errorf("help text %s.txt: %w", name, err)
		}
		for _, p := range strings.Split(uncommented(string(text)), "\n\n") {
			if p = strings.Join(strings.Fields(p), " "); p != "" {
				t.paragraphs[name] = append(t.paragraphs[name], p)
			}
		}
		if len(t.paragraphs[name]) == 0 {
			return nil, fmt.Errorf("help text %s.txt is empty", name)
		}
		if has := strings.Contains(string(text), "\n{lines}\n"); !has && name != "language" {
			return nil, fmt.Errorf("help text %s.txt has no line {lines}", name)
		}
	}
	text, err := fs.ReadFile(folder, "resources.txt")
	if err != nil {
		return nil, fmt.Errorf("help text resources.txt: %w", err)
	}
	return t, t.readResources(string(text))
}

var month = regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])$`)

func (t *Texts) readResources(text string) error {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if date, ok := strings.CutPrefix(line, "checked:"); ok {
			t.Checked = strings.TrimSpace(date)
			continue
		}
		f := strings.SplitN(line, "|", 3)
		if len(f) != 3 {
			return fmt.Errorf("resources.txt line %d: want country | crisis or harm | text", i+1)
		}
		country, kind := strings.ToUpper(strings.TrimSpace(f[0])), strings.TrimSpace(f[1])
		if kind != "crisis" && kind != "harm" {
			return fmt.Errorf("resources.txt line %d: %q is neither crisis nor harm", i+1, kind)
		}
		if t.lines[country] == nil {
			t.lines[country] = map[string][]string{}
		}
		t.lines[country][kind] = append(t.lines[country][kind], strings.TrimSpace(f[2]))
	}
	if !month.MatchString(t.Checked) {
		return fmt.Errorf("resources.txt: a line \"checked: YYYY-MM\" is missing")
	}
	for _, kind := range []string{"crisis", "harm"} {
		if len(t.lines["*"][kind]) == 0 {
			return fmt.Errorf("resources.txt: no %s line for \"*\"", kind)
		}
	}
	return nil
}

// Help returns the paragraphs to show for a signal in a country (ISO 3166-1,
// "EU", or "" when it is not known); none for None. The lines carry the month
// of their last check.
func (t *Texts) Help(s Signal, country string) []string {
	name, kind := string(s.About), "crisis"
	switch s.Kind {
	case HarmAtWork:
		name, kind = "harm", "harm"
	case Crisis:
	default:
		return nil
	}
	lines := t.lines[strings.ToUpper(country)][kind]
	if len(lines) == 0 {
		lines = t.lines["*"][kind]
	}
	var out []string
	for _, p := range t.paragraphs[name] {
		if p == "{lines}" {
			for _, l := range lines {
				out = append(out, l+" (checked "+t.Checked+")")
			}
			continue
		}
		out = append(out, p)
	}
	return out
}

// Limits returns what to say when the gate does not know the language.
func (t *Texts) Limits() []string { return t.paragraphs["language"] }

func uncommented(text string) string {
	var keep []string
	for _, l := range strings.Split(text, "\n") {
		if !strings.HasPrefix(l, "#") {
			keep = append(keep, strings.TrimRight(l, " \r"))
		}
	}
	return strings.Join(keep, "\n")
}
