package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Erase ends an account: everything of hers is forgotten, and of the account
// itself only the id is left, without a name, a way in or a role. A coach's
// marks stay with the leaders whose lines they are on. The only operator stays.
// The account goes at once; of her words, what takes longer or is cut off goes
// on in the background.
func (s *Store) Erase(ctx context.Context, person ID, password string) (err error) {
	defer wrap(&err, "erase %v", person)
	p, hash, err := s.confirm(ctx, person, password)
	if err != nil {
		return err
	}
	id := s.newID()
	if err := s.confirmed(ctx, p, hash, func(t pgx.Tx) error {
		if err := notTheLast(ctx, t, person); err != nil {
			return err
		}
		return s.leave(ctx, t, person, id)
	}); err != nil {
		return err
	}
	return s.left(ctx, person, id)
}

// notTheLast refuses the only operator of others.
func notTheLast(ctx context.Context, t pgx.Tx, person ID) error {
	var last bool
	err := t.QueryRow(ctx, `SELECT EXISTS (SELECT FROM person_roles WHERE person = $1 AND role = 'operator')
		AND NOT EXISTS (SELECT FROM person_roles r JOIN people p ON p.id = r.person
		                WHERE r.role = 'operator' AND r.person <> $1 AND p.disabled_at IS NULL)
		AND EXISTS (SELECT FROM people WHERE id <> $1 AND erased_at IS NULL)`, person).Scan(&last)
	if err == nil && last {
		err = Errorf(CodeConflict, "This is the only operator; somebody must be able to run Innerwork. Make another one first.")
	}
	return err
}

// leave takes every way in and the name, and notes that everything is
// forgotten: with the note goes a job, so that no crash leaves words behind.
func (s *Store) leave(ctx context.Context, t pgx.Tx, person, forgetting ID) error {
	if err := s.shutOut(ctx, t, person); err != nil {
		return err
	}
	if err := s.unname(ctx, t, person); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `INSERT INTO forgettings (owner, id, kind, at) VALUES ($1, $2, $3, $4)`,
		person, forgetting, ForgetEverything, s.now()); err != nil {
		return err
	}
	return s.forgetLater(ctx, t, person, forgetting)
}

// left forgets what belongs to somebody who has left.
func (s *Store) left(ctx context.Context, person, forgetting ID) error {
	s.tellSession(person, nil)
	for {
		r, err := s.forgetStep(ctx, person, forgetting)
		if err != nil {
			return err
		}
		if r.DoneAt != nil {
			return s.dropJobs(ctx, person)
		}
	}
}

// shutOut takes every way in.
func (s *Store) shutOut(ctx context.Context, t pgx.Tx, person ID) error {
	if err := endSessions(ctx, t, person, nil); err != nil {
		return err
	}
	for _, sql := range []string{
		`UPDATE people SET password = '', disabled_at = coalesce(disabled_at, $2) WHERE id = $1`,
		`UPDATE coachings SET ended_at = $2 WHERE (owner = $1 OR coach = $1) AND ended_at IS NULL`,
		`UPDATE invitations SET revoked_at = $2 WHERE inviter = $1 AND redeemed_at IS NULL AND revoked_at IS NULL`,
	} {
		if _, err := t.Exec(ctx, sql, person, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// unname leaves nothing of the account but its id.
func (s *Store) unname(ctx context.Context, t pgx.Tx, person ID) error {
	for _, sql := range []string{
		`DELETE FROM person_roles WHERE person = $1`,
		`DELETE FROM consents WHERE person = $1`,
		`DELETE FROM recovery_codes WHERE person = $1`,
	} {
		if _, err := t.Exec(ctx, sql, person); err != nil {
			return err
		}
	}
	if _, err := t.Exec(ctx, `UPDATE people SET name = 'erased ' || id, zone = 'UTC', erased_at = $2 WHERE id = $1`, person, s.now()); err != nil {
		return err
	}
	return s.note(ctx, t, person, person, "account erased", nil, false)
}
