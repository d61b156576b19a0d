package transport

import (
	"context"

	"innerwork/coach"
)

type state struct {
	Version         string        `json:"version"`
	Setup           bool          `json:"setup" doc:"There is no account yet."`
	SetupNeedsToken bool          `json:"setupNeedsToken" doc:"The first account needs the printed token, since you are not on the machine itself."`
	Consent         Consent       `json:"consent"`
	Speaker         coach.Speaker `json:"speaker"`
	Search          Search        `json:"search"`
	Help            coach.Help    `json:"help"`
	Me              *coach.Person `json:"me" doc:"Who is signed in, or null."`
}

func (s *Server) state(ctx context.Context, _ *nothing) (*body[state], error) {
	has, err := s.accounts.HasPeople(ctx)
	if err != nil {
		return nil, err
	}
	c := who(ctx)
	st := state{
		Version:         s.version,
		Setup:           !has,
		SetupNeedsToken: !c.owner,
		Consent:         s.consent,
		Speaker:         s.dialogue.Speaker(),
		Search:          s.search(),
		Help:            s.dialogue.HelpText(),
	}
	st.Help.Resources = list(st.Help.Resources)
	if c.known {
		st.Me = &c.person
	}
	return answer(st, nil)
}
