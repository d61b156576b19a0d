package memory

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// recoveryCodes is how many there are.
const recoveryCodes = 10

// letters are those of a code: Crockford's base 32, without i, l, o and u, so
// that a code copied by hand is read as it was written.
var letters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz")

// replaceCodes makes n new recovery codes, that work until then if it is set;
// the old ones work no more. Each has 80 bits, which nobody guesses: a plain
// hash keeps it, where a password needs one that is slow.
func (s *Store) replaceCodes(ctx context.Context, t pgx.Tx, person ID, n int, until *time.Time) ([]string, error) {
	if _, err := t.Exec(ctx, `DELETE FROM recovery_codes WHERE person = $1`, person); err != nil {
		return nil, err
	}
	random := s.random
	if random == nil {
		random = rand.Reader
	}
	var codes []string
	for range n {
		var b [10]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return nil, err
		}
		plain := letters.EncodeToString(b[:])
		if _, err := t.Exec(ctx, `INSERT INTO recovery_codes (person, hash, expires_at) VALUES ($1, $2, $3)`, person, secretHash(plain), until); err != nil {
			return nil, err
		}
		codes = append(codes, plain[:4]+"-"+plain[4:8]+"-"+plain[8:12]+"-"+plain[12:])
	}
	return codes, nil
}

// plainCode is a code as it is hashed, however it was typed.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ':
			return -1
		case 'o':
			return '0'
		case 'i', 'l':
			return '1'
		}
		return r
	}, strings.ToLower(strings.TrimSpace(code)))
}

var errCode = Errorf(CodeUnknown, "The name and the recovery code do not fit, or the code was used or has expired.")

// Recover sets a new password with a recovery code, ends all other sessions
// and opens one.
func (s *Store) Recover(ctx context.Context, name, code, password, device string) (p Person, token string, remaining int, err error) {
	defer wrap(&err, "recover")
	if err := s.try(ctx, name); err != nil {
		return p, "", 0, err
	}
	p, hash, err := s.byName(ctx, name)
	if err != nil {
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
		if err := hold(ctx, t, p.ID, hash, errCode); err != nil {
			return err
		}
		tag, err := t.Exec(ctx, `UPDATE recovery_codes SET used_at = $3
			WHERE person = $1 AND hash = $2 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $3)`,
			p.ID, secretHash(plainCode(code)), s.now())
		if err == nil && tag.RowsAffected() == 0 {
			err = errCode
		}
		if err != nil {
			return err
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
		return t.QueryRow(ctx, `SELECT count(*) FROM recovery_codes WHERE person = $1 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
			p.ID, s.now()).Scan(&remaining)
	})
	if err != nil {
		return Person{}, "", 0, err
	}
	s.tellSession(p.ID, nil)
	return p, token, remaining, nil
}

// NewRecoveryCodes replaces her recovery codes.
func (s *Store) NewRecoveryCodes(ctx context.Context, person ID, password string) (codes []string, err error) {
	defer wrap(&err, "new recovery codes")
	p, hash, err := s.confirm(ctx, person, password)
	if err != nil {
		return nil, err
	}
	err = s.confirmed(ctx, p, hash, func(t pgx.Tx) error {
		if codes, err = s.replaceCodes(ctx, t, person, recoveryCodes, nil); err != nil {
			return err
		}
		return s.note(ctx, t, person, person, "recovery codes replaced", nil, false)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}
