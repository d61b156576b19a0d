package transport

import (
	"context"
	"net/http"
	"time"

	"innerwork/coach"
)

type reflectionsInput struct {
	Query  string               `query:"query"`
	Kind   coach.ReflectionKind `query:"kind" enum:"written,said,imported"`
	Before time.Time            `query:"before"`
	Limit  int                  `query:"limit" minimum:"1" maximum:"200"`
}

type reflectionList struct {
	Reflections []coach.Reflection `json:"reflections"`
	Found       []coach.Found      `json:"found,omitempty" doc:"The passages that the query found, best first."`
}

func (s *Server) listReflections(ctx context.Context, in *reflectionsInput) (*body[reflectionList], error) {
	reflections, found, err := s.journal.Reflections(ctx, me(ctx), coach.ReflectionFilter{
		Query: in.Query, Kind: in.Kind, Before: in.Before, Limit: in.Limit,
	})
	return answer(reflectionList{list(reflections), found}, err)
}

type writeInput struct {
	Body struct {
		ID   coach.ID  `json:"id" doc:"A UUIDv7, made by the browser."`
		Text string    `json:"text"`
		At   time.Time `json:"at,omitzero" doc:"When it was written; left out: now."`
		Zone string    `json:"zone"`
	}
}

// written is 201 for a new row and 200 for the same one sent again.
type written struct {
	Status int
	Body   coach.Reflection
}

func (s *Server) writeReflection(ctx context.Context, in *writeInput) (*written, error) {
	at := in.Body.At
	if at.IsZero() {
		at = s.now()
	}
	r, created, err := s.journal.Write(ctx, me(ctx), coach.NewReflection{ID: in.Body.ID, Text: in.Body.Text, At: at, Zone: in.Body.Zone})
	if err != nil {
		return nil, err
	}
	if created {
		return &written{http.StatusCreated, r}, nil
	}
	return &written{http.StatusOK, r}, nil
}

type reflectionShown struct {
	Reflection coach.Reflection   `json:"reflection"`
	Versions   []coach.Reflection `json:"versions"`
}

func (s *Server) showReflection(ctx context.Context, in *ByID) (*body[reflectionShown], error) {
	r, versions, err := s.journal.Reflection(ctx, me(ctx), in.ID)
	return answer(reflectionShown{r, list(versions)}, err)
}

type editInput struct {
	ByID
	Body struct {
		ID   coach.ID `json:"id" doc:"Of the new version: a UUIDv7, made by the browser."`
		Text string   `json:"text"`
	}
}

func (s *Server) editReflection(ctx context.Context, in *editInput) (*body[coach.Reflection], error) {
	return answer(s.journal.Edit(ctx, me(ctx), in.ID, in.Body.ID, in.Body.Text))
}

func (s *Server) derived(ctx context.Context, in *ByID) (*body[coach.Derived], error) {
	return answer(s.journal.Derived(ctx, me(ctx), in.ID))
}

func (s *Server) forget(ctx context.Context, in *ByID) (*body[coach.Receipt], error) {
	return answer(s.journal.Forget(ctx, me(ctx), in.ID))
}

type apartInput struct {
	ByID
	Body struct {
		Apart bool `json:"apart"`
	}
}

func (s *Server) setApart(ctx context.Context, in *apartInput) (*nothing, error) {
	return nil, s.journal.SetApart(ctx, me(ctx), in.ID, in.Body.Apart)
}
