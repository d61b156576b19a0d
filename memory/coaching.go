package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// tie makes the redeemer the coach of the inviter, not yet confirmed by her.
// A tie that ended begins anew, and has to be confirmed anew.
func (s *Store) tie(ctx context.Context, t pgx.Tx, i Invitation, coach ID) error {
	tag, err := t.Exec(ctx, `INSERT INTO coachings (owner, coach, invitation, redeemed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (owner, coach) DO UPDATE SET invitation = excluded.invitation, redeemed_at = excluded.redeemed_at,
		    confirmed_at = NULL, ended_at = NULL
		WHERE coachings.ended_at IS NOT NULL`, i.Inviter, coach, i.ID, s.now())
	if err == nil && tag.RowsAffected() == 0 {
		err = Errorf(CodeConflict, "You are her coach already. The link was not used.")
	}
	if err != nil {
		return err
	}
	if err := s.note(ctx, t, i.Inviter, coach, "coach accepted", &coach, true); err != nil {
		return err
	}
	return s.note(ctx, t, coach, coach, "became a coach", &i.Inviter, false)
}

const selectCoaching = `SELECT k.owner, k.coach, p.name, k.redeemed_at, k.confirmed_at, k.ended_at FROM coachings k `

func scanCoaching(row pgx.CollectableRow) (c Coaching, err error) {
	err = row.Scan(&c.Leader, &c.Coach, &c.Name, &c.RedeemedAt, &c.ConfirmedAt, &c.EndedAt)
	return c, err
}

// Coachings lists a leader's ties to her coaches, with their names.
func (s *Store) Coachings(ctx context.Context, leader ID) (all []Coaching, err error) {
	defer wrap(&err, "coachings")
	rows, err := s.system.Query(ctx, selectCoaching+`JOIN people p ON p.id = k.coach WHERE k.owner = $1 ORDER BY k.redeemed_at`, leader)
	if err != nil {
		return nil, translate(err)
	}
	all, err = pgx.CollectRows(rows, scanCoaching)
	return all, translate(err)
}

// ConfirmCoach says that the one who redeemed her invitation is the one she
// meant; before, nothing can be released to him.
func (s *Store) ConfirmCoach(ctx context.Context, leader, coach ID) (err error) {
	defer wrap(&err, "confirm coach %v", coach)
	// A release made in the moment in which an earlier tie ended may have stayed
	// live; it must not come back with the new one.
	err = s.asPerson(ctx, leader, func(tx *tx) error {
		_, err := tx.endReleases(ctx, `coach = $3 AND EXISTS (
			SELECT FROM coachings c WHERE c.owner = $1 AND c.coach = $3 AND c.confirmed_at IS NULL)`, coach)
		return err
	})
	if err != nil {
		return err
	}
	return s.accounts(ctx, func(t pgx.Tx) error {
		tie, err := holdTie(ctx, t, leader, coach)
		if err == nil && tie.EndedAt != nil {
			err = pgx.ErrNoRows
		}
		if err != nil || tie.ConfirmedAt != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE coachings SET confirmed_at = $3 WHERE owner = $1 AND coach = $2`, leader, coach, s.now()); err != nil {
			return err
		}
		return s.note(ctx, t, leader, leader, "coach confirmed", &coach, false)
	})
}

// EndCoaching ends the tie and every release to him. The tie goes first: from
// then on he sees nothing and nothing can be released to him, and if the
// second step fails, it is done when she ends the tie again.
func (s *Store) EndCoaching(ctx context.Context, leader, coach ID) (err error) {
	defer wrap(&err, "end coaching %v", coach)
	err = s.accounts(ctx, func(t pgx.Tx) error {
		tie, err := holdTie(ctx, t, leader, coach)
		if err != nil || tie.EndedAt != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE coachings SET ended_at = $3 WHERE owner = $1 AND coach = $2`, leader, coach, s.now()); err != nil {
			return err
		}
		if err := s.note(ctx, t, leader, leader, "coaching ended", &coach, false); err != nil {
			return err
		}
		return s.note(ctx, t, coach, leader, "coaching ended", &leader, true)
	})
	if err != nil {
		return err
	}
	return s.asPerson(ctx, leader, func(tx *tx) error {
		_, err := tx.endReleases(ctx, `coach = $3`, coach)
		return err
	})
}

// holdTie finds a tie and keeps it until the transaction ends.
func holdTie(ctx context.Context, t pgx.Tx, leader, coach ID) (c Coaching, err error) {
	err = t.QueryRow(ctx, `SELECT confirmed_at, ended_at FROM coachings WHERE owner = $1 AND coach = $2 FOR UPDATE`, leader, coach).
		Scan(&c.ConfirmedAt, &c.EndedAt)
	return c, err
}

// Leaders lists the leaders of a coach, confirmed by them or waiting to be,
// with how many released lines and how many answers he has not seen.
func (s *Store) Leaders(ctx context.Context, coach ID) (all []Coaching, err error) {
	defer wrap(&err, "leaders")
	rows, err := s.system.Query(ctx, selectCoaching+`JOIN people p ON p.id = k.owner
		WHERE k.coach = $1 AND k.ended_at IS NULL ORDER BY p.name`, coach)
	if err != nil {
		return nil, translate(err)
	}
	if all, err = pgx.CollectRows(rows, scanCoaching); err != nil {
		return nil, translate(err)
	}
	unread, answers := map[ID]int{}, map[ID]int{}
	err = s.asPerson(ctx, coach, func(tx *tx) error {
		for query, counts := range map[string]map[ID]int{
			`SELECT leader, unread FROM desk_counts()`:   unread,
			`SELECT leader, answers FROM desk_answers()`: answers,
		} {
			rows, err := tx.Query(ctx, query)
			if err != nil {
				return err
			}
			var leader ID
			var n int
			if _, err := pgx.ForEachRow(rows, []any{&leader, &n}, func() error {
				counts[leader] = n
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range all {
		all[i].Unread, all[i].Answers = unread[all[i].Leader], answers[all[i].Leader]
	}
	return all, err
}
