package coach

import (
	"context"

	"innerwork/memory"
)

// propose points, at closing, at no more than three places where she gave her
// words weight herself. What she declined before never comes back.
func (r *reply) propose(ctx context.Context) error {
	owner, conversation := r.turn.lease.Owner, r.turn.lease.Conversation
	had, err := r.coach.store.Proposals(ctx, owner, memory.ProposalFilter{Conversation: &conversation})
	if err != nil || len(had) > 0 {
		return err
	}
	declined, err := r.coach.store.DeclinedSpans(ctx, owner)
	if err != nil {
		return err
	}
	for _, p := range weighty(r.transcript.Turns, declined) {
		_, err := r.coach.store.Propose(ctx, owner, memory.Proposal{
			ID: r.coach.newID(), Conversation: conversation, Question: p.question, Quotes: p.quotes,
		})
		if err != nil && memory.CodeOf(err) != CodeConflict { // she declined it meanwhile
			return err
		}
	}
	return nil
}
