package transport

import (
	"context"
	"time"

	"innerwork/coach"
)

type practiceList struct {
	Practices []coach.PracticeCard `json:"practices"`
}

func (s *Server) practices(context.Context, *nothing) (*body[practiceList], error) {
	return answer(practiceList{list(s.dialogue.Practices())}, nil)
}

type conversationsInput struct {
	Before time.Time `query:"before" doc:"Those that were last used before this time."`
}

type conversationList struct {
	Conversations []coach.Conversation `json:"conversations"`
}

func (s *Server) listConversations(ctx context.Context, in *conversationsInput) (*body[conversationList], error) {
	found, err := s.dialogue.Conversations(ctx, me(ctx), coach.ConversationFilter{Before: in.Before})
	return answer(conversationList{list(found)}, err)
}

type conversationSearch struct {
	Body struct {
		Query  string    `json:"query" doc:"Words that she said in it."`
		Before time.Time `json:"before,omitzero"`
	}
}

func (s *Server) searchConversations(ctx context.Context, in *conversationSearch) (*body[conversationList], error) {
	found, err := s.dialogue.Conversations(ctx, me(ctx), coach.ConversationFilter{Query: in.Body.Query, Before: in.Body.Before})
	return answer(conversationList{list(found)}, err)
}

type beginInput struct {
	Body struct {
		ID        coach.ID `json:"id" doc:"A UUIDv7, made by the browser."`
		Practice  string   `json:"practice,omitempty" doc:"Key of a practice; empty leaves the choice to the coach."`
		OffRecord bool     `json:"offRecord,omitempty" doc:"Nothing of it is kept."`
	}
}

func (s *Server) beginConversation(ctx context.Context, in *beginInput) (*body[coach.Conversation], error) {
	if in.Body.OffRecord {
		return answer(s.dialogue.BeginOffRecord(ctx, me(ctx), in.Body.ID, in.Body.Practice))
	}
	return answer(s.dialogue.Begin(ctx, me(ctx), in.Body.ID, in.Body.Practice))
}

func (s *Server) showConversation(ctx context.Context, in *ByID) (*body[coach.Conversation], error) {
	return answer(s.dialogue.Conversation(ctx, me(ctx), in.ID))
}

type stageInput struct {
	ByID
	Body struct {
		Stage coach.Stage `json:"stage" enum:"exploring,closing"`
	}
}

func (s *Server) setStage(ctx context.Context, in *stageInput) (*body[coach.Conversation], error) {
	return answer(s.dialogue.SetStage(ctx, me(ctx), in.ID, in.Body.Stage))
}

type closeInput struct {
	ByID
	Body *struct {
		Clarity *int `json:"clarity,omitempty" minimum:"0" maximum:"10"`
	}
}

func (s *Server) closeConversation(ctx context.Context, in *closeInput) (*body[coach.Conversation], error) {
	var clarity *int
	if in.Body != nil {
		clarity = in.Body.Clarity
	}
	return answer(s.dialogue.Close(ctx, me(ctx), in.ID, clarity))
}

type clarityInput struct {
	ByID
	Body struct {
		Clarity int `json:"clarity" minimum:"0" maximum:"10"`
	}
}

func (s *Server) setClarity(ctx context.Context, in *clarityInput) (*body[coach.Conversation], error) {
	return answer(s.dialogue.SetClarity(ctx, me(ctx), in.ID, in.Body.Clarity))
}

func (s *Server) resumeConversation(ctx context.Context, in *ByID) (*body[coach.Conversation], error) {
	return answer(s.dialogue.Resume(ctx, me(ctx), in.ID))
}

func (s *Server) help(ctx context.Context, in *ByID) (*body[coach.Reply], error) {
	return answer(s.dialogue.Help(ctx, me(ctx), in.ID))
}

type againInput struct {
	ByID
	Body *struct {
		Speaker coach.Author `json:"speaker,omitempty" enum:"guide" doc:"Left out: the one who speaks now."`
	}
}

func (s *Server) again(ctx context.Context, in *againInput) (*body[coach.Reply], error) {
	var speaker coach.Author
	if in.Body != nil {
		speaker = in.Body.Speaker
	}
	return answer(s.dialogue.Again(ctx, me(ctx), in.ID, speaker))
}
