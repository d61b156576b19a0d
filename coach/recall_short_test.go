package coach_test

import (
	"context"
	"iter"
	"strings"
	"testing"

	"innerwork/coach"
)

func TestAShortAnswerIsSearchedWithWhatSheSaidBefore(t *testing.T) {
	t.Parallel()
	var prompts []coach.Prompt
	r := open(t, with(script(func(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
		prompts = append(prompts, p)
		return says("What matters here? ")(ctx, p)
	})))
	const past = "My father built the workshop and I never asked him what it cost him."
	old := newID()
	r.Exec(t, `INSERT INTO reflections (owner, id, kind, text, at, zone) VALUES ($1, $2, 'written', $3, '2026-10-01', 'UTC')`, r.owner, old, past)
	if err := r.Index(t.Context(), r.owner, old); err != nil {
		t.Fatal(err)
	}
	id := r.begin("identity")
	r.say(id, "I think about the workshop of my father and what it cost.")
	r.say(id, "Yes, that again.")
	r.say(id, "Tomorrow I meet four investors about quarterly spreadsheet templates.")
	if len(prompts) != 3 {
		t.Fatalf("%d prompts", len(prompts))
	}
	for i, want := range []bool{true, true, false} {
		if got := strings.Contains(prompts[i].Messages[0].Text, past); got != want {
			t.Errorf("message %d: the passage is given: %v, want %v", i+1, got, want)
		}
	}
}
