package memory

import (
	"context"
	"time"
)

// Use narrows reflections by what she said of their use.
type Use string

// The uses.
const (
	UseAll       Use = ""
	UseApart     Use = "apart"     // for nothing
	UseOutdated  Use = "outdated"  // no longer holds: not recalled, nothing new is made of it
	UseUnlearned Use = "unlearned" // said while learning was paused: not recalled later
	UseWithheld  Use = "withheld"  // any of the three
)

// usedAs is each of them as a condition on reflections r.
var usedAs = map[Use]string{
	UseAll: `true`, UseApart: `r.withheld AND r.apart`, UseOutdated: `r.withheld AND r.outdated_at IS NOT NULL`,
	UseUnlearned: `r.withheld AND r.unlearned`, UseWithheld: `r.withheld`,
}

func (u Use) check() error {
	if usedAs[u] == "" {
		return Errorf(CodeInvalid, "What was kept out of use is apart, outdated or unlearned.")
	}
	return nil
}

// struck is a condition on reflections f: nothing new is made of these words.
const struck = `(f.apart OR f.outdated_at IS NOT NULL OR EXISTS (SELECT FROM reflections n WHERE n.owner = f.owner AND n.supersedes = f.id))`

// SetApart keeps a reflection, in all its versions, out of recall, prompts,
// proposals and releases, or takes it back in. Releases of lines that are made
// of it end.
func (s *Store) SetApart(ctx context.Context, owner, id ID, apart bool) (err error) {
	defer wrap(&err, "set %v apart", id)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		ids, err := tx.use(ctx, id, `apart = $3`, apart)
		if err != nil || !apart {
			return err
		}
		_, err = tx.endReleases(ctx, `line IN (
			SELECT l.id FROM lines l JOIN quotes q ON q.owner = l.owner AND q.id = l.quote
			WHERE l.owner = $1 AND q.reflection = ANY ($3)
			UNION ALL
			SELECT k.line FROM line_quotes k JOIN quotes q ON q.owner = k.owner AND q.id = k.quote
			WHERE k.owner = $1 AND q.reflection = ANY ($3))`, ids)
		return err
	})
}

// SetOutdated says that a reflection, in all its versions, no longer holds, or
// that it does again. It is not recalled and nothing new is made of it; what
// she made of it before stays.
func (s *Store) SetOutdated(ctx context.Context, owner, id ID, outdated bool) (err error) {
	defer wrap(&err, "set %v outdated", id)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		var at *time.Time
		if outdated {
			at = orNull(s.now())
		}
		_, err := tx.use(ctx, id, `outdated_at = CASE WHEN $3::timestamptz IS NOT NULL THEN coalesce(outdated_at, $3) END`, at)
		return err
	})
}

// TakeIn lets a reflection that was said while learning was paused be recalled
// from here on.
func (s *Store) TakeIn(ctx context.Context, owner, id ID) (err error) {
	defer wrap(&err, "take in %v", id)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		_, err := tx.use(ctx, id, `unlearned = $3`, false)
		return err
	})
}

// use changes what may be done with all versions of a reflection, and its place
// in the search with it: what is withheld has no passages.
func (t *tx) use(ctx context.Context, id ID, set string, value any) (ids []ID, err error) {
	if ids, err = t.versions(ctx, id); err != nil {
		return nil, err
	}
	if _, err := t.Exec(ctx, `UPDATE reflections SET `+set+` WHERE owner = $1 AND id = ANY ($2)`, t.owner, ids, value); err != nil {
		return nil, err
	}
	var withheld bool
	newest := ids[len(ids)-1]
	if err := t.QueryRow(ctx, `SELECT withheld FROM reflections WHERE owner = $1 AND id = $2`, t.owner, newest).Scan(&withheld); err != nil {
		return nil, err
	}
	if withheld {
		return ids, t.unindex(ctx, ids)
	}
	return ids, t.indexLater(ctx, newest)
}
