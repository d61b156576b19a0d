package coach_test

import (
	"context"
	"iter"
	"strings"
	"testing"

	"innerwork/coach"
	"innerwork/memory"
)

func TestTheGateAnswersWithoutTheModel(t *testing.T) {
	t.Parallel()
	called := false
	r := open(t, with(script(func(context.Context, coach.Prompt) iter.Seq2[coach.Piece, error] {
		called = true
		return says("You keep the door open. ")(t.Context(), coach.Prompt{})
	})))
	id := r.begin("identity")
	sentences, reply := r.say(id, "I want to kill myself.")
	if len(sentences) < 3 || sentences[0].Kind != memory.KindHelp || reply.State != memory.Complete || called {
		t.Errorf("called %v, %+v with %q", called, reply, texts(sentences))
	}
	if sentences, _ := r.say(id, "I keep the door open."); called || sentences[0].Kind != memory.KindProcess {
		t.Errorf("coaching did not pause: %q", texts(sentences))
	}
	if sentences, _ := r.say(id, "OK, go on."); !called || len(sentences) == 0 {
		t.Errorf("coaching did not go on: %q", texts(sentences))
	}
}

func TestHelpIsThereWholeBeforeAnythingElseIsSaid(t *testing.T) {
	t.Parallel()
	r := open(t)
	id := r.begin("identity")
	for _, text := range []string{"I want to kill myself.", "Sorry."} {
		if _, err := r.Accept(t.Context(), r.owner, coach.Say{ID: newID(), Conversation: id, Text: text, Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
	}
	var help []coach.Sentence
	for _, e := range r.ended(id, 3) {
		if e.Kind == coach.EventSentence && e.Sentence.Kind == memory.KindHelp {
			help = append(help, *e.Sentence)
		}
		if e.Kind == coach.EventEnd && e.Reply.State != memory.Complete {
			t.Errorf("a reply ended as %s", e.Reply.State)
		}
	}
	if said := texts(help); !strings.Contains(said, "112") || !strings.Contains(said, "Coaching waits until you say") {
		t.Errorf("the help says only %q", said)
	}
}

func TestGoOnAgainDoesNotEndALaterPause(t *testing.T) {
	t.Parallel()
	r := open(t)
	id := r.begin("identity")
	r.say(id, "I want to kill myself.")
	on := coach.Say{ID: newID(), Conversation: id, Text: "go on", Zone: "UTC"}
	if _, err := r.Accept(t.Context(), r.owner, on); err != nil {
		t.Fatal(err)
	}
	r.ended(id, 3)
	r.say(id, "I want to kill myself.")
	if _, err := r.Accept(t.Context(), r.owner, on); err != nil {
		t.Fatal(err)
	}
	if c, err := r.Conversation(t.Context(), r.owner, id); err != nil || !c.Paused {
		t.Errorf("%+v, %v", c, err)
	}
}
