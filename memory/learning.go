package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Learning says whether what she says is recalled later.
type Learning struct {
	PausedAt  *time.Time `json:"pausedAt,omitempty"` // nil: it is
	Unlearned int        `json:"unlearned"`          // how many reflections wait to be taken in, in their newest version
}

// Learning reads her switch.
func (s *Store) Learning(ctx context.Context, owner ID) (l Learning, err error) {
	defer wrap(&err, "learning")
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		l, err = tx.learning(ctx)
		return err
	})
	return l, err
}

func (t *tx) learning(ctx context.Context) (l Learning, err error) {
	err = t.QueryRow(ctx, `
		SELECT (SELECT paused_at FROM learning WHERE owner = $1), (
			SELECT count(*) FROM reflections r WHERE r.owner = $1 AND r.withheld AND r.unlearned
			AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id))`, t.owner).
		Scan(&l.PausedAt, &l.Unlearned)
	return l, err
}

// PauseLearning turns the switch: what she says and writes while it is paused
// stays hers and is not recalled later. The schema sees to it for every row.
func (s *Store) PauseLearning(ctx context.Context, owner ID, paused bool) (l Learning, err error) {
	defer wrap(&err, "pause learning")
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		act, at := "learning resumed", orNull(time.Time{})
		if paused {
			act, at = "learning paused", orNull(s.now())
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO learning AS l (owner, paused_at) VALUES ($1, $2)
			ON CONFLICT (owner) DO UPDATE SET paused_at = excluded.paused_at
			WHERE (l.paused_at IS NULL) <> (excluded.paused_at IS NULL)`, owner, at)
		if err != nil {
			return err
		}
		if tag.RowsAffected() > 0 {
			if err := s.note(ctx, tx, owner, owner, act, nil, false); err != nil {
				return err
			}
		}
		l, err = tx.learning(ctx)
		return err
	})
	return l, err
}

// TakeAllIn takes in all that was said while learning was paused, and returns
// how many reflections those are.
func (s *Store) TakeAllIn(ctx context.Context, owner ID) (n int, err error) {
	defer wrap(&err, "take all in")
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			UPDATE reflections r SET unlearned = false WHERE owner = $1 AND withheld AND unlearned
			RETURNING CASE WHEN NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id) THEN id END`, owner)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[*ID])
		if err != nil {
			return err
		}
		for _, id := range ids {
			if id == nil {
				continue
			}
			n++
			if err := tx.indexLater(ctx, *id); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
