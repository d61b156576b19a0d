package transport

import (
	"context"

	"innerwork/coach"
)

type coachList struct {
	Coaches     []coach.Coaching   `json:"coaches"`
	Invitations []coach.Invitation `json:"invitations"`
}

func (s *Server) listCoaches(ctx context.Context, _ *nothing) (*body[coachList], error) {
	coaches, err := s.coaches.Coachings(ctx, me(ctx))
	if err != nil {
		return nil, err
	}
	invitations, err := s.invitations.Invitations(ctx, me(ctx), coach.InviteCoach)
	return answer(coachList{list(coaches), list(invitations)}, err)
}

func (s *Server) confirmCoach(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.coaches.ConfirmCoach(ctx, me(ctx), in.ID)
}

func (s *Server) endCoaching(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.coaches.EndCoaching(ctx, me(ctx), in.ID)
}
