package coach_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"

	"innerwork/coach"
	"innerwork/memory"
)

// listening is a model that keeps what it was asked.
func listening(heard *[]string) script {
	return func(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
		var all []string
		for _, m := range p.Messages {
			all = append(all, m.Text)
		}
		*heard = append(*heard, strings.Join(all, "\n"))
		return says("What matters here?")(ctx, p)
	}
}

func TestWhatIsFoundAndNotGivenIsKeptAsThat(t *testing.T) {
	t.Parallel()
	var heard []string
	r := open(t, with(listening(&heard)))
	for i := range 8 {
		id := newID()
		r.Exec(t, `INSERT INTO reflections (owner, id, kind, text, at, zone) VALUES ($1, $2, 'written', $3, '2026-10-01', 'UTC')`,
			r.owner, id, fmt.Sprintf("The workshop of my father, day %d.", i))
		if err := r.Index(t.Context(), r.owner, id); err != nil {
			t.Fatal(err)
		}
	}
	id := r.begin("identity")
	_, reply := r.say(id, "I think about the workshop of my father.")
	g, err := r.Given(t.Context(), r.owner, reply.ID)
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, s := range g.Sources {
		if s.Given {
			given++
		}
		if s.Given != strings.Contains(heard[0], s.Text) {
			t.Errorf("%q is said to be given: %v; the prompt was %s", s.Text, s.Given, heard[0])
		}
	}
	if given != 5 || g.Found != 8 || len(g.Sources) != 8 {
		t.Errorf("given %d of %d, %d found", given, len(g.Sources), g.Found)
	}
}

func TestNoPromptHasWordsThatSheTookBack(t *testing.T) {
	t.Parallel()
	var heard []string
	r := open(t, with(listening(&heard)))
	id := r.begin("identity")
	say := func(text string) coach.ID {
		t.Helper()
		said := newID()
		before := count(r.all(id), coach.EventEnd)
		if _, err := r.Accept(t.Context(), r.owner, coach.Say{ID: said, Conversation: id, Text: text, Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		r.ended(id, before+1)
		return said
	}
	first, second, third := say("The zebra office frightens me."), say("The walrus office comforts me."), say("The ocelot office bores me.")
	if _, err := r.Edit(t.Context(), r.owner, first, newID(), "The lemming office frightens me."); err != nil {
		t.Fatal(err)
	}
	if err := r.SetApart(t.Context(), r.owner, second, true); err != nil {
		t.Fatal(err)
	}
	if err := r.SetOutdated(t.Context(), r.owner, third, true); err != nil {
		t.Fatal(err)
	}
	say("I want to go on.")
	last := heard[len(heard)-1]
	for _, word := range []string{"zebra", "walrus", "ocelot"} {
		if strings.Contains(last, word) {
			t.Errorf("the prompt has %s: %s", word, last)
		}
	}
	if !strings.Contains(last, "lemming") {
		t.Errorf("the prompt does not have her newest words: %s", last)
	}
}

// An edit while the reply waits does not lose the question that it answers.
func TestAReplyAgainGoesByTheNewestVersion(t *testing.T) {
	t.Parallel()
	var heard []string
	fails := true
	r := open(t, with(script(func(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
		if fails {
			return func(yield func(coach.Piece, error) bool) {
				yield(coach.Piece{}, &coach.ModelError{Reason: "unreachable"})
			}
		}
		return listening(&heard)(ctx, p)
	})))
	id := r.begin("identity")
	said := newID()
	if _, err := r.Accept(t.Context(), r.owner, coach.Say{ID: said, Conversation: id, Text: "The zebra office frightens me.", Zone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	events := r.ended(id, 2)
	reply := events[len(events)-1].Reply
	if reply.State != memory.Failed {
		t.Fatalf("%+v", reply)
	}
	if _, err := r.Edit(t.Context(), r.owner, said, newID(), "The lemming office frightens me."); err != nil {
		t.Fatal(err)
	}
	fails = false
	if _, err := r.Again(t.Context(), r.owner, reply.ID, ""); err != nil {
		t.Fatal(err)
	}
	r.ended(id, 3)
	if len(heard) != 1 || !strings.Contains(heard[0], "lemming") || strings.Contains(heard[0], "zebra") {
		t.Errorf("heard %q", heard)
	}
}
