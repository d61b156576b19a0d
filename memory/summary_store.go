package memory

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// SummaryOf returns the summary of a conversation of hers, and begins it if
// there is none.
func (s *Store) SummaryOf(ctx context.Context, owner, conversation ID) (m Summary, err error) {
	defer wrap(&err, "summary of %v", conversation)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO summaries (owner, id, conversation, at)
			SELECT owner, $3, id, $4 FROM conversations WHERE owner = $1 AND id = $2
			ON CONFLICT (owner, conversation) DO NOTHING`, owner, conversation, s.newID(), s.now()); err != nil {
			return err
		}
		all, err := tx.summaries(ctx, &conversation)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return pgx.ErrNoRows
		}
		m = all[0]
		return nil
	})
	return m, err
}

// Summaries lists hers with their lines, the newest first.
func (s *Store) Summaries(ctx context.Context, owner ID) (all []Summary, err error) {
	defer wrap(&err, "summaries")
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.summaries(ctx, nil)
		return err
	})
	return all, err
}

func (t *tx) summaries(ctx context.Context, conversation *ID) ([]Summary, error) {
	rows, err := t.Query(ctx, `SELECT id, conversation, at FROM summaries
		WHERE owner = $1 AND ($2::uuid IS NULL OR conversation = $2) ORDER BY at DESC, id`, t.owner, conversation)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Summary, err error) {
		err = row.Scan(&m.ID, &m.Conversation, &m.At)
		return m, err
	})
	if err != nil {
		return nil, err
	}
	ids := make([]ID, len(all))
	for i, m := range all {
		ids[i] = m.ID
	}
	lines, err := t.lines(ctx, `l.summary = ANY ($2)`, ids)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Lines = slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Summary != all[i].ID })
	}
	return all, nil
}
