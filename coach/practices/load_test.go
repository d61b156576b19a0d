package practices

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestBuiltAreTenAndWhole(t *testing.T) {
	t.Parallel()
	ps, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(ps) != 10 {
		t.Fatalf("%d practices", len(ps))
	}
	keys := map[string]bool{}
	for _, p := range ps {
		always := 0
		for _, s := range []Stage{Opening, Exploring, Closing} {
			for _, q := range p.Questions(s) {
				if q.Always() {
					always++
				}
			}
		}
		if always < MinQuestions {
			t.Errorf("%s: %d questions", p.Key, always)
		}
		for _, s := range []Stage{Opening, Exploring, Closing} {
			for _, q := range p.Questions(s) {
				if keys[q.Key] {
					t.Errorf("key %s twice", q.Key)
				}
				keys[q.Key] = true
				if !strings.HasPrefix(q.Key, p.Key+"/"+string(s)+"/") {
					t.Errorf("key %s of %s", q.Key, p.Key)
				}
			}
		}
	}
	if ps[1].Key != "identity" {
		t.Errorf("second practice is %q", ps[1].Key)
	}
}

// She has not said these; a question may hold them only in a slot.
func TestBuiltQuestionsNameNoFeelingCauseOrDue(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?i)\b(afraid|fear|angry|anger|guilt\w*|asham\w*|sad|hurt|grie\w+|trauma\w*|anxi\w+|depress\w+|burnout|forgiv\w+|reconcil\w+|because|god|soul|pray\w*|spirit\w*|why)\b`)
	for _, p := range Built() {
		for _, s := range []Stage{Opening, Exploring, Closing} {
			for _, q := range p.Questions(s) {
				if w := named.FindString(q.Text); w != "" {
					t.Errorf("%s names %q: %s", q.Key, w, q.Text)
				}
			}
		}
	}
}

func TestKeysStayWhenQuestionsMove(t *testing.T) {
	t.Parallel()
	a, b := "- Who are you when you lead, in your own words?\n", "- What brings you to this today?\n"
	text := builtFile(t, "02-identity.md")
	moved := strings.Replace(strings.Replace(text, a, "", 1), b, b+a, 1)
	if moved == text {
		t.Fatal("nothing moved")
	}
	first, second := load(t, text), load(t, moved)
	if first.Opening[1].Key != second.Opening[2].Key || first.Opening[1].Text != second.Opening[2].Text {
		t.Errorf("%v became %v", first.Opening[1], second.Opening[2])
	}
}

func TestProblemsNameFileLineAndReason(t *testing.T) {
	t.Parallel()
	good := builtFile(t, "02-identity.md")
	opening := "- What brings you to this today?"
	for name, c := range map[string]struct {
		old, new string
		line     int // of the change in the built file, 0 for any
		reason   string
	}{
		"missing section":   {"## Boundary\n", "", 0, `section "Boundary" is missing`},
		"unknown section":   {"## Boundary\n", "## Borders\n", 0, `unknown section "Borders"`},
		"empty section":     {"## In insights\n", "## In insights\n## Over time\n", 0, `section "In insights" is empty`},
		"section twice":     {"## Boundary\n", "## Intention\n", 0, "is there already"},
		"no title":          {"# Identity\n", "", 1, "no title"},
		"no question mark":  {opening, "- What brings you to this today", 12, "no question mark"},
		"two marks":         {opening, "- What is it? What else?", 12, "two question marks"},
		"mark inside":       {opening, "- What is it? Say.", 12, "not at the end"},
		"two in one":        {opening, "- What is it and how long has it been so?", 12, "two questions in one"},
		"closed":            {opening, "- Do you want to talk about it?", 12, "not an open question"},
		"no open word":      {opening, "- When you say “that”, is it so?", 12, "not an open question"},
		"asked for a yes":   {opening, "- Have you tried resting first?", 12, "not an open question"},
		"advice":            {opening, "- What if you rested first?", 12, "hides advice"},
		"too long":          {opening, "- What " + strings.Repeat("very ", 30) + "long thing?", 12, "too long"},
		"unknown slot":      {opening, "- What is “{name}” to you?", 12, "unknown slot {name}"},
		"open slot":         {opening, "- What is “{words to you?", 12, "unknown slot"},
		"bare slot":         {opening, "- What is {words} to you?", 12, "quotation marks"},
		"slot in opening":   {opening, "- What is “{words}” to you?", 12, "exploring only"},
		"word without cue":  {"- What is that like, for you?", "- What is “{word}” to you?", 0, "{word} belongs under"},
		"duplicate":         {opening, "- what  would you like to have happen here?", 0, "the same question is at 02-identity.md:10"},
		"no cues":           {"### When she says: father, mother, parents, predecessor, mentor, old boss, founder", "### When she says: ,", 0, "no words after"},
		"unknown part":      {"### Clarity", "### Clearness", 0, "unknown subheading"},
		"closing part":      {"### Clarity", "### Keeping", 0, `no closing question under "### Clarity"`},
		"before subheading": {"### Early\n", "", 0, "before the first subheading"},
		"loose text":        {opening, "What brings you to this today?", 12, "text outside a section"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken := strings.Replace(good, c.old, c.new, 1)
			if broken == good {
				t.Fatal("nothing was broken")
			}
			_, err := Load(fstest.MapFS{"02-identity.md": {Data: []byte(broken)}})
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Fatalf("got %v, want %q", err, c.reason)
			}
			var p *Problem
			if !errors.As(err, &p) || p.File != "02-identity.md" || p.Line < 1 {
				t.Fatalf("no file or line: %v", err)
			}
			if c.line > 0 && p.Line != c.line {
				t.Errorf("line %d, want %d: %v", p.Line, c.line, err)
			}
		})
	}
}

func TestTooFewQuestions(t *testing.T) {
	t.Parallel()
	var kept []string
	cued := false // these are all kept, and do not count
	n := 0
	for line := range strings.SplitSeq(builtFile(t, "02-identity.md"), "\n") {
		if strings.HasPrefix(line, "#") {
			cued = strings.HasPrefix(line, "### When she says:")
		}
		if strings.HasSuffix(line, "?") && !cued {
			if n++; n%2 == 0 {
				continue
			}
		}
		kept = append(kept, line)
	}
	_, err := Load(fstest.MapFS{"x.md": {Data: []byte(strings.Join(kept, "\n"))}})
	if err == nil || !strings.Contains(err.Error(), "at least 25 are needed") {
		t.Fatal(err)
	}
}

func TestFolderProblems(t *testing.T) {
	t.Parallel()
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder was loaded")
	}
	text := []byte(builtFile(t, "02-identity.md"))
	_, err := Load(fstest.MapFS{"1-a.md": {Data: text}, "2-a.md": {Data: []byte("# A\n")}})
	if err == nil || !strings.Contains(err.Error(), `same key "a" as 1-a.md`) {
		t.Error(err)
	}
}

func TestAsksKnowsAFilledSlot(t *testing.T) {
	t.Parallel()
	q := NewQuestion("p/exploring", "When you say “{words}”, what is there?")
	for text, want := range map[string]bool{
		q.Key: true, q.Text: true, q.Fill("not yet"): true,
		"When you say “”, what is there?": false, "What is there?": false,
	} {
		if q.Asks(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func builtFile(t *testing.T, name string) string {
	t.Helper()
	b, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func load(t *testing.T, text string) Practice {
	t.Helper()
	ps, err := Load(fstest.MapFS{"02-identity.md": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return ps[0]
}
