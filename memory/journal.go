package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// NewReflection is a journal entry to keep.
type NewReflection struct {
	ID   ID // made by her browser; the key, with the owner
	Text string
	At   time.Time // zero: now
	Zone string    // IANA time zone of At
}

// Write keeps a journal entry. The same id with the same text is the same
// entry, and created is false; with another text it is refused, and so is a
// forgotten one.
func (s *Store) Write(ctx context.Context, owner ID, n NewReflection) (r Reflection, created bool, err error) {
	defer wrap(&err, "write %v", n.ID)
	now := s.now()
	if n.At.IsZero() {
		n.At = now
	}
	if err := first(checkIDs(n.ID), checkText("The reflection", n.Text, MaxText), checkZone(n.Zone)); err != nil {
		return r, false, err
	}
	if n.At.After(now.Add(24 * time.Hour)) {
		return r, false, Errorf(CodeInvalid, "The reflection is dated in the future. Please check its date.")
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `INSERT INTO reflections (owner, id, kind, text, at, zone) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (owner, id) DO NOTHING`, owner, n.ID, Written, n.Text, n.At, n.Zone)
		if err != nil {
			return err
		}
		if created = tag.RowsAffected() == 1; created {
			if err := tx.kept(ctx, n.ID); err != nil {
				return err
			}
		}
		r, err = tx.reflection(ctx, n.ID)
		if err == nil && (r.Text != n.Text || r.Kind != Written || r.Supersedes != nil) {
			return Errorf(CodeConflict, "There is another reflection under this id already. Nothing was changed.")
		}
		return err
	})
	return r, created && err == nil, err
}

// kept goes with every new reflection: its id must not be a forgotten one, and
// it is indexed. It looks after the row was inserted: an insert waits for a
// forgetting that is under way, and only then is the tombstone to be seen.
func (t *tx) kept(ctx context.Context, id ID) error {
	var forgotten bool
	err := t.QueryRow(ctx, `SELECT EXISTS (SELECT FROM tombstones WHERE owner = $1 AND id = $2)`, t.owner, id).Scan(&forgotten)
	if err != nil {
		return err
	}
	if forgotten {
		return errForgotten
	}
	return t.indexLater(ctx, id)
}

var errForgotten = Errorf(CodeGone, "You have forgotten this reflection; it stays forgotten.")

// Reflection returns one of hers and all versions of it, the oldest first.
func (s *Store) Reflection(ctx context.Context, owner, id ID) (r Reflection, versions []Reflection, err error) {
	defer wrap(&err, "reflection %v", id)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		ids, err := tx.versions(ctx, id)
		if err != nil {
			return err
		}
		all, err := inside(ctx, tx, (*batch).reflections, ids...)
		if err != nil {
			return err
		}
		r = *all[id]
		for _, version := range ids {
			versions = append(versions, *all[version])
		}
		return nil
	})
	return r, versions, err
}

// ReflectionFilter narrows a list of reflections.
type ReflectionFilter struct {
	Within
	Use   Use   // "" for all
	After Place // only what comes after it, the newest first; the zero Place for the beginning
	Limit int   // at most; 0 is 50, and 200 is the most
}

// Place is where a reflection stands in the list of all, so that the next page
// costs what the first one did.
type Place struct {
	At time.Time
	ID ID
}

// Reflections lists hers in their newest version, the newest first.
func (s *Store) Reflections(ctx context.Context, owner ID, f ReflectionFilter) (all []Reflection, err error) {
	defer wrap(&err, "reflections")
	if err := f.Use.check(); err != nil {
		return nil, err
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, candidates)
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			SELECT r.id FROM reflections r
			WHERE r.owner = $1 AND `+insideWithin+` AND `+usedAs[f.Use]+`
			  AND ($7::timestamptz IS NULL OR r.at <= $7 AND (r.at < $7 OR r.id > $8))
			  AND NOT EXISTS (SELECT FROM reflections n WHERE n.owner = r.owner AND n.supersedes = r.id)
			ORDER BY r.at DESC, r.id LIMIT $9`,
			append(f.Within.args(owner), orNull(f.After.At), f.After.ID, f.Limit)...)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[ID])
		if err != nil {
			return err
		}
		all, err = tx.inOrder(ctx, ids)
		return err
	})
	return all, err
}

// inOrder reads reflections in the order of their ids; one that was forgotten
// meanwhile is left out.
func (t *tx) inOrder(ctx context.Context, ids []ID) ([]Reflection, error) {
	by, err := inside(ctx, t, (*batch).reflections, ids...)
	if err != nil {
		return nil, err
	}
	all := make([]Reflection, 0, len(ids))
	for _, id := range ids {
		if r := by[id]; r != nil {
			all = append(all, *r)
		}
	}
	return all, nil
}

// reflection reads one; a forgotten one is told apart from one that never was.
func (t *tx) reflection(ctx context.Context, id ID) (Reflection, error) {
	all, err := inside(ctx, t, (*batch).reflections, id)
	if err != nil {
		return Reflection{}, err
	}
	if all[id] == nil {
		return Reflection{}, t.missing(ctx, id)
	}
	return *all[id], nil
}

// missing is the error for a reflection that is not there.
func (t *tx) missing(ctx context.Context, id ID) error {
	var forgotten bool
	err := t.QueryRow(ctx, `SELECT EXISTS (SELECT FROM tombstones WHERE owner = $1 AND id = $2)`, t.owner, id).Scan(&forgotten)
	if err != nil {
		return err
	}
	if forgotten {
		return errForgotten
	}
	return pgx.ErrNoRows
}
