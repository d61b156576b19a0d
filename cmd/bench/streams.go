package main

import (
	"context"
	"fmt"
	"time"
)

// measureStreams measures how much later sentences arrive than through a proxy.
func (b *bench) measureStreams(ctx context.Context) error {
	if err := b.start(ctx); err != nil {
		return err
	}
	if err := b.tellMirrors(ctx); err != nil {
		return err
	}
	if err := b.measureCommit(ctx); err != nil {
		return err
	}
	b.report.Added = map[string]added{}
	for i, stage := range b.size.streams {
		if err := b.measureStage(ctx, stage, i); err != nil {
			return fmt.Errorf("%d streams: %w", stage.streams, err)
		}
	}
	return nil
}

// tellMirrors has each leader say once what the mirrors are made of.
func (b *bench) tellMirrors(ctx context.Context) error {
	n := b.size.leaders()
	b.tell("%d leaders say what will be mirrored", n)
	// Few at a time: a query's vector has 0.4 s, and each is one of her whole message.
	return atOnce(n, 4, func(i int) error {
		short := newScript("Take the time you need.")
		start := openOr(false)
		s := newStream(b.leaders[i], hers(toldBy(i))+fmt.Sprintf(" That was story %d.", i), short, start, 0)
		b.upstream.expect(s)
		if err := b.ours(ctx, s, func() {}); err != nil {
			return err
		}
		if s.state != "complete" || s.lost() > 0 {
			return fmt.Errorf("the first reply ended as %s, with %d sentences lost and %d of others", s.state, s.lost(), s.strange)
		}
		return nil
	})
}

func (b *bench) measureStage(ctx context.Context, stage stage, first int) error {
	var ours, proxied []*stream
	at := first // the leaders take turns, so that no conversation grows long
	for r := range stage.rounds {
		b.tell("%d streams at once, round %d of %d", stage.streams, r+1, stage.rounds)
		for _, side := range []struct {
			play player
			all  *[]*stream
		}{{b.ours, &ours}, {b.throughProxy, &proxied}} {
			before := processors()
			streams, err := b.round(ctx, side.play, true, func(start <-chan struct{}) (all []*stream) {
				for i := range stage.streams {
					who := (at + i) % b.size.leaders()
					all = append(all, newStream(b.leaders[who], b.message(), newScript(toldBy(who)...), start, b.phase()))
				}
				return all
			})
			if err != nil {
				return err
			}
			*side.all = append(*side.all, streams...)
			b.tell("  machine %2.0f %% busy, median %v", 100*processors().since(before), median(allDelays(streams)).Round(time.Microsecond))
		}
		at += stage.streams
	}
	return b.report.streams(stage.streams, ours, proxied)
}
