package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"innerwork/memory"
)

// measureRecall measures what her past costs: how long a message takes to reach
// the model as her reflections grow, and how much the indexing of many of them
// slows the replies of others.
func (b *bench) measureRecall(ctx context.Context) error {
	who := b.leaders[b.size.leaders()]
	b.report.SayToCall = map[string]float64{}
	written := 0
	for i, n := range b.size.reflections {
		last := i == len(b.size.reflections)-1
		if last {
			if err := b.beside(ctx, &b.report.alone); err != nil {
				return err
			}
		}
		b.tell("writing %d reflections", n)
		if err := b.write(ctx, who, written, n); err != nil {
			return err
		}
		written = n
		if last {
			if err := b.beside(ctx, &b.report.besides); err != nil {
				return err
			}
			left, err := b.database.unindexed(ctx)
			if err != nil {
				return err
			}
			if left == 0 {
				return fmt.Errorf("all was indexed before the replies beside it had ended: nothing was measured")
			}
		}
		if err := b.indexed(ctx); err != nil {
			return err
		}
		if err := b.measureSay(ctx, who, n); err != nil {
			return err
		}
	}
	return nil
}

// write keeps reflections as her journal does; the program indexes them by and by.
func (b *bench) write(ctx context.Context, who *leader, from, to int) error {
	return b.withStore(ctx, func(store *memory.Store) error {
		return atOnce(to-from, 8, func(i int) error {
			_, _, err := store.Write(ctx, who.id, memory.NewReflection{ID: uuid.Must(uuid.NewV7()), Text: b.maker.written(uint64(from + i)), Zone: "UTC"})
			return err
		})
	})
}

// helpers are how many more nodes index with the program where only the result
// counts: it alone would take minutes.
const helpers = 3

// indexed waits until everything is indexed, by the program and by helping
// nodes on its database, which do the same with the same model.
func (b *bench) indexed(ctx context.Context) (err error) {
	var nodes []*node
	defer func() {
		for _, n := range nodes {
			err = errors.Join(err, n.stop())
		}
	}()
	for range helpers {
		n, err := b.startNode(ctx)
		if err != nil {
			return err
		}
		nodes = append(nodes, n)
	}
	began, told, first := time.Now(), time.Now(), 0
	err = b.database.quiet(ctx, func(left int) {
		first = max(first, left)
		if time.Since(told) > 10*time.Second {
			told = time.Now()
			b.tell("  %d reflections to index", left)
		}
	})
	if took := time.Since(began).Seconds(); took > 1 {
		b.tell("  indexed %.0f a second", float64(first)/took)
	}
	return err
}

// measureSay says something again and again, in a conversation of its own, and
// takes the time until the model is called.
func (b *bench) measureSay(ctx context.Context, who *leader, reflections int) error {
	b.tell("from a message to the model, with %d reflections", reflections)
	if err := b.withStore(ctx, func(store *memory.Store) error { return who.begin(ctx, store) }); err != nil {
		return err
	}
	const warming = 3
	var all []time.Duration
	for i := range warming + b.size.says {
		b.turn++
		s := newStream(who, b.maker.said(1<<32+uint64(b.turn)), newScript("Take the time you need."), openOr(false), 0)
		b.upstream.expect(s)
		if err := b.ours(ctx, s, func() {}); err != nil {
			return err
		}
		if err := s.answered(); err != nil {
			return err
		}
		if err := b.database.quiet(ctx, nil); err != nil {
			return err
		}
		if i >= warming {
			all = append(all, s.called.Sub(s.said))
		}
	}
	b.report.SayToCall[strconv.Itoa(reflections)] = ms(median(all))
	b.tell("  median %v", median(all).Round(time.Microsecond))
	return nil
}

// besides are replies that went their way beside indexing, or without it.
type besides struct {
	reply    []time.Duration // from her message to the last sentence
	sentence []time.Duration // from the token that ends it to its arrival
}

// beside plays replies as they come, without waiting for anything.
func (b *bench) beside(ctx context.Context, into *besides) error {
	stage := b.size.beside
	for r := range stage.rounds {
		b.tell("%d replies, round %d of %d", stage.streams, r+1, stage.rounds)
		streams, err := b.round(ctx, b.ours, false, func(start <-chan struct{}) (all []*stream) {
			for i := range stage.streams {
				all = append(all, newStream(b.leaders[i], b.message(), newScript(toldBy(i)...), start, 0))
			}
			return all
		})
		if err != nil {
			return err
		}
		for _, s := range streams {
			if n := s.lost(); n > 0 {
				return fmt.Errorf("%d sentences of a reply beside indexing never came; it ended as %s", n, s.state)
			}
			into.reply = append(into.reply, s.arrived[perReply-1].Sub(s.said))
			into.sentence = append(into.sentence, s.delays()...)
		}
	}
	return nil
}
