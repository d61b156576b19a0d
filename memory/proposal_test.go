package memory_test

import (
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func propose(t testing.TB, k scene, quotes ...memory.Quote) memory.Proposal {
	t.Helper()
	return must[memory.Proposal](t)(k.Propose(t.Context(), k.leader,
		memory.Proposal{Conversation: k.id, Question: "Is there something here to keep?", Quotes: quotes}))
}

func TestAProposalIsKeptAsItStandsOrInHerWords(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	one, _ := k.say(t, "I never ask for help.")
	two, _ := k.say(t, "Again I did it alone.")
	p := propose(t, k, k.span(t, two, "I did it alone"), k.span(t, one, "I never ask for help"))
	if p.State != memory.ProposalOpen || len(p.Quotes) != 2 || p.Quotes[0].Text != "I never ask for help" {
		t.Fatalf("proposed %+v", p)
	}
	events, _, err := d.Events(t.Context(), k.leader, k.id, memory.Cursor{}, 100)
	if last := events[len(events)-1]; err != nil || last.Kind != memory.EventProposal || last.Proposal.ID != p.ID {
		t.Errorf("the last event is %+v, %v", last, err)
	}

	id := newID()
	kept := must[memory.Insight](t)(d.KeepProposal(t.Context(), k.leader, p.ID, id, ""))
	if kept.Text != "I never ask for help" || kept.Wordings[0].Quote == nil || len(kept.Quotes) != 2 || kept.Practice != "identity" || *kept.Conversation != k.id {
		t.Errorf("kept as it stands: %+v", kept)
	}
	if again := must[memory.Insight](t)(d.KeepProposal(t.Context(), k.leader, p.ID, id, "")); again.ID != id || len(again.Wordings) != 1 {
		t.Errorf("kept again: %+v", again)
	}
	_, err = d.KeepProposal(t.Context(), k.leader, p.ID, newID(), "")
	refused(t, memory.CodeConflict, err)
	refused(t, memory.CodeConflict, d.DeclineProposal(t.Context(), k.leader, p.ID))

	q := propose(t, k, k.span(t, two, "alone"))
	worded := must[memory.Insight](t)(d.KeepProposal(t.Context(), k.leader, q.ID, newID(), "Alone is my habit, not my choice."))
	if worded.Text != "Alone is my habit, not my choice." || worded.Wordings[0].Quote != nil || len(worded.Quotes) != 1 {
		t.Errorf("kept in her words: %+v", worded)
	}
	for state, want := range map[memory.ProposalState]int{memory.ProposalOpen: 0, memory.ProposalKept: 2, "": 2} {
		all := must[[]memory.Proposal](t)(d.Proposals(t.Context(), k.leader, memory.ProposalFilter{State: state, Conversation: &k.id}))
		if len(all) != want {
			t.Errorf("%d proposals in state %q, want %d", len(all), state, want)
		}
	}
}

func TestADeclinedProposalNeverComesBack(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "I never ask for help. I wait.")
	p := propose(t, k, k.span(t, said, "I never ask for help."))
	for range 2 {
		if err := d.DeclineProposal(t.Context(), k.leader, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	_, err := d.KeepProposal(t.Context(), k.leader, p.ID, newID(), "")
	refused(t, memory.CodeConflict, err)
	spans := must[[]memory.Quote](t)(d.DeclinedSpans(t.Context(), k.leader))
	if len(spans) != 1 || spans[0] != (memory.Quote{Reflection: said, Start: 0, End: 21, Text: "I never ask for help."}) {
		t.Errorf("declined spans: %+v", spans)
	}
	_, err = d.Propose(t.Context(), k.leader, memory.Proposal{Conversation: k.id, Question: "And here?",
		Quotes: []memory.Quote{k.span(t, said, "ask for help. I")}})
	refused(t, memory.CodeConflict, err)
	if n := d.Count(t, `SELECT count(*) FROM events WHERE owner = $1 AND kind = 'proposal'`, k.leader); n != 1 {
		t.Errorf("%d events of one proposal", n)
	}
	propose(t, k, k.span(t, said, "I wait."))
}

func TestAQuoteOutsideOfTheTextIsRefused(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "Ça va.")
	for _, q := range []memory.Quote{{Reflection: said, Start: 0, End: 7}, {Reflection: said, Start: -1, End: 2}, {Reflection: said, Start: 2, End: 2}} {
		_, err := d.Propose(t.Context(), k.leader, memory.Proposal{Conversation: k.id, Question: "Here?", Quotes: []memory.Quote{q}})
		refused(t, memory.CodeInvalid, err)
	}
	_, err := d.FindQuote(t.Context(), k.leader, said, "ca va")
	refused(t, memory.CodeNotFound, err)
}

// What runs without her can point, and PostgreSQL refuses it the rest.
func TestThePipelineCannotDecideOnAProposal(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	said, _ := k.say(t, "I never ask for help.")
	p := propose(t, k, k.span(t, said, "I never ask for help."))
	pipeline := as(t, d, "innerwork_pipeline", k.leader)
	for name, query := range map[string]string{
		"keeping":          `UPDATE proposals SET state = 'kept', decided_at = now() WHERE owner = $1 AND id = $2`,
		"declining":        `UPDATE proposals SET state = 'declined', decided_at = now() WHERE owner = $1 AND id = $2`,
		"one that is kept": `INSERT INTO proposals (owner, id, conversation, question, state, decided_at) SELECT owner, gen_random_uuid(), conversation, question, 'kept', now() FROM proposals WHERE owner = $1 AND id = $2`,
		"an insight":       `INSERT INTO insights (owner, id) SELECT $1, $2`,
	} {
		if code := state(t, pipeline, query, k.leader, p.ID); code != "42501" {
			t.Errorf("%s: SQLSTATE %q", name, code)
		}
	}
}

// What she declined does not come back in near the same words, in another
// conversation, nor stay open beside it.
func TestADeclinedProposalDoesNotComeBackInOtherWords(t *testing.T) {
	t.Parallel()
	d := memorytest.Open(t)
	k := enter(t, d, d.Leader(t), "What brings you?")
	first, _ := k.say(t, "I realise that I never ask my team what they fear.")
	again, _ := k.say(t, "I never asked the team what it fears, I realise now.")
	other, _ := k.say(t, "I want to leave the firm in spring.")
	whole := func(id memory.ID, text string) []memory.Quote { return []memory.Quote{k.span(t, id, text)} }
	p := propose(t, k, whole(first, "I realise that I never ask my team what they fear.")...)
	beside := propose(t, k, whole(again, "I never asked the team what it fears, I realise now.")...)
	if err := d.DeclineProposal(t.Context(), k.leader, p.ID); err != nil {
		t.Fatal(err)
	}
	open := must[[]memory.Proposal](t)(d.Proposals(t.Context(), k.leader, memory.ProposalFilter{State: memory.ProposalOpen}))
	for _, o := range open {
		if o.ID == beside.ID {
			t.Error("near the same words are still proposed")
		}
	}
	_, err := d.Propose(t.Context(), k.leader, memory.Proposal{Conversation: k.id, Question: "And here?",
		Quotes: whole(again, "I never asked the team what it fears")})
	refused(t, memory.CodeConflict, err)
	propose(t, k, whole(other, "I want to leave the firm in spring.")...)
}
