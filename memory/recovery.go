package memory

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"
)

// recoveryCodes is how many there are.
const recoveryCodes = 10

// replaceCodes makes new recovery codes; the old ones work no more. Each has
// 80 bits, so that a plain hash of it does.
func (s *Store) replaceCodes(ctx context.Context, t pgx.Tx, person ID) ([]string, error) {
	if _, err := t.Exec(ctx, `DELETE FROM recovery_codes WHERE person = $1`, person); err != nil {
		return nil, err
	}
	random := s.random
	if random == nil {
		random = rand.Reader
	}
	var codes []string
	for range recoveryCodes {
		var b [10]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return nil, err
		}
		plain := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
		if _, err := t.Exec(ctx, `INSERT INTO recovery_codes (person, hash) VALUES ($1, $2)`, person, secretHash(plain)); err != nil {
			return nil, err
		}
		codes = append(codes, plain[:4]+"-"+plain[4:8]+"-"+plain[8:12]+"-"+plain[12:])
	}
	return codes, nil
}

// plainCode is a code as it is hashed, however it was typed.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(code)))
}

// Recover sets a new password with a recovery code, ends all other sessions
// and opens one.
func (s *Store) Recover(ctx context.Context, name, code, password, device string) (p Person, token string, remaining int, err error) {
	defer wrap(&err, "recover")
	if err := s.try(ctx, name); err != nil {
		return p, "", 0, err
	}
	var hash string
	if p, err = s.byName(ctx, name, &hash); err != nil {
		return p, "", 0, err
	}
	if err := checkPassword(name, password); err != nil {
		return Person{}, "", 0, err
	}
	fresh, err := s.passwords.hash(ctx, password)
	if err != nil {
		return Person{}, "", 0, err
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		tag, err := t.Exec(ctx, `UPDATE recovery_codes SET used_at = $3 WHERE person = $1 AND hash = $2 AND used_at IS NULL`,
			p.ID, secretHash(plainCode(code)), s.now())
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 || p.DisabledAt != nil {
			return Errorf(CodeUnknown, "The name and the recovery code do not fit, or the code was used.")
		}
		if err := s.setPassword(ctx, t, p.ID, fresh, nil); err != nil {
			return err
		}
		if token, err = s.openSession(ctx, t, p.ID, device); err != nil {
			return err
		}
		if err := s.forgetTries(ctx, t, name); err != nil {
			return err
		}
		if err := s.note(ctx, t, p.ID, p.ID, "recovery code used", nil, true); err != nil {
			return err
		}
		return t.QueryRow(ctx, `SELECT count(*) FROM recovery_codes WHERE person = $1 AND used_at IS NULL`, p.ID).Scan(&remaining)
	})
	if err != nil {
		return Person{}, "", 0, err
	}
	s.ended.tell(p.ID, nil)
	return p, token, remaining, nil
}

func (s *Store) setPassword(ctx context.Context, t pgx.Tx, person ID, hash string, keep *ID) error {
	if _, err := t.Exec(ctx, `UPDATE people SET password = $2 WHERE id = $1`, person, hash); err != nil {
		return err
	}
	return endSessions(ctx, t, person, keep)
}

// confirm checks her password for an act that needs it once more.
func (s *Store) confirm(ctx context.Context, person ID, password string) (p Person, err error) {
	if p, err = onePerson(ctx, s.system, `WHERE p.id = $1`, person); err != nil {
		return p, translate(err)
	}
	if err := s.try(ctx, p.Name); err != nil {
		return p, err
	}
	var hash string
	if _, err := s.byName(ctx, p.Name, &hash); err != nil {
		return p, err
	}
	fits, err := s.passwords.fits(ctx, password, hash)
	if err == nil && !fits {
		err = Errorf(CodeForbidden, "The password does not fit. Please type your present password again.")
	}
	return p, err
}

// ChangePassword ends every other session of hers.
func (s *Store) ChangePassword(ctx context.Context, person, keepSession ID, old, password string) (err error) {
	defer wrap(&err, "change password")
	p, err := s.confirm(ctx, person, old)
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
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if err := s.setPassword(ctx, t, person, hash, &keepSession); err != nil {
			return err
		}
		if err := s.forgetTries(ctx, t, p.Name); err != nil {
			return err
		}
		return s.note(ctx, t, person, person, "password changed", nil, true)
	})
	if err == nil {
		s.ended.tell(person, nil)
	}
	return err
}

// NewRecoveryCodes replaces her recovery codes.
func (s *Store) NewRecoveryCodes(ctx context.Context, person ID, password string) (codes []string, err error) {
	defer wrap(&err, "new recovery codes")
	p, err := s.confirm(ctx, person, password)
	if err != nil {
		return nil, err
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if codes, err = s.replaceCodes(ctx, t, person); err != nil {
			return err
		}
		if err := s.forgetTries(ctx, t, p.Name); err != nil {
			return err
		}
		return s.note(ctx, t, person, person, "recovery codes replaced", nil, false)
	})
	return codes, err
}

// Reset is an operator's: it ends every session of the person, makes her
// password unusable, and gives new recovery codes to hand to her. It is in her
// audit, and she is told when she signs in next.
func (s *Store) Reset(ctx context.Context, operator, person ID) (codes []string, err error) {
	defer wrap(&err, "reset %v", person)
	unusable, _ := s.secret()
	hash, err := s.passwords.hash(ctx, unusable)
	if err != nil {
		return nil, err
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if _, err := onePerson(ctx, t, `WHERE p.id = $1`, person); err != nil {
			return err
		}
		if err := s.setPassword(ctx, t, person, hash, nil); err != nil {
			return err
		}
		if codes, err = s.replaceCodes(ctx, t, person); err != nil {
			return err
		}
		return s.note(ctx, t, person, operator, "reset by operator", nil, true)
	})
	if err == nil {
		s.ended.tell(person, nil)
	}
	return codes, err
}
