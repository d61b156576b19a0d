package memory

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// invitationLife is how long an invitation can be redeemed.
const invitationLife = 7 * 24 * time.Hour

var errInvitation = Errorf(CodeNotFound, "This invitation does not exist. Please check that the whole link was copied.")

// mayInvite reports whether the inviter has the role for it: an operator
// invites leaders, a leader invites her coach.
func mayInvite(ctx context.Context, q querier, inviter ID, kind InvitationKind) (may bool, err error) {
	role := map[InvitationKind]Role{InviteLeader: RoleOperator, InviteCoach: RoleLeader}[kind]
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM people p JOIN person_roles r ON r.person = p.id
		WHERE p.id = $1 AND p.disabled_at IS NULL AND r.role = $2)`, inviter, role).Scan(&may)
	return may, err
}

// Invite makes an invitation; the secret is shown once and kept hashed. The
// inviter needs the role for it now, and still when it is redeemed.
func (s *Store) Invite(ctx context.Context, inviter ID, kind InvitationKind) (i Invitation, secret string, err error) {
	defer wrap(&err, "invite")
	secret, hash := s.secret()
	now := s.now()
	i = Invitation{ID: s.newID(), Kind: kind, Inviter: inviter, CreatedAt: now, ExpiresAt: now.Add(invitationLife)}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		may, err := mayInvite(ctx, t, inviter, kind)
		if err == nil && !may {
			err = Errorf(CodeForbidden, "Only an operator can invite leaders, and only a leader can invite her coach.")
		}
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `INSERT INTO invitations (id, kind, secret_hash, inviter, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6)`, i.ID, i.Kind, hash, inviter, i.CreatedAt, i.ExpiresAt); err != nil {
			return err
		}
		return s.note(ctx, t, inviter, inviter, "invited a "+string(kind), &i.ID, false)
	})
	if err != nil {
		return Invitation{}, "", err
	}
	return i, secret, nil
}

const selectInvitation = `SELECT id, kind, inviter, created_at, expires_at, redeemed_at, revoked_at FROM invitations `

func scanInvitation(row pgx.CollectableRow) (i Invitation, err error) {
	err = row.Scan(&i.ID, &i.Kind, &i.Inviter, &i.CreatedAt, &i.ExpiresAt, &i.RedeemedAt, &i.RevokedAt)
	return i, err
}

// Invitations lists those that the inviter made of a kind, the latest first.
func (s *Store) Invitations(ctx context.Context, inviter ID, kind InvitationKind) (all []Invitation, err error) {
	defer wrap(&err, "invitations")
	rows, err := s.system.Query(ctx, selectInvitation+`WHERE inviter = $1 AND kind = $2 ORDER BY created_at DESC LIMIT 100`, inviter, kind)
	if err != nil {
		return nil, translate(err)
	}
	all, err = pgx.CollectRows(rows, scanInvitation)
	return all, translate(err)
}

// RevokeInvitation takes one back that was not redeemed.
func (s *Store) RevokeInvitation(ctx context.Context, inviter, id ID) (err error) {
	defer wrap(&err, "revoke invitation %v", id)
	return s.accounts(ctx, func(t pgx.Tx) error {
		tag, err := t.Exec(ctx, `UPDATE invitations SET revoked_at = coalesce(revoked_at, $3)
			WHERE inviter = $1 AND id = $2 AND redeemed_at IS NULL`, inviter, id, s.now())
		if err == nil && tag.RowsAffected() == 0 {
			err = pgx.ErrNoRows
		}
		if err != nil {
			return err
		}
		return s.note(ctx, t, inviter, inviter, "invitation revoked", &id, false)
	})
}

// LookAtInvitation says what the holder of a secret is invited to, and by whom.
func (s *Store) LookAtInvitation(ctx context.Context, secret string) (i Invitation, inviter string, err error) {
	defer wrap(&err, "look at an invitation")
	if i, err = s.invitation(ctx, s.system, secret); err != nil {
		return i, "", err
	}
	p, err := onePerson(ctx, s.system, `WHERE p.id = $1`, i.Inviter)
	return i, p.Name, translate(err)
}

// invitation finds an open one. Why it is not open is said to one who holds
// its secret, and to nobody else.
func (s *Store) invitation(ctx context.Context, q querier, secret string) (i Invitation, err error) {
	rows, err := q.Query(ctx, selectInvitation+`WHERE secret_hash = $1`, secretHash(secret))
	if err != nil {
		return i, translate(err)
	}
	i, err = pgx.CollectExactlyOneRow(rows, scanInvitation)
	switch {
	case err == pgx.ErrNoRows:
		return i, errInvitation
	case err != nil:
		return i, translate(err)
	case i.RevokedAt != nil:
		return i, Errorf(CodeGone, "This invitation was taken back. Please ask for another.")
	case i.RedeemedAt != nil:
		return i, Errorf(CodeGone, "This invitation was used already. Please ask for another.")
	case !s.now().Before(i.ExpiresAt):
		return i, Errorf(CodeGone, "This invitation has expired. Please ask for another.")
	}
	return i, nil
}

// take redeems an invitation for a person; of two at once, one gets it.
func (s *Store) take(ctx context.Context, t pgx.Tx, i Invitation, person ID) error {
	tag, err := t.Exec(ctx, `UPDATE invitations SET redeemed_by = $2, redeemed_at = $3
		WHERE id = $1 AND redeemed_at IS NULL AND revoked_at IS NULL AND expires_at > $3`, i.ID, person, s.now())
	if err == nil && tag.RowsAffected() == 0 {
		err = Errorf(CodeGone, "This invitation was used already. Please ask for another.")
	}
	if err != nil {
		return err
	}
	may, err := mayInvite(ctx, t, i.Inviter, i.Kind)
	if err == nil && !may {
		err = Errorf(CodeGone, "Whoever invited you cannot invite any more, so the link no longer works.")
	}
	if err != nil {
		return err
	}
	if i.Kind == InviteCoach {
		return s.tie(ctx, t, i, person)
	}
	return s.note(ctx, t, i.Inviter, person, "invitation redeemed", &i.ID, false)
}

// Redeem makes a new account from an invitation, and signs it in.
func (s *Store) Redeem(ctx context.Context, secret string, n NewPerson, device string) (p Person, token string, codes []string, err error) {
	defer wrap(&err, "redeem an invitation")
	i, err := s.invitation(ctx, s.system, secret)
	if err != nil {
		return p, "", nil, err
	}
	n.Roles = []Role{Role(i.Kind)}
	hash, err := s.checkNew(ctx, &n)
	if err != nil {
		return p, "", nil, err
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if p, codes, err = s.createPerson(ctx, t, n, hash); err != nil {
			return err
		}
		if err := s.take(ctx, t, i, p.ID); err != nil {
			return err
		}
		token, err = s.openSession(ctx, t, p.ID, device)
		return err
	})
	return p, token, codes, err
}

// RedeemAs makes somebody who has an account the coach of the inviter.
func (s *Store) RedeemAs(ctx context.Context, secret string, person ID) (p Person, err error) {
	defer wrap(&err, "redeem an invitation")
	i, err := s.invitation(ctx, s.system, secret)
	if err != nil {
		return p, err
	}
	switch {
	case i.Kind != InviteCoach:
		return p, Errorf(CodeConflict, "This invitation is for a new account. Sign out first to use it.")
	case i.Inviter == person:
		return p, Errorf(CodeConflict, "You cannot be your own coach. Send the link to the person whom you want to invite.")
	}
	err = s.accounts(ctx, func(t pgx.Tx) error {
		if err := s.take(ctx, t, i, person); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `INSERT INTO person_roles (person, role) VALUES ($1, 'coach') ON CONFLICT DO NOTHING`, person); err != nil {
			return err
		}
		p, err = onePerson(ctx, t, `WHERE p.id = $1`, person)
		return err
	})
	return p, err
}
