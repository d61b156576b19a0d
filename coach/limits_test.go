package coach_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"innerwork/coach"
	"innerwork/coach/coachtest"
	"innerwork/memory"
)

// book is a coach.Counter that a test can read.
type book struct {
	mu               sync.Mutex
	calling, waiting int
	most             int // that called at once
	entries          []string
}

func (b *book) note(entry string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries = append(b.entries, entry)
}

func (b *book) count(entry string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.entries {
		if e == entry {
			n++
		}
	}
	return n
}

func (b *book) Ended(state coach.ReplyState, speaker coach.Author, reason string) {
	b.note("ended " + string(state) + " by " + string(speaker) + ": " + reason)
}
func (b *book) Dropped(string, int)         {}
func (b *book) FirstSentence(time.Duration) {}
func (b *book) Upstream(kind string)        { b.note("upstream " + kind) }
func (b *book) Refused(limit string)        { b.note("refused " + limit) }
func (b *book) TakenOver(n int) {
	for range n {
		b.note("taken over")
	}
}

func (b *book) Calling(by int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calling += by
	b.most = max(b.most, b.calling)
}

func (b *book) Waiting(by int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting += by
}

func (b *book) counts(in func(*coach.Config)) func(*coach.Config) {
	return func(c *coach.Config) {
		in(c)
		c.Count = b
	}
}

const herWords = "I keep the door open."

// held is a model that waits for the test before the end of each answer.
func held() (*coachtest.Model, chan struct{}) {
	hold := make(chan struct{})
	finish := coach.Piece{Finish: coach.FinishStop}
	return coachtest.NewModel("held", func(coach.Prompt) coachtest.Answer {
		return coachtest.Answer{Pieces: []coach.Piece{{Text: "You keep the door open. "}, finish}, Hold: hold}
	}), hold
}

// accept says something without waiting for the answer, and returns the reply.
func (r *room) accept(conversation coach.ID, text string) coach.ID {
	r.t.Helper()
	if _, err := r.Accept(r.t.Context(), r.owner, coach.Say{ID: newID(), Conversation: conversation, Text: text, Zone: "UTC"}); err != nil {
		r.t.Fatal(err)
	}
	var last coach.ID
	for _, e := range r.all(conversation) {
		if e.Kind == coach.EventReply {
			last = e.Reply.ID
		}
	}
	return last
}

// until looks at each change of the conversation until the condition holds.
func (r *room) until(conversation coach.ID, what string, holds func() bool) {
	r.t.Helper()
	wake, cancel := r.watch(conversation)
	defer cancel()
	within, stop := context.WithTimeout(r.t.Context(), 30*time.Second)
	defer stop()
	for !holds() {
		select {
		case <-wake:
		case <-within.Done():
			r.t.Fatalf("never: %s", what)
		}
	}
}

func (r *room) isIn(conversation coach.ID, state string) func() bool {
	return func() bool {
		s, _ := r.Status(r.owner, conversation)
		return s.State == state
	}
}

// last is how the last reply of the conversation ended.
func last(events []coach.Event) (r coach.Reply) {
	for _, e := range events {
		if e.Kind == coach.EventEnd {
			r = *e.Reply
		}
	}
	return r
}

func TestRepliesWaitForTheirTurnInOrder(t *testing.T) {
	t.Parallel()
	var b book
	var mu sync.Mutex
	var order []string
	release := make(chan struct{})
	m := coachtest.NewModel("one at a time", func(p coach.Prompt) coachtest.Answer {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, p.Messages[len(p.Messages)-1].Text)
		a := coachtest.Echo(p)
		a.Hold = release
		return a
	})
	r := open(t, b.counts(with(m)), func(c *coach.Config) { c.Running, c.Lease = 1, 2*time.Second })
	sweeping, stop := context.WithCancel(t.Context())
	var sweeper sync.WaitGroup
	sweeper.Go(func() { r.Sweep(sweeping) })
	defer sweeper.Wait()
	defer stop()

	want := []string{"I keep the door open.", "I keep the window open.", "I keep the gate open."}
	var talks []coach.ID
	for n, words := range want {
		id := r.begin("identity")
		talks = append(talks, id)
		r.accept(id, words)
		if n == 0 {
			eventually(t, "the first is heard", func() bool { return len(m.Prompts()) == 1 })
		} else {
			r.until(id, "queued", r.isIn(id, "queued"))
		}
	}
	if n := len(m.Prompts()); n != 1 {
		t.Errorf("%d calls run at once", n)
	}
	// The guide and the help text wait for nobody.
	apart := r.begin("identity")
	if sentences, reply := r.say(apart, "I want to kill myself."); reply.State != memory.Complete || sentences[0].Kind != memory.KindHelp {
		t.Errorf("help waited: %+v", reply)
	}
	// While they wait, every lease is kept, and nobody is swept.
	eventually(t, "the leases were renewed", func() bool {
		return r.Count(t, `SELECT count(*) FROM replies WHERE ended_at IS NULL AND lease_until > at + interval '3 seconds'`) == len(want)
	})
	for n := range want {
		release <- struct{}{}
		if reply := last(r.ended(talks[n], 2)); reply.State != memory.Complete || reply.Speaker != memory.AuthorModel {
			t.Errorf("reply %d: %+v", n, reply)
		}
	}
	if !slices.Equal(order, want) {
		t.Errorf("they spoke in the order %q", order)
	}
	eventually(t, "nobody calls or waits", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.calling == 0 && b.waiting == 0
	})
	if b.most != 1 || b.count("taken over") != 0 {
		t.Errorf("%d called at once, %d were taken for dead", b.most, b.count("taken over"))
	}
}

