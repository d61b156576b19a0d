package memory

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"innerwork/memory/embed"
)

// wordwise tells whether the embedder gives the vectors of single words.
func (s *Store) wordwise() bool {
	_, ok := s.embedder.(embed.Wordwise)
	return ok
}

// MendAll makes everybody's index whole and has jobs that were given up tried
// again. It tells of each step how many reflections it has done since the
// last. What it began is taken up again by another call.
func (s *Store) MendAll(ctx context.Context, did func(reflections int)) (err error) {
	defer wrap(&err, "mend all")
	people, err := s.everybody(ctx)
	if err != nil {
		return err
	}
	for _, owner := range people {
		if err := s.recount(ctx, owner); err != nil {
			return err
		}
		for {
			done, err := s.Mend(ctx, owner, mendAtOnce)
			if err != nil {
				return err
			}
			did(done)
			if done < mendAtOnce {
				break
			}
		}
	}
	rows, err := s.system.Query(ctx, `SELECT id FROM river_job WHERE state = 'discarded'`)
	if err != nil {
		return translate(err)
	}
	jobs, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return translate(err)
	}
	for _, id := range jobs {
		if _, err := s.jobs.JobRetry(ctx, id); err != nil {
			return translate(err)
		}
	}
	return nil
}

// recount takes away what is not to be searched and what has no words behind
// it, and sets right what is counted.
func (s *Store) recount(ctx context.Context, owner ID) error {
	current, err := s.current(ctx)
	if err != nil {
		return err
	}
	return s.asPipeline(ctx, owner, func(tx *tx) error {
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`DELETE FROM passages p USING reflections r WHERE p.owner = $1 AND r.owner = $1 AND r.id = p.reflection AND (r.withheld
				OR EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id))`, []any{owner}},
			{`DELETE FROM senses s WHERE s.owner = $1 AND NOT EXISTS (SELECT FROM passages p WHERE p.owner = s.owner AND p.place = s.place)`, []any{owner}},
			{`DELETE FROM vectors v WHERE v.owner = $1 AND NOT EXISTS (SELECT FROM passages p WHERE p.owner = v.owner AND p.place = v.place)`, []any{owner}},
			{`DELETE FROM terms t WHERE t.owner = $1 AND NOT EXISTS (SELECT FROM passages p WHERE p.owner = t.owner AND p.place = t.place)`, []any{owner}},
			// Made anew by what comes after.
			{`DELETE FROM passages p WHERE p.owner = $1
				AND NOT EXISTS (SELECT FROM terms t WHERE t.owner = p.owner AND t.place = p.place)`, []any{owner}},
			{`DELETE FROM vectors v WHERE v.owner = $1 AND v.generation = $2 AND $3
				AND NOT EXISTS (SELECT FROM senses s WHERE s.owner = v.owner AND s.generation = v.generation AND s.place = v.place)`,
				[]any{owner, current.id, s.wordwise()}},
			{`INSERT INTO indexes (owner, passages) SELECT $1, n FROM (SELECT count(*) AS n FROM passages WHERE owner = $1) c WHERE n > 0
				ON CONFLICT (owner) DO UPDATE SET passages = excluded.passages`, []any{owner}},
			{`UPDATE indexes SET passages = 0 WHERE owner = $1 AND NOT EXISTS (SELECT FROM passages WHERE owner = $1)`, []any{owner}},
		} {
			if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		return tx.spread(ctx)
	})
}

// DropBefore removes, of everybody whose index is whole, the vectors that
// another model made before; otherwise they are kept for a week.
func (s *Store) DropBefore(ctx context.Context) (err error) {
	defer wrap(&err, "drop vectors of before")
	current, err := s.current(ctx)
	if err != nil || current.id == 0 {
		return err
	}
	for after := uuid.Nil; ; {
		err := s.system.QueryRow(ctx, `SELECT owner FROM indexes WHERE owner > $1 AND generation = $2 AND beside IS NOT NULL ORDER BY owner LIMIT 1`,
			after, current.id).Scan(&after)
		if err == pgx.ErrNoRows {
			return nil
		}
		if err != nil {
			return translate(err)
		}
		if err := s.dropBeside(ctx, after, current, s.now().AddDate(1, 0, 0)); err != nil {
			return err
		}
	}
}
