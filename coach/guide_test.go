package coach_test

import (
	"strings"
	"testing"
	"time"

	"innerwork/coach"
	"innerwork/memory"
)

func TestTheGuideHoldsAConversation(t *testing.T) {
	t.Parallel()
	r := open(t)
	id := r.begin("identity")
	asked := map[string]bool{}
	for _, text := range []string{
		"I want to stop leading like my predecessor.",
		"He decided everything himself, and I notice that I do it too.",
		"I realise that I am afraid of being seen not knowing.",
		"Yes.",
		"Maybe I don't trust them, maybe I don't trust myself.",
	} {
		sentences, reply := r.say(id, text)
		if reply.State != memory.Complete || reply.Speaker != memory.AuthorGuide {
			t.Errorf("%q: %+v", text, reply)
		}
		if n := questions(sentences); n != 1 {
			t.Errorf("%q: %d questions in %q", text, n, texts(sentences))
		}
		for _, s := range sentences {
			if s.Kind == memory.KindQuestion && asked[s.QuestionKey] {
				t.Errorf("%q was asked twice", s.Text)
			}
			asked[s.QuestionKey] = true
		}
	}
}

func TestAStageOpensAndClosingPointsAtHerWords(t *testing.T) {
	t.Parallel()
	r := open(t)
	id := r.begin("identity")
	r.say(id, "I realise that I never asked them what they need from me.")
	r.say(id, "The weather was fine.")
	if _, err := r.SetStage(t.Context(), r.owner, id, memory.Closing); err != nil {
		t.Fatal(err)
	}
	events := r.ended(id, 4)
	var proposals []coach.Proposal
	for _, e := range events {
		if e.Kind == coach.EventProposal {
			proposals = append(proposals, *e.Proposal)
		}
	}
	if len(proposals) != 1 || proposals[0].Quotes[0].Text != "I realise that I never asked them what they need from me." {
		t.Errorf("proposals %+v", proposals)
	}
	if n := r.Count(t, `SELECT count(*) FROM insights`); n != 0 {
		t.Errorf("%d insights without her", n)
	}
}

func TestACommitmentIsAskedAboutAtTheNextOpening(t *testing.T) {
	t.Parallel()
	r := open(t)
	made, err := r.CreateCommitment(t.Context(), r.owner, memory.NewCommitment{
		ID: newID(), Action: "I let Jonas open the meeting.", Due: time.Now().AddDate(0, 0, -1).Format(time.DateOnly), Zone: "UTC",
	})
	if err != nil {
		t.Fatal(err)
	}
	opening := func() (all []coach.Sentence) {
		for _, e := range r.all(r.begin("identity")) {
			if e.Kind == coach.EventSentence {
				all = append(all, *e.Sentence)
			}
		}
		return all
	}
	if said := texts(opening()); !strings.Contains(said, "I let Jonas open the meeting.") {
		t.Errorf("the opening says %q", said)
	}
	if n := r.Count(t, `SELECT count(*) FROM commitment_asks WHERE commitment = $1`, made.ID); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if said := texts(opening()); strings.Contains(said, "Jonas") {
		t.Errorf("asked again at once: %q", said)
	}
}

func TestAConversationWithoutAPracticeTakesTheOneHerWordsLeadTo(t *testing.T) {
	t.Parallel()
	r := open(t)
	id := r.begin("")
	practice := func() string {
		c, err := r.Conversation(t.Context(), r.owner, id)
		if err != nil {
			t.Fatal(err)
		}
		return c.Practice
	}
	if p := practice(); p != "" {
		t.Fatalf("%q before she said anything", p)
	}
	for _, step := range []struct{ said, want string }{
		{"I don't know where to start.", ""},
		{"I can't forgive him, he lied to us.", "forgiveness"},
		{"The automation of our jobs is what I mean.", "forgiveness"}, // chosen once
	} {
		if sentences, _ := r.say(id, step.said); questions(sentences) != 1 {
			t.Errorf("%q: %q", step.said, texts(sentences))
		}
		if p := practice(); p != step.want {
			t.Errorf("%q led to %q, want %q", step.said, p, step.want)
		}
	}
}
