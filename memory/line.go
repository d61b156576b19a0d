package memory

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

var headings = []Heading{CameFor, Noticed, Keep, WillDo, StaysOpen}

// NewLine is a line of a summary: a quote, or her own wording with the quotes
// that it stands on, if any.
type NewLine struct {
	ID      ID
	Heading Heading
	Text    string
	Quote   *Quote
	Quotes  []Quote
}

func (n NewLine) check() error {
	if !slices.Contains(headings, n.Heading) {
		return Errorf(CodeInvalid, "A line stands under one of: came-for, noticed, keep, will-do, stays-open.")
	}
	if (n.Text == "") == (n.Quote == nil) {
		return Errorf(CodeInvalid, "A line is either words that you said or a sentence of yours. Please give one of the two.")
	}
	if n.Quote != nil && len(n.Quotes) > 0 {
		return Errorf(CodeInvalid, "A line that is a quote stands for itself; only a sentence of yours cites others.")
	}
	if n.Quote == nil {
		return first(checkIDs(n.ID), checkText("The line", n.Text, MaxWording))
	}
	return checkIDs(n.ID)
}

func (n NewLine) spans() []Quote {
	if n.Quote != nil {
		return []Quote{*n.Quote}
	}
	return n.Quotes
}

// chose puts other spans in the place of its own.
func (n *NewLine) chose(spans []Quote) {
	if n.Quote != nil {
		n.Quote = &spans[0]
	} else {
		n.Quotes = spans
	}
}

// is reports whether a line says the same.
func (n NewLine) is(l Line) bool {
	if n.Quote == nil || l.Quote == nil {
		return l.Quote == nil && n.Quote == nil && l.Heading == n.Heading && l.Text == n.Text
	}
	return l.Heading == n.Heading && l.Quote.Reflection == n.Quote.Reflection && l.Quote.Start == n.Quote.Start && l.Quote.End == n.Quote.End
}

// AddLine adds a line to a summary, its spans widened to their clauses, and finds the question that came before
// what it is made of. A line is never changed: another wording is another
// line. The same id with the same words is the same line.
func (s *Store) AddLine(ctx context.Context, owner, summary ID, n NewLine) (l Line, err error) {
	defer wrap(&err, "add line %v", n.ID)
	if err := n.check(); err != nil {
		return l, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		whole, err := tx.wholeClauses(ctx, n.spans())
		if err != nil {
			return err
		}
		n.chose(whole)
		there, err := tx.lines(ctx, `l.id = $2`, n.ID)
		if err != nil {
			return err
		}
		if len(there) > 0 {
			if l = there[0]; l.Summary != summary || !n.is(l) {
				return Errorf(CodeConflict, "There is another line under this id already. Nothing was changed.")
			}
			return nil
		}
		var conversation ID
		if err := tx.QueryRow(ctx, `SELECT conversation FROM summaries WHERE owner = $1 AND id = $2`, owner, summary).Scan(&conversation); err != nil {
			return err
		}
		if err := tx.addLine(ctx, summary, conversation, n); err != nil {
			return err
		}
		made, err := tx.lines(ctx, `l.id = $2`, n.ID)
		if err == nil {
			l = made[0]
		}
		return err
	})
	return l, err
}

var errApart = Errorf(CodeConflict, "These words are kept apart, so they cannot go to a coach. Take them back in first, if you want to.")

