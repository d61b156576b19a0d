package memory_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

func newID() memory.ID { return uuid.Must(uuid.NewV7()) }

func pointer[T any](v T) *T { return &v }

// must stops the test on an error and hands the value on.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused fails the test unless err has the code.
func refused(t testing.TB, code memory.Code, err error) {
	t.Helper()
	if got := memory.CodeOf(err); got != code {
		t.Errorf("got code %q (%v), want %q", got, err, code)
	}
}

// scene is a conversation of a leader that a test looks at from outside.
type scene struct {
	*memorytest.Database
	leader, id memory.ID
}

// enter opens a conversation in which the guide asks a question.
func enter(t testing.TB, d *memorytest.Database, leader memory.ID, question string) scene {
	t.Helper()
	k := scene{d, leader, newID()}
	reply := newReply()
	if _, _, err := d.BeginConversation(t.Context(), leader, k.id, "identity", reply); err != nil {
		t.Fatal(err)
	}
	k.release(t, reply.ID, memory.NewSentence{Kind: memory.KindQuestion, Author: memory.AuthorGuide, Text: question})
	return k
}

func newReply() memory.NewReply {
	return memory.NewReply{ID: newID(), Speaker: memory.AuthorModel, Model: "small", PromptVersion: "p1",
		Node: newID(), LeaseUntil: time.Now().Add(time.Minute)}
}

// say says something, lets the sentences be released, and returns the ids of
// the reflection and of the reply.
func (k scene) say(t testing.TB, text string, sentences ...memory.NewSentence) (said, reply memory.ID) {
	t.Helper()
	n := memory.NewSaid{ID: newID(), Conversation: k.id, Text: text, Zone: "UTC"}
	r := newReply()
	if _, err := k.Say(t.Context(), k.leader, n, r); err != nil {
		t.Fatal(err)
	}
	k.release(t, r.ID, sentences...)
	return n.ID, r.ID
}

func (k scene) release(t testing.TB, reply memory.ID, sentences ...memory.NewSentence) {
	t.Helper()
	lease := memory.Lease{Owner: k.leader, Conversation: k.id, Reply: reply, Fence: 1}
	for i, s := range sentences {
		s.N = i + 1
		if err := k.Release(t.Context(), lease, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.EndReply(t.Context(), lease, memory.End{State: memory.Complete, Reason: "stop"}); err != nil {
		t.Fatal(err)
	}
}

// span finds a quote of the leader.
func (k scene) span(t testing.TB, reflection memory.ID, text string) memory.Quote {
	t.Helper()
	return must[memory.Quote](t)(k.FindQuote(t.Context(), k.leader, reflection, text))
}

func jot(t testing.TB, d *memorytest.Database, owner memory.ID, text string) memory.Reflection {
	t.Helper()
	r, _, err := d.Write(t.Context(), owner, memory.NewReflection{ID: newID(), Text: text, Zone: "Europe/Lisbon"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
