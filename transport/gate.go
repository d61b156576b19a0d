package transport

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"innerwork/coach"
)

// caller is who makes a request, as far as it is known.
type caller struct {
	visit
	person  coach.Person
	session coach.Session
	token   string
	known   bool // person, session and token are set
}

// gate says who may pass to a route.
type gate int

const (
	anyone   gate = iota
	signedIn      // any person
	leader        // the role, and her consent to the current text
	deskside      // the role coach
	operator      // the role
)

type callerKey struct{}

// who returns the caller that the gate let pass.
func who(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// me is the id of the person who calls.
func me(ctx context.Context) coach.ID { return who(ctx).person.ID }

// pass is the middleware of one gate.
func (s *Server) pass(g gate) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(hc)
		c, err := s.identify(r)
		if err == nil {
			err = g.admits(c, s.consent.Version)
		} else if g == anyone && coach.CodeUnknown == codeOf(err) {
			err = nil // a session that has ended is as good as none here
		}
		if err != nil {
			s.failWith(w, r, err)
			return
		}
		next(huma.WithValue(hc, callerKey{}, c))
	}
}

// identify finds out who sent r. Without a token it is nobody, and no error.
func (s *Server) identify(r *http.Request) (caller, error) {
	c := caller{visit: s.visit(r)}
	c.token, _ = c.visit.token(r)
	if c.token == "" {
		return c, nil
	}
	person, session, err := s.accounts.Session(r.Context(), c.token)
	if err != nil {
		return caller{visit: c.visit}, err
	}
	c.person, c.session, c.known = person, session, true
	return c, nil
}

// admits returns why c may not pass, or nil.
func (g gate) admits(c caller, consent string) error {
	role := map[gate]coach.Role{leader: coach.RoleLeader, deskside: coach.RoleCoach, operator: coach.RoleOperator}[g]
	switch {
	case g == anyone:
		return nil
	case !c.known:
		return refuse(coach.CodeUnknown, "Please sign in first.")
	case role != "" && !c.person.Has(role):
		return refuse(coach.CodeForbidden, "Your account does not have the role for this.")
	case g == leader && c.person.Consented != consent:
		return refuse(coach.CodeForbidden, "Please read what this software is and does, and give your consent first.")
	}
	return nil
}

func codeOf(err error) coach.Code {
	f, _ := failureOf(err)
	return f.Code
}
