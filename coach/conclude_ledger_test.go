package coach_test

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"innerwork/coach"
)

// concluded is one conclusion as it stands in the database, whoever wrote it.
type concluded struct{ kind, id, text string }

// ledger is what she did: every conclusion that she may have, and what she
// declined, with the proposals that were there when she did.
type ledger struct {
	acts     map[concluded]bool
	declined []refusal
}

type refusal struct {
	proposal coach.Proposal
	known    map[coach.ID]bool
}

func (l *ledger) act(kind string, id fmt.Stringer, text string) {
	l.acts[concluded{kind, id.String(), text}] = true
}

// conclusions reads everything that was concluded, for one owner or, so that a
// row under another name is seen too, for the people of one run.
const conclusions = `
	SELECT 'wording', w.insight::text, coalesce(w.text, substr(f.text, q.start + 1, q."end" - q.start)) FROM insight_wordings w
		LEFT JOIN quotes q ON q.owner = w.owner AND q.id = w.quote LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
		WHERE w.owner = ANY ($1)
	UNION ALL SELECT 'insight', id::text, '' FROM insights WHERE owner = ANY ($1)
	UNION ALL SELECT 'commitment', id::text, action || '|' || why || '|' || note FROM commitments WHERE owner = ANY ($1)
	UNION ALL SELECT 'line', l.id::text, coalesce(l.text, substr(f.text, q.start + 1, q."end" - q.start)) FROM lines l
		LEFT JOIN quotes q ON q.owner = l.owner AND q.id = l.quote LEFT JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
		WHERE l.owner = ANY ($1)
	UNION ALL SELECT 'release', id::text, line::text || '|' || coach::text FROM releases WHERE owner = ANY ($1)
	UNION ALL SELECT 'answer', mark::text, text FROM answers WHERE owner = ANY ($1)`

// apart counts what open proposals and live releases hold of words kept apart.
const apart = `
	SELECT (SELECT count(*) FROM proposals p JOIN proposal_quotes k ON k.owner = p.owner AND k.proposal = p.id
			JOIN quotes q ON q.owner = k.owner AND q.id = k.quote JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
			WHERE p.owner = ANY ($1) AND f.apart)
		+ (SELECT count(*) FROM releases r JOIN lines l ON l.owner = r.owner AND l.id = r.line
			JOIN quotes q ON q.owner = l.owner AND q.id = l.quote JOIN reflections f ON f.owner = q.owner AND f.id = q.reflection
			WHERE r.owner = ANY ($1) AND f.apart)`

// broken says what stands in the database and is not in the ledger.
func (w *world) broken() (all []string) {
	w.t.Helper()
	ctx, people := w.t.Context(), []coach.ID{w.owner, w.human, w.operator}
	rows, err := w.super.Query(ctx, conclusions, people)
	if err != nil {
		w.t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c concluded, err error) {
		err = row.Scan(&c.kind, &c.id, &c.text)
		return c, err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range found {
		if !w.acts[c] {
			all = append(all, fmt.Sprintf("nobody but a program made the %s %q", c.kind, c.text))
		}
	}
	var n int
	if err := w.super.QueryRow(ctx, apart, people).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	if n > 0 {
		all = append(all, fmt.Sprint(n, " proposed or released spans are kept apart"))
	}
	return append(all, w.back()...)
}

// back says which declined proposals came back, as themselves or as others.
func (w *world) back() (all []string) {
	w.t.Helper()
	now := w.proposals("")
	for _, d := range w.declined {
		for _, p := range now {
			if p.ID == d.proposal.ID && p.State != "declined" {
				all = append(all, "a declined proposal is "+string(p.State))
			}
			if d.known[p.ID] {
				continue
			}
			for _, a := range d.proposal.Quotes {
				for _, b := range p.Quotes {
					if a.Reflection == b.Reflection && a.Start < b.End && b.Start < a.End || strings.EqualFold(a.Text, b.Text) {
						all = append(all, fmt.Sprintf("%q was declined and came back", b.Text))
					}
				}
			}
		}
	}
	return all
}
