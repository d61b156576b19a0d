package transport

import (
	"context"

	"innerwork/coach"
)

// Rewrite is how the second stage of forgetting stands: the bytes on disk.
type Rewrite struct {
	Ours    bool   `json:"ours" doc:"False: the database is somebody else's, and nothing can be proved from here."`
	Hour    int    `json:"hour" doc:"When it begins at the latest, in the server's time zone: 0 to 23."`
	Running bool   `json:"running"`
	Step    string `json:"step,omitempty"`
	Done    int    `json:"done,omitempty" doc:"Tables that are copied."`
	Total   int    `json:"total,omitempty"`
	Problem string `json:"problem,omitempty" doc:"Why the last one did not come to its end; it is tried again."`
}

type derivedOfInput struct {
	Body coach.Scope
}

func (s *Server) derivedOf(ctx context.Context, in *derivedOfInput) (*body[coach.Derived], error) {
	return answer(s.forgetting.DerivedOf(ctx, me(ctx), in.Body))
}

type forgetAllInput struct {
	Body struct {
		ID    coach.ID    `json:"id" doc:"Of the receipt: a UUIDv7, made by the browser."`
		Scope coach.Scope `json:"scope"`
	}
}

func (s *Server) forgetAll(ctx context.Context, in *forgetAllInput) (*body[coach.Receipt], error) {
	return answer(s.forgetting.ForgetAll(ctx, me(ctx), in.Body.ID, in.Body.Scope))
}

type receiptList struct {
	Receipts []coach.Receipt `json:"receipts"`
	Rewrite  Rewrite         `json:"rewrite"`
}

func (s *Server) listReceipts(ctx context.Context, _ *struct{}) (*body[receiptList], error) {
	all, err := s.forgetting.Receipts(ctx, me(ctx))
	return answer(receiptList{list(all), s.rewriter.State()}, err)
}

func (s *Server) wantRewrite(ctx context.Context, _ *struct{}) (*body[Rewrite], error) {
	if err := s.forgetting.WantRewrite(ctx, me(ctx)); err != nil {
		return nil, err
	}
	s.rewriter.Wake()
	return answer(s.rewriter.State(), nil)
}

type eraseInput struct {
	Body struct {
		Password string `json:"password"`
	}
}

func (s *Server) erase(ctx context.Context, in *eraseInput) (*nothing, error) {
	return nil, s.forgetting.Erase(ctx, me(ctx), in.Body.Password)
}
