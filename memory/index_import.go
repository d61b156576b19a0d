package memory

import (
	"context"
	"time"

	"github.com/google/uuid"
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
		for _, n := range all {
			var thread *ID
			var turn *int
			if n.Thread != uuid.Nil {
				thread, turn = &n.Thread, &n.Turn
			}
			tag, err := tx.Exec(ctx, `
				INSERT INTO reflections (owner, id, kind, text, at, zone, label, thread, turn)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (owner, id) DO NOTHING`,
				owner, n.ID, Imported, n.Text, n.At, n.Zone, n.Label, thread, turn)
			if err != nil {
				return err
			}
			if tag.RowsAffected() == 1 {
				created++
				if err := tx.kept(ctx, n.ID); err != nil {
					return err
				}
				continue
			}
			r, err := tx.reflection(ctx, n.ID)
			if err != nil {
				return err
			}
			if r.Text != n.Text || r.Kind != Imported {
				return Errorf(CodeConflict, "There is another reflection under this id already. Nothing was changed.")
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return created, nil
}
