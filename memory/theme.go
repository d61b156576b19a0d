package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// The most of a theme, in code points, and how many she may have.
const (
	MaxThemeName  = 100
	MaxThemeWords = 500
	MaxThemes     = 100
)

// Theme is a search that she worded, under a name that she gave it.
type Theme struct {
	ID    ID        `json:"id"`
	Name  string    `json:"name"`
	Words string    `json:"words"`
	At    time.Time `json:"at"`
}

// KeepTheme makes a theme, or changes the one of that id.
func (s *Store) KeepTheme(ctx context.Context, owner ID, n Theme) (t Theme, err error) {
	defer wrap(&err, "keep theme %v", n.ID)
	if err := first(checkIDs(n.ID), checkText("The name", n.Name, MaxThemeName), checkText("What to look for", n.Words, MaxThemeWords)); err != nil {
		return t, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO themes (owner, id, name, words, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (owner, id) DO UPDATE SET name = excluded.name, words = excluded.words`,
			owner, n.ID, n.Name, n.Words, s.now()); err != nil {
			return err
		}
		all, err := tx.themes(ctx)
		if err != nil {
			return err
		}
		if len(all) > MaxThemes {
			return Errorf(CodeInvalid, "There are %d themes already. Please remove one first.", MaxThemes)
		}
		t, err = tx.theme(ctx, n.ID)
		return err
	})
	return t, err
}

// Themes lists hers, the oldest first.
func (s *Store) Themes(ctx context.Context, owner ID) (all []Theme, err error) {
	defer wrap(&err, "themes")
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.themes(ctx)
		return err
	})
	return all, err
}

// RemoveTheme removes a theme, and nothing that it finds.
func (s *Store) RemoveTheme(ctx context.Context, owner, id ID) (err error) {
	defer wrap(&err, "remove theme %v", id)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM themes WHERE owner = $1 AND id = $2`, owner, id)
		if err == nil && tag.RowsAffected() == 0 {
			return pgx.ErrNoRows
		}
		return err
	})
}

func (t *tx) theme(ctx context.Context, id ID) (Theme, error) {
	rows, err := t.Query(ctx, `SELECT id, name, words, at FROM themes WHERE owner = $1 AND id = $2`, t.owner, id)
	if err != nil {
		return Theme{}, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Theme])
}

func (t *tx) themes(ctx context.Context) ([]Theme, error) {
	rows, err := t.Query(ctx, `SELECT id, name, words, at FROM themes WHERE owner = $1 ORDER BY at, id`, t.owner)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Theme])
}