func (t *tx) addLine(ctx context.Context, summary, conversation ID, n NewLine) error {
	spans := n.spans()
	quotes, err := t.newQuotes(ctx, spans)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(quotes, func(q quoted) bool { return q.apart }) {
		return errApart
	}
	var text *string
	var quote, askedReply *ID
	var askedN *int
	if n.Quote == nil {
		text = &n.Text
	} else {
		quote = &quotes[0].id
	}
	if len(quotes) > 0 && quotes[0].conversation != nil && *quotes[0].conversation == conversation {
		if askedReply, askedN, err = t.askedFor(ctx, conversation, spans[0].Reflection); err != nil {
			return err
		}
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO lines (owner, id, summary, heading, text, quote, asked_reply, asked_n, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		t.owner, n.ID, summary, n.Heading, text, quote, askedReply, askedN, t.store.now())
	if n.Quote == nil {
		for _, q := range quotes {
			batch.Queue(`INSERT INTO line_quotes (owner, line, quote) VALUES ($1, $2, $3)`, t.owner, n.ID, q.id)
		}
	}
	return t.SendBatch(ctx, batch).Close()
}

// askedFor finds the last question that she saw in a conversation before she
// said the reflection there.
func (t *tx) askedFor(ctx context.Context, conversation, reflection ID) (reply *ID, n *int, err error) {
	ids, err := t.versions(ctx, reflection)
	if err != nil {
		return nil, nil, err
	}
	err = t.QueryRow(ctx, `
		SELECT s.reply, s.n FROM events e
		JOIN sentences s ON s.owner = e.owner AND s.reply = e.about AND s.n = e.n
		WHERE e.owner = $1 AND e.conversation = $2 AND e.kind = 'sentence' AND s.kind = 'question' AND s.blanked_at IS NULL
		  AND e.seq < (SELECT min(seq) FROM events
		               WHERE owner = $1 AND conversation = $2 AND kind = 'said' AND about = ANY ($3))
		ORDER BY e.seq DESC LIMIT 1`, t.owner, conversation, ids).Scan(&reply, &n)
	if err == pgx.ErrNoRows {
		return nil, nil, nil
	}
	return reply, n, err
}

// RemoveLine takes a line away, ends its releases, and drops the quotes that
// nothing else stands on. That it was released, and read, stays on record.
func (s *Store) RemoveLine(ctx context.Context, owner, id ID) (err error) {
	defer wrap(&err, "remove line %v", id)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			SELECT quote FROM lines WHERE owner = $1 AND id = $2 AND quote IS NOT NULL
			UNION ALL SELECT quote FROM line_quotes WHERE owner = $1 AND line = $2`, owner, id)
		if err != nil {
			return err
		}
		quotes, err := pgx.CollectRows(rows, pgx.RowTo[ID])
		if err != nil {
			return err
		}
		if _, err := tx.endReleases(ctx, `line = $3`, id); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `DELETE FROM lines WHERE owner = $1 AND id = $2`, owner, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return pgx.ErrNoRows
		}
		_, err = tx.dropUnused(ctx, quotes)
		return err
	})
}

// lines reads those of hers for which the condition holds, with their
// releases; its parameters begin with $2.
func (t *tx) lines(ctx context.Context, condition string, args ...any) ([]Line, error) {
	rows, err := t.Query(ctx, `
		SELECT l.id, l.summary, l.heading, v.text, CASE WHEN q.id IS NOT NULL THEN `+quoteObject+` END, k.quotes, v.asked, l.at
		FROM lines l
		JOIN shown_lines v ON v.owner = l.owner AND v.line = l.id
		LEFT JOIN quotes q ON q.owner = l.owner AND q.id = l.quote
		LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
		CROSS JOIN LATERAL (
			SELECT coalesce(jsonb_agg(`+quoteObject+` ORDER BY f.at, q.start, q.id), '[]') AS quotes
			FROM line_quotes z
			JOIN quotes q ON q.owner = z.owner AND q.id = z.quote
			JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
			WHERE z.owner = l.owner AND z.line = l.id
		) k
		WHERE l.owner = $1 AND `+condition+`
		ORDER BY array_position(ARRAY['came-for', 'noticed', 'keep', 'will-do', 'stays-open'], l.heading), l.at, l.id`,
		append([]any{t.owner}, args...)...)
	if err != nil {
		return nil, err
	}
	var ids []ID
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Line, err error) {
		err = row.Scan(&l.ID, &l.Summary, &l.Heading, &l.Text, &l.Quote, &l.Quotes, &l.Asked, &l.At)
		ids = append(ids, l.ID)
		return l, err
	})
	if err != nil {
		return nil, err
	}
	releases, err := t.releases(ctx, `r.line = ANY ($2)`, ids)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Releases = slices.DeleteFunc(slices.Clone(releases), func(r Release) bool { return r.Line != all[i].ID })
	}
	return all, nil
}