// eventually looks until the condition holds, which nothing announces.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for late := time.After(30 * time.Second); !holds(); {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("still not so: %s", what)
		}
	}
}

func TestAWaitingReplyCanBeStopped(t *testing.T) {
	t.Parallel()
	var b book
	m, hold := held()
	r := openOver(t, func(c *memory.Config) { c.Limits.TokensADay = 1_000_000 }, b.counts(with(m)), func(c *coach.Config) { c.Running = 1 })
	first, second, third := r.begin("identity"), r.begin("identity"), r.begin("identity")
	r.accept(first, herWords)
	eventually(t, "the first is heard", func() bool { return len(m.Prompts()) == 1 })
	reply := r.accept(second, herWords)
	r.until(second, "queued", r.isIn(second, "queued"))
	r.accept(third, herWords)
	r.until(third, "queued", r.isIn(third, "queued"))
	if err := r.Stop(t.Context(), r.owner, reply); err != nil {
		t.Fatal(err)
	}
	if ended := last(r.ended(second, 2)); ended.State != memory.Stopped {
		t.Errorf("%+v", ended)
	}
	if _, ok := r.Status(r.owner, third); !ok {
		t.Error("the next one has no status any more")
	}
	close(hold)
	r.ended(first, 2)
	if ended := last(r.ended(third, 2)); ended.State != memory.Complete {
		t.Errorf("the one behind: %+v", ended)
	}
	if n := len(m.Prompts()); n != 2 {
		t.Errorf("the model was called %d times", n)
	}
	eventually(t, "what was not called costs nothing", func() bool {
		return r.Count(t, `SELECT tokens_in + tokens_out FROM replies WHERE id = $1`, reply) == 0
	})
}

func TestAShutdownInterruptsWhoWaits(t *testing.T) {
	t.Parallel()
	m, hold := held()
	r := open(t, with(m), func(c *coach.Config) { c.Running = 1 })
	first, second := r.begin("identity"), r.begin("identity")
	r.accept(first, herWords)
	eventually(t, "the first is heard", func() bool { return len(m.Prompts()) == 1 })
	r.accept(second, herWords)
	r.until(second, "queued", r.isIn(second, "queued"))
	done := make(chan error, 1)
	go func() { done <- r.Shutdown(t.Context()) }()
	if ended := last(r.ended(second, 2)); ended.State != memory.Interrupted || ended.Reason != "shutting down" {
		t.Errorf("who waited: %+v", ended)
	}
	close(hold)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if ended := last(r.ended(first, 2)); ended.State != memory.Complete {
		t.Errorf("who spoke: %+v", ended)
	}
	if n := len(m.Prompts()); n != 1 {
		t.Errorf("the model was called %d times", n)
	}
}

