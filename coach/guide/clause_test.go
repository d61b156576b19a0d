package guide

import (
	"strings"
	"testing"

	"innerwork/coach/practices"
)

// For each: no clause that stands alone may be one of these, for it would say
// what she did not.
func TestNoNegationOrHedgeIsCutOff(t *testing.T) {
	t.Parallel()
	for said, never := range map[string][]string{
		"I don't think I should stay in this job":                         {"I should stay in this job"},
		"I don't think, honestly, I should stay":                          {"I should stay"},
		"I never wanted to lead, and I still lead":                        {"wanted to lead"},
		"maybe I'm not made for this, I think":                            {"I'm not made for this", "maybe I'm not made for this"},
		"It's not that I hate it, but I dread Mondays":                    {"I hate it", "It's not that I hate it"},
		"It's not that I hate it, it's that I miss the shop":              {"I hate it"},
		"I love this work, but I don't love who I am in it":               {"I love this work"},
		"I want to leave, I guess":                                        {"I want to leave"},
		"I want to leave. Maybe.":                                         {"I want to leave"},
		"I want to leave. Not really.":                                    {"I want to leave"},
		"Maybe. I hate them all there":                                    {"I hate them all there"},
		"I think... I hate my own company":                                {"I hate my own company"},
		"I think — no, I fear — I am the one who left":                    {"I am the one who left", "I fear — I am the one who left"},
		"If I stay, I lose my family":                                     {"I lose my family"},
		"If I stay, I lose my family, and I know it":                      {"I lose my family", "I know it", "I lose my family, and I know it"},
		"I would go, unless she stays":                                    {"I would go"},
		"She said I was cold, and I was wrong about everything":           {"I was cold", "I was wrong about everything"},
		"I remember thinking, I don't want that, and then I did it":       {"I don't want that", "I did it", "I don't want that, and then I did it"},
		"He told everyone: I sold my own brother":                         {"I sold my own brother"},
		"I pretended that all was well, I was fine with it":               {"I was fine with it"},
		"I doubt it, I love them too much":                                {"I love them too much"},
		"I barely slept and I kept the shop open":                         {"slept"},
		"Nobody said it, I just assumed it was over":                      {"I just assumed it was over"},
		"Do I want to leave?":                                             {"I want to leave"},
		"i dont know if i love it and i cant say it":                      {"i love it", "i cant say it", "i love it and i cant say it"},
		"I would say I hate my job, and I like my boss, only for a laugh": {"I hate my job", "I like my boss", "I hate my job, and I like my boss"},
	} {
		x := read(said)
		for _, c := range clauses(x) {
			got := x.slice(c.start, c.end)
			for _, n := range never {
				if strings.EqualFold(got, n) {
					t.Errorf("%q was cut to %q", said, got)
				}
			}
			for _, join := range []string{" and", " but", " so", " then", ","} {
				if strings.HasSuffix(got, join) {
					t.Errorf("%q was cut to %q", said, got)
				}
			}
		}
	}
}

func TestClausesThatStandAlone(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"It's not that I hate it, but I dread Mondays":            "But you dread Mondays.",
		"I cried in the taxi, and then I gave the keynote, sure.": "You gave the keynote, sure.",
		"The letter is long. I wrote it and I never sent it.":     "You wrote it and you never sent it.",
		"Costs were 1.40 a unit. I feel nothing about it now.":    "You feel nothing about it now.",
	} {
		x := read(said)
		found := false
		for _, m := range mirrors(x, clauses(x), nil, nil) {
			found = found || m.text == want
		}
		if !found {
			t.Errorf("%q: no mirror %q among %v", said, want, mirrors(x, clauses(x), nil, nil))
		}
	}
}

func TestDeniedCueIsNotQuotedAlone(t *testing.T) {
	t.Parallel()
	d := newDraft(Turn{Said: []string{"I am not afraid of them."}})
	from, to, ok := find(d.last, "afraid")
	if !ok {
		t.Fatal("cue not found")
	}
	start, end := d.last.tokens[from].start, d.last.tokens[to-1].end
	if !d.denied(start, end) {
		t.Error("the denial was not seen")
	}
	q := practices.Question{Key: "k", Text: "What is “{word}” to you?", Part: practices.Cued, Cues: []string{"afraid"}}
	if c, ok := d.candidate(q); ok {
		t.Errorf("asked %q", c.text)
	}
	if c, ok := newDraft(Turn{Said: []string{"I am afraid of them."}}).candidate(q); !ok || c.text != "What is “afraid” to you?" {
		t.Errorf("asked %q", c.text)
	}
}
