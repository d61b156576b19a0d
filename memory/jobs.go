package memory

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// indexArgs names a reflection to index. Jobs carry ids only: River keeps
// arguments and error texts.
type indexArgs struct {
	Owner      ID `json:"owner"`
	Reflection ID `json:"reflection"`
}

// Kind names the job for River.
func (indexArgs) Kind() string { return "index" }

type indexWorker struct {
	river.WorkerDefaults[indexArgs]
	store *Store
}

func (w *indexWorker) Work(ctx context.Context, job *river.Job[indexArgs]) error {
	err := w.store.Index(ctx, job.Args.Owner, job.Args.Reflection)
	if err != nil && job.Attempt == job.MaxAttempts {
		return errors.Join(err, w.store.want(context.WithoutCancel(ctx), job.Args.Owner)) // the next round finds it
	}
	return err
}

func (s *Store) newJobs() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &indexWorker{store: s})
	river.AddWorker(workers, &mendWorker{store: s})
	river.AddWorker(workers, &expireWorker{store: s})
	river.AddWorker(workers, &forgetWorker{store: s})
	client, err := river.NewClient(riverpgxv5.New(s.system), &river.Config{
		Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}},
		Workers: workers,
		Logger:  slog.New(atLeast{s.log.Handler(), slog.LevelWarn}), // it counts every few seconds otherwise
		// What failed is tried again for a day or so, and after that in every round.
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return mendArgs{}, nil }, nil)},
		MaxAttempts: 12,
		JobTimeout:  10 * time.Minute,
	})
	if err != nil {
		return nil, fmt.Errorf("set up the job queue: %w", err)
	}
	return client, nil
}

// atLeast leaves out what is below a level.
type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h atLeast) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level && h.Handler.Enabled(ctx, l)
}

func (h atLeast) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(a), h.level}
}

func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.level}
}

// Work starts the background jobs: indexing what was said and written, and what
// is missing of the index of before.
func (s *Store) Work(ctx context.Context) error {
	if err := s.mendLater(ctx); err != nil {
		return fmt.Errorf("look after the index: %w", err)
	}
	if err := s.jobs.Start(ctx); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	s.working = true
	return nil
}

// StopWork lets running jobs finish, or cancels them when ctx ends. They are
// taken up again at the next start.
func (s *Store) StopWork(ctx context.Context) error {
	if !s.working {
		return nil
	}
	if err := s.jobs.Stop(ctx); err != nil {
		return s.jobs.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}

// indexLater puts the job in with the reflection that it is about.
func (t *tx) indexLater(ctx context.Context, reflection ID) error {
	_, err := t.store.jobs.InsertTx(ctx, t.Tx, indexArgs{t.owner, reflection}, nil)
	return err
}
