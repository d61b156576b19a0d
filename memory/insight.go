package memory

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

// insertInsight takes the practice from the conversation.
const insertInsight = `INSERT INTO insights (owner, id, conversation, practice, at)
	SELECT $1, $2, $3, coalesce((SELECT practice FROM conversations WHERE owner = $1 AND id = $3), ''), $4`

// NewInsight is an insight to keep: in her own wording with the quotes that it
// stands on, if any; or, without a text, the first quote as it stands.
type NewInsight struct {
	ID           ID
	Text         string
	Quotes       []Quote
	Conversation *ID
}

// CreateInsight keeps an insight, its spans widened to their clauses. The same id with the same wording is the
// same insight.
func (s *Store) CreateInsight(ctx context.Context, owner ID, n NewInsight) (i Insight, err error) {
	defer wrap(&err, "create insight %v", n.ID)
	if err := first(checkIDs(n.ID), checkNote("The insight", n.Text, MaxWording)); err != nil {
		return i, err
	}
	if strings.TrimSpace(n.Text) == "" && (n.Text != "" || len(n.Quotes) == 0) {
		return i, Errorf(CodeInvalid, "An insight is a sentence of yours, or words that you said. Please give one of the two.")
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if n.Quotes, err = tx.wholeClauses(ctx, n.Quotes); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, insertInsight+` ON CONFLICT DO NOTHING`, owner, n.ID, n.Conversation, s.now())
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			if i, err = tx.insight(ctx, n.ID); err == nil && !sameWording(i.Wordings[0], n) {
				return Errorf(CodeConflict, "There is another insight under this id already. Nothing was changed.")
			}
			return err
		}
		if err := tx.word(ctx, n); err != nil {
			return err
		}
		i, err = tx.insight(ctx, n.ID)
		return err
	})
	return i, err
}

func sameWording(w Wording, n NewInsight) bool {
	if n.Text != "" || w.Quote == nil {
		return w.Quote == nil && w.Text == n.Text
	}
	q := n.Quotes[0]
	return w.Quote.Reflection == q.Reflection && w.Quote.Start == q.Start && w.Quote.End == q.End
}

// word gives a new insight its first wording and its quotes.
func (t *tx) word(ctx context.Context, n NewInsight) error {
	quotes, err := t.newQuotes(ctx, n.Quotes)
	if err != nil {
		return err
	}
	var text *string
	var quote *ID
	if n.Text != "" {
		text = &n.Text
	} else {
		quote = &quotes[0].id
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO insight_wordings (owner, insight, n, text, quote, at) VALUES ($1, $2, 1, $3, $4, $5)`,
		t.owner, n.ID, text, quote, t.store.now())
	for _, q := range quotes {
		batch.Queue(`INSERT INTO insight_quotes (owner, insight, quote) VALUES ($1, $2, $3)`, t.owner, n.ID, q.id)
	}
	return t.SendBatch(ctx, batch).Close()
}

// Reword gives an insight another wording of hers; the old ones stay in its
// history. The same words again change nothing.
func (s *Store) Reword(ctx context.Context, owner, id ID, text string) (i Insight, err error) {
	defer wrap(&err, "reword %v", id)
	if err := checkText("The insight", text, MaxWording); err != nil {
		return i, err
	}
	return s.changeInsight(ctx, owner, id, func(tx *tx, now Insight) error {
		if now.RetiredAt != nil {
			return Errorf(CodeConflict, "This insight is retired. Take it up again before you reword it.")
		}
		last := now.Wordings[len(now.Wordings)-1]
		if last.Text == text && last.Quote == nil {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO insight_wordings (owner, insight, n, text, at) VALUES ($1, $2, $3, $4, $5)`,
			owner, id, last.N+1, text, s.now())
		return err
	})
}

// RetireInsight puts an insight away, or takes it up again.
func (s *Store) RetireInsight(ctx context.Context, owner, id ID, retired bool) (i Insight, err error) {
	defer wrap(&err, "retire %v", id)
	return s.changeInsight(ctx, owner, id, func(tx *tx, now Insight) error {
		if retired == (now.RetiredAt != nil) {
			return nil
		}
		_, err := tx.Exec(ctx, `UPDATE insights SET retired_at = CASE WHEN $3 THEN $4::timestamptz END WHERE owner = $1 AND id = $2`,
			owner, id, retired, s.now())
		return err
	})
}

