package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Given is what came up for one reply. It can be asked for at any time later.
type Given struct {
	Reply   Reply    `json:"reply"`
	Said    *Quote   `json:"said,omitempty"` // what the reply answered, as it was said; nil for none, or if it was forgotten
	Sources []Source `json:"sources"`
	Found   int      `json:"found"` // how many came up then
	Gone    int      `json:"gone"`  // of those, forgotten since
}

// Given says what a reply was given of her past, and why.
func (s *Store) Given(ctx context.Context, owner, reply ID) (g Given, err error) {
	defer wrap(&err, "given to %v", reply)
	err = s.read(ctx, s.act, owner, func(b *batch) {
		replies, sources := b.replies([]ID{reply}), b.sources([]ID{reply})
		b.Queue(`
			SELECT p.found, f.id, coalesce(f.length, 0), coalesce(f.text, ''), f.at, f.conversation
			FROM replies p LEFT JOIN reflections f ON f.owner = p.owner AND f.id = p.reflection
			WHERE p.owner = $1 AND p.id = $2`, owner, reply).QueryRow(func(row pgx.Row) error {
			var q nullQuote
			var length int
			var text string
			if err := row.Scan(&g.Found, &q.reflection, &length, &text, &q.at, &q.conversation); err != nil {
				return err
			}
			g.Reply, g.Sources = *replies[reply], sources[reply]
			g.Gone = max(0, g.Found-len(g.Sources))
			if q.reflection != nil {
				g.Said = &Quote{Reflection: *q.reflection, End: length, Text: text, At: *q.at, Conversation: q.conversation}
			}
			return nil
		})
	})
	return g, err
}

// SetUnfit says that a passage was found wrongly for a reply, or takes that
// back. It is about this one use of it and changes no other.
func (s *Store) SetUnfit(ctx context.Context, owner, reply ID, handle string, unfit bool) (err error) {
	defer wrap(&err, "judge %s of %v", handle, reply)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `UPDATE sources SET unfit_at = CASE WHEN $4 THEN coalesce(unfit_at, $5) END
			WHERE owner = $1 AND reply = $2 AND handle = $3`, owner, reply, handle, unfit, s.now())
		if err == nil && tag.RowsAffected() == 0 {
			return pgx.ErrNoRows
		}
		return err
	})
}
