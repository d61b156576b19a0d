package transport

import (
	"context"
	"net/http"
	"time"

	"innerwork/coach"
)

// WithinInput narrows to some of her reflections; nothing in it is words of hers.
type WithinInput struct {
	Kind         coach.ReflectionKind `query:"kind" json:"kind,omitempty" enum:"written,said,imported"`
	From         time.Time            `query:"from" json:"from,omitzero" doc:"Written or said from then on."`
	Until        time.Time            `query:"until" json:"until,omitzero" doc:"Written or said before then."`
	Conversation coach.ID             `query:"conversation" json:"conversation,omitzero"`
	Practice     string               `query:"practice" json:"practice,omitempty"`
	Use          coach.Use            `query:"use" json:"use,omitempty" enum:"apart,outdated,unlearned,withheld" doc:"Only what was kept out of use."`
	Limit        int                  `query:"limit" json:"limit,omitempty" minimum:"1" maximum:"200"`
}

func (in WithinInput) within() coach.Within {
	return coach.Within{Kind: in.Kind, From: in.From, Until: in.Until, Conversation: in.Conversation, Practice: in.Practice}
}

type reflectionsInput struct {
	WithinInput
	After   time.Time `query:"after" doc:"The at of the last one of the page before."`
	AfterID coach.ID  `query:"afterId" doc:"Its id."`
}

type reflectionList struct {
	Reflections []coach.Reflection `json:"reflections"`
}

func (s *Server) listReflections(ctx context.Context, in *reflectionsInput) (*body[reflectionList], error) {
	reflections, err := s.journal.Reflections(ctx, me(ctx), coach.ReflectionFilter{
		Within: in.within(), Use: in.Use, After: coach.Place{At: in.After, ID: in.AfterID}, Limit: in.Limit,
	})
	return answer(reflectionList{list(reflections)}, err)
}

// A search is words of hers, and stands in the body: what is in an address is
// written down on its way.
type searchInput struct {
	Body struct {
		Query string `json:"query"`
		WithinInput
	}
}

type foundList struct {
	Found []coach.Found `json:"found" doc:"What is in use, the best first; then what is not."`
}

func (s *Server) searchReflections(ctx context.Context, in *searchInput) (*body[foundList], error) {
	found, err := s.journal.SearchHers(ctx, me(ctx), coach.HerSearch{
		Text: in.Body.Query, Within: in.Body.within(), Use: in.Body.Use, Limit: in.Body.Limit,
	})
	return answer(foundList{list(found)}, err)
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
