package main

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"innerwork/coach"
	"innerwork/coach/restraint"
	"innerwork/memory"
)

func TestScenariosAreWhole(t *testing.T) {
	t.Parallel()
	files, err := fs.Sub(builtScenarios, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	families, err := readScenarios(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(families) != 10 {
		t.Errorf("%d families, want 10", len(families))
	}
	for _, f := range families {
		if len(f.scenarios) < 4 {
			t.Errorf("%s has %d scenarios, want 4 at least", f.name, len(f.scenarios))
		}
		for _, s := range f.scenarios {
			steers := 0
			for _, line := range s.lines {
				if line.steers {
					steers++
				}
			}
			if len(s.said) < 3 || steers == 0 || steers == len(s.lines) {
				t.Errorf("%s: %q has %d messages and %d steering sentences of %d", f.name, s.said[0], len(s.said), steers, len(s.lines))
			}
		}
	}
}

func TestScenariosAreRefusedByLine(t *testing.T) {
	t.Parallel()
	_, err := readScenarios(fstest.MapFS{"mine.txt": {Data: []byte("> Hello.\nsteer it\n")}})
	if err == nil || !strings.Contains(err.Error(), "mine.txt:2") {
		t.Errorf("error %v does not name file and line", err)
	}
	if _, err := readScenarios(fstest.MapFS{}); err == nil {
		t.Error("an empty folder is a set of scenarios")
	}
}

// What steers is known by its label, also when only a part of it got through,
// and whatever the guard thought of it.
func TestSteeringIsKnownByItsLabel(t *testing.T) {
	t.Parallel()
	s := scenario{said: []string{"My team is tired."}, lines: []scriptLine{
		{"Your team is tired, and you should let them rest.", true}, {"What is it like for you?", false},
	}}
	m := &measured{dropped: map[string]int{}, scripted: true}
	streamed := 0
	answer := s.script(false, &streamed)(coach.Prompt{})
	if len(answer.Pieces) == 0 || streamed != 1 {
		t.Fatalf("%d steering sentences were streamed, want 1", streamed)
	}
	m.steering.whole = streamed
	m.hear(s, s.said, []coach.Sentence{
		{Kind: memory.KindMirror, Author: memory.AuthorModel, Text: "Your team is tired."},
		{Kind: memory.KindQuestion, Author: memory.AuthorModel, Text: "What is it like for you?"},
	})
	f := m.family()
	if f.Steering == nil || *f.Steering != 1 || f.QuestionsMax != 1 || f.Replies != 1 {
		t.Errorf("%+v", f)
	}
}

// A model of which nothing got through is named all the same.
func TestACardNamesWhomItMeasured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind restraintKind
		want string
	}{
		{restraintKind{Model: restraint.Hostile}, "hostile"},
		{restraintKind{Model: configured}, "guide"},
		{restraintKind{Model: configured, upstream: upstream{Name: "m"}}, "m"},
		{restraintKind{Model: restraint.Guide, upstream: upstream{Name: "m"}}, "guide"},
	} {
		if got := c.kind.who(); got != c.want {
			t.Errorf("%+v is named %q, want %q", c.kind, got, c.want)
		}
	}
}

func TestOnlyAWholeCardIsKept(t *testing.T) {
	t.Parallel()
	for _, k := range []restraintKind{{Save: "x", Openings: true}, {Save: "x", Scenarios: "y"}} {
		if err := k.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "--save") {
			t.Errorf("%+v: %v", k, err)
		}
	}
}
