package memory

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"
)

// Tries that a name has before it must wait.
const (
	tries       = 10
	triesWithin = 15 * time.Minute
)

var errUnknown = Errorf(CodeUnknown, "The name and the password do not fit. Please check both.")

// SignIn opens a session, and says what she has to be told of. Unknown names
// get the same answer as known ones, after as long.
func (s *Store) SignIn(ctx context.Context, name, password, device string) (p Person, token string, notices []Act, err error) {
	defer wrap(&err, "sign in")
	if err := s.try(ctx, name); err != nil {
		return p, "", nil, err
	}
	hash := ""
	p, err = s.byName(ctx, name, &hash)
	if err != nil {
		return p, "", nil, err
	}
	fits, err := s.passwords.fits(ctx, password, hash)
	if err != nil {
		return p, "", nil, err
	}
	if !fits || p.DisabledAt != nil {
		return Person{}, "", nil, errUnknown
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if token, err = s.openSession(ctx, t, p.ID, device); err != nil {
			return err
		}
		if err := s.forgetTries(ctx, t, name); err != nil {
			return err
		}
		if notices, err = s.acts(ctx, t, `WHERE a.person = $1 AND a.notify AND d.seq IS NULL ORDER BY a.seq`, p.ID); err != nil {
			return err
		}
		return s.note(ctx, t, p.ID, p.ID, "signed in", nil, false)
	})
	return p, token, notices, err
}

// byName finds a person and her password's hash; both are empty for nobody.
func (s *Store) byName(ctx context.Context, name string, hash *string) (p Person, err error) {
	name = norm.NFC.String(strings.TrimSpace(name))
	err = s.system.QueryRow(ctx, `SELECT password FROM people WHERE lower(name) = lower($1)`, name).Scan(hash)
	if err == pgx.ErrNoRows {
		return p, nil
	}
	if err != nil {
		return p, translate(err)
	}
	p, err = onePerson(ctx, s.system, `WHERE lower(p.name) = lower($1)`, name)
	return p, translate(err)
}

func nameHash(name string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(norm.NFC.String(strings.TrimSpace(name)))))
	return sum[:]
}

// try counts a try at a name, whether there is one or not, and refuses the one
// too many. Counting comes first, so that many at once count as many.
func (s *Store) try(ctx context.Context, name string) error {
	var n int
	var oldest *time.Time
	err := s.accounts(ctx, func(t pgx.Tx) error {
		since := s.now().Add(-triesWithin)
		if _, err := t.Exec(ctx, `DELETE FROM sign_in_attempts WHERE at < $1`, since); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `INSERT INTO sign_in_attempts (name_hash, at) VALUES ($1, $2)`, nameHash(name), s.now()); err != nil {
			return err
		}
		return t.QueryRow(ctx, `SELECT count(*), min(at) FROM sign_in_attempts WHERE name_hash = $1`, nameHash(name)).Scan(&n, &oldest)
	})
	if err != nil {
		return err
	}
	if n > tries {
		wait := oldest.Add(triesWithin).Sub(s.now()).Round(time.Minute)
		return Errorf(CodeTooMany, "There were too many tries for this name. Please come back in %d minutes.", max(1, int(wait.Minutes())))
	}
	return nil
}

func (s *Store) forgetTries(ctx context.Context, t pgx.Tx, name string) error {
	_, err := t.Exec(ctx, `DELETE FROM sign_in_attempts WHERE name_hash = $1`, nameHash(name))
	return err
}
