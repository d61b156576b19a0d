package coach

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"innerwork/coach/gate"
	"innerwork/memory"
)

// kind is why a reply is made.
type kind int

const (
	answers kind = iota // what she said
	opens               // the conversation, or the stage that she moved to
	helps               // a crisis signal, harm at work, or her asking for help
	waits               // she spoke while coaching is paused
)

// turn is one reply to make.
type turn struct {
	lease  memory.Lease
	kind   kind
	said   ID   // what it answers, for answers
	guide  bool // the guide speaks, whoever usually does
	signal gate.Signal
}

// start runs the reply in a goroutine that Shutdown waits for. The reply does
// not belong to the socket: it goes on when nobody watches. done is closed at
// its end.
func (c *Coach) start(t turn) (done <-chan struct{}) {
	ended := make(chan struct{})
	ctx, cancel := context.WithCancelCause(c.ctx)
	c.mu.Lock()
	c.running[t.lease.Reply] = cancel
	c.mu.Unlock()
	c.replies.Add(1)
	go func() {
		defer close(ended)
		defer c.replies.Done()
		defer func() {
			c.mu.Lock()
			delete(c.running, t.lease.Reply)
			c.mu.Unlock()
			cancel(nil)
		}()
		c.run(ctx, cancel, t)
	}()
	return ended
}

// run makes one reply and ends it, whatever happens.
func (c *Coach) run(ctx context.Context, cancel context.CancelCauseFunc, t turn) {
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		c.renew(ctx, cancel, t.lease)
	}()
	r := &reply{coach: c, turn: t, began: c.now(), end: memory.End{State: memory.Complete, Reason: "finished", Dropped: map[string]int{}}}
	c.say(t.lease, "thinking")
	if err := r.makeSafely(ctx); err != nil {
		r.failed(ctx, err)
	}
	c.quiet(t.lease)
	// The end is written even if ctx has ended: that is what it is for.
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), c.lease)
	defer done()
	if err := c.endReply(ending, t.lease, r.end); err != nil {
		// The sweeper ends it when the lease has run out.
		c.log.Warn("a reply could not be ended; its lease will run out", "reply", t.lease.Reply, "error", err)
	}
	cancel(nil)
	<-renewed
	c.count.Ended(r.end.State, r.speaker(), r.end.Reason)
	for kind, n := range r.end.Dropped {
		c.count.Dropped(kind, n)
	}
}

// endReply ends the reply, or, where she stopped it, adds what it cost.
func (c *Coach) endReply(ctx context.Context, l memory.Lease, e memory.End) error {
	err := whenThere(ctx, func() error { return c.store.EndReply(ctx, l, e) })
	if memory.CodeOf(err) == CodeConflict {
		return c.store.CountUsage(ctx, l, e)
	}
	return err
}

// whenThere does something again while the database does not answer, until it
// does or ctx ends.
func whenThere(ctx context.Context, do func() error) error {
	err := do()
	for wait := 50 * time.Millisecond; memory.CodeOf(err) == CodeUnavailable && ctx.Err() == nil; wait *= 2 {
		select {
		case <-ctx.Done():
		case <-time.After(wait):
			err = do()
		}
	}
	return err
}

// renew keeps the lease while the reply runs. A lease that is lost ends it: at
// the next renewal, or at once where another node has told of a change, which
// may be that she stopped it there.
func (c *Coach) renew(ctx context.Context, cancel context.CancelCauseFunc, l memory.Lease) {
	abroad, forget := c.store.WatchAbroad(l.Owner, l.Conversation)
	defer forget()
	tick := time.NewTicker(c.lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-abroad:
		}
		err := c.store.Renew(ctx, l, c.now().Add(c.lease))
		if memory.CodeOf(err) == CodeConflict {
			cancel(errStopped)
			return
		}
		if err != nil && ctx.Err() == nil {
			c.log.Warn("a lease could not be renewed; trying again", "reply", l.Reply, "error", err)
		}
	}
}