func TestTheGuideSpeaksWhereTheDayIsUsedUp(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Now().UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	var b book
	usage := &coach.Usage{In: 9_000, Out: 900}
	m := coachtest.NewModel("dear", func(coach.Prompt) coachtest.Answer {
		return coachtest.Answer{Pieces: []coach.Piece{{Text: "You keep the door open. "}, {Finish: coach.FinishStop, Usage: usage}}}
	})
	r := openOver(t, func(c *memory.Config) { c.Now, c.Limits.TokensADay = clock, 10_000 }, b.counts(with(m)),
		func(c *coach.Config) { c.Now = clock })
	id := r.begin("identity")
	if _, reply := r.say(id, herWords); reply.Speaker != memory.AuthorModel {
		t.Fatalf("%+v", reply)
	}
	notices := 0
	for range 3 {
		sentences, reply := r.say(id, "I keep the window open.")
		if reply.State != memory.Complete || reply.Speaker != memory.AuthorGuide || reply.Reason != "budget" || reply.Model != "" {
			t.Errorf("%+v", reply)
		}
		if questions(sentences) == 0 {
			t.Errorf("the guide asks nothing: %q", texts(sentences))
		}
		for _, s := range sentences {
			if strings.Contains(s.Text, "used up") {
				notices++
				if s.Kind != memory.KindProcess || s.Author != memory.AuthorServer {
					t.Errorf("she is told by %+v", s)
				}
			} else if s.Author != memory.AuthorGuide {
				t.Errorf("%q is by %s", s.Text, s.Author)
			}
		}
	}
	if notices != 1 {
		t.Errorf("she was told %d times", notices)
	}
	if n := len(m.Prompts()); n != 1 {
		t.Errorf("the model was called %d times", n)
	}
	if n := b.count("refused tokens"); n != 3 {
		t.Errorf("%d refusals are counted", n)
	}
	mu.Lock()
	now = now.Add(12 * time.Hour)
	mu.Unlock()
	if _, reply := r.say(id, herWords); reply.Speaker != memory.AuthorModel {
		t.Errorf("after midnight of UTC: %+v", reply)
	}
	if sentences, _ := r.say(id, herWords); !strings.Contains(texts(sentences), "used up") {
		t.Errorf("she is not told of the second day: %q", texts(sentences))
	}
}

func TestAModelThatDoesNotBeginCostsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  *coach.ModelError
		cost bool
	}{
		"refused":    {&coach.ModelError{Reason: "unauthorized", Free: true}, false},
		"broken off": {&coach.ModelError{Reason: "cut off"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b book
			m := coachtest.NewModel("m", func(coach.Prompt) coachtest.Answer { return coachtest.Answer{Err: c.err} })
			r := openOver(t, func(c *memory.Config) { c.Limits.TokensADay = 1_000_000 }, b.counts(with(m)))
			id := r.begin("identity")
			_, reply := r.say(id, herWords)
			if reply.State != memory.Failed || b.count("upstream "+c.err.Reason) != 1 {
				t.Errorf("%+v, counted %q", reply, b.entries)
			}
			if n := r.Count(t, `SELECT tokens_in + tokens_out FROM replies WHERE id = $1`, reply.ID); (n > 0) != c.cost {
				t.Errorf("it cost %d tokens", n)
			}
		})
	}
}

func TestWhatIsSaidTooFastIsNotAnswered(t *testing.T) {
	t.Parallel()
	var b book
	m := coachtest.NewModel("echo", coachtest.Echo)
	r := openOver(t, func(c *memory.Config) { c.Limits.MessagesAMinute = 1 }, b.counts(with(m)))
	id := r.begin("identity")
	said := coach.Say{ID: newID(), Conversation: id, Text: herWords, Zone: "UTC"}
	first, err := r.Accept(t.Context(), r.owner, said)
	if err != nil {
		t.Fatal(err)
	}
	before := len(r.ended(id, 2))
	_, err = r.Accept(t.Context(), r.owner, coach.Say{ID: newID(), Conversation: id, Text: herWords, Zone: "UTC"})
	if memory.CodeOf(err) != coach.CodeTooMany || b.count("refused messages") != 1 {
		t.Errorf("got %v, counted %q", err, b.entries)
	}
	if again, err := r.Accept(t.Context(), r.owner, said); err != nil || again != first {
		t.Errorf("a repeat got %+v, %v; want %+v", again, err, first)
	}
	if n := len(r.all(id)); n != before || len(m.Prompts()) != 1 {
		t.Errorf("%d events after %d, %d calls", n, before, len(m.Prompts()))
	}
	if sentences, _ := r.say(id, "I want to kill myself."); sentences[0].Kind != memory.KindHelp {
		t.Errorf("no help for who speaks fast: %q", texts(sentences))
	}
}

func TestTakeoversAreCounted(t *testing.T) {
	t.Parallel()
	var b book
	r := open(t, func(c *coach.Config) { c.Count, c.Lease = &b, time.Second })
	id := r.begin("identity")
	// A reply of a node that is gone.
	if _, err := r.Database.Say(t.Context(), r.owner, memory.NewSaid{ID: newID(), Conversation: id, Text: herWords, Zone: "UTC"},
		memory.NewReply{ID: newID(), Speaker: memory.AuthorModel, Node: newID(), LeaseUntil: time.Now().Add(-time.Second)}); err != nil {
		t.Fatal(err)
	}
	sweeping, stop := context.WithCancel(t.Context())
	var sweeper sync.WaitGroup
	sweeper.Go(func() { r.Sweep(sweeping) })
	r.ended(id, 2)
	eventually(t, "it is counted", func() bool { return b.count("taken over") == 1 })
	stop()
	sweeper.Wait()
}
