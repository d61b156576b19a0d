package memory

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
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
	p, hash, err := s.byName(ctx, name)
	if err != nil {
		return p, "", nil, err
	}
	fits, err := s.passwords.fits(ctx, password, hash)
	if err != nil {
		return p, "", nil, err
	}
	if !fits {
		return Person{}, "", nil, errUnknown
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if err := hold(ctx, t, p.ID, hash, errUnknown); err != nil {
			return err
		}
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
	if err != nil {
		return Person{}, "", nil, err
	}
	return p, token, notices, nil
}

// byName finds a person and her password's hash; both are empty for nobody.
// They are two queries in either case, so that the answer takes as long.
func (s *Store) byName(ctx context.Context, name string) (p Person, hash string, err error) {
	name = norm.NFC.String(strings.TrimSpace(name))
	err = s.system.QueryRow(ctx, `SELECT password FROM people WHERE lower(name) = lower($1)`, name).Scan(&hash)
	if err != nil && err != pgx.ErrNoRows {
		return p, "", translate(err)
	}
	p, err = onePerson(ctx, s.system, `WHERE lower(p.name) = lower($1)`, name)
	if err == pgx.ErrNoRows {
		return Person{}, "", nil
	}
	return p, hash, translate(err)
}

func nameHash(name string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(norm.NFC.String(strings.TrimSpace(name)))))
	return sum[:]
}

// try counts a try at a name, whether there is one or not, and refuses the one
// too many. One that is refused is not counted, so that the time to come back
// at is true however often she asks meanwhile.
func (s *Store) try(ctx context.Context, name string) error {
	hash := nameHash(name)
	return s.accounts(ctx, func(t pgx.Tx) error {
		// Tries at one name take turns, so that many at once count as many.
		if _, err := t.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(binary.BigEndian.Uint64(hash))); err != nil {
			return err
		}
		now := s.now()
		if _, err := t.Exec(ctx, `DELETE FROM sign_in_attempts WHERE at <= $1`, now.Add(-triesWithin)); err != nil {
			return err
		}
		var n int
		var oldest *time.Time
		if err := t.QueryRow(ctx, `SELECT count(*), min(at) FROM sign_in_attempts WHERE name_hash = $1`, hash).Scan(&n, &oldest); err != nil {
			return err
		}
		if n >= tries {
			wait := "a minute"
			if minutes := math.Ceil(oldest.Add(triesWithin).Sub(now).Minutes()); minutes > 1 {
				wait = fmt.Sprintf("%.0f minutes", minutes)
			}
			return Errorf(CodeTooMany, "There were too many tries for this name. Please come back in %s.", wait)
		}
		_, err := t.Exec(ctx, `INSERT INTO sign_in_attempts (name_hash, at) VALUES ($1, $2)`, hash, now)
		return err
	})
}

func (s *Store) forgetTries(ctx context.Context, t pgx.Tx, name string) error {
	_, err := t.Exec(ctx, `DELETE FROM sign_in_attempts WHERE name_hash = $1`, nameHash(name))
	return err
}
