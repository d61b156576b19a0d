package transport

import (
	"context"

	"innerwork/coach"
)

type themeList struct {
	Themes []coach.Theme `json:"themes"`
}

func (s *Server) listThemes(ctx context.Context, _ *nothing) (*body[themeList], error) {
	themes, err := s.overTime.Themes(ctx, me(ctx))
	return answer(themeList{list(themes)}, err)
}

type themeInput struct {
	ByID
	Body struct {
		Name  string `json:"name"`
		Words string `json:"words" doc:"What to look for."`
	}
}

func (s *Server) keepTheme(ctx context.Context, in *themeInput) (*body[coach.Theme], error) {
	return answer(s.overTime.KeepTheme(ctx, me(ctx), coach.Theme{ID: in.ID, Name: in.Body.Name, Words: in.Body.Words}))
}

func (s *Server) removeTheme(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.overTime.RemoveTheme(ctx, me(ctx), in.ID)
}

type themeOverTime struct {
	Theme coach.Theme   `json:"theme"`
	Found []coach.Found `json:"found" doc:"The oldest first."`
}

func (s *Server) ofTheme(ctx context.Context, in *ByID) (*body[themeOverTime], error) {
	theme, found, err := s.overTime.OfTheme(ctx, me(ctx), in.ID)
	return answer(themeOverTime{theme, list(found)}, err)
}

type reflectionOverTime struct {
	Reflection coach.Reflection `json:"reflection"`
	Found      []coach.Found    `json:"found" doc:"The nearest to it, the oldest first."`
}

func (s *Server) alike(ctx context.Context, in *ByID) (*body[reflectionOverTime], error) {
	r, found, err := s.overTime.Alike(ctx, me(ctx), in.ID)
	return answer(reflectionOverTime{r, list(found)}, err)
}

type clarityList struct {
	Marks []coach.ClarityMark `json:"marks" doc:"The oldest first."`
}

func (s *Server) clarityMarks(ctx context.Context, _ *nothing) (*body[clarityList], error) {
	marks, err := s.overTime.ClarityMarks(ctx, me(ctx))
	return answer(clarityList{list(marks)}, err)
}

func (s *Server) onThisDay(ctx context.Context, _ *nothing) (*body[reflectionList], error) {
	reflections, err := s.overTime.OnThisDay(ctx, me(ctx), who(ctx).person.Zone)
	return answer(reflectionList{list(reflections)}, err)
}
