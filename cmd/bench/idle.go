package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// perLeader is how many windows each leader has open. A person may have eight.
const perLeader = 2

// measureIdle measures what sockets cost that wait for something to happen:
// signed in, greeted, following a conversation, and answering pings.
func (b *bench) measureIdle(ctx context.Context) error {
	n := min(b.size.sockets, files()-500)
	if err := b.start(ctx); err != nil {
		return err
	}
	b.tell("waiting until the program's memory stands still")
	before, err := b.settled(ctx)
	if err != nil {
		return err
	}
	b.tell("opening %d sockets (%d MiB before)", n, before>>10)
	idle := &idleSockets{}
	defer idle.close()
	if err := atOnce(n, 32, func(i int) error {
		k, err := dial(ctx, b.product.address, b.leaders[i/perLeader])
		if err != nil {
			return fmt.Errorf("socket %d: %w", i, err)
		}
		idle.keep(k)
		return nil
	}); err != nil {
		return err
	}
	b.tell("waiting until the program's memory stands still")
	after, err := b.settled(ctx)
	if err != nil {
		return err
	}
	if gone := idle.gone.Load(); gone > 0 {
		return fmt.Errorf("%d of %d idle sockets were closed: %v", gone, n, idle.why.Load())
	}
	b.report.Sockets, b.report.IdleKiB = n, float64(after-before)/float64(n)
	b.tell("%.1f KiB for each (%d MiB after)", b.report.IdleKiB, after>>10)
	return nil
}

// settled waits until the resident memory of the program stands still, and
// returns it in KiB: what the runtime will give back it has then given back,
// with nothing of it forced.
func (b *bench) settled(ctx context.Context) (kib int, err error) {
	const (
		window   = 15   // seconds in which it must stand still
		still    = .005 // by this share
		patience = 150  // seconds
	)
	var seen []int
	for range patience {
		now, err := resident(b.product.cmd.Process.Pid)
		if err != nil {
			return 0, err
		}
		seen = append(seen, now)
		if last := seen[max(0, len(seen)-window):]; len(last) == window && steady(last, still) {
			return now, nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	b.tell("  it does not stand still; its last value is taken")
	return seen[len(seen)-1], nil
}

func steady(seen []int, share float64) bool {
	least, most := seen[0], seen[0]
	for _, n := range seen {
		least, most = min(least, n), max(most, n)
	}
	return float64(most-least) <= share*float64(most)
}

// idleSockets are read, so that pings are answered, and nothing else.
type idleSockets struct {
	mu      sync.Mutex
	all     []*socket
	closing atomic.Bool
	gone    atomic.Int64
	why     atomic.Value // of the last one that is gone
	reading sync.WaitGroup
}

func (s *idleSockets) keep(k *socket) {
	s.mu.Lock()
	s.all = append(s.all, k)
	s.mu.Unlock()
	k.conn.SetReadDeadline(time.Time{})
	s.reading.Go(func() {
		for {
			if _, _, err := k.conn.ReadMessage(); err != nil {
				if !s.closing.Load() {
					s.why.Store(err.Error())
					s.gone.Add(1)
				}
				return
			}
		}
	})
}

func (s *idleSockets) close() {
	s.closing.Store(true)
	for _, k := range s.all {
		k.conn.Close()
	}
	s.reading.Wait()
}

// files is how many this process, and so the program, may have open.
func files() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	if limit.Cur < limit.Max {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
		_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
	return int(min(limit.Cur, 1<<20))
}
