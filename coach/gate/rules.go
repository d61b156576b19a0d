package gate

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed rules/*.txt
var ruleFiles embed.FS

// rules are compiled once from text that is part of the program, so a mistake
// in them fails every test and every start.
var rules = mustCompile(ruleFiles)

// A ruleset is what the files of one folder say: figures of speech to look
// past, and for each route the phrases that lead to it, in order of weight.
type ruleset struct {
	figures *regexp.Regexp
	routes  []route
}

type route struct {
	kind    Kind
	about   About
	plain   bool // tried on the squeezed text too
	wide    bool // said in other talk too
	phrases *regexp.Regexp
	beside  *regexp.Regexp // when set, one of these must be in the message too
	signs   signs          // instead of phrases
}

func (r route) find(t string) []int {
	if r.phrases == nil {
		return r.signs.find(t)
	}
	if r.beside != nil && !r.beside.MatchString(t) {
		return nil
	}
	return r.phrases.FindStringIndex(t)
}

// A hit is a phrase in a message.
type hit struct {
	route
	before, phrase string
}

// find returns the first route, in order of weight, that counts and that the
// text leads to.
func (r *ruleset) find(t string, counts func(route) bool) (hit, bool) {
	t = r.mask(t)
	squeezed := squeeze(t)
	for _, route := range r.routes {
		if !counts(route) {
			continue
		}
		if at := route.find(t); at != nil {
			return hit{route, t[:at[0]], t[at[0]:at[1]]}, true
		}
		if at := route.find(squeezed); route.plain && squeezed != "" && at != nil {
			return hit{route, squeezed[:at[0]], squeezed[at[0]:at[1]]}, true
		}
	}
	return hit{}, false
}

// mask takes figures of speech out of a text, leaving a mark that no rule
// reaches over.
func (r *ruleset) mask(t string) string {
	if r.figures == nil {
		return t
	}
	return r.figures.ReplaceAllString(t, " . ")
}

// persons are the words of a rule that stand for whoever it is about.
var persons = map[bool]map[string]string{
	false: {"I": "i", "ME": "me", "MY": "my", "MYSELF": "myself|my self"},
	true: {
		"I":      "he|she|they|who|him|her|brother|sister|mother|father|mum|mom|dad|son|daughter|wife|husband|partner|friend|colleague|employee|report|manager|boss|assistant|cousin|nephew|niece|someone|somebody|teammate|intern|trainee|apprentice|student|client|guy|man|woman|girl|boy|kid|engineer|deputy|founder|cofounder|member|boyfriend|girlfriend|ex",
		"ME":     "him|her|them|himself|herself|themselves|themself",
		"MY":     "his|her|their",
		"MYSELF": "himself|herself|themselves|themself|theirself|his own self",
	},
}

func mustCompile(files fs.FS) *ruleset {
	r, err := compile(files)
	if err != nil {
		panic(fmt.Sprintf("gate: the rules inside the program are broken: %v", err))
	}
	return r
}

// compile reads every rules/*.txt. A file holds sections "[name]", one phrase
// a line; "#" begins a comment and "NAME = a | b c" a list for {NAME}.
func compile(files fs.FS) (*ruleset, error) {
	names, err := fs.Glob(files, "rules/*.txt")
	if err != nil {
		return nil, err
	}
	sections := map[string][]string{}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if err := readRules(string(text), sections); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	set := &ruleset{}
	if set.figures, err = join(sections["figures"]); err != nil {
		return nil, err
	}
	for _, want := range []struct {
		from  string
		third bool
		route
	}{
		{"crisis", false, route{kind: Crisis, about: Self, plain: true}},
		{"crisis self", false, route{kind: Crisis, about: Self}},
		{"violence", false, route{kind: Crisis, about: Towards}},
		{"crisis", true, route{kind: Crisis, about: Other}},
		{"crisis other", true, route{kind: Crisis, about: Other}},
		{"crisis word", false, route{kind: Crisis, about: Self, plain: true}},
		{"crisis wide", false, route{kind: Crisis, about: Self, wide: true}},
		{"crisis self wide", false, route{kind: Crisis, about: Self, wide: true}},
		{"crisis wide", true, route{kind: Crisis, about: Other, wide: true}},
		{"crisis other wide", true, route{kind: Crisis, about: Other, wide: true}},
		{"crisis faint", false, route{kind: Crisis, about: Self, wide: true}},
		{"harm", false, route{kind: HarmAtWork, wide: true}},
	} {
		phrases := make([]string, len(sections[want.from]))
		for i, p := range sections[want.from] {
			phrases[i] = forPerson(p, want.third)
		}
		if want.phrases, err = join(phrases); err != nil {
			return nil, err
		}
		if want.from == "crisis faint" {
			if want.beside, err = join(sections["crisis played down"]); err != nil {
				return nil, err
			}
		}
		set.routes = append(set.routes, want.route)
	}
	for _, r := range []struct {
		of string
		route
	}{{"crisis", route{kind: Crisis, about: Self, wide: true}}, {"harm", route{kind: HarmAtWork, wide: true}}} {
		if r.signs, err = readSigns(sections, r.of); err != nil {
			return nil, err
		}
		set.routes = append(set.routes, r.route)
	}
	return set, nil
}

func readRules(text string, sections map[string][]string) error {
	section, lists := "", map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		name, list, isList := strings.Cut(line, " = ")
		switch {
		case line == "":
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		case isList:
			lists[name] = list
		case section == "":
			return fmt.Errorf("line %d stands before any [section]", i+1)
		default:
			for name, list := range lists {
				line = strings.ReplaceAll(line, "{"+name+"}", "("+list+")")
			}
			if strings.ContainsAny(line, "{}") {
				return fmt.Errorf("line %d uses a list that is not there", i+1)
			}
			sections[section] = append(sections[section], line)
		}
	}
	return nil
}

var capitals = regexp.MustCompile(`\b(I|ME|MY|MYSELF)\b`)

func forPerson(phrase string, third bool) string {
	return capitals.ReplaceAllStringFunc(phrase, func(w string) string { return "(" + persons[third][w] + ")" })
}

// join turns phrases into one expression over normalised text. In a phrase
// "(a | b c)" is a choice, "(a)?" may be left out, "word*" is a beginning of a
// word, ".." stands for up to three words and "..." for up to eight, none of
// them beyond a full stop.
func join(phrases []string) (*regexp.Regexp, error) {
	if len(phrases) == 0 {
		return nil, nil
	}
	all := make([]string, len(phrases))
	for i, p := range phrases {
		all[i] = expression(p)
		if _, err := regexp.Compile(all[i]); err != nil {
			return nil, fmt.Errorf("phrase %q: %w", p, err)
		}
	}
	return regexp.Compile(" (?:" + strings.Join(all, "|") + ")")
}

var spaced = strings.NewReplacer("(", " ( ", ")?", " )? ", ")", " ) ", "|", " | ")

func expression(phrase string) string {
	var b strings.Builder
	for _, w := range strings.Fields(spaced.Replace(phrase)) {
		switch w {
		case "(":
			b.WriteString("(?:")
		case ")", ")?", "|":
			b.WriteString(w)
		case "..":
			b.WriteString(`(?:[^ .]+ ){0,3}`)
		case "...":
			b.WriteString(`(?:[^ .]+ ){0,8}`)
		default:
			w = regexp.QuoteMeta(w)
			b.WriteString(strings.ReplaceAll(w, `\*`, `[^ .]*`) + " ")
		}
	}
	return b.String()
}
