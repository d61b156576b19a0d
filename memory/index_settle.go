package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// keepBeside is how long the vectors of before are kept once others have taken
// their place: whoever changes the model back within that time has them still.
const keepBeside = 7 * 24 * time.Hour

// settle notes that nothing is missing. The current generation is searched from
// here on, and the one before it is kept beside it for a while. What became
// missing since before was read stays noted.
func (s *Store) settle(ctx context.Context, owner ID, current generation, before state) error {
	if _, err := s.system.Exec(ctx, `
		UPDATE indexes SET
			wanting = CASE WHEN wanting IS NOT DISTINCT FROM $3 THEN NULL ELSE wanting END, missing = 0, characters = 0,
			beside = CASE WHEN generation <> $2 THEN generation ELSE beside END,
			since = CASE WHEN generation <> $2 THEN $4 ELSE since END,
			generation = nullif($2, 0)
		WHERE owner = $1 AND $2 <> 0`, owner, current.id, before.wanting, s.now()); err != nil || current.id == 0 {
		return translate(err)
	}
	return s.dropBeside(ctx, owner, current, s.now().Add(-keepBeside))
}

// dropBeside removes the vectors of other generations than the one that is
// searched, if it took their place before a time.
func (s *Store) dropBeside(ctx context.Context, owner ID, current generation, before time.Time) error {
	var due bool
	err := s.system.QueryRow(ctx, `SELECT EXISTS (SELECT FROM indexes
		WHERE owner = $1 AND generation = $2 AND beside IS NOT NULL AND (since IS NULL OR since < $3))`, owner, current.id, before).Scan(&due)
	if err != nil || !due {
		return translate(err)
	}
	if err := s.asPipeline(ctx, owner, func(tx *tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM vectors WHERE owner = $1 AND generation <> $2`, owner, current.id)
		return err
	}); err != nil {
		return err
	}
	_, err = s.system.Exec(ctx, `UPDATE indexes SET beside = NULL, since = NULL WHERE owner = $1 AND generation = $2`, owner, current.id)
	return translate(err)
}

// measure notes how much the current generation still lacks.
func (s *Store) measure(ctx context.Context, owner ID, current generation) error {
	var missing int
	var characters int64
	err := s.read(ctx, s.pipeline, owner, func(b *batch) {
		b.Queue(`
			SELECT count(*), coalesce(sum(p."end" - p.start), 0) FROM passages p
			WHERE p.owner = $1 AND NOT EXISTS (
				SELECT FROM vectors v WHERE v.owner = p.owner AND v.generation = $2 AND v.place = p.place)`, owner, current.id).
			QueryRow(func(row pgx.Row) error { return row.Scan(&missing, &characters) })
	})
	if err != nil {
		return err
	}
	_, err = s.system.Exec(ctx, `
		UPDATE indexes SET missing = $3, characters = $4,
			beside = CASE WHEN generation <> $2 THEN $2 ELSE beside END,
			since = CASE WHEN generation <> $2 THEN NULL ELSE since END
		WHERE owner = $1`, owner, current.id, missing, characters)
	return translate(err)
}
