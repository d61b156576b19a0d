package memory

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ProposalFilter narrows a list of proposals.
type ProposalFilter struct {
	State        ProposalState // "" for every state
	Conversation *ID           // nil for every conversation
}

// Proposals lists what was proposed to her, the oldest first, but for open ones
// that point at words that she edited since, that are not to be used, or that
// say near the same as what she declined.
func (s *Store) Proposals(ctx context.Context, owner ID, f ProposalFilter) (all []Proposal, err error) {
	defer wrap(&err, "proposals")
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		rows, err := tx.Query(ctx, `
			SELECT id FROM proposals
			WHERE owner = $1 AND ($2 = '' OR state = $2) AND ($3::uuid IS NULL OR conversation = $3)
			  AND (state <> 'open' OR NOT EXISTS (
				SELECT FROM proposal_quotes k JOIN quotes q ON q.owner = k.owner AND q.id = k.quote
				JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
				WHERE k.owner = $1 AND k.proposal = proposals.id AND `+struck+`))
			ORDER BY at, id`, owner, f.State, f.Conversation)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[ID])
		if err != nil {
			return err
		}
		by, err := inside(ctx, tx, (*batch).proposals, ids...)
		if err != nil {
			return err
		}
		declined, err := tx.declined(ctx)
		for _, id := range ids {
			if p := by[id]; p != nil && (p.State != ProposalOpen || !saidAway(declined, p.Quotes)) {
				all = append(all, *p)
			}
		}
		return err
	})
	return all, err
}

// saidAway says whether spans are, or say near the same as, what she declined.
func saidAway(declined, spans []Quote) bool {
	return slices.ContainsFunc(declined, func(d Quote) bool {
		return slices.ContainsFunc(spans, func(q Quote) bool {
			return q.Reflection == d.Reflection && q.Start < d.End && d.Start < q.End || SaysTheSame(q.Text, d.Text)
		})
	})
}

// Propose points at words of hers. It runs without her, and all that it can
// make is an open proposal. Words that are kept apart are refused, and so are
// those of a proposal that she declined, near the same words included: that one
// never comes back.
func (s *Store) Propose(ctx context.Context, owner ID, p Proposal) (_ Proposal, err error) {
	defer wrap(&err, "propose in %v", p.Conversation)
	if p.ID == uuid.Nil {
		p.ID = s.newID()
	}
	if err := first(checkIDs(p.Conversation), checkText("The question", p.Question, MaxQuestion)); err != nil {
		return Proposal{}, err
	}
	if len(p.Quotes) == 0 {
		return Proposal{}, Errorf(CodeInvalid, "A proposal points at words of hers.")
	}
	err = s.asPipeline(ctx, owner, func(tx *tx) error {
		if _, _, err := tx.event(ctx, p.Conversation, EventProposal, &p.ID, 0, ""); err != nil {
			return err
		}
		quotes, err := tx.newQuotes(ctx, p.Quotes)
		if err != nil {
			return err
		}
		if err := tx.mayPropose(ctx, p.Quotes, quotes); err != nil {
			return err
		}
		inserts := &pgx.Batch{}
		inserts.Queue(`INSERT INTO proposals (owner, id, conversation, question, at) VALUES ($1, $2, $3, $4, $5)`,
			owner, p.ID, p.Conversation, p.Question, s.now())
		for _, q := range quotes {
			inserts.Queue(`INSERT INTO proposal_quotes (owner, proposal, quote) VALUES ($1, $2, $3)`, owner, p.ID, q.id)
		}
		if err := tx.SendBatch(ctx, inserts).Close(); err != nil {
			return err
		}
		made, err := inside(ctx, tx, (*batch).proposals, p.ID)
		if err == nil {
			p = *made[p.ID]
		}
		return err
	})
	return p, err
}

func (t *tx) mayPropose(ctx context.Context, spans []Quote, quotes []quoted) error {
	for _, q := range quotes {
		if q.apart {
			return Errorf(CodeConflict, "These words are kept apart, so nothing is proposed of them.")
		}
	}
	declined, err := t.declined(ctx)
	if err != nil {
		return err
	}
	texts, err := t.texts(ctx, spans)
	if err == nil && saidAway(declined, texts) {
		err = Errorf(CodeConflict, "She declined these words before; they are not proposed again, nor what says near the same.")
	}
	return err
}

// DeclinedSpans are the words of the proposals that she declined, where she
// said them and where they stand in the newest version of that.
func (s *Store) DeclinedSpans(ctx context.Context, owner ID) (all []Quote, err error) {
	defer wrap(&err, "declined spans")
	err = s.asPipeline(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.declined(ctx)
		return err
	})
	return all, err
}

