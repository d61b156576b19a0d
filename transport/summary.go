package transport

import (
	"context"

	"innerwork/coach"
)

func (s *Server) summaryOf(ctx context.Context, in *ByID) (*body[coach.Summary], error) {
	return answer(s.summaries.SummaryOf(ctx, me(ctx), in.ID))
}

type summaryList struct {
	Summaries []coach.Summary `json:"summaries"`
}

func (s *Server) listSummaries(ctx context.Context, _ *nothing) (*body[summaryList], error) {
	found, err := s.summaries.Summaries(ctx, me(ctx))
	return answer(summaryList{list(found)}, err)
}

type lineInput struct {
	ByID
	Body struct {
		ID      coach.ID      `json:"id" doc:"A UUIDv7, made by the browser."`
		Heading coach.Heading `json:"heading" enum:"came-for,noticed,keep,will-do,stays-open"`
		Text    string        `json:"text,omitempty" doc:"Her wording; left out if the line is a quote."`
		Quote   *span         `json:"quote,omitempty"`
		Quotes  []span        `json:"quotes,omitempty" doc:"Cited by her wording."`
	}
}

func (s *Server) addLine(ctx context.Context, in *lineInput) (*body[coach.Line], error) {
	line := coach.NewLine{ID: in.Body.ID, Heading: in.Body.Heading, Text: in.Body.Text, Quotes: quotes(in.Body.Quotes)}
	if in.Body.Quote != nil {
		q := in.Body.Quote.quote()
		line.Quote = &q
	}
	return answer(s.summaries.AddLine(ctx, me(ctx), in.ID, line))
}

func (s *Server) removeLine(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.summaries.RemoveLine(ctx, me(ctx), in.ID)
}
