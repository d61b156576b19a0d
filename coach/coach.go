// Package coach is the dialogue: the life of a turn from what she said to the
// sentences that answer it.
//
// It keeps true: what is acknowledged is on disk; a sentence is released by the
// guard, stored, and only then seen; a reply is complete only when its speaker
// said that it finished; a stage changes only because she says so; a proposal
// points at her words and concludes nothing.
//
// It refuses to conclude. It knows no SQL and no HTTP, and it trusts no prompt:
// whatever a model says, the guard decides sentence by sentence.
package coach

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"innerwork/coach/gate"
	"innerwork/coach/guard"
	"innerwork/coach/guide"
	"innerwork/coach/practices"
)

// Config says what a Coach works with. Store and Practices are needed; the
// rest has defaults.
type Config struct {
	Store     Memory
	Practices []practices.Practice
	Model     Model         // nil: the guide speaks
	Speaker   Speaker       // of the model: where her words go
	Gate      *gate.Gate    // nil: the rules alone
	Help      *gate.Texts   // nil: those that come with the program
	Country   string        // ISO 3166-1, for the lines of the help text; "" when it is not known
	Lease     time.Duration // how long a reply outlives its node; 0 is 10 s
	Running   int           // replies of this node that a model speaks in at once; 0 is any number
	Now       func() time.Time
	Random    io.Reader
	Log       *slog.Logger
	Count     Counter // nil: counts nothing
}

// Counter counts what happens, never what is said.
type Counter interface {
	Ended(state ReplyState, speaker Author, reason string)
	Dropped(kind string, n int)
	FirstSentence(after time.Duration)
	Calling(by int)       // replies that a model speaks in now
	Waiting(by int)       // replies that wait for their turn at the model
	Upstream(kind string) // a failure of the model, by its reason
	Refused(limit string) // what a limit (messages, tokens) kept from being
	TakenOver(n int)      // replies whose node went away, ended by this one
}

// Coach holds conversations. Its replies run in goroutines of its own, which
// Shutdown waits for.
type Coach struct {
	store     Memory
	practices []practices.Practice
	model     Model
	speaker   Speaker
	gate      *gate.Gate
	help      *gate.Texts
	country   string
	guard     *guard.Guard
	guide     guide.Guide
	lease     time.Duration
	node      ID
	now       func() time.Time
	random    io.Reader
	log       *slog.Logger
	count     Counter
	calls     calls

	replies sync.WaitGroup
	ctx     context.Context // of the replies; ends when Shutdown runs out of patience
	cancel  context.CancelCauseFunc

	turns [64]sync.Mutex // by conversation: what she does in one goes one after the other

	mu       sync.Mutex
	closing  bool
	running  map[ID]context.CancelCauseFunc // by reply
	statuses map[place]Status               // of what runs here
}

// New makes a Coach. Run its Sweep, and Shutdown it in the end.
func New(c Config) *Coach {
	coach := &Coach{
		store: c.Store, practices: c.Practices, model: c.Model, speaker: c.Speaker, gate: c.Gate, help: c.Help, country: c.Country,
		guard: guard.New(guard.ProcessSentences()), lease: c.Lease,
		now: c.Now, random: c.Random, log: c.Log, count: c.Count, calls: newCalls(c.Running),
		running: map[ID]context.CancelCauseFunc{}, statuses: map[place]Status{},
	}
	if c.Model == nil {
		coach.speaker = Speaker{Kind: "guide"}
	}
	if coach.gate == nil {
		coach.gate = new(gate.Gate)
	}
	if coach.help == nil {
		coach.help = gate.BuiltIn()
	}
	if coach.lease == 0 {
		coach.lease = 10 * time.Second
	}
	if coach.now == nil {
		coach.now = time.Now
	}
	if coach.random == nil {
		coach.random = rand.Reader
	}
	if coach.log == nil {
		coach.log = slog.New(slog.DiscardHandler)
	}
	if coach.count == nil {
		coach.count = Uncounted{}
	}
	coach.node = coach.newID()
	coach.ctx, coach.cancel = context.WithCancelCause(context.Background())
	return coach
}

// errShutdown ends the replies that a shutdown cannot wait for.
var errShutdown = errors.New("shutting down")

// Shutdown takes no more messages, interrupts replies that wait for their turn,
// lets those that run finish until ctx ends, interrupts the rest, and returns
// when none is left.
func (c *Coach) Shutdown(ctx context.Context) error {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	c.calls.end(errShutdown)
	done := make(chan struct{})
	go func() {
		c.replies.Wait()
		close(done)
	}()
	defer c.cancel(nil)
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	c.cancel(errShutdown) // also those that are about to start
	<-done
	return ctx.Err()
}

// Sweep ends, until ctx does, the replies whose node went away.
func (c *Coach) Sweep(ctx context.Context) {
	tick := time.NewTicker(c.lease / 5)
	defer tick.Stop()
	for {
		if n, err := c.store.Sweep(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("replies of lost nodes could not be ended; trying again", "error", err)
		} else if n > 0 {
			c.log.Info("ended replies of a lost node", "replies", n)
			c.count.TakenOver(n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Speaker says who replies and where her words go.
func (c *Coach) Speaker() Speaker { return c.speaker }

// Practices lists the ways in.
func (c *Coach) Practices() []PracticeCard {
	var cards []PracticeCard
	for _, p := range c.practices {
		cards = append(cards, PracticeCard{
			Key: p.Key, Name: p.Title, Intention: p.Intention, IsNot: p.Not, Boundary: p.Boundary,
			Listen: p.Listen, Insights: p.Insights, OverTime: p.OverTime,
		})
	}
	return cards
}

// practice finds one by its key; the first one stands in for a key that an
// operator took away, and for none yet.
func (c *Coach) practice(key string) (practices.Practice, bool) {
	for _, p := range c.practices {
		if p.Key == key {
			return p, true
		}
	}
	return c.practices[0], false
}

// Status says what the reply that runs here in the conversation is doing.
func (c *Coach) Status(owner, conversation ID) (Status, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.statuses[place{owner, conversation}]
	return s, ok
}

// place is a conversation of somebody's.
type place struct{ owner, conversation ID }

// inTurn waits until nothing else is done in the conversation on this node; the
// caller calls the result when it is done.
func (c *Coach) inTurn(conversation ID) (done func()) {
	turn := &c.turns[conversation[15]%64]
	turn.Lock()
	return turn.Unlock
}

func (c *Coach) newID() ID { return uuid.Must(uuid.NewV7FromReader(c.random)) }

// Uncounted is a Counter that counts nothing; one that counts a few things
// embeds it.
type Uncounted struct{}

// Ended counts nothing.
func (Uncounted) Ended(ReplyState, Author, string) {}

// Dropped counts nothing.
func (Uncounted) Dropped(string, int) {}

// FirstSentence counts nothing.
func (Uncounted) FirstSentence(time.Duration) {}

// Calling counts nothing.
func (Uncounted) Calling(int) {}

// Waiting counts nothing.
func (Uncounted) Waiting(int) {}

// Upstream counts nothing.
func (Uncounted) Upstream(string) {}

// Refused counts nothing.
func (Uncounted) Refused(string) {}

// TakenOver counts nothing.
func (Uncounted) TakenOver(int) {}
