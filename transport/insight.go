package transport

import (
	"context"

	"innerwork/coach"
)

type proposalsInput struct {
	State        coach.ProposalState `query:"state" enum:"open,kept,declined"`
	Conversation coach.ID            `query:"conversation"`
}

type proposalList struct {
	Proposals []coach.Proposal `json:"proposals"`
}

func (s *Server) listProposals(ctx context.Context, in *proposalsInput) (*body[proposalList], error) {
	f := coach.ProposalFilter{State: in.State}
	if in.Conversation != (coach.ID{}) {
		f.Conversation = &in.Conversation
	}
	found, err := s.conclusions.Proposals(ctx, me(ctx), f)
	return answer(proposalList{list(found)}, err)
}

type keepInput struct {
	ByID
	Body *struct {
		Text string `json:"text,omitempty" doc:"Her wording; left out: the first quote as it stands."`
	}
}

func (s *Server) keepProposal(ctx context.Context, in *keepInput) (*body[coach.Insight], error) {
	var text string
	if in.Body != nil {
		text = in.Body.Text
	}
	return answer(s.conclusions.KeepProposal(ctx, me(ctx), in.ID, s.newID(), text))
}

func (s *Server) declineProposal(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.conclusions.DeclineProposal(ctx, me(ctx), in.ID)
}

type insightsInput struct {
	State    coach.InsightState `query:"state" enum:"held,retired,all"`
	Practice string             `query:"practice"`
}

type insightList struct {
	Insights []coach.Insight `json:"insights"`
}

func (s *Server) listInsights(ctx context.Context, in *insightsInput) (*body[insightList], error) {
	found, err := s.conclusions.Insights(ctx, me(ctx), coach.InsightFilter{State: in.State, Practice: in.Practice})
	return answer(insightList{list(found)}, err)
}

type insightSearch struct {
	Body struct {
		Query    string             `json:"query"`
		State    coach.InsightState `json:"state,omitempty" enum:"held,retired,all"`
		Practice string             `json:"practice,omitempty"`
	}
}

func (s *Server) searchInsights(ctx context.Context, in *insightSearch) (*body[insightList], error) {
	found, err := s.conclusions.Insights(ctx, me(ctx), coach.InsightFilter{Query: in.Body.Query, State: in.Body.State, Practice: in.Body.Practice})
	return answer(insightList{list(found)}, err)
}

// span is a quote as a browser sends it: where the words are, never the words.
type span struct {
	Reflection coach.ID `json:"reflection"`
	Start      int      `json:"start" minimum:"0" doc:"In Unicode code points."`
	End        int      `json:"end" minimum:"1" doc:"Exclusive."`
}

func (q span) quote() coach.Quote {
	return coach.Quote{Reflection: q.Reflection, Start: q.Start, End: q.End}
}

func quotes(spans []span) []coach.Quote {
	out := make([]coach.Quote, len(spans))
	for i, q := range spans {
		out[i] = q.quote()
	}
	return out
}

type newInsightInput struct {
	Body struct {
		ID           coach.ID  `json:"id" doc:"A UUIDv7, made by the browser."`
		Text         string    `json:"text,omitempty" doc:"Her wording; left out: the first quote as it stands."`
		Quotes       []span    `json:"quotes" nullable:"false"`
		Conversation *coach.ID `json:"conversation,omitempty"`
	}
}

func (s *Server) createInsight(ctx context.Context, in *newInsightInput) (*body[coach.Insight], error) {
	return answer(s.conclusions.CreateInsight(ctx, me(ctx), coach.NewInsight{
		ID: in.Body.ID, Text: in.Body.Text, Quotes: quotes(in.Body.Quotes), Conversation: in.Body.Conversation,
	}))
}

func (s *Server) showInsight(ctx context.Context, in *ByID) (*body[coach.Insight], error) {
	return answer(s.conclusions.Insight(ctx, me(ctx), in.ID))
}

type textInput struct {
	ByID
	Body struct {
		Text string `json:"text"`
	}
}

func (s *Server) reword(ctx context.Context, in *textInput) (*body[coach.Insight], error) {
	return answer(s.conclusions.Reword(ctx, me(ctx), in.ID, in.Body.Text))
}

func (s *Server) retireInsight(ctx context.Context, in *ByID) (*body[coach.Insight], error) {
	return answer(s.conclusions.RetireInsight(ctx, me(ctx), in.ID, true))
}

func (s *Server) restoreInsight(ctx context.Context, in *ByID) (*body[coach.Insight], error) {
	return answer(s.conclusions.RetireInsight(ctx, me(ctx), in.ID, false))
}
