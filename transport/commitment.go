package transport

import (
	"context"

	"innerwork/coach"
)

type commitmentsInput struct {
	State string `query:"state" enum:"open,all" default:"open"`
}

type commitmentList struct {
	Commitments []coach.Commitment `json:"commitments"`
}

func (s *Server) listCommitments(ctx context.Context, in *commitmentsInput) (*body[commitmentList], error) {
	found, err := s.conclusions.Commitments(ctx, me(ctx), in.State != "all")
	return answer(commitmentList{list(found)}, err)
}

type newCommitmentInput struct {
	Body struct {
		ID           coach.ID  `json:"id" doc:"A UUIDv7, made by the browser."`
		Action       string    `json:"action"`
		Due          string    `json:"due" doc:"A date, YYYY-MM-DD, in zone."`
		Zone         string    `json:"zone" doc:"IANA time zone."`
		Why          string    `json:"why,omitempty"`
		Conversation *coach.ID `json:"conversation,omitempty"`
	}
}

func (s *Server) createCommitment(ctx context.Context, in *newCommitmentInput) (*body[coach.Commitment], error) {
	b := in.Body
	return answer(s.conclusions.CreateCommitment(ctx, me(ctx), coach.NewCommitment{
		ID: b.ID, Action: b.Action, Due: b.Due, Zone: b.Zone, Why: b.Why, Conversation: b.Conversation,
	}))
}

type outcomeInput struct {
	ByID
	Body struct {
		Outcome coach.Outcome `json:"outcome" enum:"open,done,changed,dropped"`
		Note    string        `json:"note,omitempty"`
	}
}

func (s *Server) setOutcome(ctx context.Context, in *outcomeInput) (*body[coach.Commitment], error) {
	return answer(s.conclusions.SetOutcome(ctx, me(ctx), in.ID, in.Body.Outcome, in.Body.Note))
}
