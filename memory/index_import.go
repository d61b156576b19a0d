package memory

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// The most that one imported entry may have, in code points.
const (
	MaxImported = 1_000_000
	MaxLabel    = 100
)

// NewImported is an entry from elsewhere to keep.
type NewImported struct {
	ID    ID
	Text  string
	At    time.Time
	Zone  string // IANA time zone of At
	Label string // a word on whose or what it is, found and shown as the passage's heading; "" for none
	// Thread is what it was a part of, such as a conversation, and Turn where it
	// stood there, from 0; a zero Thread for what stands alone. What stands
	// around an entry helps to find it.
	Thread ID
	Turn   int
}

// Import keeps entries, all of them or none, and indexes them later. It returns
// how many are new; the same id with the same text is the same entry.
func (s *Store) Import(ctx context.Context, owner ID, all []NewImported) (created int, err error) {
	defer wrap(&err, "import %d entries", len(all))
	for _, n := range all {
		if err := first(checkIDs(n.ID), checkText("The entry", n.Text, MaxImported), checkNote("The label", n.Label, MaxLabel), checkZone(n.Zone)); err != nil {
			return 0, err
		}
		if n.Turn < 0 || n.Turn >= mostParts {
			return 0, Errorf(CodeInvalid, "A thread has at most %d turns.", mostParts)
		}
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		made, err := tx.keepNew(ctx, all)
		if err != nil {
			return err
		}
		created = len(made)
		if len(made) < len(all) {
			if err := tx.sameAsThere(ctx, all); err != nil {
				return err
			}
		}
		return tx.keptAll(ctx, made)
	})
	if err != nil {
		return 0, err
	}
	return created, nil
}

// keepNew keeps entries in one statement and returns the ids of those that are
// new.
func (t *tx) keepNew(ctx context.Context, all []NewImported) ([]ID, error) {
	n := len(all)
	ids, texts, ats := make([]ID, n), make([]string, n), make([]time.Time, n)
	zones, labels, threads, turns := make([]string, n), make([]string, n), make([]*ID, n), make([]*int, n)
	for i := range all {
		ids[i], texts[i], ats[i], zones[i], labels[i] = all[i].ID, all[i].Text, all[i].At, all[i].Zone, all[i].Label
		if all[i].Thread != uuid.Nil {
			threads[i], turns[i] = &all[i].Thread, &all[i].Turn
		}
	}
	rows, err := t.Query(ctx, `
		INSERT INTO reflections (owner, id, kind, text, at, zone, label, thread, turn)
		SELECT $1, id, $2, text, at, zone, label, thread, turn
		FROM unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::uuid[], $9::int[]) n (id, text, at, zone, label, thread, turn)
		ON CONFLICT (owner, id) DO NOTHING RETURNING id`, t.owner, Imported, ids, texts, ats, zones, labels, threads, turns)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[ID])
}

// sameAsThere refuses entries under ids that have other words.
func (t *tx) sameAsThere(ctx context.Context, all []NewImported) error {
	ids, texts := make([]ID, len(all)), make([]string, len(all))
	for i := range all {
		ids[i], texts[i] = all[i].ID, all[i].Text
	}
	var other bool
	err := t.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM unnest($2::uuid[], $3::text[]) n (id, text)
			JOIN reflections r ON r.owner = $1 AND r.id = n.id WHERE r.text <> n.text OR r.kind <> $4)`, t.owner, ids, texts, Imported).Scan(&other)
	if err == nil && other {
		err = Errorf(CodeConflict, "There is another reflection under this id already. Nothing was changed.")
	}
	return err
}

// keptAll is kept for many: what was forgotten stays so, the rest is indexed
// later.
func (t *tx) keptAll(ctx context.Context, ids []ID) error {
	var forgotten bool
	if err := t.QueryRow(ctx, `SELECT EXISTS (SELECT FROM tombstones WHERE owner = $1 AND id = ANY ($2))`, t.owner, ids).Scan(&forgotten); err != nil {
		return err
	}
	if forgotten {
		return errForgotten
	}
	if len(ids) == 0 {
		return nil
	}
	jobs := make([]river.InsertManyParams, len(ids))
	for i, id := range ids {
		jobs[i].Args = indexArgs{t.owner, id}
	}
	_, err := t.store.jobs.InsertManyFastTx(ctx, t.Tx, jobs)
	return err
}
