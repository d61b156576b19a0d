package openai

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		p := newPatience(time.Minute, cancel)
		defer p.stop()
		lasts := func(d time.Duration, what string) {
			t.Helper()
			time.Sleep(d) // of the bubble's clock
			synctest.Wait()
			if ctx.Err() != nil {
				t.Fatalf("%s: gave up", what)
			}
		}
		lasts(time.Hour, "nothing is waited for")
		p.begin()
		lasts(59*time.Second, "the first byte")
		p.pause()
		lasts(time.Hour, "the reader takes its time")
		p.limit = 30 * time.Second
		for range 5 {
			p.begin()
			lasts(29*time.Second, "the next byte")
		}
		p.last(time.Second)
		for range 9 {
			p.begin()
			lasts(100*time.Millisecond, "what comes after the finish")
			p.pause()
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		if context.Cause(ctx) != errSilent {
			t.Errorf("a lively end goes on for ever: %v", context.Cause(ctx))
		}
	})
}
