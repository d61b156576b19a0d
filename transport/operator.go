package transport

import (
	"context"

	"innerwork/coach"
)

type people struct {
	People []coach.Person `json:"people"`
}

func (s *Server) listPeople(ctx context.Context, _ *nothing) (*body[people], error) {
	found, err := s.people.People(ctx)
	return answer(people{list(found)}, err)
}

func (s *Server) resetPerson(ctx context.Context, in *ByID) (*body[recoveryCodes], error) {
	codes, err := s.people.Reset(ctx, me(ctx), in.ID)
	return answer(recoveryCodes{list(codes)}, err)
}

func (s *Server) disablePerson(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.people.Disable(ctx, me(ctx), in.ID, true)
}

func (s *Server) enablePerson(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.people.Disable(ctx, me(ctx), in.ID, false)
}

// Terms says which term of four weeks.
type Terms struct {
	Back int `query:"back" minimum:"0" maximum:"12" doc:"How many terms before the running one."`
}

func (s *Server) restraintCounts(ctx context.Context, in *Terms) (*body[coach.Restraint], error) {
	return answer(s.people.Restraint(ctx, me(ctx), in.Back))
}
