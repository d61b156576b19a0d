package memory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// How long a session lives without being used, and at most.
const (
	sessionIdle = 30 * 24 * time.Hour
	sessionMost = 90 * 24 * time.Hour
)

// secret makes 32 random bytes as text, and the hash that is kept of it. A
// plain hash does: nobody guesses 256 bits.
func (s *Store) secret() (text string, hash []byte) {
	random := s.random
	if random == nil {
		random = rand.Reader
	}
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		panic("no randomness: " + err.Error()) // crypto/rand does not fail
	}
	text = base64.RawURLEncoding.EncodeToString(b[:])
	return text, secretHash(text)
}

func secretHash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func (s *Store) openSession(ctx context.Context, t pgx.Tx, person ID, device string) (token string, err error) {
	token, hash := s.secret()
	device = strings.ToValidUTF8(strings.ReplaceAll(device, "\x00", ""), "") // a browser sends what it likes
	if r := []rune(device); len(r) > 100 {
		device = string(r[:100])
	}
	now := s.now()
	if _, err := t.Exec(ctx, `DELETE FROM sessions WHERE person = $1 AND expires_at <= $2`, person, now); err != nil {
		return "", err
	}
	_, err = t.Exec(ctx, `INSERT INTO sessions (token_hash, id, person, created_at, seen_at, expires_at, device)
		VALUES ($1, $2, $3, $4, $4, $5, $6)`, hash, s.newID(), person, now, now.Add(sessionIdle), device)
	return token, err
}

// Session finds who holds a token. An old, ended or disabled one is unknown.
// A session that is used lives on, up to its most.
func (s *Store) Session(ctx context.Context, token string) (p Person, session Session, err error) {
	defer wrap(&err, "session")
	now := s.now()
	err = s.system.QueryRow(ctx, `SELECT id, person, created_at, seen_at, expires_at, device FROM sessions
		WHERE token_hash = $1 AND expires_at > $2`, secretHash(token), now).Scan(
		&session.ID, &session.Person, &session.CreatedAt, &session.SeenAt, &session.ExpiresAt, &session.Device)
	if err == pgx.ErrNoRows {
		return p, session, Errorf(CodeUnknown, "You are signed out. Please sign in again.")
	}
	if err != nil {
		return p, session, translate(err)
	}
	if p, err = onePerson(ctx, s.system, `WHERE p.id = $1`, session.Person); err != nil {
		return p, session, translate(err)
	}
	if p.DisabledAt != nil {
		return Person{}, Session{}, Errorf(CodeUnknown, "You are signed out. Please sign in again.")
	}
	if now.Sub(session.SeenAt) > time.Minute {
		until := now.Add(sessionIdle)
		if most := session.CreatedAt.Add(sessionMost); until.After(most) {
			until = most
		}
		if _, err := s.system.Exec(ctx, `UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1`, session.ID, now, until); err != nil {
			return p, session, translate(err)
		}
	}
	session.Current = true
	return p, session, nil
}

// SignOut ends the session of a token; an unknown one is none.
func (s *Store) SignOut(ctx context.Context, token string) (err error) {
	defer wrap(&err, "sign out")
	var id, person ID
	err = s.accounts(ctx, func(t pgx.Tx) error {
		err := t.QueryRow(ctx, `DELETE FROM sessions WHERE token_hash = $1 RETURNING id, person`, secretHash(token)).Scan(&id, &person)
		if err == pgx.ErrNoRows {
			return nil
		}
		if err != nil {
			return err
		}
		return s.note(ctx, t, person, person, "signed out", nil, false)
	})
	if err == nil && id != uuid.Nil {
		s.tellSession(person, &id)
	}
	return err
}

// Sessions lists where she is signed in.
func (s *Store) Sessions(ctx context.Context, person, current ID) (all []Session, err error) {
	defer wrap(&err, "sessions")
	rows, err := s.system.Query(ctx, `SELECT id, person, created_at, seen_at, expires_at, device FROM sessions
		WHERE person = $1 AND expires_at > $2 ORDER BY seen_at DESC`, person, s.now())
	if err != nil {
		return nil, translate(err)
	}
	all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Session, err error) {
		err = row.Scan(&o.ID, &o.Person, &o.CreatedAt, &o.SeenAt, &o.ExpiresAt, &o.Device)
		o.Current = o.ID == current
		return o, err
	})
	return all, translate(err)
}

// EndSession ends one of hers.
func (s *Store) EndSession(ctx context.Context, person, id ID) (err error) {
	defer wrap(&err, "end session %v", id)
	err = s.accounts(ctx, func(t pgx.Tx) error {
		tag, err := t.Exec(ctx, `DELETE FROM sessions WHERE person = $1 AND id = $2`, person, id)
		if err == nil && tag.RowsAffected() == 0 {
			err = pgx.ErrNoRows
		}
		if err != nil {
			return err
		}
		return s.note(ctx, t, person, person, "session ended", &id, false)
	})
	if err == nil {
		s.tellSession(person, &id)
	}
	return err
}

// endSessions ends all of a person's but one.
func endSessions(ctx context.Context, t pgx.Tx, person ID, keep *ID) error {
	_, err := t.Exec(ctx, `DELETE FROM sessions WHERE person = $1 AND id IS DISTINCT FROM $2`, person, keep)
	return err
}

// sessionEnds tells whoever holds sockets that a session has ended.
type sessionEnds struct {
	mu     sync.Mutex
	listen func(person ID, session *ID)
}

// OnSessionEnd has f called after a session of a person ended; without a
// session, any of hers may have. It must not block.
func (s *Store) OnSessionEnd(f func(person ID, session *ID)) {
	s.ended.mu.Lock()
	defer s.ended.mu.Unlock()
	s.ended.listen = f
}

func (e *sessionEnds) tell(person ID, session *ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listen != nil {
		e.listen(person, session)
	}
}
