package memory

import (
	"context"
	"errors"
	"slices"

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
	mendAtOnce = 200   // reflections
	lookAtOnce = 1_000 // people
)

// Work goes on with the round. Nobody waits for somebody who has more: they
// come again in the next one. A person whose index cannot be mended now does
// not keep the others from it.
func (w *mendWorker) Work(ctx context.Context, job *river.Job[mendArgs]) error {
	round, mended := job.Args, 0
	current, err := w.store.current(ctx)
	if err != nil {
		return err
	}
	people, err := w.store.unwhole(ctx, current, round.After)
	if err != nil {
		return err
	}
	var failed error
	for _, owner := range people {
		limit := mendAtOnce - mended
		done, err := w.store.Mend(ctx, owner, limit)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failed = errors.Join(failed, err)
		round.After, round.Again = owner, round.Again || err == nil && done == limit
		if mended += done; mended >= mendAtOnce {
			return w.goOn(ctx, round)
		}
	}
	switch {
	case len(people) == lookAtOnce:
		return w.goOn(ctx, round)
	case round.Again:
		return w.goOn(ctx, mendArgs{Run: round.Run})
	}
	return failed // tried again by River from where this run began
}

// unwhole are the next people whose index is not whole, or of whom vectors of
// before are still kept that nobody needs any more.
func (s *Store) unwhole(ctx context.Context, current generation, after ID) ([]ID, error) {
	rows, err := s.system.Query(ctx, `
		SELECT owner FROM indexes
		WHERE owner > $1 AND (wanting IS NOT NULL
		   OR $2 <> 0 AND generation IS DISTINCT FROM $2
		   OR $2 <> 0 AND generation = $2 AND beside IS NOT NULL AND (since IS NULL OR since < $3))
		ORDER BY owner LIMIT $4`, after, current.id, s.now().Add(-keepBeside), lookAtOnce)
	if err != nil {
		return nil, translate(err)
	}
	people, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	return people, translate(err)
}

// goOn puts the next run in behind what waits.
func (w *mendWorker) goOn(ctx context.Context, next mendArgs) error {
	next.Run++
	_, err := w.store.jobs.Insert(ctx, next, nil)
	return translate(err)
}

// atOnce is how many reflections are indexed in one transaction.
const atOnce = 50

// Mend indexes up to limit of a person's reflections of which a part is
// missing, such as those from before the parts were what they are now, the
// latest first. It returns how many it did; with fewer than limit nothing is
// missing any more, and the generation that is whole now is the one that is
// searched.
func (s *Store) Mend(ctx context.Context, owner ID, limit int) (done int, err error) {
	defer wrap(&err, "mend the index")
	current, err := s.current(ctx)
	if err != nil {
		return 0, err
	}
	before, err := s.state(ctx, owner)
	if err != nil {
		return 0, err
	}
	todo, err := s.gaps(ctx, owner, current, limit)
	if err != nil {
		return 0, err
	}
	refused := 0
	for ids := range slices.Chunk(todo, atOnce) {
		if err := s.IndexAll(ctx, owner, ids); err == nil {
			continue
		}
		n, err := s.indexEach(ctx, owner, ids)
		if err != nil {
			return 0, err
		}
		refused += n
	}
	done = len(todo) - refused
	if len(todo) == limit {
		return done, s.measure(ctx, owner, current)
	}
	if err := s.settle(ctx, owner, current, before); err != nil || refused == 0 {
		return done, err
	}
	return done, s.want(ctx, owner) // another round asks for them again
}

// indexEach tells apart an embedder that does not work, which is an error, and
// one that refuses some texts, which then have no vector and hold nothing else
// up.
func (s *Store) indexEach(ctx context.Context, owner ID, ids []ID) (refused int, err error) {
	for _, id := range ids {
		err := s.Index(ctx, owner, id)
		if err == nil {
			continue
		}
		if s.embedder == nil || ctx.Err() != nil {
			return refused, err
		}
		if _, broken := s.embedder.Passage(ctx, ofNobody[0]); broken != nil {
			return refused, err
		}
		refused++
	}
	return refused, nil
}

// gaps are reflections of which passages are missing, or vectors of the
// current generation.
func (s *Store) gaps(ctx context.Context, owner ID, current generation, limit int) (todo []ID, err error) {
	err = s.read(ctx, s.pipeline, owner, func(b *batch) {
		b.Queue(`
			SELECT r.id FROM reflections r
			WHERE r.owner = $1 AND NOT r.withheld AND r.text ~ '[[:graph:]]'
			  AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)
			  AND (NOT EXISTS (SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id)
			       OR $2 > 0 AND EXISTS (
			           SELECT FROM passages p WHERE p.owner = r.owner AND p.reflection = r.id AND NOT EXISTS (
			               SELECT FROM vectors v WHERE v.owner = p.owner AND v.generation = $2 AND v.place = p.place)))
			ORDER BY r.at DESC, r.id LIMIT $3`, owner, current.id, limit).
			Query(func(rows pgx.Rows) (err error) {
				todo, err = pgx.CollectRows(rows, pgx.RowTo[ID])
				return err
			})
	})
	return todo, err
}

// mendLater has a round over all people begin; where nothing is missing it is
// over at once.
func (s *Store) mendLater(ctx context.Context) error {
	_, err := s.jobs.Insert(ctx, mendArgs{}, nil)
	return translate(err)
}
