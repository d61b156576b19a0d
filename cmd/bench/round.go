package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// player plays one stream to its reader. It calls accepted when its part of
// setting up is over.
type player func(ctx context.Context, s *stream, accepted func()) error

// settingUp is how many streams are set up at once.
const settingUp = 16

// round plays streams at once. If it is held, the upstream says nothing before
// every call has come and nothing is left to index, so that only the streaming
// is measured.
func (b *bench) round(ctx context.Context, play player, held bool, plan func(start <-chan struct{}) []*stream) ([]*stream, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	start := openOr(held)
	streams := plan(start)
	turn := newTurns(settingUp)
	var playing sync.WaitGroup
	for _, s := range streams {
		b.upstream.expect(s)
		playing.Go(func() {
			over := turn.take()
			defer over()
			err := play(ctx, s, over)
			if err == nil {
				err = s.answered()
			}
			if err != nil {
				cancel(err)
			}
		})
	}
	if held {
		if err := b.allCalled(ctx, streams); err != nil {
			cancel(err)
		} else if err := b.database.quiet(ctx, nil); err != nil {
			cancel(err)
		}
		defer debug.SetGCPercent(debug.SetGCPercent(-1)) // ours must not show
		runtime.GC()
		close(start)
	}
	playing.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return streams, nil
}

// openOr makes what streams wait for; one that is not held is open already.
func openOr(held bool) chan struct{} {
	start := make(chan struct{})
	if !held {
		close(start)
	}
	return start
}

// allCalled waits until every call has reached the upstream.
func (b *bench) allCalled(ctx context.Context, streams []*stream) error {
	late := time.After(2 * time.Minute)
	for n, s := range streams {
		select {
		case <-s.calling:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-late:
			return fmt.Errorf("of %d streams at once only %d or so reached the model: does the program hold the others back?", len(streams), n)
		}
	}
	return nil
}

// turns lets some at a time.
type turns chan struct{}

func newTurns(n int) turns { return make(turns, n) }

// take waits for a turn; over ends it, once however often it is called.
func (t turns) take() (over func()) {
	t <- struct{}{}
	return sync.OnceFunc(func() { <-t })
}

// ours plays a stream over the coach's socket.
func (b *bench) ours(ctx context.Context, s *stream, accepted func()) error {
	k, err := dial(ctx, b.product.address, s.who)
	if err != nil {
		return err
	}
	defer k.conn.Close()
	defer context.AfterFunc(ctx, func() { k.conn.Close() })()
	return k.say(s, accepted)
}

// throughProxy plays a stream through Go's reverse proxy.
func (b *bench) throughProxy(ctx context.Context, s *stream, accepted func()) error {
	accepted()
	return b.proxy.read(ctx, s)
}
