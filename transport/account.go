package transport

import (
	"context"
	"crypto/subtle"
	"net/http"

	"innerwork/coach"
)

// enter is the answer to everything that signs somebody in.
type enter[T any] struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      T
}

type newAccount struct {
	Person        coach.Person `json:"person"`
	RecoveryCodes []string     `json:"recoveryCodes,omitempty"`
}

type setupInput struct {
	Device string `header:"User-Agent"`
	Body   struct {
		Name     string `json:"name"`
		Password string `json:"password"`
		Token    string `json:"token,omitempty" doc:"As printed at the start; not needed on the machine itself."`
		Zone     string `json:"zone"`
	}
}

func (s *Server) setup(ctx context.Context, in *setupInput) (*enter[newAccount], error) {
	c := who(ctx)
	tokenFits := s.setupToken != "" && subtle.ConstantTimeCompare([]byte(in.Body.Token), []byte(s.setupToken)) == 1
	if !c.owner && !tokenFits {
		return nil, refuse(coach.CodeForbidden, "The first account is made on the machine itself or with the token that the program printed when it started.")
	}
	person, codes, err := s.accounts.CreateFirst(ctx, coach.NewPerson{
		Name: in.Body.Name, Password: in.Body.Password, Zone: in.Body.Zone,
		Roles: []coach.Role{coach.RoleLeader, coach.RoleOperator},
	})
	if err != nil {
		return nil, err
	}
	_, token, _, err := s.accounts.SignIn(ctx, in.Body.Name, in.Body.Password, in.Device)
	if err != nil {
		return nil, err
	}
	return &enter[newAccount]{c.signedIn(token), newAccount{person, codes}}, nil
}

type signInInput struct {
	Device string `header:"User-Agent"`
	Body   struct {
		Name     string `json:"name"`
		Password string `json:"password"`
	}
}

type signInAnswer struct {
	Person  coach.Person `json:"person"`
	Notices []coach.Act  `json:"notices" doc:"What others did to the account, to be shown once."`
}

func (s *Server) signIn(ctx context.Context, in *signInInput) (*enter[signInAnswer], error) {
	person, token, notices, err := s.accounts.SignIn(ctx, in.Body.Name, in.Body.Password, in.Device)
	if err != nil {
		return nil, err
	}
	return &enter[signInAnswer]{who(ctx).signedIn(token), signInAnswer{person, list(notices)}}, nil
}

type leave struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Clear     string      `header:"Clear-Site-Data"`
}

func (s *Server) signOut(ctx context.Context, _ *nothing) (*leave, error) {
	c := who(ctx)
	if c.known {
		if err := s.accounts.SignOut(ctx, c.token); err != nil {
			return nil, err
		}
	}
	return &leave{c.signedOut(), `"cache", "cookies", "storage"`}, nil
}

type recoverInput struct {
	Device string `header:"User-Agent"`
	Body   struct {
		Name     string `json:"name"`
		Code     string `json:"code"`
		Password string `json:"password" doc:"The new one."`
	}
}

type recoverAnswer struct {
	Person    coach.Person `json:"person"`
	Remaining int          `json:"remaining" doc:"Recovery codes that are left."`
}

func (s *Server) recover(ctx context.Context, in *recoverInput) (*enter[recoverAnswer], error) {
	person, token, remaining, err := s.accounts.Recover(ctx, in.Body.Name, in.Body.Code, in.Body.Password, in.Device)
	if err != nil {
		return nil, err
	}
	return &enter[recoverAnswer]{who(ctx).signedIn(token), recoverAnswer{person, remaining}}, nil
}
