package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"innerwork/memory"
	"innerwork/memory/postgres"
	"innerwork/transport"
)

// forgettings stands for the store and the database files.
type forgettings struct {
	sync.Mutex
	pending []memory.Forgetting
	wanted  bool
	fails   int // rewrites that fail
	away    int // marks that find the database away
	began   []time.Time
	marked  []time.Time
	during  func(transport.Rewrite)
	of      *rewriter
}

func (f *forgettings) PendingRewrites(context.Context) ([]memory.Forgetting, bool, error) {
	f.Lock()
	defer f.Unlock()
	return f.pending, f.wanted, nil
}

func (f *forgettings) Rewritten(_ context.Context, all []memory.Forgetting) error {
	f.Lock()
	defer f.Unlock()
	if f.away > 0 {
		f.away--
		return memory.Errorf(memory.CodeUnavailable, "The database does not answer.")
	}
	f.marked = append(f.marked, time.Now())
	f.pending = f.pending[len(all):]
	return nil
}

func (f *forgettings) Rewrite(_ context.Context, tell func(postgres.Progress)) (postgres.Rewritten, error) {
	f.Lock()
	defer f.Unlock()
	f.began = append(f.began, time.Now())
	tell(postgres.Progress{Step: postgres.RewriteCopy, Done: 1, Total: 2})
	if f.during != nil {
		f.during(f.of.State())
	}
	if f.fails > 0 {
		f.fails--
		return postgres.Rewritten{}, errors.New("the disk is full")
	}
	return postgres.Rewritten{}, nil
}

// rewriting runs a rewriter at three in the night until the test is over.
func rewriting(t *testing.T, f *forgettings) *rewriter {
	r := newRewriter(f, nil, 3, slog.New(slog.DiscardHandler))
	r.server = f
	f.of = r
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return r
}

func hours(times []time.Time) (all []string) {
	for _, at := range times {
		all = append(all, at.Format("02 15:04"))
	}
	return all
}

// The clock begins at midnight of 1 January.
func TestRewritesAtNightWhatIsPending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &forgettings{pending: make([]memory.Forgetting, 1), fails: 1}
		r := rewriting(t, f)
		r.Wake() // nobody wants it before the night
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		f.Lock()
		defer f.Unlock()
		if got := hours(f.began); !slices.Equal(got, []string{"01 03:00"}) || len(f.marked) != 0 || r.State().Problem == "" || r.State().Running {
			t.Fatalf("%v, marked %v, %+v", got, f.marked, r.State())
		}
		f.Unlock()
		time.Sleep(72 * time.Hour)
		synctest.Wait()
		f.Lock()
		if got := hours(f.began); !slices.Equal(got, []string{"01 03:00", "02 03:00"}) || len(f.marked) != 1 || r.State().Problem != "" {
			t.Errorf("%v, marked %v, %+v", got, f.marked, r.State())
		}
	})
}

func TestRewritesWhenSomebodyAsks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &forgettings{pending: make([]memory.Forgetting, 2), wanted: true, away: 3}
		var seen transport.Rewrite
		f.during = func(s transport.Rewrite) { seen = s }
		r := rewriting(t, f)
		time.Sleep(time.Hour)
		r.Wake()
		time.Sleep(time.Minute)
		synctest.Wait()
		f.Lock()
		defer f.Unlock()
		if got := hours(f.began); !slices.Equal(got, []string{"01 01:00"}) || !seen.Running || seen.Step != "copy" || seen.Done != 1 || seen.Total != 2 {
			t.Errorf("%v, meanwhile %+v", got, seen)
		}
		if len(f.marked) != 1 || f.marked[0].Sub(f.began[0]) != 3*reconnect || r.State().Running {
			t.Errorf("marked %v, %+v", f.marked, r.State())
		}
	})
}

func TestTheNightComesAlsoWhenClocksChange(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ now, want string }{
		{"2026-03-28T02:00:00+01:00", "2026-03-29T03:00:00+02:00"}, // two o'clock is not there
		{"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"},
		{"2026-12-31T23:59:59+01:00", "2027-01-01T02:00:00+01:00"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextAt(now.In(zone), 2).Format(time.RFC3339); got != c.want {
			t.Errorf("after %s comes %s, not %s", c.now, got, c.want)
		}
	}
}
