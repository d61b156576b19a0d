package transport

import (
	"context"

	"innerwork/coach"
)

type previewInput struct {
	ByID
	Question bool `query:"question" doc:"With the question that came before the line."`
}

func (s *Server) previewLine(ctx context.Context, in *previewInput) (*body[coach.DeskLine], error) {
	return answer(s.summaries.PreviewLine(ctx, me(ctx), in.ID, in.Question))
}

type releaseInput struct {
	ByID
	Body struct {
		Coach        coach.ID `json:"coach"`
		WithQuestion bool     `json:"withQuestion"`
	}
}

func (s *Server) releaseLine(ctx context.Context, in *releaseInput) (*body[coach.Release], error) {
	return answer(s.summaries.ReleaseLine(ctx, me(ctx), in.ID, in.Body.Coach, in.Body.WithQuestion))
}

func (s *Server) revokeRelease(ctx context.Context, in *ByID) (*body[coach.Release], error) {
	return answer(s.summaries.Revoke(ctx, me(ctx), in.ID))
}

type readingList struct {
	Readings []coach.SeenLine `json:"readings"`
}

func (s *Server) listReadings(ctx context.Context, _ *nothing) (*body[readingList], error) {
	found, err := s.summaries.Readings(ctx, me(ctx))
	return answer(readingList{list(found)}, err)
}

type markList struct {
	Marks []coach.MarkedLine `json:"marks"`
}

func (s *Server) listMarks(ctx context.Context, _ *nothing) (*body[markList], error) {
	found, err := s.summaries.Marks(ctx, me(ctx))
	return answer(markList{list(found)}, err)
}

func (s *Server) answerMark(ctx context.Context, in *textInput) (*body[coach.Mark], error) {
	return answer(s.summaries.AnswerMark(ctx, me(ctx), in.ID, in.Body.Text))
}
