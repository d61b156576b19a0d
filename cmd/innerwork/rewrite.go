package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"innerwork/memory"
	"innerwork/memory/postgres"
	"innerwork/transport"
)

// reconnect is how long the store gets for another connection.
const reconnect = 100 * time.Millisecond

// rewriter is the second stage of forgetting: it rewrites the embedded database
// when somebody asks for it, and else at an hour of the night, if anything is
// pending.
type rewriter struct {
	store  pendingStore
	server rewritable // nil for a database of somebody's
	hour   int
	log    *slog.Logger
	wake   chan struct{}

	mu    sync.Mutex // guards state
	state transport.Rewrite
}

// pendingStore knows what was forgotten and is in the files still.
type pendingStore interface {
	PendingRewrites(ctx context.Context) (pending []memory.Forgetting, wanted bool, err error)
	Rewritten(ctx context.Context, pending []memory.Forgetting) error
}

type rewritable interface {
	Rewrite(ctx context.Context, tell func(postgres.Progress)) (postgres.Rewritten, error)
}

func newRewriter(store pendingStore, server *postgres.Server, hour int, log *slog.Logger) *rewriter {
	r := &rewriter{store: store, hour: hour, log: log, wake: make(chan struct{}, 1),
		state: transport.Rewrite{Ours: server != nil, Hour: hour}}
	if server != nil {
		r.server = server
	}
	return r
}

// Wake says that somebody asked for it.
func (r *rewriter) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// State is how it stands.
func (r *rewriter) State() transport.Rewrite {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

func (r *rewriter) set(change func(*transport.Rewrite)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.state)
}

// run looks after it until ctx ends.
func (r *rewriter) run(ctx context.Context) {
	if r.server == nil {
		return
	}
	for night := nextAt(time.Now(), r.hour); ; {
		timer := time.NewTimer(time.Until(night))
		asked := true
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-r.wake:
		case <-timer.C:
			night, asked = nextAt(time.Now(), r.hour), false
		}
		timer.Stop()
		if err := r.rewrite(ctx, asked); err != nil && ctx.Err() == nil {
			r.log.Error("what was forgotten is not rewritten yet; it is tried again at night", "error", err)
		}
	}
}

// nextAt is the next time that the clock shows the full hour.
func nextAt(now time.Time, hour int) time.Time {
	next := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, now.Location())
	if !next.After(now) {
		next = time.Date(now.Year(), now.Month(), now.Day()+1, hour, 0, 0, 0, now.Location())
	}
	return next
}

// rewrite does it once, if there is anything to do it for. Only what was
// forgotten before it began is marked.
func (r *rewriter) rewrite(ctx context.Context, asked bool) (err error) {
	pending, wanted, err := r.store.PendingRewrites(ctx)
	if err != nil || len(pending) == 0 || (asked && !wanted) {
		return err
	}
	defer func() {
		r.set(func(s *transport.Rewrite) {
			*s = transport.Rewrite{Ours: true, Hour: r.hour}
			if err != nil {
				s.Problem = "The last try did not come to its end; nothing was lost. It is tried again at night."
			}
		})
	}()
	begun := time.Now()
	done, err := r.server.Rewrite(ctx, func(p postgres.Progress) {
		r.set(func(s *transport.Rewrite) {
			s.Running, s.Step, s.Done, s.Total, s.Problem = true, string(p.Step), p.Done, p.Total, ""
		})
	})
	if err != nil {
		return err
	}
	r.log.Info("what was forgotten is gone from the files of the database", "forgettings", len(pending),
		"took", time.Since(begun).Round(time.Millisecond), "pause", done.Pause.Round(time.Millisecond), "set_aside_dropped", done.SetAside)
	for try := 0; ; try++ { // the connections of before are cut
		err = r.store.Rewritten(ctx, pending)
		if memory.CodeOf(err) != memory.CodeUnavailable || try == 20 {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(reconnect):
		}
	}
}