func (t *tx) declined(ctx context.Context) ([]Quote, error) {
	rows, err := t.Query(ctx, `
		WITH declined AS (
			SELECT DISTINCT q.reflection, q.start, q."end"
			FROM proposals p
			JOIN proposal_quotes k ON k.owner = p.owner AND k.proposal = p.id
			JOIN quotes q ON q.owner = k.owner AND q.id = k.quote
			WHERE p.owner = $1 AND p.state = 'declined'
		)
		SELECT d.reflection, d.start, d."end", substr(f.text, d.start + 1, d."end" - d.start)
		FROM declined d JOIN reflections f ON f.owner = $1 AND f.id = d.reflection
		UNION
		SELECT n.id, at.start, at.start + d."end" - d.start, substr(f.text, d.start + 1, d."end" - d.start)
		FROM declined d
		JOIN reflections f ON f.owner = $1 AND f.id = d.reflection
		JOIN reflections n ON n.owner = $1 AND n.id = newest($1, d.reflection) AND n.id <> f.id,
		LATERAL (SELECT position(substr(f.text, d.start + 1, d."end" - d.start) IN n.text) - 1 AS start) at
		WHERE at.start >= 0`, t.owner)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (q Quote, err error) {
		err = row.Scan(&q.Reflection, &q.Start, &q.End, &q.Text)
		return q, err
	})
}

// texts fills in the words of spans.
func (t *tx) texts(ctx context.Context, spans []Quote) ([]Quote, error) {
	ids := make([]ID, len(spans))
	for i, q := range spans {
		ids[i] = q.Reflection
	}
	reflections, err := inside(ctx, t, (*batch).reflections, ids...)
	if err != nil {
		return nil, err
	}
	spans = slices.Clone(spans)
	for i, q := range spans {
		if r := reflections[q.Reflection]; r != nil {
			points := []rune(r.Text)
			spans[i].Text = string(points[max(0, min(q.Start, len(points))):max(0, min(q.End, len(points)))])
		}
	}
	return spans, nil
}

// DeclineProposal puts a proposal away for good. Declining it twice is the
// same; one that she kept stays kept.
func (s *Store) DeclineProposal(ctx context.Context, owner, id ID) (err error) {
	defer wrap(&err, "decline %v", id)
	return s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `UPDATE proposals SET state = 'declined', decided_at = $3 WHERE owner = $1 AND id = $2 AND state = 'open'`,
			owner, id, s.now())
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		p, err := tx.proposal(ctx, id)
		if err == nil && p.State == ProposalKept {
			return Errorf(CodeConflict, "You have kept this one; you can retire the insight instead.")
		}
		return err
	})
}

// KeepProposal makes an insight of an open proposal: of its first quote as it
// stands, or, with a text, in her own wording. All its quotes lead back to
// where she said it. The same insight id again is the same insight.
func (s *Store) KeepProposal(ctx context.Context, owner, id, insight ID, text string) (i Insight, err error) {
	defer wrap(&err, "keep %v", id)
	if err := first(checkIDs(insight), checkNote("The insight", text, MaxWording)); err != nil {
		return i, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		tag, err := tx.Exec(ctx, `UPDATE proposals SET state = 'kept', decided_at = $3 WHERE owner = $1 AND id = $2 AND state = 'open'`,
			owner, id, s.now())
		if err != nil {
			return err
		}
		p, err := tx.proposal(ctx, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 1 {
			if err := tx.keep(ctx, p, insight, text); err != nil {
				return err
			}
		} else if p.State == ProposalDeclined || p.Insight == nil || *p.Insight != insight {
			return Errorf(CodeConflict, "You have decided on this one already.")
		}
		i, err = tx.insight(ctx, insight)
		return err
	})
	return i, err
}

func (t *tx) keep(ctx context.Context, p Proposal, insight ID, text string) error {
	inserts := &pgx.Batch{}
	inserts.Queue(insertInsight, t.owner, insight, p.Conversation, t.store.now())
	inserts.Queue(`
		INSERT INTO insight_wordings (owner, insight, n, text, quote, at)
		SELECT $1, $2, 1, nullif($4, ''), CASE WHEN $4 = '' THEN (
			SELECT q.id FROM proposal_quotes k
			JOIN quotes q ON q.owner = k.owner AND q.id = k.quote
			JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
			WHERE k.owner = $1 AND k.proposal = $3 ORDER BY f.at, q.start LIMIT 1) END, $5`,
		t.owner, insight, p.ID, text, t.store.now())
	inserts.Queue(`INSERT INTO insight_quotes (owner, insight, quote)
		SELECT owner, $2, quote FROM proposal_quotes WHERE owner = $1 AND proposal = $3`, t.owner, insight, p.ID)
	inserts.Queue(`UPDATE proposals SET insight = $3 WHERE owner = $1 AND id = $2`, t.owner, p.ID, insight)
	return t.SendBatch(ctx, inserts).Close()
}

func (t *tx) proposal(ctx context.Context, id ID) (Proposal, error) {
	all, err := inside(ctx, t, (*batch).proposals, id)
	if err != nil {
		return Proposal{}, err
	}
	if all[id] == nil {
		return Proposal{}, pgx.ErrNoRows
	}
	return *all[id], nil
}
