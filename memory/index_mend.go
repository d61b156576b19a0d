package memory

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// mendArgs names a person whose index is to be made whole.
type mendArgs struct {
	Owner ID `json:"owner"`
}

// Kind names the job for River.
func (mendArgs) Kind() string { return "mend_index" }

// InsertOpts puts it behind what is said now, and in once for each person.
func (mendArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Priority: 4, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished()}}
}

type mendWorker struct {
	river.WorkerDefaults[mendArgs]
	store *Store
}

// unfinished are the states in which a job is still to come or to end.
func unfinished() []rivertype.JobState {
	return []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled}
}

// mendAtOnce is how many reflections one run of the job does: the queue stays
// free for what is said now.
const mendAtOnce = 50

func (w *mendWorker) Work(ctx context.Context, job *river.Job[mendArgs]) error {
	done, err := w.store.Mend(ctx, job.Args.Owner, mendAtOnce)
	if err != nil {
		return err
	}
	if done == mendAtOnce {
		return river.JobSnooze(time.Millisecond) // goes on where it is, after what waits
	}
	return nil
}

// Mend indexes up to limit of a person's reflections of which a part is
// missing, such as those from before the parts were what they are now, the
// latest first. It returns how many it did; fewer than limit means that
// nothing is missing any more.
func (s *Store) Mend(ctx context.Context, owner ID, limit int) (done int, err error) {
	defer wrap(&err, "mend the index")
	var generation int16
	if s.embedder != nil {
		if generation, err = s.generation(ctx); err != nil {
			return 0, err
		}
	}
	var todo []ID
	err = s.read(ctx, s.pipeline, owner, func(b *batch) {
		b.Queue(`
			SELECT r.id FROM reflections r
			WHERE r.owner = $1 AND NOT r.apart AND r.text ~ '[[:graph:]]'
			  AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)
			  AND (NOT EXISTS (SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id)
			       OR $2 > 0 AND EXISTS (
			           SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id AND NOT EXISTS (
			               SELECT FROM vectors v WHERE v.owner = p.owner AND v.generation = $2 AND v.place = p.place)))
			ORDER BY r.at DESC, r.id LIMIT $3`, owner, generation, limit).
			Query(func(rows pgx.Rows) (err error) {
				todo, err = pgx.CollectRows(rows, pgx.RowTo[ID])
				return err
			})
	})
	for _, id := range todo {
		if err == nil {
			err = s.Index(ctx, owner, id)
		}
	}
	return len(todo), err
}

// mendLater puts in a job for everybody; where nothing is missing it is done
// at once.
func (s *Store) mendLater(ctx context.Context) error {
	rows, err := s.system.Query(ctx, `SELECT id FROM people`)
	if err != nil {
		return translate(err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	if err != nil {
		return translate(err)
	}
	for _, id := range people {
		if _, e := s.jobs.Insert(ctx, mendArgs{id}, nil); e != nil {
			err = errors.Join(err, e)
		}
	}
	return translate(err)
}
