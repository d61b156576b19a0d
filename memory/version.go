package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Edit supersedes the newest version of a reflection by another text. It stays
// where it was in time; quotes stay on the version that they came from. The
// same newID with the same text is the same edit.
func (s *Store) Edit(ctx context.Context, owner, id, newID ID, text string) (r Reflection, err error) {
	defer wrap(&err, "edit %v", id)
	if err := first(checkIDs(id, newID), checkText("The reflection", text, MaxText)); err != nil {
		return r, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		old, err := tx.reflection(ctx, id)
		if err != nil {
			return err
		}
		if old.SupersededBy != nil {
			if r, err = tx.reflection(ctx, *old.SupersededBy); err != nil {
				return err
			}
			if r.ID == newID && r.Text == text {
				return nil
			}
			return errSuperseded
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO reflections (owner, id, kind, text, conversation, at, zone, supersedes, apart, unlearned, outdated_at)
			SELECT owner, $3, kind, $4, conversation, at, zone, id, apart, unlearned OR learning_rests(), outdated_at FROM reflections WHERE owner = $1 AND id = $2`,
			owner, id, newID, text); err != nil {
			return err
		}
		if err := tx.kept(ctx, newID); err != nil {
			return err
		}
		if err := tx.unindex(ctx, []ID{id}); err != nil {
			return err
		}
		r, err = tx.reflection(ctx, newID)
		return err
	})
	if violates(err, "23505") { // edited at the same moment elsewhere, or the id is taken
		return Reflection{}, errSuperseded
	}
	return r, err
}

var errSuperseded = Errorf(CodeConflict, "This was edited since, or the id is taken. Only the newest version can be edited.")

// unindex takes reflections out of the search at once. The job that it leaves
// comes after one that may be under way, and does the same again.
func (t *tx) unindex(ctx context.Context, ids []ID) error {
	if _, err := t.Exec(ctx, `DELETE FROM passages WHERE owner = $1 AND reflection = ANY ($2)`, t.owner, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.indexLater(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// versions are the ids of all versions of a reflection, the oldest first.
func (t *tx) versions(ctx context.Context, id ID) ([]ID, error) {
	rows, err := t.Query(ctx, `
		WITH RECURSIVE older AS (
			SELECT id, supersedes, 0 AS n FROM reflections WHERE owner = $1 AND id = $2
			UNION ALL
			SELECT r.id, r.supersedes, o.n - 1 FROM older o JOIN reflections r ON r.owner = $1 AND r.id = o.supersedes
		), newer AS (
			SELECT id, 0 AS n FROM reflections WHERE owner = $1 AND id = $2
			UNION ALL
			SELECT r.id, o.n + 1 FROM newer o JOIN reflections r ON r.owner = $1 AND r.supersedes = o.id
		)
		SELECT id FROM (SELECT id, n FROM older UNION SELECT id, n FROM newer) AS every ORDER BY n`, t.owner, id)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	if err == nil && len(ids) == 0 {
		err = t.missing(ctx, id)
	}
	return ids, err
}
