package transport

import (
	"context"
	"net/http"
	"time"

	"innerwork/coach"
)

type secretInput struct {
	Body struct {
		Secret string `json:"secret"`
	}
}

type invitationSeen struct {
	Kind      coach.InvitationKind `json:"kind" enum:"leader,coach"`
	Inviter   string               `json:"inviter" doc:"Name of who invites."`
	ExpiresAt time.Time            `json:"expiresAt"`
}

func (s *Server) lookAtInvitation(ctx context.Context, in *secretInput) (*body[invitationSeen], error) {
	i, inviter, err := s.invitations.LookAtInvitation(ctx, in.Body.Secret)
	return answer(invitationSeen{i.Kind, inviter, i.ExpiresAt}, err)
}

type redeemInput struct {
	Device string `header:"User-Agent"`
	Body   struct {
		Secret   string `json:"secret"`
		Name     string `json:"name,omitempty" doc:"Left out, with password and zone, when a person who is signed in becomes a coach."`
		Password string `json:"password,omitempty"`
		Zone     string `json:"zone,omitempty"`
	}
}

// redeemed has no cookie when somebody who is signed in redeems.
type redeemed struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      newAccount
}

func (s *Server) redeemInvitation(ctx context.Context, in *redeemInput) (*redeemed, error) {
	c, b := who(ctx), in.Body
	if b.Name == "" && b.Password == "" {
		if !c.known {
			return nil, refuse(coach.CodeInvalid, "Please choose a name and a password, or sign in first.")
		}
		person, err := s.invitations.RedeemAs(ctx, b.Secret, c.person.ID)
		if err != nil {
			return nil, err
		}
		return &redeemed{Body: newAccount{Person: person}}, nil
	}
	person, token, codes, err := s.invitations.Redeem(ctx, b.Secret,
		coach.NewPerson{Name: b.Name, Password: b.Password, Zone: b.Zone}, in.Device)
	if err != nil {
		return nil, err
	}
	return &redeemed{[]http.Cookie{c.signedIn(token)}, newAccount{person, codes}}, nil
}

type invited struct {
	Invitation coach.Invitation `json:"invitation"`
	Secret     string           `json:"secret" doc:"Shown this once; the link is /#/invitation/SECRET."`
}

func (s *Server) invite(ctx context.Context, kind coach.InvitationKind) (*body[invited], error) {
	i, secret, err := s.invitations.Invite(ctx, me(ctx), kind)
	return answer(invited{i, secret}, err)
}

func (s *Server) inviteLeader(ctx context.Context, _ *nothing) (*body[invited], error) {
	return s.invite(ctx, coach.InviteLeader)
}

func (s *Server) inviteCoach(ctx context.Context, _ *nothing) (*body[invited], error) {
	return s.invite(ctx, coach.InviteCoach)
}

type invitationList struct {
	Invitations []coach.Invitation `json:"invitations"`
}

func (s *Server) leaderInvitations(ctx context.Context, _ *nothing) (*body[invitationList], error) {
	found, err := s.invitations.Invitations(ctx, me(ctx), coach.InviteLeader)
	return answer(invitationList{list(found)}, err)
}

func (s *Server) revokeInvitation(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.invitations.RevokeInvitation(ctx, me(ctx), in.ID)
}
