package memory_test

import (
	"strings"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func question(text string) memory.NewSentence {
	return memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorModel, Text: text}
}

func TestALineKnowsTheQuestionThatCameBeforeIt(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	ada := d.Leader(t)
	other := enter(t, d, ada, "Elsewhere?")
	before, _ := other.say(t, "I said this elsewhere.")
	k := enter(t, d, ada, "What brings you?")
	one, _ := k.say(t, "The board.", question("What about the board?"),
		memory.NewSentence{Kind: memory.KindProcess, Author: memory.AuthorServer, Text: "Take your time."})
	two, _ := k.say(t, "They wait for me to fail.", question("And then?"))
	journal := jot(t, d, ada, "They wait.")
	edited := must[memory.Reflection](t)(d.Edit(t.Context(), ada, two, newID(), "They wait for me."))
	summary := must[memory.Summary](t)(d.SummaryOf(t.Context(), ada, k.id))
	quote := func(id memory.ID, text string) *memory.Quote { return pointer(k.span(t, id, text)) }
	for name, c := range map[string]struct {
		line memory.NewLine
		want string
	}{
		"first words":      {memory.NewLine{Quote: quote(one, "The board.")}, "What brings you?"},
		"later words":      {memory.NewLine{Quote: quote(two, "fail")}, "What about the board?"},
		"an edit of them":  {memory.NewLine{Quote: quote(edited.ID, "for me")}, "What about the board?"},
		"her wording":      {memory.NewLine{Text: "I am watched.", Quotes: []memory.Quote{*quote(two, "wait"), *quote(one, "board")}}, "What about the board?"},
		"without a quote":  {memory.NewLine{Text: "I am watched."}, ""},
		"from her journal": {memory.NewLine{Quote: quote(journal.ID, "They wait.")}, ""},
		"said elsewhere":   {memory.NewLine{Quote: quote(before, "elsewhere")}, ""},
	} {
		c.line.ID, c.line.Heading = newID(), memory.Noticed
		l := must[memory.Line](t)(d.AddLine(t.Context(), ada, summary.ID, c.line))
		asked := ""
		if l.Asked != nil {
			asked = l.Asked.Text
		}
		if asked != c.want {
			t.Errorf("%s: asked %q, want %q", name, asked, c.want)
		}
		if again := must[memory.Line](t)(d.AddLine(t.Context(), ada, summary.ID, c.line)); again.ID != l.ID {
			t.Errorf("%s: the same line again is %+v", name, again)
		}
	}
	summary = must[memory.Summary](t)(d.SummaryOf(t.Context(), ada, k.id))
	if len(summary.Lines) != 7 {
		t.Errorf("the summary has %d lines", len(summary.Lines))
	}
	for _, l := range summary.Lines {
		if l.Asked != nil && l.Asked.Text == "What about the board?" && (l.Asked.Model != "small" || l.Asked.PromptVersion != "p1" || l.Asked.Practice != "identity") {
			t.Errorf("asked by %+v", l.Asked)
		}
		if l.Asked != nil && l.Asked.Author == memory.AuthorGuide && l.Asked.Model != "" {
			t.Errorf("the guide's question has a model: %+v", l.Asked)
		}
	}
}

func TestALineIsAQuoteOrHerWording(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "The board.")
	summary := must[memory.Summary](t)(d.SummaryOf(t.Context(), k.leader, k.id))
	q := k.span(t, said, "board")
	for name, n := range map[string]memory.NewLine{
		"neither":            {Heading: memory.Keep},
		"both":               {Heading: memory.Keep, Text: "Mine.", Quote: &q},
		"a quote that cites": {Heading: memory.Keep, Quote: &q, Quotes: []memory.Quote{q}},
		"no heading":         {Text: "Mine."},
		"unknown heading":    {Heading: "verdict", Text: "Mine."},
		"too long":           {Heading: memory.Keep, Text: strings.Repeat("a", memory.MaxWording+1)},
		"outside":            {Heading: memory.Keep, Quote: &memory.Quote{Reflection: said, Start: 4, End: 40}},
	} {
		n.ID = newID()
		if _, err := d.AddLine(t.Context(), k.leader, summary.ID, n); memory.CodeOf(err) != memory.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	n := memory.NewLine{ID: newID(), Heading: memory.Keep, Text: "Mine."}
	must[memory.Line](t)(d.AddLine(t.Context(), k.leader, summary.ID, n))
	n.Text = "Other."
	_, err := d.AddLine(t.Context(), k.leader, summary.ID, n)
	refused(t, memory.CodeConflict, err) // never changed
	if code := state(t, as(t, d, "innerwork_act", k.leader), `UPDATE lines SET text = 'Other.' WHERE id = $1`, n.ID); code != "42501" {
		t.Errorf("changing a line: %s", code)
	}
}

func TestRemovingALineLeavesQuotesThatOthersStandOn(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "The board waits.")
	p := propose(t, k, k.span(t, said, "The board"))
	must[memory.Insight](t)(d.KeepProposal(t.Context(), k.leader, p.ID, newID(), ""))
	summary := must[memory.Summary](t)(d.SummaryOf(t.Context(), k.leader, k.id))
	line := must[memory.Line](t)(d.AddLine(t.Context(), k.leader, summary.ID, memory.NewLine{ID: newID(), Heading: memory.Keep,
		Text: "Mine.", Quotes: []memory.Quote{k.span(t, said, "The board"), k.span(t, said, "waits")}}))
	if n := d.Count(t, `SELECT count(*) FROM quotes`); n != 3 {
		t.Errorf("%d quotes before", n)
	}
	if err := d.RemoveLine(t.Context(), k.leader, line.ID); err != nil {
		t.Fatal(err)
	}
	if n := d.Count(t, `SELECT count(*) FROM quotes`); n != 1 {
		t.Errorf("%d quotes after, want the insight's", n)
	}
	refused(t, memory.CodeNotFound, d.RemoveLine(t.Context(), k.leader, line.ID))
}
