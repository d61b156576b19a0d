package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"innerwork/memory"
	"innerwork/memory/postgres"
)

// bench measures one thing after the other, so that none stands in another's way.
type bench struct {
	options
	size
	folder string
	began  time.Time
	chance *rand.Rand // the same in every run
	maker  maker
	quiet  func() error // closes what the maker asks

	upstream *upstream
	proxy    *proxy
	product  *product // the one that runs, or nil
	database *database
	leaders  []*leader
	turn     int // counts messages, so that each is another
	report   report
}

func newBench(o options) (_ *bench, err error) {
	if err := checkBinary(o.Binary); err != nil {
		return nil, err
	}
	b := &bench{options: o, size: whole, began: time.Now(), chance: rand.New(rand.NewPCG(1, 2)), maker: newMaker()}
	if o.Quick {
		b.size = fraction
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if b.folder, err = os.MkdirTemp(onDisk(), "innerwork-bench-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(b.folder, 0o755); err != nil { // PostgreSQL's user passes it
		return nil, err
	}
	if b.quiet, err = b.maker.liken(context.Background(), o.Parts); err != nil {
		return nil, err
	}
	if b.upstream, err = newUpstream(); err != nil {
		return nil, err
	}
	b.proxy, err = startProxy(b.upstream.address)
	return b, err
}

// onDisk is where files outlive a restart; the folder for temporary ones may be
// memory, on which a commit costs nothing.
func onDisk() string {
	if _, err := os.Stat("/var/tmp"); err == nil {
		return "/var/tmp"
	}
	return ""
}

func (b *bench) close() {
	b.stop()
	if b.quiet != nil {
		b.quiet()
	}
	if b.proxy != nil {
		b.proxy.close()
	}
	if b.upstream != nil {
		b.upstream.close()
	}
	if b.folder != "" {
		os.RemoveAll(b.folder)
	}
}

// tell says on standard error what is going on.
func (b *bench) tell(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%6.1fs  %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
}

// measure takes every figure.
func (b *bench) measure(ctx context.Context) error {
	b.report.load = processors()
	for _, step := range []func(context.Context) error{
		b.setUp, b.measureIdle, b.measureStreams, b.measureRecall, b.measureStart,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// start starts the program anew, with nothing in its memory.
func (b *bench) start(ctx context.Context) (err error) {
	if err := b.stop(); err != nil {
		return err
	}
	if b.product, err = startProduct(ctx, b.options, filepath.Join(b.folder, "data"), b.upstream.address); err != nil {
		return err
	}
	b.database, err = openDatabase(ctx, b.product)
	return err
}

// withStore opens the program's memory beside it for as long as something is
// made there: an open one is a node, to which the program tells its news.
func (b *bench) withStore(ctx context.Context, do func(*memory.Store) error) error {
	address, err := b.product.database(postgres.Role)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, address)
	if err != nil {
		return err
	}
	defer store.Close()
	return do(store)
}

func (b *bench) stop() (err error) {
	if b.database != nil {
		b.database.close()
	}
	if b.product != nil {
		err = b.product.stop()
	}
	b.database, b.product = nil, nil
	return err
}

// setUp makes the leaders, on a fresh data folder.
func (b *bench) setUp(ctx context.Context) error {
	b.tell("starting the program on a fresh data folder")
	if err := b.start(ctx); err != nil {
		return err
	}
	if err := safe(ctx, b.product); err != nil {
		return err
	}
	b.tell("making accounts and conversations")
	return b.withStore(ctx, func(store *memory.Store) (err error) {
		b.leaders, err = makeLeaders(ctx, store, max(b.size.leaders()+1, (b.size.sockets+perLeader-1)/perLeader))
		return err
	})
}

// paced is the time between two sentences of 64 streams, about: each has one of
// some 25 tokens, 30 tokens a second.
const paced = 13 * time.Millisecond

func (b *bench) measureCommit(ctx context.Context) error {
	b.tell("one commit on this disk")
	all, err := b.database.commits(ctx, b.size.commits, 0)
	if err != nil {
		return err
	}
	b.report.commit50, b.report.commit99 = median(all), quantile(all, .99)
	all, err = b.database.commits(ctx, b.size.commits, paced)
	b.report.paced50, b.report.paced99 = median(all), quantile(all, .99)
	return err
}

// measureStart starts the program on the data folder that is now full, and
// properly stopped.
func (b *bench) measureStart(ctx context.Context) error {
	var all []time.Duration
	for i := range b.size.starts {
		b.tell("start %d of %d", i+1, b.size.starts)
		if err := errors.Join(b.stop(), b.start(ctx)); err != nil {
			return err
		}
		all = append(all, b.product.took)
	}
	b.report.Ready = median(all).Seconds()
	return nil
}

// phase is somewhere in the time of one sentence.
func (b *bench) phase() time.Duration {
	return time.Duration(b.chance.Int64N(int64(20 * pace)))
}

// message is one that she has not said before.
func (b *bench) message() string {
	b.turn++
	return fmt.Sprintf("This is turn %d, and I am listening.", b.turn)
}
