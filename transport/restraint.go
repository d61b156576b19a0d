package transport

import (
	"context"

	"innerwork/coach/restraint"
)

func (s *Server) restraintCard(context.Context, *nothing) (*body[restraint.Shown], error) {
	return answer(s.measured.Card())
}
