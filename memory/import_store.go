package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// What one step takes in at most: a transaction that is over soon.
const (
	storeEntries = 200
	storeText    = 2_000_000 // code points; at least one entry
)

// StoreImport takes the next entries in, all of a step or none, and returns how
// far it is. What is here already and what she has forgotten is only counted.
// When nothing waits, nothing happens.
func (s *Store) StoreImport(ctx context.Context, owner, id ID) (c ImportCount, err error) {
	defer wrap(&err, "store import %v", id)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		i, err := tx.importByID(ctx, id, "FOR UPDATE")
		if err != nil {
			return err
		}
		if !i.Read {
			return Errorf(CodeConflict, "This file is not read to its end yet. If that does not change, throw it away and send it again.")
		}
		took, err := tx.takeIn(ctx, i)
		if err != nil {
			return err
		}
		if c, err = tx.countImport(ctx, id); err != nil || c.Waiting > 0 || !took {
			return err
		}
		return s.note(ctx, tx, owner, owner, "words brought in", &id, false)
	})
	return c, err
}

// takeIn makes reflections of the next entries, if there are any.
func (t *tx) takeIn(ctx context.Context, i Import) (took bool, err error) {
	rows, err := t.Query(ctx, `
		SELECT n FROM (
			SELECT n, sum(char_length(text)) OVER (ORDER BY n) - char_length(text) AS before FROM (
				SELECT e.n, e.text FROM import_entries e
				WHERE e.owner = $1 AND e.import = $2 AND e.outcome IS NULL AND e.n > (SELECT decided FROM imports WHERE owner = $1 AND id = $2)
				ORDER BY e.n LIMIT $3) e) e
		WHERE before < $4 ORDER BY n`, t.owner, i.ID, storeEntries, storeText)
	if err != nil {
		return false, err
	}
	next, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil || len(next) == 0 {
		return false, err
	}
	stored, err := t.insertEntries(ctx, i, next)
	if err != nil {
		return false, err
	}
	if _, err := t.Exec(ctx, `
		UPDATE import_entries e SET text = NULL, outcome = CASE
			WHEN reflection = ANY ($5) THEN 'stored'
			WHEN EXISTS (SELECT FROM tombstones t WHERE t.owner = e.owner AND t.id = e.reflection) THEN 'forgotten'
			ELSE 'here' END
		WHERE owner = $1 AND import = $2 AND n BETWEEN $3 AND $4 AND outcome IS NULL`, t.owner, i.ID, next[0], next[len(next)-1], stored); err != nil {
		return false, err
	}
	if _, err := t.Exec(ctx, `UPDATE imports SET decided = $3, expires_at = $4 WHERE owner = $1 AND id = $2`,
		t.owner, i.ID, next[len(next)-1], t.store.now().Add(keepImport)); err != nil {
		return false, err
	}
	return true, t.indexAfterOthers(ctx, stored)
}

// insertEntries inserts those that are new, and returns their ids. Where
// somebody else stands at an entry's turn of its thread already (she had gone
// on from another wording when it was imported before), the new ones of the
// thread stand behind what is there.
func (t *tx) insertEntries(ctx context.Context, i Import, next []int) (stored []ID, err error) {
	rows, err := t.Query(ctx, `
		WITH fresh AS (
			SELECT e.*, row_number() OVER (PARTITION BY thread, turn ORDER BY n) > 1
				OR EXISTS (SELECT FROM reflections r WHERE r.owner = $1 AND r.thread = e.thread AND r.turn = e.turn) AS taken
			FROM import_entries e
			WHERE owner = $1 AND import = $2 AND n BETWEEN $4 AND $6 AND outcome IS NULL
			  AND NOT EXISTS (SELECT FROM reflections r WHERE r.owner = $1 AND r.id = e.reflection)
			  AND NOT EXISTS (SELECT FROM tombstones t WHERE t.owner = $1 AND t.id = e.reflection)
		), placed AS (
			SELECT e.*, CASE
				WHEN thread IS NULL THEN NULL
				WHEN NOT bool_or(taken) OVER (PARTITION BY thread) THEN turn
				ELSE row_number() OVER (PARTITION BY thread ORDER BY n) + coalesce((
					SELECT max(r.turn) FROM reflections r WHERE r.owner = $1 AND r.thread = e.thread), -1) END AS stands
			FROM fresh e
		)
		INSERT INTO reflections (owner, id, kind, text, at, zone, label, thread, turn)
		SELECT $1, reflection, 'imported', text, `+entryAt+`, `+entryZone+`, label,
		       CASE WHEN stands < $5 THEN thread END, CASE WHEN stands < $5 THEN stands END
		FROM placed e ORDER BY n
		ON CONFLICT (owner, id) DO NOTHING RETURNING id`, t.owner, i.ID, i.Zone, next[0], mostParts, next[len(next)-1])
	if err != nil {
		return nil, err
	}
	if stored, err = pgx.CollectRows(rows, pgx.RowTo[ID]); err != nil {
		return nil, err
	}
	// An insert waits for a forgetting that is under way; only now is its
	// tombstone to be seen.
	rows, err = t.Query(ctx, `
		WITH late AS (
			DELETE FROM reflections r USING tombstones t WHERE r.owner = $1 AND r.id = ANY ($2) AND t.owner = r.owner AND t.id = r.id RETURNING r.id)
		SELECT id FROM unnest($2::uuid[]) AS id WHERE id NOT IN (SELECT id FROM late)`, t.owner, stored)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[ID])
}

// indexAfterOthers has many indexed, behind what is said now.
func (t *tx) indexAfterOthers(ctx context.Context, ids []ID) error {
	if len(ids) == 0 {
		return nil
	}
	jobs := make([]river.InsertManyParams, len(ids))
	for i, id := range ids {
		jobs[i] = river.InsertManyParams{Args: indexArgs{t.owner, id}, InsertOpts: &river.InsertOpts{Priority: 3}}
	}
	_, err := t.store.jobs.InsertManyTx(ctx, t.Tx, jobs)
	return err
}

// DropImport throws a file away that was not taken in, or not to its end. What
// was taken in stays.
func (s *Store) DropImport(ctx context.Context, owner, id ID) (err error) {
	defer wrap(&err, "drop import %v", id)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM imports WHERE owner = $1 AND id = $2`, owner, id)
		if err == nil && tag.RowsAffected() == 0 {
			err = pgx.ErrNoRows
		}
		return err
	})
}

// takeBackAtOnce is how many one step forgets, each a transaction of its own.
const takeBackAtOnce = 20

// TakeBackImport forgets the next of what an import stored, with all that was
// made of it, and returns how far it is.
func (s *Store) TakeBackImport(ctx context.Context, owner, id ID) (c ImportCount, err error) {
	defer wrap(&err, "take back import %v", id)
	var next []ID
	if err := s.asPerson(ctx, owner, func(tx *tx) error {
		if _, err := tx.importByID(ctx, id, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT reflection FROM import_entries WHERE owner = $1 AND import = $2 AND outcome = 'stored' ORDER BY n LIMIT $3`,
			owner, id, takeBackAtOnce)
		if err != nil {
			return err
		}
		next, err = pgx.CollectRows(rows, pgx.RowTo[ID])
		return err
	}); err != nil {
		return c, err
	}
	for _, reflection := range next {
		if _, err := s.Forget(ctx, owner, reflection); err != nil && CodeOf(err) != CodeGone {
			return c, err
		}
	}
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		c, err = tx.countImport(ctx, id)
		return err
	})
	return c, err
}
