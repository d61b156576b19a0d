package memory

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// NewCommitment is what she will do, by a date of hers.
type NewCommitment struct {
	ID           ID
	Action       string
	Due          string // YYYY-MM-DD, in Zone
	Zone         string // IANA time zone
	Why          string
	Conversation *ID
}

// CreateCommitment keeps a commitment. The same id with the same action and
// date is the same commitment.
func (s *Store) CreateCommitment(ctx context.Context, owner ID, n NewCommitment) (c Commitment, err error) {
	defer wrap(&err, "create commitment %v", n.ID)
	if err := first(checkIDs(n.ID), checkText("What you will do", n.Action, MaxAction), checkDate(n.Due), checkZone(n.Zone),
		checkNote("Why it matters", n.Why, MaxNote)); err != nil {
		return c, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO commitments (owner, id, action, due, zone, why, conversation, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
			owner, n.ID, n.Action, n.Due, n.Zone, n.Why, n.Conversation, s.now()); err != nil {
			return err
		}
		if c, err = tx.commitment(ctx, n.ID); err == nil && (c.Action != n.Action || c.Due != n.Due || c.Zone != n.Zone || c.Why != n.Why) {
			return Errorf(CodeConflict, "There is another commitment under this id already. Nothing was changed.")
		}
		return err
	})
	return c, err
}

// Commitments lists hers, the open ones first, by date.
func (s *Store) Commitments(ctx context.Context, owner ID, open bool) (all []Commitment, err error) {
	defer wrap(&err, "commitments")
	err = s.asPerson(ctx, owner, func(tx *tx) (err error) {
		all, err = tx.commitments(ctx, `(NOT $2 OR c.outcome = 'open')`, open)
		return err
	})
	return all, err
}

// SetOutcome keeps what became of a commitment; OutcomeOpen takes it back. The
// note is hers and may be empty.
func (s *Store) SetOutcome(ctx context.Context, owner, id ID, outcome Outcome, note string) (c Commitment, err error) {
	defer wrap(&err, "outcome of %v", id)
	if !slices.Contains([]Outcome{OutcomeOpen, OutcomeDone, OutcomeChanged, OutcomeDropped}, outcome) {
		return c, Errorf(CodeInvalid, "What became of it is one of: open, done, changed, dropped.")
	}
	if err := checkNote("The note", note, MaxNote); err != nil {
		return c, err
	}
	err = s.asPerson(ctx, owner, func(tx *tx) error {
		if _, err := tx.Exec(ctx, `
			UPDATE commitments SET outcome = $3, note = $4, outcome_at = CASE WHEN $3 <> 'open' THEN $5::timestamptz END
			WHERE owner = $1 AND id = $2`, owner, id, outcome, note, s.now()); err != nil {
			return err
		}
		c, err = tx.commitment(ctx, id)
		return err
	})
	return c, err
}

// askAgain is how long the coach leaves a commitment alone after asking.
const askAgain = 24 * time.Hour

// DueCommitment is the one to ask about now: the longest due in its own zone,
// or else the oldest open one; nil if there is none that was not asked about
// in the last day.
func (s *Store) DueCommitment(ctx context.Context, owner ID, now time.Time) (due *Commitment, err error) {
	defer wrap(&err, "due commitment")
	err = s.asPipeline(ctx, owner, func(tx *tx) error {
		open, err := tx.commitments(ctx, `c.outcome = 'open' AND NOT EXISTS (
			SELECT FROM commitment_asks a WHERE a.owner = c.owner AND a.commitment = c.id AND a.at > $2)`, now.Add(-askAgain))
		if err != nil || len(open) == 0 {
			return err
		}
		oldest := slices.MinFunc(open, func(a, b Commitment) int { return a.At.Compare(b.At) })
		due = &oldest
		for _, c := range open { // by date
			zone, err := time.LoadLocation(c.Zone)
			if err != nil {
				zone = time.UTC // a zone that this machine no longer knows
			}
			if c.Due <= now.In(zone).Format(time.DateOnly) {
				due = &c
				return nil
			}
		}
		return nil
	})
	return due, err
}

// AskedAbout keeps that a reply asked about a commitment.
func (s *Store) AskedAbout(ctx context.Context, owner, commitment, reply ID) (err error) {
	defer wrap(&err, "asked about %v", commitment)
	return s.asPipeline(ctx, owner, func(tx *tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO commitment_asks (owner, commitment, reply, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, owner, commitment, reply, s.now())
		return err
	})
}

func (t *tx) commitment(ctx context.Context, id ID) (Commitment, error) {
	all, err := t.commitments(ctx, `c.id = $2`, id)
	if err != nil {
		return Commitment{}, err
	}
	if len(all) == 0 {
		return Commitment{}, pgx.ErrNoRows
	}
	return all[0], nil
}

// commitments reads those of hers for which the condition holds; its
// parameters begin with $2.
func (t *tx) commitments(ctx context.Context, condition string, args ...any) ([]Commitment, error) {
	rows, err := t.Query(ctx, `
		SELECT c.id, c.action, to_char(c.due, 'YYYY-MM-DD'), c.zone, c.why, c.conversation, c.outcome, c.note, c.at, c.outcome_at,
		       (SELECT max(a.at) FROM commitment_asks a WHERE a.owner = c.owner AND a.commitment = c.id)
		FROM commitments c WHERE c.owner = $1 AND `+condition+`
		ORDER BY c.outcome <> 'open', c.due, c.at, c.id`, append([]any{t.owner}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Commitment, err error) {
		err = row.Scan(&c.ID, &c.Action, &c.Due, &c.Zone, &c.Why, &c.Conversation, &c.Outcome, &c.Note, &c.At, &c.OutcomeAt, &c.AskedAt)
		return c, err
	})
}
