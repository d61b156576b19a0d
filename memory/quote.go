package memory

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// quoteObject is a quote q of reflection f as the JSON of a Quote.
const quoteObject = `jsonb_build_object('reflection', q.reflection, 'start', q.start, 'end', q."end",
	'at', f.at, 'conversation', f.conversation, 'text', substr(f.text, q.start + 1, q."end" - q.start))`

// FindQuote finds where in a reflection of hers a text stands, letter for
// letter, the first time that it does. What stands nowhere is no quote.
func (s *Store) FindQuote(ctx context.Context, owner, reflection ID, text string) (q Quote, err error) {
	defer wrap(&err, "find a quote in %v", reflection)
	if err := checkText("The quote", text, MaxText); err != nil {
		return q, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		r, err := tx.reflection(ctx, reflection)
		if err != nil {
			return err
		}
		before, _, there := strings.Cut(r.Text, text)
		if !there {
			return Errorf(CodeNotFound, "These words do not stand in that reflection as they are quoted.")
		}
		q = Quote{Reflection: r.ID, Start: utf8.RuneCountInString(before), Text: text, At: r.At, Conversation: r.Conversation}
		q.End = q.Start + utf8.RuneCountInString(text)
		return nil
	})
	return q, err
}

// quoted is what a new quote has to know of its reflection.
type quoted struct {
	id           ID // of the quote, to be
	conversation *ID
	apart        bool
}

// newQuotes keeps quotes and returns their ids in order, one for each
// different span. The words are never stored a second time: a quote is a span,
// and one that does not lie within the reflection is refused by the schema.
func (t *tx) newQuotes(ctx context.Context, quotes []Quote) ([]quoted, error) {
	if len(quotes) == 0 {
		return nil, nil
	}
	if len(quotes) > MaxQuotes {
		return nil, Errorf(CodeInvalid, "That is more than %d quotes. Please choose fewer.", MaxQuotes)
	}
	ids := make([]ID, len(quotes))
	for i, q := range quotes {
		ids[i] = q.Reflection
	}
	reflections, err := inside(ctx, t, (*batch).reflections, ids...)
	if err != nil {
		return nil, err
	}
	batch := &pgx.Batch{}
	var all []quoted
	seen := map[Quote]bool{}
	for _, q := range quotes {
		r := reflections[q.Reflection]
		if r == nil {
			return nil, Errorf(CodeNotFound, "What is quoted is not there, or no longer.")
		}
		at := Quote{Reflection: q.Reflection, Start: q.Start, End: q.End}
		if seen[at] {
			continue
		}
		seen[at] = true
		id := t.store.newID()
		all = append(all, quoted{id, r.Conversation, r.Apart})
		batch.Queue(insertQuote, t.owner, id, q.Reflection, q.Start, q.End)
	}
	return all, t.SendBatch(ctx, batch).Close()
}

// dropUnused removes the quotes among ids that nothing stands on any more, and
// returns how many those were.
func (t *tx) dropUnused(ctx context.Context, ids []ID) (int, error) {
	tag, err := t.Exec(ctx, `
		DELETE FROM quotes q WHERE q.owner = $1 AND q.id = ANY ($2)
		  AND NOT EXISTS (SELECT FROM sentences u WHERE u.owner = q.owner AND u.quote = q.id)
		  AND NOT EXISTS (SELECT FROM insight_wordings u WHERE u.owner = q.owner AND u.quote = q.id)
		  AND NOT EXISTS (SELECT FROM insight_quotes u WHERE u.owner = q.owner AND u.quote = q.id)
		  AND NOT EXISTS (SELECT FROM proposal_quotes u WHERE u.owner = q.owner AND u.quote = q.id)
		  AND NOT EXISTS (SELECT FROM lines u WHERE u.owner = q.owner AND u.quote = q.id)
		  AND NOT EXISTS (SELECT FROM line_quotes u WHERE u.owner = q.owner AND u.quote = q.id)`, t.owner, ids)
	return int(tag.RowsAffected()), err
}
