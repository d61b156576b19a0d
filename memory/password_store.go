package memory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

var errPassword = Errorf(CodeForbidden, "The password does not fit. Please type your present password again.")

// hold keeps a person's row until the transaction ends, and refuses if her
// password is another by now or she was disabled: comparing a password takes
// a while, and a reset meanwhile must win.
func hold(ctx context.Context, t pgx.Tx, person ID, hash string, refusal error) error {
	tag, err := t.Exec(ctx, `SELECT FROM people WHERE id = $1 AND password = $2 AND disabled_at IS NULL FOR UPDATE`, person, hash)
	if err == nil && tag.RowsAffected() == 0 {
		err = refusal
	}
	return err
}

// setPassword ends every session of hers but one.
func (s *Store) setPassword(ctx context.Context, t pgx.Tx, person ID, hash string, keep *ID) error {
	tag, err := t.Exec(ctx, `UPDATE people SET password = $2 WHERE id = $1`, person, hash)
	if err == nil && tag.RowsAffected() == 0 {
		err = pgx.ErrNoRows
	}
	if err != nil {
		return err
	}
	return endSessions(ctx, t, person, keep)
}

// confirm checks her present password, for an act that asks for it once more,
// and returns the hash that it fits.
func (s *Store) confirm(ctx context.Context, person ID, password string) (p Person, hash string, err error) {
	if p, err = onePerson(ctx, s.system, `WHERE p.id = $1`, person); err != nil {
		return p, "", translate(err)
	}
	if err := s.try(ctx, p.Name); err != nil {
		return p, "", err
	}
	if _, hash, err = s.byName(ctx, p.Name); err != nil {
		return p, "", err
	}
	fits, err := s.passwords.fits(ctx, password, hash)
	if err == nil && !fits {
		err = errPassword
	}
	return p, hash, err
}

// confirmed opens a transaction for an act of hers that she confirmed.
func (s *Store) confirmed(ctx context.Context, p Person, hash string, do func(pgx.Tx) error) error {
	return s.accounts(ctx, func(t pgx.Tx) error {
		if err := hold(ctx, t, p.ID, hash, errPassword); err != nil {
			return err
		}
		if err := s.forgetTries(ctx, t, p.Name); err != nil {
			return err
		}
		return do(t)
	})
}

// ChangePassword ends every other session of hers.
func (s *Store) ChangePassword(ctx context.Context, person, keepSession ID, old, password string) (err error) {
	defer wrap(&err, "change password")
	p, present, err := s.confirm(ctx, person, old)
	if err != nil {
		return err
	}
	if err := checkPassword(p.Name, password); err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.confirmed(ctx, p, present, func(t pgx.Tx) error {
		if err := s.setPassword(ctx, t, person, hash, &keepSession); err != nil {
			return err
		}
		return s.note(ctx, t, person, person, "password changed", nil, true)
	})
	if err == nil {
		s.tellSession(person, nil)
	}
	return err
}