func (s *Store) changeInsight(ctx context.Context, owner, id ID, change func(*tx, Insight) error) (i Insight, err error) {
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		// The lock: the number of the next wording depends on the last.
		if _, err := tx.Exec(ctx, `UPDATE insights SET retired_at = retired_at WHERE owner = $1 AND id = $2`, owner, id); err != nil {
			return err
		}
		now, err := tx.insight(ctx, id)
		if err != nil {
			return err
		}
		if err := change(tx, now); err != nil {
			return err
		}
		i, err = tx.insight(ctx, id)
		return err
	})
	return i, err
}

// Insight returns one of hers.
func (s *Store) Insight(ctx context.Context, owner, id ID) (i Insight, err error) {
	defer wrap(&err, "insight %v", id)
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		i, err = tx.insight(ctx, id)
		return err
	})
	return i, err
}

// InsightState is which insights a list shows.
type InsightState string

// The states to list.
const (
	InsightHeld    InsightState = "held"
	InsightRetired InsightState = "retired"
	InsightAll     InsightState = "all"
)

// InsightFilter narrows a list of insights.
type InsightFilter struct {
	Query    string       // words of its wording or of its quotes; "" for all
	State    InsightState // "" is held
	Practice string       // key of one of the ten; "" for all
}

// Insights lists hers, the newest first.
func (s *Store) Insights(ctx context.Context, owner ID, f InsightFilter) (all []Insight, err error) {
	defer wrap(&err, "insights")
	if err := checkNote("The search", f.Query, MaxText); err != nil {
		return nil, err
	}
	if f.State == "" {
		f.State = InsightHeld
	}
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.insights(ctx, `($2 = 'all' OR ($2 = 'retired') = (i.retired_at IS NOT NULL)) AND ($3 = '' OR i.practice = $3)
			AND ($4 = '' OR to_tsvector('english', w.words || ' ' || k.words) @@ websearch_to_tsquery('english', $4))`,
			f.State, f.Practice, f.Query)
		return err
	})
	return all, err
}

func (t *tx) insight(ctx context.Context, id ID) (Insight, error) {
	all, err := t.insights(ctx, `i.id = $2`, id)
	if err != nil {
		return Insight{}, err
	}
	if len(all) == 0 {
		return Insight{}, pgx.ErrNoRows
	}
	return all[0], nil
}

// insights reads those of hers for which the condition holds; its parameters
// begin with $2.
func (t *tx) insights(ctx context.Context, condition string, args ...any) ([]Insight, error) {
	rows, err := t.Query(ctx, `
		SELECT i.id, w.words, w.wordings, k.quotes, i.practice, i.conversation, i.at, i.retired_at
		FROM insights i CROSS JOIN LATERAL (
			SELECT (array_agg(coalesce(v.text, substr(f.text, q.start + 1, q."end" - q.start)) ORDER BY v.n DESC))[1] AS words,
			       jsonb_agg(jsonb_build_object('n', v.n, 'at', v.at,
			           'text', coalesce(v.text, substr(f.text, q.start + 1, q."end" - q.start)),
			           'quote', CASE WHEN q.id IS NOT NULL THEN `+quoteObject+` END) ORDER BY v.n) AS wordings
			FROM insight_wordings v
			LEFT JOIN quotes q ON q.owner = v.owner AND q.id = v.quote
			LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
			WHERE v.owner = i.owner AND v.insight = i.id
		) w CROSS JOIN LATERAL (
			SELECT coalesce(string_agg(substr(f.text, q.start + 1, q."end" - q.start), ' '), '') AS words,
			       coalesce(jsonb_agg(`+quoteObject+` ORDER BY f.at, q.start, q.id), '[]') AS quotes
			FROM insight_quotes z
			JOIN quotes q ON q.owner = z.owner AND q.id = z.quote
			JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
			WHERE z.owner = i.owner AND z.insight = i.id
		) k
		WHERE i.owner = $1 AND `+condition+` ORDER BY i.at DESC, i.id`, append([]any{t.owner}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (i Insight, err error) {
		err = row.Scan(&i.ID, &i.Text, &i.Wordings, &i.Quotes, &i.Practice, &i.Conversation, &i.At, &i.RetiredAt)
		return i, err
	})
}
