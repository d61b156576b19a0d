package memory

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"
)

// NewPerson is an account to make.
type NewPerson struct {
	Name     string
	Password string
	Zone     string // IANA; "" is UTC
	Roles    []Role
}

// HasPeople reports whether there is any account.
func (s *Store) HasPeople(ctx context.Context) (there bool, err error) {
	defer wrap(&err, "has people")
	err = s.system.QueryRow(ctx, `SELECT EXISTS (SELECT FROM people)`).Scan(&there)
	return there, translate(err)
}

// CreateFirst makes the first account, a leader and operator, with its
// recovery codes. It is refused once there is an account.
func (s *Store) CreateFirst(ctx context.Context, n NewPerson) (p Person, codes []string, err error) {
	defer wrap(&err, "create the first account")
	n.Roles = []Role{RoleLeader, RoleOperator}
	hash, err := s.checkNew(ctx, &n)
	if err != nil {
		return p, nil, err
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		// Two first accounts at once would both see none.
		if _, err := t.Exec(ctx, `LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return err
		}
		var there bool
		if err := t.QueryRow(ctx, `SELECT EXISTS (SELECT FROM people)`).Scan(&there); err != nil {
			return err
		}
		if there {
			return Errorf(CodeConflict, "The first account was made already. Please sign in, or ask the operator for an invitation.")
		}
		p, codes, err = s.createPerson(ctx, t, n, hash)
		return err
	})
	return p, codes, err
}

// checkNew normalises and checks an account to make, and hashes its password.
func (s *Store) checkNew(ctx context.Context, n *NewPerson) (hash string, err error) {
	n.Name = norm.NFC.String(strings.TrimSpace(n.Name))
	switch {
	case n.Name == "" || utf8.RuneCountInString(n.Name) > 64:
		return "", Errorf(CodeInvalid, "The name needs 1 to 64 characters.")
	case strings.ContainsFunc(n.Name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", Errorf(CodeInvalid, "The name holds a character that cannot be seen. Please type it again.")
	}
	if n.Zone == "" {
		n.Zone = "UTC"
	}
	if err := checkTimeZone(n.Zone); err != nil {
		return "", err
	}
	if err := checkPassword(n.Name, n.Password); err != nil {
		return "", err
	}
	return s.passwords.hash(ctx, n.Password)
}

func checkTimeZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" || zone == "" {
		return Errorf(CodeInvalid, "The time zone is not known. It is a name such as Europe/Lisbon.")
	}
	return nil
}

func (s *Store) createPerson(ctx context.Context, t pgx.Tx, n NewPerson, hash string) (p Person, codes []string, err error) {
	p = Person{ID: s.newID(), Name: n.Name, Roles: n.Roles, Zone: n.Zone, CreatedAt: s.now()}
	_, err = t.Exec(ctx, `INSERT INTO people (id, name, password, zone, created_at) VALUES ($1, $2, $3, $4, $5)`,
		p.ID, p.Name, hash, p.Zone, p.CreatedAt)
	if violates(err, "23505") {
		return p, nil, Errorf(CodeConflict, "That name is taken. Please choose another.")
	}
	if err != nil {
		return p, nil, err
	}
	for _, role := range n.Roles {
		if _, err := t.Exec(ctx, `INSERT INTO person_roles (person, role) VALUES ($1, $2)`, p.ID, role); err != nil {
			return p, nil, err
		}
	}
	if codes, err = s.replaceCodes(ctx, t, p.ID, recoveryCodes, nil); err != nil {
		return p, nil, err
	}
	return p, codes, s.note(ctx, t, p.ID, p.ID, "account made", nil, false)
}

const selectPerson = `
	SELECT p.id, p.name, p.zone, p.created_at, p.disabled_at,
	       ARRAY (SELECT role FROM person_roles r WHERE r.person = p.id ORDER BY role),
	       coalesce((SELECT version FROM consents c WHERE c.person = p.id ORDER BY at DESC LIMIT 1), '')
	FROM people p `

func scanPerson(row pgx.CollectableRow) (p Person, err error) {
	err = row.Scan(&p.ID, &p.Name, &p.Zone, &p.CreatedAt, &p.DisabledAt, &p.Roles, &p.Consented)
	return p, err
}

func onePerson(ctx context.Context, q querier, where string, args ...any) (Person, error) {
	rows, err := q.Query(ctx, selectPerson+where, args...)
	if err != nil {
		return Person{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanPerson)
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// accounts opens a transaction on the tables without words.
func (s *Store) accounts(ctx context.Context, do func(pgx.Tx) error) error {
	return translate(pgx.BeginFunc(ctx, s.system, do))
}

// SetZone changes her time zone.
func (s *Store) SetZone(ctx context.Context, person ID, zone string) (err error) {
	defer wrap(&err, "set zone")
	if err := checkTimeZone(zone); err != nil {
		return err
	}
	return s.accounts(ctx, func(t pgx.Tx) error {
		tag, err := t.Exec(ctx, `UPDATE people SET zone = $2 WHERE id = $1`, person, zone)
		if err == nil && tag.RowsAffected() == 0 {
			err = pgx.ErrNoRows
		}
		if err != nil {
			return err
		}
		return s.note(ctx, t, person, person, "time zone changed", nil, false)
	})
}

// Consent records which version of the consent text she agreed to.
func (s *Store) Consent(ctx context.Context, person ID, version string) (err error) {
	defer wrap(&err, "consent")
	if version == "" || len(version) > 64 {
		return Errorf(CodeInvalid, "The version of the consent text is missing. Please load the page again.")
	}
	return s.accounts(ctx, func(t pgx.Tx) error {
		tag, err := t.Exec(ctx, `INSERT INTO consents (person, version, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, person, version, s.now())
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return s.note(ctx, t, person, person, "consent given", nil, false)
	})
}