// say and quiet keep what the reply is doing for those who watch.
func (c *Coach) say(l memory.Lease, state string) {
	c.mu.Lock()
	c.statuses[place{l.Owner, l.Conversation}] = Status{Reply: l.Reply, State: state}
	c.mu.Unlock()
	c.store.Wake(l.Owner, l.Conversation)
}

func (c *Coach) quiet(l memory.Lease) {
	c.mu.Lock()
	if at := (place{l.Owner, l.Conversation}); c.statuses[at].Reply == l.Reply {
		delete(c.statuses, at)
	}
	c.mu.Unlock()
}

// reply is one on its way.
type reply struct {
	coach      *Coach
	turn       turn
	began      time.Time
	transcript memory.Transcript
	sources    []memory.Source
	released   int
	bySomeone  memory.Author
	end        memory.End
}

func (r *reply) speaker() memory.Author {
	if r.bySomeone == "" {
		return memory.AuthorServer
	}
	return r.bySomeone
}

// makeSafely keeps a fault of ours in one reply from ending everybody's. What
// the panic says is left out of the log: it may hold words.
func (r *reply) makeSafely(ctx context.Context) (err error) {
	defer func() {
		if recover() != nil {
			r.coach.log.Error("a reply panicked", "reply", r.turn.lease.Reply, "stack", string(debug.Stack()))
			err = errors.New("panic")
		}
	}()
	return r.make(ctx)
}

// make releases the sentences of the reply.
func (r *reply) make(ctx context.Context) (err error) {
	switch r.turn.kind {
	case helps:
		return r.releaseHelp(ctx)
	case waits:
		return r.releaseWaiting(ctx)
	}
	if r.transcript, err = r.coach.store.Transcript(ctx, r.turn.lease.Owner, r.turn.lease.Conversation); err != nil {
		return err
	}
	if r.turn.kind == answers {
		if err := r.recall(ctx); err != nil {
			return err
		}
	}
	if r.turn.kind == opens {
		return r.open(ctx)
	}
	if r.coach.model == nil || r.turn.guide {
		return r.fromGuide(ctx)
	}
	if pause := r.coach.guide.Pause(r.turnForGuide()); pause != nil {
		return r.pause(ctx, pause)
	}
	return r.fromModel(ctx)
}

const shuttingDown = "shutting down"

// failed says how a reply ends that did not come to its own.
func (r *reply) failed(ctx context.Context, err error) {
	cause := context.Cause(ctx)
	var model *ModelError
	switch {
	case errors.Is(cause, errStopped), memory.CodeOf(err) == CodeConflict:
		r.end.State, r.end.Reason = memory.Stopped, "stopped by her"
	case errors.Is(cause, errShutdown), errors.Is(err, errShutdown), ctx.Err() != nil:
		r.end.State, r.end.Reason = memory.Interrupted, shuttingDown
	case errors.As(err, &model):
		r.end.State, r.end.Reason = memory.Interrupted, model.Reason
		r.coach.count.Upstream(model.Reason)
		r.coach.log.Warn("the model failed", "reply", r.turn.lease.Reply, "error", err, "mend", model.Mend)
	default:
		r.end.State, r.end.Reason = memory.Interrupted, "internal"
		r.coach.log.Error("a reply failed", "reply", r.turn.lease.Reply, "error", err)
	}
	if r.released == 0 && r.end.State == memory.Interrupted && r.end.Reason != shuttingDown {
		r.end.State = memory.Failed
	}
}

// release stores a sentence, which is what lets her see it. While PostgreSQL is
// away it waits, for as long as the lease would outlive its node.
func (r *reply) release(ctx context.Context, s memory.NewSentence) error {
	s.N = r.released + 1
	within, cancel := context.WithTimeout(ctx, r.coach.lease)
	defer cancel()
	if err := whenThere(within, func() error { return r.coach.store.Release(ctx, r.turn.lease, s) }); err != nil {
		return err
	}
	if r.released == 0 {
		r.coach.count.FirstSentence(r.coach.now().Sub(r.began))
	}
	r.released++
	return nil
}
