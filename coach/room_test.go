package coach_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"innerwork/coach"
	"innerwork/coach/practices"
	"innerwork/memory"
	"innerwork/memory/embed/embedtest"
	"innerwork/memory/memorytest"
)

func TestMain(m *testing.M) { memorytest.Main(m) }

func newID() coach.ID { return uuid.Must(uuid.NewV7()) }

// script is a model that says what it is told to.
type script func(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error]

func (script) Name() string { return "scripted" }

func (s script) Stream(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
	return s(ctx, p)
}

// says is a model that says the same words, a few characters at a time, and
// finishes.
func says(text string) script {
	return func(context.Context, coach.Prompt) iter.Seq2[coach.Piece, error] {
		return func(yield func(coach.Piece, error) bool) {
			for text := text; text != ""; {
				n := min(7, len(text))
				if !yield(coach.Piece{Text: text[:n]}, nil) {
					return
				}
				text = text[n:]
			}
			yield(coach.Piece{Finish: coach.FinishStop}, nil)
		}
	}
}

// room is a coach with one leader.
type room struct {
	*memorytest.Database
	*coach.Coach
	t     *testing.T
	owner coach.ID
}

func open(t *testing.T, change ...func(*coach.Config)) *room {
	t.Helper()
	return openOver(t, func(*memory.Config) {}, change...)
}

// openOver is open over a memory that is made otherwise.
func openOver(t *testing.T, remember func(*memory.Config), change ...func(*coach.Config)) *room {
	t.Helper()
	d := memorytest.Open(t, func(c *memory.Config) { c.Embedder = embedtest.Words{} }, remember)
	config := coach.Config{Store: d.Store, Practices: practices.Built()}
	for _, c := range change {
		c(&config)
	}
	r := &room{Database: d, Coach: coach.New(config), t: t, owner: d.Leader(t)}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return r
}

func with(m coach.Model) func(*coach.Config) { return func(c *coach.Config) { c.Model = m } }

// begin makes a conversation and waits for its opening.
func (r *room) begin(practice string) coach.ID {
	r.t.Helper()
	c, err := r.Begin(r.t.Context(), r.owner, newID(), practice)
	if err != nil {
		r.t.Fatal(err)
	}
	r.ended(c.ID, 1)
	return c.ID
}

// say speaks and returns the sentences that answered, and how the reply ended.
func (r *room) say(conversation coach.ID, text string) ([]coach.Sentence, coach.Reply) {
	r.t.Helper()
	before := r.all(conversation)
	if _, err := r.Accept(r.t.Context(), r.owner, coach.Say{ID: newID(), Conversation: conversation, Text: text, Zone: "UTC"}); err != nil {
		r.t.Fatal(err)
	}
	events := r.ended(conversation, count(before, coach.EventEnd)+1)
	var sentences []coach.Sentence
	var last coach.Reply
	for _, e := range events[len(before):] {
		switch e.Kind {
		case coach.EventSentence:
			sentences = append(sentences, *e.Sentence)
		case coach.EventEnd:
			last = *e.Reply
		}
	}
	return sentences, last
}

// watch is Watch with a channel, to wait for.
func (r *room) watch(conversation coach.ID) (wake <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	return c, r.Watch(r.owner, conversation, func(*coach.Event) {
		select {
		case c <- struct{}{}:
		default:
		}
	})
}

// ended waits until n replies of the conversation have ended.
func (r *room) ended(conversation coach.ID, n int) []coach.Event {
	r.t.Helper()
	wake, cancel := r.watch(conversation)
	defer cancel()
	within, stop := context.WithTimeout(r.t.Context(), 30*time.Second)
	defer stop()
	for {
		if events := r.all(conversation); count(events, coach.EventEnd) >= n {
			return events
		}
		select {
		case <-wake:
		case <-within.Done():
			r.t.Fatal("the reply did not end")
		}
	}
}

func (r *room) all(conversation coach.ID) []coach.Event {
	r.t.Helper()
	events, _, err := r.Events(r.t.Context(), r.owner, conversation, coach.Cursor{}, 10_000)
	if err != nil {
		r.t.Fatal(err)
	}
	return events
}

func count(events []coach.Event, kind coach.EventKind) (n int) {
	for _, e := range events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func texts(sentences []coach.Sentence) string {
	var all []string
	for _, s := range sentences {
		if s.Quote != nil {
			all = append(all, fmt.Sprintf("[%s]", s.Quote.Text))
		} else {
			all = append(all, s.Text)
		}
	}
	return strings.Join(all, " ")
}

func questions(sentences []coach.Sentence) (n int) {
	for _, s := range sentences {
		n += strings.Count(s.Text, "?")
	}
	return n
}
