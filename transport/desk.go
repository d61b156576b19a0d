package transport

import (
	"context"

	"innerwork/coach"
)

type leaderList struct {
	Leaders []coach.Coaching `json:"leaders"`
}

func (s *Server) desk(ctx context.Context, _ *nothing) (*body[leaderList], error) {
	found, err := s.desks.Leaders(ctx, me(ctx))
	return answer(leaderList{list(found)}, err)
}

// ByLeader is the input of a route of the desk about one leader.
type ByLeader struct {
	Leader coach.ID `path:"leader"`
}

type named struct {
	ID   coach.ID `json:"id"`
	Name string   `json:"name"`
}

type deskShown struct {
	Leader named            `json:"leader"`
	Lines  []coach.DeskLine `json:"lines"`
}

func (s *Server) deskOf(ctx context.Context, in *ByLeader) (*body[deskShown], error) {
	name, lines, err := s.desks.Desk(ctx, me(ctx), in.Leader)
	return answer(deskShown{named{in.Leader, name}, list(lines)}, err)
}

type markInput struct {
	ByLeader
	Body struct {
		ID      coach.ID       `json:"id" doc:"A UUIDv7, made by the browser."`
		Release coach.ID       `json:"release"`
		On      coach.MarkOn   `json:"on" enum:"line,question"`
		Kind    coach.MarkKind `json:"kind" enum:"unsupported,leading,over-reach,missed-signal"`
		Note    string         `json:"note,omitempty"`
	}
}

func (s *Server) addMark(ctx context.Context, in *markInput) (*body[coach.Mark], error) {
	return answer(s.desks.AddMark(ctx, me(ctx), in.Leader, coach.Mark{
		ID: in.Body.ID, Release: in.Body.Release, Coach: me(ctx), On: in.Body.On, Kind: in.Body.Kind, Note: in.Body.Note,
	}))
}

// ByMark is the input of a route of the desk about one mark.
type ByMark struct {
	ByLeader
	ByID
}

func (s *Server) removeMark(ctx context.Context, in *ByMark) (*nothing, error) {
	return nil, s.desks.RemoveMark(ctx, me(ctx), in.Leader, in.ID)
}
