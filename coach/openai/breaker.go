package openai

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"

	"innerwork/coach"
)

// failuresInARow open the breaker.
const failuresInARow = 5

// Breaker leaves a model alone that fails again and again: after five failures
// in a row every reply fails at once for a while; then one reply is let through,
// and its outcome decides. What is stopped by its reader counts neither way, nor
// does a conversation that is too long for the model.
type Breaker struct {
	coach.Model
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]

	now func() time.Time

	mu      sync.Mutex
	last    coach.ModelError
	reached time.Time
}

// errUndecided is the outcome of a reply that says nothing about the server.
var errUndecided = errors.New("undecided")

// NewBreaker guards m. Rest is how long m is left alone; 0 means a minute.
func NewBreaker(m coach.Model, rest time.Duration) *Breaker {
	return &Breaker{
		Model: m,
		now:   time.Now,
		breaker: gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
			Timeout:     rest,
			ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failuresInARow },
			IsExcluded:  func(err error) bool { return errors.Is(err, errUndecided) },
		}),
	}
}

// Stream passes on the model's reply, or fails at once with the reason and the
// mend of the last failure.
func (b *Breaker) Stream(ctx context.Context, p coach.Prompt) iter.Seq2[coach.Piece, error] {
	return func(yield func(coach.Piece, error) bool) {
		done, err := b.breaker.Allow()
		if err != nil {
			yield(coach.Piece{}, b.resting())
			return
		}
		outcome := errUndecided
		defer func() { done(outcome) }()
		finished := false
		for piece, err := range b.Model.Stream(ctx, p) {
			if err != nil {
				outcome = b.outcome(err)
				yield(piece, err)
				return
			}
			finished = piece.Finish != coach.FinishNone
			if piece.Text != "" || finished {
				if outcome != nil {
					b.answered()
				}
				outcome = nil
			}
			if !yield(piece, nil) {
				return
			}
		}
		if !finished {
			outcome = b.outcome(&coach.ModelError{Reason: string(cutOff)})
		}
	}
}

// outcome remembers a failure of the server.
func (b *Breaker) outcome(err error) error {
	said, ok := errors.AsType[*coach.ModelError](err)
	if !ok || said.Reason == string(tooLong) {
		return errUndecided
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = *said
	return err
}

// State is "closed" while replies go to the model, "open" while it is left
// alone, and "half-open" while one reply tries it out.
func (b *Breaker) State() string { return b.breaker.State().String() }

// Reached is when the model last began to answer; zero if it never did.
func (b *Breaker) Reached() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.reached
}

func (b *Breaker) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reached = b.now()
}

func (b *Breaker) resting() *coach.ModelError {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := b.last
	mend := "The model failed several times in a row and is left alone for a while."
	if last.Mend != "" {
		mend += " " + last.Mend
	}
	return &coach.ModelError{Reason: string(resting), Mend: mend, Free: true, Err: &last}
}
