package memory

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// resetLife is how long the code that an operator hands over works.
const resetLife = 48 * time.Hour

// People lists all accounts, for an operator.
func (s *Store) People(ctx context.Context) (all []Person, err error) {
	defer wrap(&err, "people")
	rows, err := s.system.Query(ctx, selectPerson+`ORDER BY p.created_at`)
	if err != nil {
		return nil, translate(err)
	}
	all, err = pgx.CollectRows(rows, scanPerson)
	return all, translate(err)
}

// operators lists those who can sign in, and holds them until the transaction
// ends: two operators who disable each other take turns, and one stays. It
// refuses anybody who is not among them.
func operators(ctx context.Context, t pgx.Tx, operator ID) ([]ID, error) {
	rows, err := t.Query(ctx, `SELECT p.id FROM people p JOIN person_roles r ON r.person = p.id
		WHERE r.role = 'operator' AND p.disabled_at IS NULL ORDER BY p.id FOR UPDATE OF p`)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[ID])
	if err == nil && !slices.Contains(all, operator) {
		err = Errorf(CodeForbidden, "Only an operator may do that.")
	}
	return all, err
}

// noteBoth writes an operator's act into the person's audit, who is told of it
// when she signs in next, and into the operator's own.
func (s *Store) noteBoth(ctx context.Context, t pgx.Tx, person, operator ID, act string) error {
	if person != operator && operator != uuid.Nil {
		if err := s.note(ctx, t, operator, operator, act, &person, false); err != nil {
			return err
		}
	}
	return s.note(ctx, t, person, operator, act, nil, true)
}

// Reset ends every session of the person, makes her password and her recovery
// codes unusable, and gives one code for the operator to hand to her, for 48
// hours. It is one code, so that nothing the operator has seen works once she
// used it. It is in her audit, and she is told when she signs in next. The
// operator is uuid.Nil for whoever runs the program on the machine itself:
// an operator who is locked out has nobody else to ask.
func (s *Store) Reset(ctx context.Context, operator, person ID) (codes []string, err error) {
	defer wrap(&err, "reset %v", person)
	unusable, _ := s.secret()
	hash, err := s.passwords.hash(ctx, unusable)
	if err != nil {
		return nil, err
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if operator != uuid.Nil {
			if _, err := operators(ctx, t, operator); err != nil {
				return err
			}
		}
		if err := s.setPassword(ctx, t, person, hash, nil); err != nil {
			return err
		}
		until := s.now().Add(resetLife)
		if codes, err = s.replaceCodes(ctx, t, person, 1, &until); err != nil {
			return err
		}
		return s.noteBoth(ctx, t, person, operator, "reset by operator")
	})
	if err != nil {
		return nil, err
	}
	s.tellSession(person, nil)
	return codes, nil
}

// Disable takes the way in from a person, or gives it back. The last operator
// stays.
func (s *Store) Disable(ctx context.Context, operator, person ID, disabled bool) (err error) {
	defer wrap(&err, "disable %v", person)
	err = s.accounts(ctx, func(t pgx.Tx) error {
		all, err := operators(ctx, t, operator)
		if err != nil {
			return err
		}
		act := "enabled by operator"
		if disabled {
			act = "disabled by operator"
			if len(all) == 1 && all[0] == person {
				return Errorf(CodeConflict, "This is the only operator; somebody must be able to run Innerwork.")
			}
		}
		tag, err := t.Exec(ctx, `UPDATE people SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, $3) END WHERE id = $1`, person, disabled, s.now())
		if err == nil && tag.RowsAffected() == 0 {
			err = pgx.ErrNoRows
		}
		if err != nil {
			return err
		}
		if disabled {
			if err := endSessions(ctx, t, person, nil); err != nil {
				return err
			}
		}
		return s.noteBoth(ctx, t, person, operator, act)
	})
	if err == nil && disabled {
		s.tellSession(person, nil)
	}
	return err
}
