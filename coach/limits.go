package coach

import (
	"context"
	"math"

	"golang.org/x/sync/semaphore"

	"innerwork/memory"
)

// calls bounds how many replies of this node a model speaks in at once. The
// others wait in the order in which they came.
type calls struct {
	slots *semaphore.Weighted
	ctx   context.Context // ends with the shutdown: who waits then waits in vain
	end   context.CancelCauseFunc
}

func newCalls(most int) calls {
	c := calls{slots: semaphore.NewWeighted(math.MaxInt64)}
	if most > 0 {
		c.slots = semaphore.NewWeighted(int64(most))
	}
	c.ctx, c.end = context.WithCancelCause(context.Background())
	return c
}

// enter waits for the reply's turn at the model and says so. It keeps its lease
// meanwhile and can be stopped; a shutdown interrupts it, since its call would
// only begin. leave gives the place to the next one.
func (r *reply) enter(ctx context.Context) (leave func(), err error) {
	c := r.coach
	if !c.calls.slots.TryAcquire(1) {
		if err := r.queue(ctx); err != nil {
			return nil, err
		}
	}
	c.count.Calling(1)
	return func() {
		c.count.Calling(-1)
		c.calls.slots.Release(1)
	}, nil
}

func (r *reply) queue(ctx context.Context) error {
	c := r.coach
	c.count.Waiting(1)
	defer c.count.Waiting(-1)
	c.say(r.turn.lease, "queued")
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(c.calls.ctx, func() { cancel(errShutdown) })()
	if c.calls.slots.Acquire(waiting, 1) != nil {
		return context.Cause(waiting)
	}
	c.say(r.turn.lease, "thinking")
	return nil
}

// overBudget is what is said where the guide takes over.
const overBudget = "Your share of the model for today is used up, so the built-in guide speaks until midnight (UTC)."

// fromGuideInstead answers with the guide because the day's tokens are used up:
// her words are kept and answered, and she is told who answers and why, once
// until the model speaks again.
func (r *reply) fromGuideInstead(ctx context.Context) error {
	r.coach.count.Refused("tokens")
	r.bySomeone, r.end.Reason = memory.AuthorGuide, "budget"
	if err := r.coach.store.SpeakAs(ctx, r.turn.lease, memory.AuthorGuide, "", ""); err != nil {
		return err
	}
	if !r.toldOfBudget() {
		if err := r.release(ctx, memory.NewSentence{Kind: memory.KindProcess, Author: memory.AuthorServer, Text: overBudget}); err != nil {
			return err
		}
	}
	return r.fromGuide(ctx)
}

func (r *reply) toldOfBudget() (told bool) {
	for _, t := range r.transcript.Turns {
		if t.Sentence != nil && t.Sentence.Author == memory.AuthorModel {
			told = false
		} else if t.Sentence != nil && t.Sentence.Text == overBudget {
			told = true
		}
	}
	return told
}

// countRefusal counts what she asked for too fast.
func (c *Coach) countRefusal(err error) {
	if memory.CodeOf(err) == CodeTooMany {
		c.count.Refused("messages")
	}
}
