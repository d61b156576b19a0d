package transport

import (
	"context"

	"innerwork/coach"
)

type outdatedInput struct {
	ByID
	Body struct {
		Outdated bool `json:"outdated"`
	}
}

func (s *Server) setOutdated(ctx context.Context, in *outdatedInput) (*nothing, error) {
	return nil, s.corrections.SetOutdated(ctx, me(ctx), in.ID, in.Body.Outdated)
}

func (s *Server) takeIn(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.corrections.TakeIn(ctx, me(ctx), in.ID)
}

func (s *Server) showLearning(ctx context.Context, _ *nothing) (*body[coach.Learning], error) {
	return answer(s.corrections.Learning(ctx, me(ctx)))
}

type learningInput struct {
	Body struct {
		Paused bool `json:"paused"`
	}
}

func (s *Server) setLearning(ctx context.Context, in *learningInput) (*body[coach.Learning], error) {
	return answer(s.corrections.PauseLearning(ctx, me(ctx), in.Body.Paused))
}

type takenIn struct {
	Reflections int `json:"reflections" doc:"How many are recalled from here on."`
}

func (s *Server) takeAllIn(ctx context.Context, _ *nothing) (*body[takenIn], error) {
	n, err := s.corrections.TakeAllIn(ctx, me(ctx))
	return answer(takenIn{n}, err)
}

func (s *Server) given(ctx context.Context, in *ByID) (*body[coach.Given], error) {
	g, err := s.corrections.Given(ctx, me(ctx), in.ID)
	g.Sources = list(g.Sources)
	return answer(g, err)
}

type unfitInput struct {
	ByID
	Handle string `path:"handle" maxLength:"2"`
	Body   struct {
		Unfit bool `json:"unfit"`
	}
}

func (s *Server) setUnfit(ctx context.Context, in *unfitInput) (*nothing, error) {
	return nil, s.corrections.SetUnfit(ctx, me(ctx), in.ID, in.Handle, in.Body.Unfit)
}
