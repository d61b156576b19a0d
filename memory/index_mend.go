package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// mendArgs is where a round over all people stands that makes their indexes
// whole.
type mendArgs struct {
	Run   int  `json:"run"`   // since the start: no two jobs of a round are the same
	After ID   `json:"after"` // the last person who was looked at
	Again bool `json:"again"` // somebody before had more than one run does
}

// Kind names the job for River.
func (mendArgs) Kind() string { return "mend_index" }

// InsertOpts puts it behind what is said now, and in once for all nodes.
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

// What one run of the job does at most: the queue stays free for what is said
// now.
const (
	mendAtOnce = 50    // reflections
	lookAtOnce = 1_000 // people
)

// Work goes on with the round. Nobody waits for somebody who has more: they
// come again in the next one.
func (w *mendWorker) Work(ctx context.Context, job *river.Job[mendArgs]) error {
	round, mended := job.Args, 0
	for range lookAtOnce {
		var owner ID
		err := w.store.system.QueryRow(ctx, `SELECT id FROM people WHERE id > $1 ORDER BY id LIMIT 1`, round.After).Scan(&owner)
		if err == pgx.ErrNoRows {
			if !round.Again {
				return nil
			}
			return w.goOn(ctx, mendArgs{Run: round.Run})
		}
		if err != nil {
			return translate(err)
		}
		limit := mendAtOnce - mended
		done, err := w.store.Mend(ctx, owner, limit)
		if err != nil {
			return err
		}
		round.After, round.Again = owner, round.Again || done == limit
		if mended += done; mended == mendAtOnce {
			break
		}
	}
	return w.goOn(ctx, round)
}

// goOn puts the next run in behind what waits.
func (w *mendWorker) goOn(ctx context.Context, next mendArgs) error {
	next.Run++
	_, err := w.store.jobs.Insert(ctx, next, nil)
	return translate(err)
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
			WHERE r.owner = $1 AND NOT r.withheld AND r.text ~ '[[:graph:]]'
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

// mendLater has a round over all people begin; where nothing is missing it is
// over at once.
func (s *Store) mendLater(ctx context.Context) error {
	_, err := s.jobs.Insert(ctx, mendArgs{}, nil)
	return translate(err)
}
