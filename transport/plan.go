package transport

import (
	"context"

	"innerwork/coach"
)

type planShown struct {
	Plan *coach.Plan `json:"plan,omitempty" doc:"Left out if she has none."`
}

func (s *Server) showPlan(ctx context.Context, _ *nothing) (*body[planShown], error) {
	plan, err := s.plans.Plan(ctx, me(ctx))
	return answer(planShown{plan}, err)
}

// KeptPlan is what she has written, and onto what.
type KeptPlan struct {
	ID      coach.ID `json:"id" doc:"A UUIDv7, made by the browser; the same for as long as there is this plan."`
	Version int      `json:"version" doc:"Of the plan that she changed; 0 if there was none."`
	coach.PlanWords
}

type planInput struct {
	Body KeptPlan
}

func (s *Server) keepPlan(ctx context.Context, in *planInput) (*body[*coach.Plan], error) {
	return answer(s.plans.KeepPlan(ctx, me(ctx), in.Body.ID, in.Body.Version, in.Body.PlanWords))
}

func (s *Server) forgetPlan(ctx context.Context, _ *nothing) (*body[coach.Receipt], error) {
	return answer(s.plans.ForgetPlan(ctx, me(ctx)))
}
